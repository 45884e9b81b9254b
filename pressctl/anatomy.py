"""The parts of a release, as data: what is printed on it and in which words, for templates and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from pressctl import images, markup
from pressctl.errors import Place
from pressctl.labels import day, labels, moment, region

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Dateline, Event, Release

_PUBLIC_EXTRA = ("version", "supersedes", "call_to_action", "links", "topics", "keywords", "urgency", "usage",
                 "copyright", "license", "short_headline", "translations", "translation_of")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bodies:
    """What was written as Markdown, converted; `media` are the pictures and films that the body does not show itself."""

    body: markup.Body
    about: markup.Body
    media: markup.Body
    images: tuple[images.Image, ...]  # the pictures that travel with the mail, and lie beside the page


def data(release: Release, config: Config, converted: Bodies | None = None) -> dict[str, Any]:
    """The release as data, ready for JSON. Moments are RFC 3339 in UTC, dates are of the release's time zone.

    `printed` holds the furniture as it stands on the release; `body` the text as Markdown, HTML and plain text.
    Nothing private is in it: of the front matter only what is meant to be read. `converted` is what `bodies` made of
    the same release, where the caller has it. Raises ReleaseError as `markup.convert` does.
    """
    written = converted or bodies(release, config)
    body, about = written.body, written.about
    words = labels(release.language)
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
            "printed": dateline(release.dateline),
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
        "events": [_event(event, release) for event in release.events],
        "body": {"markdown": release.body, "html": body.web, "text": body.text},
        "boilerplate": {"html": about.web, "text": about.text},
        "notes_to_editors": {"html": body.notes_web, "text": body.notes_text},
        "correction_note": plain(release.extra.get("correction_note", "")),
        "attachments": [path.name for path in release.attachments],
        "images": [_image(image) for image in written.images],
        "printed": {
            "label": words.get(release.kind, words["release"]),
            "release_line": release_line(release),
            "date": day(release.date),
        },
        **{key: plain(release.extra[key]) for key in _PUBLIC_EXTRA if key in release.extra},
    }


def release_line(release: Release) -> str:
    """`FOR IMMEDIATE RELEASE`, or `EMBARGOED UNTIL` with weekday, date, time and zone."""
    words = labels(release.language)
    if release.embargo is None:
        return words["immediate"]
    return f"{words['embargoed']} {moment(release.embargo.astimezone(release.timezone))}"


def dateline(value: Dateline) -> str:
    """`KEY WEST, Fla.`: as written, the city in capitals."""
    written = value.as_written or ", ".join(part for part in (value.city, region(value.region)) if part)
    city = value.city or written.partition(",")[0]
    if written.casefold().startswith(city.casefold()):
        return city.upper() + written[len(city) :]
    return ", ".join(part for part in (city.upper(), region(value.region)) if part)


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
    zone = release.timezone
    end = event.end.astimezone(zone) if event.end else None
    place = event.place
    address = [place.street, place.city, " ".join(part for part in (region(place.region), place.postal_code) if part)] if place else []
    return {
        "title": event.title,
        "start": _utc(event.start),
        "end": _utc(event.end),
        "place": {name: getattr(place, name) for name in place.__slots__} if place else None,
        "organizer": event.organizer,
        "audience": event.audience,
        "purpose": event.purpose,
        "printed": {
            "when": moment(event.start.astimezone(zone), end),
            "where": ", ".join(part for part in [place.name if place else "", *address] if part),
        },
    }


def bodies(release: Release, config: Config) -> Bodies:
    """The release's body, boilerplate and media. Raises ReleaseError as `markup.convert` and `images.found` do."""
    words = labels(release.language)
    found = images.found(release, config)
    pictures = markup.Pictures(found, words["credit"], words["full_size"])
    body = markup.convert(release.body, dateline(release.dateline), words["image"], Place(str(release.path), release.body_line), pictures)
    about = markup.convert(release.boilerplate, "", words["image"], release.places.get("boilerplate"))
    apart = [*(image for image in found if not image.targets), *images.linked(release, found)]
    return Bodies(body, about, markup.gallery(apart, words["image"], pictures) if apart else markup.NOTHING, found)


def _image(image: images.Image) -> dict[str, Any]:
    names = ("name", "cid", "media_type", "width", "height", "alt", "caption", "credit", "url")
    return {name: getattr(image, name) for name in names}
