"""A release file → Release: front matter by schema, body as written, each part knowing its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressctl.config import MediaContact
from pressctl.errors import Place


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where the news is from. `as_written` is what stands in the file, printed with the city in capitals."""

    city: str
    region: str = ""  # as written after the city ("Fla."), or ISO 3166-2 in the long form
    country: str = ""
    as_written: str = ""


@dataclass(frozen=True, slots=True)
class Venue:
    """Where an event takes place."""

    name: str
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    url: str = ""
    access: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An event that the release announces. Times carry their zone."""

    title: str
    start: datetime
    end: datetime | None = None
    place: Venue | None = None
    organizer: str = ""
    audience: str = ""
    purpose: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)  # the other keys of presscraft's table, as read


@dataclass(frozen=True, slots=True)
class Release:
    """One release. `date` is its issue date; `issued` the same as a time with zone (midnight where only a day is given)."""

    path: Path
    slug: str
    headline: str
    dateline: Dateline
    date: date
    issued: datetime
    kind: str  # the key `type`: release, advisory, statement, update, correction, kill, op-ed, letter, factsheet, biography
    language: str
    timezone: ZoneInfo
    body: str  # Markdown
    body_line: int  # the file's line on which `body` begins, from 1
    subhead: str = ""
    summary: str = ""
    subject: str = ""  # of the mail; the headline where absent
    preheader: str = ""
    embargo: datetime | None = None
    expires: datetime | None = None  # default: the end of the last event
    contacts: tuple[MediaContact, ...] = ()  # the release's own, else the organization's
    boilerplate: str = ""  # the organization's where absent; "" where the release says `boilerplate: false`
    events: tuple[Event, ...] = ()
    attachments: tuple[Path, ...] = ()
    audience: tuple[str, ...] = ()  # default lists for this release
    extra: Mapping[str, Any] = field(default_factory=dict)  # every other known key, as read
    x: Mapping[str, Any] = field(default_factory=dict)  # `x-` keys, for templates
    places: Mapping[str, Place] = field(default_factory=dict)  # key → where it stands
