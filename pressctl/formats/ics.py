"""The events of a release as a calendar file (iCalendar, RFC 5545).

Times are written in UTC: a time zone's name needs its rules beside it, or the event is hours off in Outlook; the local time
stands in the description. UIDs and DTSTAMP come from the release, never from a clock, and SEQUENCE from its version, so
that a calendar replaces what it took before. METHOD is PUBLISH, or CANCEL where no event takes place (RFC 5546, section
3.2): it informs, it is no invitation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressctl import anatomy, identity
from pressctl.content_lines import escaped, quoted, written
from pressctl.errors import Place, ReleaseError
from pressctl.labels import labels, page_words, region

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Event, Release

SUFFIX = "ics"
MEDIA_TYPE = "text/calendar"


def make(release: Release, config: Config) -> bytes:
    """A calendar with one VEVENT an event. Raises ReleaseError where the release announces none."""
    events = anatomy.announced(release)
    if not events:
        raise ReleaseError(
            "the release has no event for a calendar", Place(str(release.path)), "write it into the front matter as `events`"
        )
    cancelled = all(event.details.get("status") == "cancelled" for event in events)
    lines = [
        line
        for number, event in enumerate(events, 1)
        for line in _event(event, anatomy.event_data(event, release), number, release, config)
    ]
    return written(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//pressctl//pressctl//EN",
            "CALSCALE:GREGORIAN",
            f"METHOD:{'CANCEL' if cancelled else 'PUBLISH'}",
            *lines,
            "END:VCALENDAR",
        ]
    )


def _event(event: Event, facts: Mapping[str, Any], number: int, release: Release, config: Config) -> Iterator[str]:
    desk = config.organization.reply_to or config.organization.sender
    yield "BEGIN:VEVENT"
    yield f"UID:{identity.event_uid(release, config, number)}"
    yield f"DTSTAMP:{_utc(release.issued)}"
    yield f"SEQUENCE:{identity.version(release) - 1}"
    yield f"STATUS:{_status(event)}"
    yield from _times(event, release)
    yield f"SUMMARY;LANGUAGE={release.language}:{escaped(event.title)}"
    if where := _where(event, release.language):
        yield f"LOCATION:{escaped(where)}"
    yield f"DESCRIPTION;LANGUAGE={release.language}:{escaped(_description(event, facts, release))}"
    yield f"ORGANIZER;CN={quoted(config.organization.name)}:mailto:{desk.email}"  # who publishes it, and answers there
    for contact in release.contacts[:1]:
        yield f"CONTACT:{escaped(', '.join(filter(None, (contact.name, contact.phone, contact.email))))}"
    if event.place and event.place.url.startswith(("https://", "http://")) and event.place.url.isprintable():
        yield f"URL:{event.place.url}"
    yield "CLASS:PUBLIC"
    yield "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _status(event: Event) -> str:
    """One that is postponed is tentative until a new time is told: then its old one is the key `previous_start`."""
    status = event.details.get("status")
    if status == "postponed" and "previous_start" not in event.details:
        return "TENTATIVE"
    return "CANCELLED" if status == "cancelled" else "CONFIRMED"


def _times(event: Event, release: Release) -> Iterator[str]:
    """Start and end. Of whole days the end is the day after the last (RFC 5545, section 3.6.1); an end is never made up."""
    if event.details.get("all_day"):
        first = event.start.astimezone(release.timezone).date()
        last = event.end.astimezone(release.timezone).date() if event.end else first
        yield f"DTSTART;VALUE=DATE:{_day(first)}"
        yield f"DTEND;VALUE=DATE:{_day(last + timedelta(days=1))}"
        return
    yield f"DTSTART:{_utc(event.start)}"
    if event.end and event.end > event.start:
        yield f"DTEND:{_utc(event.end)}"


def _where(event: Event, language: str) -> str:
    place = event.place
    return (
        ", ".join(filter(None, (place.name, place.street, place.city, region(place.region, language), place.postal_code))) if place else ""
    )


def _description(event: Event, facts: Mapping[str, Any], release: Release) -> str:
    """What a calendar has no field for: the local time, what it is for, how to get in."""
    words = labels(release.language)
    parts = [
        (page_words(release.language)["headline"], release.headline),
        (words["when"], facts["printed"]["when"]),
        (words["who"], event.organizer),
        (words["why"], event.purpose),
        (words["access"], event.place.access if event.place else ""),
        *((row["label"], row["text"]) for row in facts["printed"]["more"]),
    ]
    return "\n".join(f"{label}: {text}" for label, text in parts if text)


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _day(value: date) -> str:
    return value.strftime("%Y%m%d")
