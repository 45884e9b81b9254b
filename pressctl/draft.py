"""A source made into a release file: what is certain stands in its front matter, what is not is a question, the words stay.

The draft lacks what only a person can know. `render` and `send` refuse it until that is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pressctl import manuscript, news_copy, story_facts
from pressctl.checks import mojibake
from pressctl.config import Config
from pressctl.document import quoted
from pressctl.errors import Place, ReleaseError
from pressctl.importers import Paragraph, Removed, Source
from pressctl.manuscript import Manuscript
from pressctl.news_copy import Copy
from pressctl.schema import is_control

# The time zones of the states that have only one, and of those with two the one that most of the state keeps first
_ZONES = {
    "America/New_York": "CT DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV DC",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI FL IN KY MI",
    "America/Denver": "CO ID MT NM UT WY KS ND NE OR SD TX",
    "America/Los_Angeles": "CA NV OR WA ID",
    "America/Phoenix": "AZ",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
}
_PRIVATE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")  # what no YAML file may hold
_HAPPENINGS = 50  # dates with a time that are looked at
_LINE_LIMIT = 500  # characters; as release_keys' lines

Value = str | int | date | datetime | bool | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A release file's text and what is to be told about it. `moved`: line → key of the front matter."""

    text: str
    body: str
    paragraphs: int
    source: Source
    removed: tuple[Removed, ...]
    moved: tuple[tuple[int, str], ...]
    questions: tuple[str, ...]


def make(source: Source, config: Config, now: datetime) -> Draft:
    """The draft of a release. `now` is a time with zone: the year of a date is guessed by it where nothing else says when."""
    parts = manuscript.sort(source, config)
    body = _body(parts.body)
    if not body.strip():
        hint = "everything in this file is a label or residue: is it the right file?"
        raise ReleaseError("nothing is left for the release's text", Place(str(source.path)), hint)
    language, question = _language(source, body, config)
    parts.questions += [question] if question else []
    copy = _copy(parts, body, language, source.path, config, now)
    parts.questions += _damage(copy)
    matter = _Matter(parts, copy, language, config, now)
    lines = [*matter.head(), *matter.facts(), *matter.provenance()]
    text = "---\n" + "\n".join(lines) + "\n---\n\n" + body
    return Draft(text, body, len(parts.body), source, tuple(parts.removed), tuple(parts.moved), tuple(dict.fromkeys(matter.questions)))


def _body(paragraphs: list[Paragraph]) -> str:
    """The paragraphs with an empty line between them; lists and tables close, and lines that stood together stay lines."""
    parts: list[str] = []
    before: Paragraph | None = None
    for paragraph in paragraphs:
        if before is not None:
            together = before.block == paragraph.block
            close = together and paragraph.kind in ("item", "table") and before.kind == paragraph.kind
            close = close or (before.kind == paragraph.kind == "item")
            short = together and paragraph.kind == before.kind == "paragraph" and len(before.text) < 100
            parts.append("\n" if close else "  \n" if short else "\n\n")
        level = max(2, paragraph.level)
        text = _PRIVATE.sub("", paragraph.text)
        parts.append(f"{'#' * level} {text}" if paragraph.kind in ("heading", "title", "subtitle") else text)
        before = paragraph
    return "".join(parts) + "\n"


def _language(source: Source, body: str, config: Config) -> tuple[str, str]:
    """The language, "" where it is not known; and what to ask."""
    found = story_facts.language(body)
    said = source.language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", source.language) else ""
    if found:
        return (said if said.partition("-")[0].lower() == found and "-" in said and said[:2] != "en" else found), ""
    if said and not story_facts.foreign_script(body):
        return said, f"the language is not clear from the text: is it {said}, as the page says?"
    return "", "language?"


def _copy(parts: Manuscript, body: str, language: str, path: Path, config: Config, now: datetime) -> Copy:
    """The text as the rules of `check` read it."""
    stub = f"---\nheadline: {quoted(_plain(parts.headline) or 'x')}\n" + (f"language: {language}\n" if language else "") + "---\n\n"
    return news_copy.read(stub + body, path.with_suffix(".md"), config, now)


def _damage(copy: Copy) -> Iterator[str]:
    """A question where characters were read in the wrong encoding: they stay as they are."""
    found = list(mojibake.check(copy, {}))
    if found:
        shown = copy.source[found[0].start : found[0].end]
        places = f"{len(found)} places" if len(found) > 1 else "one place"
        yield f"`{shown}` was read in the wrong encoding ({places}): does `pressctl check --fix` mend it?"


def _plain(text: str) -> str:
    """One line without what no YAML file may hold."""
    return " ".join("".join(" " if is_control(character) else character for character in _PRIVATE.sub("", text)).split())


class _Matter:
    """The lines of the front matter, and the questions that come up while they are written."""

    def __init__(self, parts: Manuscript, copy: Copy, language: str, config: Config, now: datetime) -> None:
        self.parts = parts
        self.copy = copy
        self.language = language
        self.config = config
        self.questions = list(parts.questions)
        self.zone, sure = _zone(parts.place.state if parts.place else "", config.organization.timezone)
        if not sure:
            self.questions.append(f"is {self.zone.key} the time zone?")
        self.today = now.astimezone(self.zone).date()
        self.named = story_facts.people(copy)
        self.issuer, self.issuer_sure = story_facts.issuer(copy, parts.headline, self.named)
        self.happenings = list(story_facts.events(copy, self.zone, parts.issued or parts.source.anchor, self.today)) if language else []

    def head(self) -> Iterator[str]:
        """The keys that every release has, in the order of the format; what is missing as a comment that says so."""
        parts = self.parts
        yield "schema: 1"
        yield f"type: {'advisory' if parts.advisory else 'release'}"
        yield "status: draft"
        headline = _plain(parts.headline)
        if len(headline) > _LINE_LIMIT:
            self.questions.append("headline?")
            headline = ""
        yield f"headline: {quoted(headline)}" if headline else "# headline: REQUIRED - the source has no line that is one"
        if parts.subhead:
            yield f"subhead: {quoted(_plain(parts.subhead)[:_LINE_LIMIT])}"
        yield from self.dateline()
        yield from self.issue_date()
        yield from self.embargo()
        if self.issuer and self.issuer_sure:
            yield f"organization: {quoted(self.issuer)}"
        else:
            name = f"is it {self.issuer}" if self.issuer else "is it your own organization"
            yield "# organization: the source does not say for certain who issues it"
            self.questions.append(f"who issues it: {name}?")
        yield from self.contact()
        if parts.boilerplate:
            yield from _written("boilerplate", "\n\n".join(parts.boilerplate))
        else:
            yield '# boilerplate: the source carries no "About" paragraph'
        yield (
            f"language: {self.language}"
            if self.language
            else "# language: the source does not say; without this line it is your organization's"
        )
        yield f"timezone: {self.zone.key}"
        if parts.notes:
            yield from _written("notes_to_editors", "\n\n".join(parts.notes))

    def dateline(self) -> Iterator[str]:
        place = self.parts.place
        if place is None:
            self.questions.append("dateline?")
            yield "# dateline: REQUIRED - the source carries no dateline"
            return
        known: dict[str, Value] = {"city": place.city}
        if place.state:
            known |= {"region": f"US-{place.state}", "country": "US"}
        yield from _written("dateline", {**known, "as_written": place.written})

    def issue_date(self) -> Iterator[str]:
        parts, source = self.parts, self.parts.source
        if parts.issued is not None:
            yield f"date: {parts.issued.isoformat()}"
            return
        known = [happening.start.date() for happening in self.happenings if isinstance(happening, story_facts.Happening)]
        hint = f"{source.anchor_name} {source.anchor.isoformat()}" if source.anchor else ""
        hint = hint or (f"it was before {min(known).isoformat()}" if known else "")
        yield "# date: REQUIRED - the source carries no issue date" + (f"; {hint}" if hint else "")
        self.questions.append("issue date?" + (f" ({hint})" if source.anchor else ""))

    def embargo(self) -> Iterator[str]:
        """An embargo that is not a clear time is written as it stood, so that nothing can be sent before somebody mends it."""
        if self.parts.embargo is None:
            return
        line, text = self.parts.embargo
        stub = news_copy.read(f"---\nheadline: x\n---\n\n{text}\n", self.copy.path, self.config, self.copy.now)
        day, clock = next(iter(stub.days), None), next(iter(stub.clocks), None)
        if day is not None and day.value is not None and clock is not None and not clock.zone:
            moment = datetime.combine(day.value, datetime.min.time(), self.zone) + timedelta(hours=clock.hour, minutes=clock.minute)
            yield f"embargo: {moment.isoformat()}"
            self.questions.append(f"is the embargo meant in {self.zone.key}?")
        else:
            yield f"embargo: {quoted(_plain(text))}"
            self.questions.append(f"until when is it embargoed ({self.parts.source.unit} {line})?")

    def contact(self) -> Iterator[str]:
        found = {key: value for key, value in self.parts.contact.items() if value}
        if found:
            yield from _written("contact", {**{key: _plain(value)[:_LINE_LIMIT] for key, value in found.items()}})
        else:
            yield "# contact: REQUIRED - the source names no media contact"
            self.questions.append("media contact?")

    def facts(self) -> Iterator[str]:
        """People, events, the appeal, acronyms."""
        people: list[Value] = [self.person(named) for named in self.named]
        if people:
            yield from _written("people", people)
        events: list[Value] = []
        for happening in self.happenings[:_HAPPENINGS]:
            if isinstance(happening, story_facts.Happening):
                event = self.event(happening)
                if event not in events:
                    events.append(event)
            elif not self.parts.advisory:
                self.questions.append(f"does anything take place on “{happening.written}” (paragraph {happening.paragraph})?")
        if events:
            yield from _written("events", events)
        appeal = story_facts.appeal(self.copy) if self.language else None
        if appeal:
            yield from _written("call_to_action", {"audience": appeal[1], "paragraph": appeal[0]})
        spelled = story_facts.acronyms(self.copy)
        if spelled:
            yield from _written("check", {"acronyms": {**spelled}})

    def person(self, named: story_facts.Named) -> Value:
        spokesperson = bool(named.quoted) and self.issuer_sure and named.organization == self.issuer
        role = "spokesperson" if spokesperson else "" if named.quoted else "mentioned"
        every: dict[str, Value] = {"name": named.name, "title": named.title, "organization": named.organization, "role": role,
                                   "quoted": list(named.quoted)}  # fmt: skip
        return {key: value for key, value in every.items() if value}

    def event(self, happening: story_facts.Happening) -> Value:
        place: dict[str, Value] = {"name": happening.place}
        line = self.parts.place
        if line is not None and line.city and happening.place.startswith(line.city):
            place |= {"city": line.city, **({"region": f"US-{line.state}", "country": "US"} if line.state else {})}
        if happening.inferred and (self.parts.issued or self.parts.source.anchor) is None:
            others = [year for year in happening.years if year > happening.start.year] or list(happening.years)
            also = f" (also possible: {', '.join(map(str, others))})" if others else ""
            self.questions.append(f"is {happening.start.year} the year of “{happening.written}”?{also}")
        every: dict[str, Value] = {"title": happening.title, "start": happening.start, "year_inferred": happening.inferred, "place": place,
                                   "organizer": happening.organizer, "audience": "public" if happening.public else "",
                                   "purpose": happening.purpose}  # fmt: skip
        return {key: value for key, value in every.items() if value}

    def provenance(self) -> Iterator[str]:
        """Where it was imported from, and what was left out."""
        source, removed = self.parts.source, self.parts.removed
        known: dict[str, Value] = {"file": source.path.name, "sha256": source.sha256, "url": source.url, "publisher": source.publisher}
        if source.anchor:
            known["anchor"] = source.anchor
        hint = _publisher(removed)
        if hint:
            known["publisher_hint"] = hint
        if removed:
            known["removed"] = [{source.unit: item.line, "why": item.why} for item in removed]
        yield from _written("source", {key: value for key, value in known.items() if value})


def _zone(state: str, own: ZoneInfo) -> tuple[ZoneInfo, bool]:
    """The time zone of a state, the office's own where the state has several or there is none; and whether it is certain."""
    zones = [name for name, states in _ZONES.items() if state and state in states.split()]
    if not zones or own.key in zones:
        return own, True
    return ZoneInfo(zones[0]), len(zones) == 1


def _publisher(removed: list[Removed]) -> str:
    """Who printed it, as an attribute of a removed shortcode names it, without the shortcode's own name."""
    for item in removed:
        match = re.match(r"\[([a-z][\w-]*)\s[^\]]*?\w*_?name=[\"“]([^\"”\]]+)[\"”]", item.text)
        if match and item.why == "wordpress-shortcode":
            return " ".join(word for word in match[2].split() if word.casefold() != match[1])
    return ""


def _written(key: str, value: Value, indent: str = "") -> Iterator[str]:
    """A key of the front matter as lines of YAML that read back as the same."""
    if isinstance(value, dict):
        yield f"{indent}{key}:"
        for name, inner in value.items():
            yield from _written(name if re.fullmatch(r"\w+", name) else quoted(name), inner, indent + "  ")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield f"{indent}{key}:"
        for item in value:
            lines = [
                line for name, inner in (item.items() if isinstance(item, dict) else ()) for line in _written(name, inner, indent + "    ")
            ]
            yield f"{indent}  - {lines[0].lstrip()}"
            yield from lines[1:]
    elif isinstance(value, list):
        yield f"{indent}{key}: [{', '.join(map(str, value))}]"
    elif isinstance(value, str) and "\n" in value:
        yield f"{indent}{key}: |-"
        for line in value.split("\n"):
            text = _plain(line)
            yield f"{indent}  {text}" if text else ""
    elif isinstance(value, str):
        yield f"{indent}{key}: {quoted(_plain(value))}"
    elif isinstance(value, bool):
        yield f"{indent}{key}: {str(value).lower()}"
    else:
        yield f"{indent}{key}: {value.isoformat() if isinstance(value, date) else value}"
