"""The release for newsroom systems: ninjs 3.1, IPTC's JSON for news (iptc.org/std/ninjs).

The text is `bodies`, an event an association of type `event`, a picture one of type `picture`; the embargo is
`embargoedUntil`, its name in 3.x only. A correction keeps the URI and has a higher version, a kill is `canceled`, a draft
`withheld`. People are those whom the text itself names, without anything else that the release's file says of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pressctl import identity
from pressctl.plaintext import unwrapped

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Event, Release

SUFFIX = "ninjs.json"
MEDIA_TYPE = "application/json"
SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
_NEWSCODES = "http://cv.iptc.org/newscodes"
_GENRES = {"op-ed": "Opinion", "letter": "Opinion", "update": "Update", "factsheet": "Background", "biography": "Biography"}
_STATUS = {"cancelled": "eventoccurstatus/eos6", "postponed": "eventoccurstatus/eos3"}
_WITHHELD = ("draft", "withdrawn")


def make(release: Release, config: Config) -> bytes:
    """One ninjs object as JSON."""
    import orjson

    return orjson.dumps(item(release, config), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def item(release: Release, config: Config) -> dict[str, Any]:
    """The object. Raises ReleaseError as `markup.convert` does."""
    from pressctl.anatomy import announced, data

    facts = data(release, config)
    text = "" if release.kind == "kill" else unwrapped(facts["body"]["text"])
    extra = release.extra
    made: dict[str, Any] = {
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "uri": identity.uri(release, config),
        "type": "text",
        "representationType": "full",
        "profile": "press-release",
        "version": str(identity.version(release)),
        "versionCreated": _moment(release.issued),
        "pubStatus": _status(release),
        "language": release.language,
        "title": release.headline,
        "slugline": identity.name(release),
        "located": facts["dateline"]["printed"],
        "headlines": _headlines(release),
        "descriptions": [{"role": "summary", "contentType": "text/plain", "value": facts["summary"]}],
        "bodies": _bodies(text, facts["body"]["html"]) if text else [],
        "people": list(_people(release, text)),
        "organisations": [{"name": config.organization.name, "rel": "issuer"}],
        "places": [{"name": release.dateline.city, "rel": "located"}] if release.dateline.city else [],
        "infoSources": list(_sources(release, config)),
        "subjects": [{"uri": f"{_NEWSCODES}/mediatopic/{code}", "rel": "about"} for code in _topics(release)],
        "genres": [{"name": _genre(release).replace("_", " "), "uri": f"{_NEWSCODES}/genre/{_genre(release)}"}],
        "associations": [_event(event, number, release, config) for number, event in enumerate(announced(release), 1)],
        "embargoedUntil": _moment(release.embargo),
        "expires": _moment(release.expires),
        "urgency": extra.get("urgency"),
        "edNote": _note(release, facts["notes_to_editors"]["text"]),
        "usageTerms": extra.get("usage"),
        "copyrightNotice": extra.get("copyright"),
    }
    return {key: value for key, value in made.items() if value not in (None, "", [], {})}


def _status(release: Release) -> str:
    if release.kind == "kill":
        return "canceled"
    return "withheld" if release.extra.get("status") in _WITHHELD else "usable"


def _headlines(release: Release) -> list[dict[str, str]]:
    parts = [("main", release.headline), ("subhead", release.subhead), ("short", str(release.extra.get("short_headline", "")))]
    return [{"role": role, "contentType": "text/plain", "value": value} for role, value in parts if value]


def _bodies(text: str, html: str) -> list[dict[str, Any]]:
    plain = {"role": "main", "contentType": "text/plain", "charCount": len(text), "wordCount": len(text.split()), "value": text}
    return [plain, {"role": "main", "contentType": "text/html", "value": html}]


def _people(release: Release, text: str) -> Iterator[dict[str, str]]:
    """Whom the text names: a person whom only the front matter knows stays there."""
    people = release.extra.get("people")
    for person in people if isinstance(people, list | tuple) else ():
        if isinstance(person, Mapping) and isinstance(person.get("name"), str) and person["name"] and person["name"] in text:
            quoted = person.get("quoted") not in (None, "", (), [], "false", "no", False)
            yield {"name": person["name"], "rel": "quoted" if quoted else "mentioned"}


def _sources(release: Release, config: Config) -> Iterator[dict[str, Any]]:
    for contact in release.contacts:
        ways = [("email", contact.email), ("phone", contact.phone)]
        reach = [{"type": kind, "role": "press", "value": value} for kind, value in ways if value]
        source: dict[str, Any] = {"name": f"{contact.name}, {config.organization.name}", "role": "media contact"}
        yield source | ({"contactInfo": reach} if reach else {})


def _topics(release: Release) -> list[str]:
    topics = release.extra.get("topics") or ()
    codes = [str(topic).strip().removeprefix("medtop:") for topic in topics]
    return [code for code in codes if code.isdecimal() and len(code) == 8]


def _genre(release: Release) -> str:
    return _GENRES.get(release.kind, "Press_Release")


def _note(release: Release, notes: str) -> str:
    parts = [str(release.extra.get("correction_note", "")), str(release.extra.get("embargo_note", "")),
             "" if release.kind == "kill" else unwrapped(notes) or str(release.extra.get("notes_to_editors", ""))]  # fmt: skip
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _event(event: Event, number: int, release: Release, config: Config) -> dict[str, Any]:
    status = str(event.details.get("status", ""))
    dates = {"startDate": event.start.isoformat()} | ({"endDate": event.end.isoformat()} if event.end else {})
    made: dict[str, Any] = {
        "name": f"event-{number}",
        "rel": "announces",
        "uri": f"urn:uuid:{identity.event_uid(release, config, number)}",
        "type": "event",
        "language": release.language,
        "title": event.title,
        "descriptions": [{"contentType": "text/plain", "value": event.purpose}] if event.purpose else [],
        "places": [{"name": event.place.name, "rel": "venue"}] if event.place else [],
        "eventDetails": {
            "eventStatus": f"{_NEWSCODES}/{_STATUS.get(status, 'eventoccurstatus/eos5')}",
            "dates": dates,
            "organiser": {"name": event.organizer or config.organization.name},
        },
        "pubStatus": "canceled" if status == "cancelled" else "usable",
    }
    return {key: value for key, value in made.items() if value not in ("", [])}


def _moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None
