"""The parts of a release, as data: what is printed on it and in which words, for templates and for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from pressctl import markup
from pressctl.errors import Place
from pressctl.kinds import KINDS
from pressctl.labels import day, labels, moment, name, primary, region

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Dateline, Event, Release

_PUBLIC_EXTRA = ("version", "supersedes", "call_to_action", "links", "topics", "keywords", "urgency", "usage",
                 "copyright", "license", "short_headline", "translations", "translation_of")  # fmt: skip


def data(release: Release, config: Config, converted: tuple[markup.Body, markup.Body] | None = None) -> dict[str, Any]:
    """The release as data, ready for JSON. Moments are RFC 3339 in UTC, dates are of the release's time zone.

    `printed` holds the furniture as it stands on the release; `body` the text as Markdown, HTML and plain text.
    Nothing private is in it: of the front matter only what is meant to be read. `converted` is what `bodies` made of
    the same release, where the caller has it. Raises ReleaseError as `markup.convert` does.
    """
    body, about = converted or bodies(release)
    return {
        "slug": release.slug,
        "type": release.kind,
        "language": release.language,
        "headline": release.headline,
        "subhead": release.subhead,
        "summary": release.summary or body.lede,
        "dateline": {
            "city": release.dateline.city,
            "region": release.dateline.region,
            "country": release.dateline.country,
            "printed": dateline(release.dateline, release.language),
        },
        "date": release.date.isoformat(),
        "issued": _utc(release.issued),
        "embargoed_until": _utc(release.embargo),
        "expires": _utc(release.expires),
        "timezone": release.timezone.key,
        "organization": {
            "name": config.organization.name,
            "url": config.organization.url,
            "email": (config.organization.reply_to or config.organization.sender).email,
            "address": config.organization.address,
            "language": config.organization.language,
        },
        "contacts": [{"name": c.name, "title": c.title, "email": c.email, "phone": c.phone} for c in release.contacts],
        "events": [_event(event, release) for event in release.events if KINDS[release.kind].events],
        "body": {"markdown": release.body, "html": body.web, "text": body.text},
        "boilerplate": {"html": about.web, "text": about.text},
        "notes_to_editors": {"html": body.notes_web, "text": body.notes_text},
        "correction_note": plain(release.extra.get("correction_note", "")),
        "attachments": [path.name for path in release.attachments],
        "printed": _printed(release, body),
        **{key: plain(release.extra[key]) for key in _PUBLIC_EXTRA if key in release.extra},
    }


def _printed(release: Release, body: markup.Body) -> dict[str, Any]:
    """The furniture as it stands on the release. `note` says what a correction, an update or a kill replaces, and why."""
    words, kind = labels(release.language), KINDS[release.kind]
    date_line = day(release.date, release.language)
    note = str(plain(release.extra.get("correction_note", "")))
    return {
        "label": words[release.kind],
        "release_line": release_line(release),
        "date": words[kind.dated].format(date=date_line) if kind.dated else date_line,
        "note_label": words.get(f"{release.kind}_note", words["correction_note"]),
        "note": " ".join(filter(None, [_replaced(release) if kind.replaces else "", note])),
        "byline": _byline(release, body),
        "events_first": kind.events_first,
    }


def release_line(release: Release) -> str:
    """`FOR IMMEDIATE RELEASE`, or `EMBARGOED UNTIL` with weekday, date, time and zone; or what this kind says there."""
    words, outlet = labels(release.language), release.extra.get("exclusive")
    lines = [words["exclusive"].format(outlet=str(outlet).upper())] if outlet else []
    if release.embargo is not None:
        lines.insert(0, f"{words['embargoed']} {moment(release.embargo.astimezone(release.timezone), None, release.language)}")
    return " — ".join(lines) or words[KINDS[release.kind].line or "immediate"]


def _byline(release: Release, body: markup.Body) -> str:
    """`By Ana Example, bus rider. 640 words`: of a kind that somebody signs, where `people` says who."""
    kind, people, words = KINDS[release.kind], release.extra.get("people"), labels(release.language)
    first = people[0] if isinstance(people, Sequence) and people else None
    if not kind.byline or not isinstance(first, Mapping) or not first.get("name") or str(first.get("public")).lower() in ("false", "no"):
        return ""
    signer = [first["name"], first.get("title"), first.get("organization"), release.dateline.city if kind.town else ""]
    line = words[kind.byline].format(name=", ".join(str(part) for part in signer if part))
    count = sum(any(map(str.isalnum, word)) and not word.startswith("<http") for word in body.text.split())
    return f"{line}. {words['words'].format(count=count)}" if kind.count else line


def _replaced(release: Release) -> str:
    """Which release this one replaces, by its headline and date, where its file lies beside; "" where it cannot be told."""
    from pressctl import release as releases

    slug = str(release.extra.get("supersedes", "")).partition("@")[0]
    names = (f"{slug}.{primary(release.language)}.md", f"{slug}.md") if re.fullmatch(r"[\w.-]{1,100}", slug) else ()
    for path in map(release.path.with_name, names):
        old = releases.front(path) if path.is_file() and path != release.path else {}
        if {"headline", "date"} <= old.keys():
            return labels(release.language)[f"{release.kind}_of"].format(headline=old["headline"], date=day(old["date"], release.language))
    return ""


def dateline(value: Dateline, language: str = "en") -> str:
    """`KEY WEST, Fla.`: as written, the city in capitals; in another language than English the state by its name there."""
    state = region(value.region, language)
    written = value.as_written or ", ".join(part for part in (value.city, state) if part)
    if state != value.region:
        written = written.replace(f", {value.region}", f", {state}")
    city = value.city or written.partition(",")[0]
    if written.casefold().startswith(city.casefold()):
        return city.upper() + written[len(city) :]
    return ", ".join(part for part in (city.upper(), state) if part)


def subject(release: Release) -> str:
    """The mail's subject: as given, or the headline, said to be embargoed, a correction, an update or a kill."""
    if release.subject:
        return release.subject
    words = labels(release.language)
    marks = [words[f"{release.kind}_subject"]] if f"{release.kind}_subject" in words else []
    if release.embargo is not None:
        marks.append(words["embargoed_subject"])
    return ": ".join([*marks, release.headline])


def plain(value: Any) -> Any:
    """A value of the front matter as JSON knows it: dates as text, tuples as lists, all else as it prints."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return _utc(value) if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(inner) for inner in value]
    return str(value)


def _utc(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _event(event: Event, release: Release) -> dict[str, Any]:
    zone, language = release.timezone, release.language
    end = event.end.astimezone(zone) if event.end else None
    place = event.place
    state = region(place.region, language) if place else ""
    address = [place.street, place.city, " ".join(part for part in (state, place.postal_code) if part)] if place else []
    return {
        "title": event.title,
        "start": _utc(event.start),
        "end": _utc(event.end),
        "place": {part: getattr(place, part) for part in place.__slots__} if place else None,
        "organizer": event.organizer,
        "audience": event.audience,
        "purpose": event.purpose,
        "printed": {
            "when": moment(event.start.astimezone(zone), end, language),
            "where": ", ".join(part for part in [place.name if place else "", *address] if part),
            "more": _more(event, language),
        },
    }


def _more(event: Event, language: str) -> list[dict[str, str]]:
    """What the press needs to know beside time and place: pictures, interpretation, how to say that one comes."""
    answer = event.details.get("rsvp", "")
    said = {
        "photo": str(event.details.get("photo", "")),
        "interpretation": ", ".join(name(spoken, language) for spoken in event.details.get("interpretation", ())),
        "rsvp": ", ".join(str(plain(part)) for part in answer.values()) if isinstance(answer, Mapping) else str(answer or ""),
    }
    return [{"label": labels(language)[key], "text": text} for key, text in said.items() if text]


def bodies(release: Release) -> tuple[markup.Body, markup.Body]:
    """The release's body and its boilerplate, converted. Raises ReleaseError as `markup.convert` does."""
    image, kind = labels(release.language)["image"], KINDS[release.kind]
    opening = dateline(release.dateline, release.language) if kind.dateline else ""
    body = markup.convert(release.body, opening, image, Place(str(release.path), release.body_line))
    return body, markup.convert(release.boilerplate if kind.about else "", "", image, release.places.get("boilerplate"))
