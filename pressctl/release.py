"""A release file → Release: front matter by schema, body as written, each part knowing its line."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressctl import document, files
from pressctl.config import Config, MediaContact, media_contact
from pressctl.document import Node, Problems, Scalar, Sequence, nearest
from pressctl.errors import Place, Problem, ReleaseError
from pressctl.pitches import Pitch
from pressctl.release_keys import AUDIENCE, MEDIA_CONTACT, RELEASE, WORDS

FOLDER = "releases"
ATTACHMENT_LIMIT = 25 * 1024 * 1024  # bytes; what most newsrooms' mail servers take at all
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TRANSLATION = re.compile(r"(.+)\.[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


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
    expires: datetime | None = None  # default: the end of the last event to come, its start where it has no end
    contacts: tuple[MediaContact, ...] = ()  # the release's own, else the organization's
    boilerplate: str = ""  # the organization's where absent; "" where the release says `boilerplate: false`
    events: tuple[Event, ...] = ()
    attachments: tuple[Path, ...] = ()
    audience: tuple[str, ...] = ()  # default lists for this release
    pitches: tuple[Pitch, ...] = ()  # personal paragraphs, in their order; the one for everybody else last
    extra: Mapping[str, Any] = field(default_factory=dict)  # every other known key, as read
    x: Mapping[str, Any] = field(default_factory=dict)  # `x-` keys, for templates
    places: Mapping[str, Place] = field(default_factory=dict)  # key → where it stands


def find(config: Config, name: str) -> Path:
    """The file of a release given as a path, or as a slug in the office's `releases/`.

    A path is not looked at yet: `load` says what is wrong with it. Raises ReleaseError naming the nearest slugs.
    """
    if name.endswith(".md") or os.sep in name or "/" in name:
        return Path(name)
    file = config.root / FOLDER / f"{name}.md"
    if _SLUG.fullmatch(name) and file.exists():
        return file
    if os.path.isdir(name):  # false, where Path's own would raise, for what cannot be a path
        return Path(name)
    there = slugs(config)
    shown = name if name.isprintable() else "of this name"
    hint = nearest(name, there) or (f"there are: {', '.join(there[:8])}" if there else "write one with `pressctl new`")
    raise ReleaseError(f"there is no release `{shown}`", Place(str(config.root / FOLDER)), hint)


def slugs(config: Config) -> list[str]:
    """The releases of the office by name; a translation SLUG.es.md is no release of its own where SLUG.md is there."""
    there = {path.name.removesuffix(".md") for path in (config.root / FOLDER).glob("*.md") if not path.name.startswith(".")}
    return sorted(slug for slug in there if not ((match := _TRANSLATION.fullmatch(slug)) and match[1] in there))


def load(path: Path, config: Config) -> Release:
    """The release in a file, with the organization's defaults filled in.

    Raises ReleaseError with every mistake of the file. A text that can be read but is poor is for `check`.
    """
    text = files.read_text(path, ReleaseError, "release")
    slug = path.name.removesuffix(".md")
    if not _SLUG.fullmatch(slug):
        raise ReleaseError(
            "this file's name cannot name a release", Place(str(path)), "use letters, digits, hyphens and dots, such as night-bus.md"
        )
    matter, body, body_line = _split(text, path)
    problems = Problems(str(path))
    top = document.parse(matter, problems, first_line=2)
    if top is None:
        problems.stop(ReleaseError)
        top = document.Mapping({}, {}, 1, 1)  # nothing but comments: the required keys are missing
    if not body.strip():
        problems.add("the release has no text below its front matter", Scalar("", body_line, 1), "write the release there")
    options = RELEASE.read(top, problems) or {}
    release = _Reader(config, path, top, options, problems)
    values = release.values() if {"headline", "dateline", "date"} <= options.keys() else {}
    problems.stop(ReleaseError)
    return Release(path=path, slug=slug, body=body, body_line=body_line, places=places(top, str(path)), **values)


def front(path: Path) -> Mapping[str, Any]:
    """The front matter of a file as far as it can be read; {} where it cannot be, or there is no such file."""
    try:
        matter, _, _ = _split(files.read_text(path, ReleaseError, "release"), path)
    except ReleaseError:
        return {}
    problems = Problems(str(path))
    top = document.parse(matter, problems, first_line=2)
    return (RELEASE.read(top, problems) if top is not None else None) or {}


@dataclass(frozen=True, slots=True)
class Draft:
    """As much of a release as can be read. What is missing is "" or, the date, 1900-01-01; `problems` are what `load` refuses."""

    release: Release
    top: document.Mapping
    missing: frozenset[str]  # of headline, dateline, date
    problems: tuple[Problem, ...]


def draft(text: str, path: Path, config: Config) -> Draft:
    """A release file as far as it can be read, for `check`, which tells what is missing instead of stopping at it.

    Raises ReleaseError only where no front matter can be told from the body.
    """
    matter, body, body_line = _split(text, path)
    problems = Problems(str(path))
    top = document.parse(matter, problems, first_line=2) or document.Mapping({}, {}, 1, 1)
    options = RELEASE.read(top, problems) or {}
    missing = frozenset({"headline", "dateline", "date"} - options.keys())
    options = {"headline": "", "dateline": "", "date": date(1900, 1, 1), **options}
    values = _Reader(config, path, top, options, problems).values()
    release = Release(
        path=path, slug=path.name.removesuffix(".md"), body=body, body_line=body_line, places=places(top, str(path)), **values
    )
    return Draft(release, top, missing, tuple(problems.found))


def _split(text: str, path: Path) -> tuple[str, str, int]:
    """Front matter, body, and the line on which the body begins. Lines end as `files.read_text` leaves them."""
    if not text.strip():
        raise ReleaseError("the file is empty", Place(str(path)), "make a release with `pressctl new`")
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise ReleaseError(
            "the release has no front matter", Place(str(path), 1, 1), "begin the file with --- and the keys headline, dateline and date"
        )
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    raise ReleaseError(
        "the front matter that begins on line 1 is never closed", Place(str(path), 1, 1), "put a line with --- below the last key"
    )


def places(node: Node, file: str, path: str = "") -> dict[str, Place]:
    """Where each value stands, by its key: `headline`, `events[0].start`."""
    found = {path: Place(file, node.line, node.column)} if path else {}
    if isinstance(node, document.Mapping):
        for key, value in node.entries.items():
            found.update(places(value, file, f"{path}.{key}" if path else key))
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            found.update(places(item, file, f"{path}[{number}]"))
    return found


_OWN = frozenset(
    [
        "headline",
        "subhead",
        "summary",
        "subject",
        "preheader",
        "date",
        "dateline",
        "type",
        "language",
        "timezone",
        "embargo",
        "expires",
        "contact",
        "boilerplate",
        "events",
        "attachments",
        "audience",
        "pitches",
        "x",
    ]
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the front matter says, with the organization's defaults, as a Release's attributes."""

    config: Config
    path: Path
    top: document.Mapping
    options: dict[str, Any]
    problems: Problems

    def values(self) -> dict[str, Any]:
        options, organization = self.options, self.config.organization
        zone: ZoneInfo = options.get("timezone", organization.timezone)
        day = options["date"]
        issued = _in_zone(day, zone) if isinstance(day, datetime) else datetime.combine(day, time(), zone)
        embargo, extra = options.get("embargo"), {key: value for key, value in options.items() if key not in _OWN}
        if isinstance(embargo, dict):
            extra["embargo_note"] = embargo.get("note", "")
            embargo = embargo.get("until")
        events = self.events(zone)
        boilerplate = options.get("boilerplate", "default")
        return {
            "headline": options["headline"],
            "dateline": _dateline(options["dateline"]),
            "date": issued.date(),
            "issued": issued,
            "kind": options.get("type", "release"),
            "language": options.get("language") or _named(self.path) or organization.language,
            "timezone": zone,
            **{key: options.get(key, "") for key in ("subhead", "summary", "subject", "preheader")},
            "embargo": _in_zone(embargo, zone) if embargo else None,
            "expires": _in_zone(options["expires"], zone) if "expires" in options else _over(events, issued),
            "contacts": self.contacts(extra),
            "boilerplate": organization.boilerplate if boilerplate == "default" else boilerplate or "",
            "events": events,
            "attachments": self.attachments(),
            "audience": self.audience(),
            "pitches": options.get("pitches", ()),
            "extra": extra,
            "x": options.get("x", {}),
        }

    def events(self, zone: ZoneInfo) -> tuple[Event, ...]:
        nodes = self.top.entries.get("events")
        events = []
        for number, options in enumerate(self.options.get("events", ())):
            if not {"title", "start"} <= options.keys() or not isinstance(nodes, Sequence):
                continue
            node = nodes.items[number] if len(nodes.items) == len(self.options["events"]) else nodes
            times = {key: self.moment(options[key], zone, node, key) for key in ("start", "end", "previous_start") if key in options}
            if "end" in times and times["end"] < times["start"]:
                self.problems.add("the event ends before it begins", _value(node, "end"), "check day and time")
            place = options.get("place")
            details = {key: value for key, value in options.items() if key not in _EVENT}
            details.update({key: value for key, value in times.items() if key == "previous_start"})
            events.append(
                Event(
                    title=options["title"],
                    start=times["start"],
                    end=times.get("end"),
                    place=Venue(name=place) if isinstance(place, str) else _venue(place),
                    **{key: options.get(key, "") for key in ("organizer", "audience", "purpose")},
                    details=details,
                )
            )
        return tuple(events)

    def moment(self, value: date | datetime, zone: ZoneInfo, node: Node, key: str) -> datetime:
        """A time with zone; one without an offset is local, and must exist exactly once where clocks change."""
        if not isinstance(value, datetime):
            return datetime.combine(value, time(), zone)
        if value.tzinfo is not None:
            return _in_zone(value, zone)
        first, second = value.replace(tzinfo=zone, fold=0), value.replace(tzinfo=zone, fold=1)
        if first.utcoffset() != second.utcoffset():
            exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == value
            what = "is twice" if exists else "does not exist"
            hint = "write the offset too, such as 2026-11-01T01:30-04:00"
            self.problems.add(f"the clocks change that night: this time {what} in {zone.key}", _value(node, key), hint)
        return first

    def contacts(self, extra: dict[str, Any]) -> tuple[MediaContact, ...]:
        """The release's own contacts, written out or named; without any, all of the organization's."""
        node, known = self.top.entries.get("contact"), self.config.organization.contacts
        if "contact" not in self.options or node is None:
            return known
        found, read = [], []
        for item in node.items if isinstance(node, Sequence) else [node]:
            if isinstance(item, document.Mapping):
                if options := MEDIA_CONTACT.read(item, self.problems):
                    read.append(options)
                    found.append(media_contact(options) if "name" in options else MediaContact(""))
                continue
            name = item.text.strip() if isinstance(item, Scalar) else ""
            match = next((c for c in known if name and name.casefold() in (c.id, c.name.casefold())), None)
            if match is None:
                names = [c.id or c.name for c in known]
                hint = nearest(name, names) or (f"there are: {', '.join(names)}" if names else "write name and email here")
                self.problems.add("the configuration has no media contact of this name", item, hint)
            else:
                found.append(match)
        if read:
            extra["contact"] = read
        return tuple(found)

    def attachments(self) -> tuple[Path, ...]:
        node = self.top.entries.get("attachments")
        nodes = node.items if isinstance(node, Sequence) else [node] if node is not None else []
        found = (self.attachment(item) for item in nodes if isinstance(item, Scalar) and item.text.strip())
        return tuple(path for path in found if path is not None)

    def attachment(self, node: Scalar) -> Path | None:
        """A regular file inside the office, beside the release or from the office's root."""
        name = Path(node.text.strip())
        if name.is_absolute() or ".." in name.parts or "\\" in node.text or not node.text.isprintable():
            self.problems.add("an attachment is named by its path inside the office", node, "copy the file beside the release")
            return None
        folder = self.path.absolute().parent
        path = next((base / name for base in (folder, self.config.root) if os.path.lexists(base / name)), None)
        try:
            if path is None:
                raise FileNotFoundError
            inside = any(path.resolve(strict=True).is_relative_to(base.resolve()) for base in (folder, self.config.root))
            status = path.stat()
        except (OSError, RuntimeError):  # RuntimeError: a loop of links, before Python 3.13
            self.problems.add(f"there is no file `{name}`", node, "the path starts at the release's folder or the office's")
            return None
        fault = ""
        if not inside:
            fault = "is a link that leads out of the office"
        elif not stat.S_ISREG(status.st_mode):
            fault = "is not a regular file"
        elif status.st_size > ATTACHMENT_LIMIT:
            fault = f"is too large: {status.st_size:,} bytes, and {ATTACHMENT_LIMIT:,} are allowed"
        if fault:
            self.problems.add(f"`{name}` {fault}", node, "link to it from the text instead" if "large" in fault else "copy the file itself")
            return None
        return path

    def audience(self) -> tuple[str, ...]:
        """The default selection as expressions: as written, or made from the table's long form."""
        node = self.top.entries.get("audience")
        if node is None or "audience" not in self.options:
            return ()
        if not isinstance(node, document.Mapping):
            return WORDS.read(node, self.problems) or ()
        options = AUDIENCE.read(node, self.problems) or {}
        fields = {"lists": "list", "tags": "tag", "beats": "beat", "outlets": "outlet", "tiers": "tier", "languages": "language"}
        parts = []
        for key, name in {**fields, "regions": "region"}.items():
            if words := options.get(key):
                parts.append("(" + " or ".join(f'{name}:"{word.replace(chr(34), "")}"' for word in words) + ")")
        parts += [f"not ({word})" for word in options.get("exclude", ())]
        return (" and ".join(parts),) if parts else ()


def _named(path: Path) -> str:
    """The language that a translation's file name says, SLUG.es.md beside SLUG.md; "" where it says none."""
    match = re.fullmatch(r"(.+)\.([a-z]{2}(?:-[A-Za-z0-9]{2,8})*)\.md", path.name)
    return match[2] if match and path.with_name(f"{match[1]}.md").is_file() else ""


_EVENT = frozenset(("title", "start", "end", "place", "organizer", "audience", "purpose", "previous_start"))


def _value(node: Node, key: str) -> Node:
    return node.entries.get(key, node) if isinstance(node, document.Mapping) else node


def _venue(options: Mapping[str, Any] | None) -> Venue | None:
    return Venue(**{key: value for key, value in options.items() if key != "x"}) if options and "name" in options else None


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same time with the zone's name, where the zone has this offset then; else as written."""
    there = moment.astimezone(zone)
    return there if there.utcoffset() == moment.utcoffset() else moment


def _dateline(value: str | Mapping[str, str]) -> Dateline:
    """`Key West, Fla.` → city and region; a third part is the country."""
    if not isinstance(value, str):
        written = value.get("as_written") or ", ".join(value[key] for key in ("city", "region", "country") if key in value)
        return Dateline(value["city"], value.get("region", ""), value.get("country", ""), written)
    city, region, country = ([part.strip() for part in value.split(",", 2)] + ["", ""])[:3]
    return Dateline(city, region, country, value)


def _over(events: tuple[Event, ...], issued: datetime) -> datetime | None:
    """When the last event that the release announces is over: an invitation to it is no news any more.

    An event without an end counts until its start, one of whole days until midnight. Past and cancelled ones do not count.
    """
    ends = [
        event.end or (event.start + timedelta(days=1) if event.details.get("all_day") else event.start)
        for event in events
        if event.start >= issued and not event.details.get("past") and event.details.get("status") != "cancelled"
    ]
    return max(ends, default=None)
