"""One text taken apart for the rules of `check`: what is read, quoted, dated, and where each stretch stands in the file.

Everything is worked out once, at first use, and in one pass over the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pressctl import dates, document, text_blocks
from pressctl.config import Config
from pressctl.errors import Place, Problem
from pressctl.pattern import holds, lowered, pattern
from pressctl.release import Dateline, Draft, Release, draft
from pressctl.text_blocks import BLANK, Block
from pressctl.values import dataclass

__all__ = ["BLANK", "Block", "Copy", "Quote", "Value", "read"]

_T = TypeVar("_T")

# The keys of the front matter that readers see: rules read their values as they read the body
_READ = frozenset({"headline", "subhead", "summary", "correction_note", "notes_to_editors", "boilerplate", "call_to_action"})
_READ_INSIDE = frozenset({"title", "purpose", "photo", "caption", "alt", "text", "credit", "access"})  # of events, media, call_to_action
_READ_TOP = frozenset({"events", "media", "call_to_action"})
DATELINE = pattern(
    r"(?:\*\*|__)?([A-ZÀ-Ý][A-ZÀ-Ý.'’ -]{2,40}|(?:[A-ZÀ-Ý][\w.'’-]+ ?){1,4}(?=, [A-Z]))(?:, ?((?:[A-Z][A-Za-zÀ-ÿ.]*\s?){1,3}))?"
    r"(?:\s?[,(]\s?[^—–\n(]{3,30}\)?)?\s*(?:\*\*|__)?\s*(—|–|--|-|\.-)\s"
)
_WORD = pattern(r"[^\W_]+(?:[’'.\-@][^\W_]+)*")
# the cities that stand in a dateline without their state (AP style; headsupenglish.com and Purdue OWL agree), and some abroad
ALONE = (
    "|atlanta|baltimore|boston|chicago|cincinnati|cleveland|dallas|denver|detroit|honolulu|houston|indianapolis|las vegas|los angeles"
    "|miami|milwaukee|minneapolis|new orleans|new york|oklahoma city|philadelphia|phoenix|pittsburgh|st. louis|salt lake city|san antonio"
    "|san diego|san francisco|seattle|washington|havana|mexico city|toronto|london|geneva|paris|rome|berlin|madrid|"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch in quotation marks, by offsets with the marks; `closed` is False where the paragraph ends before it does."""

    start: int
    end: int
    block: Block
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar of the front matter: its path (`events[0].start`), its text, and where it stands in the file."""

    path: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Copy:
    """A release, or a plain text, as the rules of `check` see it. All offsets count in `source`, from 0."""

    source: str
    path: Path
    config: Config
    release: Release
    now: datetime
    raw: bool  # a plain text without front matter: its first line is the headline
    missing: frozenset[str]  # of the required keys
    problems: tuple[Problem, ...]  # what `release.load` would refuse
    top: document.Mapping
    body_start: int
    settings: Mapping[str, Any] = field(default_factory=dict)  # [style], [languages] … of the configuration, as read
    reported: frozenset[int] = frozenset()  # for LAST rules: lines with an error
    pitched: bool = True  # whether pitches are read, too: the rules look at them, what compares versions does not
    unused: tuple[tuple[str, str, int, int], ...] = ()  # for LAST rules: allows that nothing needed: rule, reason, start, end

    # what the release says

    @property
    def kind(self) -> str:
        """release, advisory, statement …"""
        return self.release.kind

    @property
    def language(self) -> str:
        """The language without its region: en, es, pt, ht."""
        return self.release.language.partition("-")[0].lower()

    @cached_property
    def shared(self) -> Copy:
        """The same without the pitches: what everybody gets."""
        return replace(self, pitched=False) if self.release.pitches else self

    @property
    def issued(self) -> date | None:
        """The day of issue; None where the file has none."""
        return None if "date" in self.missing else self.release.date

    @property
    def sent_on(self) -> date:
        """The day of issue, else today in the release's time zone: what relative dates count from."""
        return self.issued or self.now.astimezone(self.release.timezone).date()

    def key(self, key: str) -> Any:
        """The value of a front matter key that Release has no attribute for, as read; None where absent."""
        return self.release.extra.get(key)

    def absent(self, key: str) -> bool:
        """Whether a required key has no value; one that cannot be read is told by front-matter."""
        value = self.values.get(key)
        return key in self.missing and (value is None or not value.text.strip())

    @cached_property
    def checks(self) -> Mapping[str, Any]:
        """The release's own `check:` table: acronyms, terms …"""
        table = self.release.extra.get("check")
        return table if isinstance(table, Mapping) else {}

    def terms(self, name: str) -> dict[str, str]:
        """A table of words: of [style] in the configuration, and over it of the release's `check:`."""
        tables = (self.settings.get("style", {}), self.checks)
        found: dict[str, str] = {}
        for table in tables:
            part = table.get(name) if isinstance(table, Mapping) else None
            if isinstance(part, Mapping):
                found.update({str(key): str(value) for key, value in part.items()})
        return found

    @cached_property
    def issuer(self) -> str:
        """Who issues it: the release's own `organization`, else the configuration's."""
        own = self.release.extra.get("organization")
        if isinstance(own, Mapping):
            own = own.get("name")
        return own if isinstance(own, str) and own else self.config.organization.name

    def of(self, analysis: Callable[[Copy], _T]) -> _T:
        """What an analysis (names and speakers, links …) makes of this text; it is made once for all rules."""
        if analysis not in self._analyses:
            self._analyses[analysis] = analysis(self)
        found: _T = self._analyses[analysis]
        return found

    @cached_property
    def folded(self) -> str:
        """The whole file in lower case, for asking whether a word is anywhere in it; offsets may differ."""
        return self.source.lower()

    @property
    def sends_files(self) -> bool:
        """Whether files go out with it: attachments, `media`, pictures in the body."""
        return bool(self.release.attachments) or bool(self.key("media")) or "![" in self.markup

    @cached_property
    def _analyses(self) -> dict[Callable[[Copy], Any], Any]:
        return {}

    # where things stand

    @cached_property
    def lines(self) -> list[int]:
        """The offset at which each line begins."""
        starts = [0]
        at = self.source.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.source.find("\n", at + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column from 1; the file's ends where they are outside."""
        if not 1 <= line <= len(self.lines):
            return 0
        return min(self.lines[line - 1] + max(column, 1) - 1, len(self.source))

    def line_end(self, offset: int) -> int:
        """The offset at which the line of `offset` ends."""
        end = self.source.find("\n", offset)
        return len(self.source) if end < 0 else end

    @cached_property
    def values(self) -> dict[str, Value]:
        """Every scalar of the front matter by its path."""
        return {value.path: value for value in self._values(self.top, "")}

    def _values(self, node: document.Node, path: str) -> Iterator[Value]:
        if isinstance(node, document.Mapping):
            for key, inner in node.entries.items():
                yield from self._values(inner, f"{path}.{key}" if path else key)
        elif isinstance(node, document.Sequence):
            for number, inner in enumerate(node.items):
                yield from self._values(inner, f"{path}[{number}]")
        else:
            start = at = self.offset(node.line, node.column)
            for word in node.text.split():  # a folded or quoted value is found again word by word
                found = self.source.find(word, at, min(self.body_start, at + len(word) + 200))
                at = found + len(word) if found >= 0 else at
            first = self.source.find(node.text[:1], start, start + 4) if node.text else start
            yield Value(path, node.text, max(start, first), max(at, start))

    def span(self, key: str) -> tuple[int, int]:
        """Where a front matter value stands, by its path; the key where it is a table; the file's first line where it is absent."""
        if key in self.values:
            return self.values[key].start, self.values[key].end
        place = self.release.places.get(key)
        if place is not None and place.line:
            start = self.offset(place.line, place.column)
            return start, self.line_end(start)
        if key == "headline" and self.raw:
            return self.headline.start, self.headline.end
        return 0, self.line_end(0)

    @property
    def top_line(self) -> tuple[int, int]:
        """Where what is missing is reported: the file's first line."""
        return 0, self.line_end(0)

    def rows(self, start: int, end: int) -> tuple[int, int]:
        """A stretch widened to whole lines with the line end and one empty line behind it: what to delete with it."""
        first = self.source.rfind("\n", 0, start) + 1
        last = self.line_end(end)
        for _ in range(2):
            if last < len(self.source) and self.source[last] == "\n":
                last += 1
                if self.source[last : last + 1] != "\n":
                    break
        return first, last

    # the text

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Headline and other read values of the front matter, then the body's blocks, in order."""
        return (*self._front(), *text_blocks.parse(self.source, self.body_start, self.raw))

    def _front(self) -> Iterator[Block]:
        if self.raw:
            yield Block("headline", 0, self.line_end(0))
            return
        for value in self.values.values():
            name = value.path.partition("[")[0].partition(".")[0]
            inner = value.path.rpartition(".")[2]
            if name == "pitches":
                if self.pitched and inner != "to" and value.end > value.start:
                    yield Block("pitch", value.start, value.end)
            elif (value.path in _READ or (name in _READ_TOP and inner in _READ_INSIDE)) and value.end > value.start:
                yield Block(value.path if value.path in _READ else inner, value.start, value.end)

    @cached_property
    def headline(self) -> Block:
        """The headline; an empty block where there is none."""
        return next((block for block in self.blocks if block.kind == "headline"), Block("headline", 0, 0))

    @cached_property
    def paragraphs(self) -> tuple[Block, ...]:
        """The body's running text, without headings, lists, tables and code; the notes to editors too."""
        return tuple(block for block in self.blocks if block.kind == "paragraph")

    @cached_property
    def body_blocks(self) -> tuple[Block, ...]:
        """The body's blocks of any kind."""
        return tuple(block for block in self.blocks if block.start >= self.body_start and not (self.raw and block.kind == "headline"))

    @cached_property
    def markup(self) -> str:
        """The body as written; code, comments and the front matter are BLANK."""
        return text_blocks.without_code(self.source, self.body_start, self.raw)

    @cached_property
    def prose(self) -> str:
        """What a reader reads, of the same length as `source`; everything else is BLANK."""
        return text_blocks.prose(self.markup, self.source, self.blocks)

    @cached_property
    def unquoted(self) -> str:
        """`prose` without what stands in quotation marks."""
        return text_blocks.blanked(self.prose, ((quote.start, quote.end) for quote in self.quotes))

    @cached_property
    def marks(self) -> tuple[tuple[Quote, ...], tuple[int, ...]]:
        """The quotations, and closing marks without an opening one."""
        quotes: list[Quote] = []
        strays: list[int] = []
        for block in self.blocks:
            if block.kind == "blockquote":
                quotes.append(Quote(block.start, block.end, block))
                continue
            opened, inner = -1, 0  # curly ones inside straight ones
            for at in self._quotation_marks(block):
                mark = self.prose[at]
                if mark in "“«" or (mark == '"' and opened < 0):
                    if mark == '"' and at and self.prose[at - 1].isdigit():
                        continue  # inches
                    if opened < 0:
                        opened, inner = at, 0
                    elif self.prose[opened] == '"':
                        inner += 1
                elif inner and mark != '"':
                    inner -= 1
                elif opened >= 0:
                    quotes.append(Quote(opened, at + 1, block))
                    opened = -1
                else:
                    strays.append(at)
            if opened >= 0:
                quotes.append(Quote(opened, block.end, block, closed=False))
        return tuple(quotes), tuple(strays)

    def _quotation_marks(self, block: Block) -> list[int]:
        """Where they stand in a block, in order."""
        found = []
        for mark in '"“”«»':
            at = self.prose.find(mark, block.start, block.end)
            while at >= 0:
                found.append(at)
                at = self.prose.find(mark, at + 1, block.end)
        return sorted(found)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotations, in order."""
        return self.marks[0]

    def quoted(self, offset: int) -> bool:
        """Whether an offset stands inside a quotation."""
        at = bisect_right(self._quote_starts, offset) - 1
        return at >= 0 and offset < self.quotes[at].end

    @cached_property
    def _quote_starts(self) -> list[int]:
        return [quote.start for quote in self.quotes]

    @cached_property
    def _low(self) -> str:
        """`prose` in lower case, place by place: İ, of two characters in lower case, stays as it is."""
        low = lowered(self.prose)
        return low if len(low) == len(self.prose) else "".join(c.lower() if len(c.lower()) == 1 else c for c in self.prose)

    @cached_property
    def vocabulary(self) -> dict[str, list[int]]:
        """Each word of `prose` in lower case, with the offsets at which it stands."""
        found: dict[str, list[int]] = {}
        for word in _WORD.finditer(self._low):
            found.setdefault(word[0], []).append(word.start())
        return found

    def has(self, any_of: frozenset[str]) -> bool:
        """Whether `prose` has one of these words (lower case): asked before a pattern that is rarely needed."""
        return not any_of.isdisjoint(self.vocabulary)

    def words(self, block: Block | tuple[int, int]) -> int:
        """How many words a stretch has: groups between white space that hold a letter or a figure."""
        start, end = (block.start, block.end) if isinstance(block, Block) else block
        words = self.prose[start:end].split()
        # most words begin with a letter: asking each character of each word took a fifth of the time of a long text
        return len(words) - sum(not any(c.isalnum() for c in word) for word in [word for word in words if not word[0].isalnum()])

    @cached_property
    def sentences(self) -> tuple[Block, ...]:
        """The sentences of every block, in order; `kind` is that of the block, `number` its place in `blocks`."""
        return tuple(
            replace(block, start=start, end=end, number=number)
            for number, block in enumerate(self.blocks)
            for start, end in text_blocks.sentences(self.prose, self.opening(block), block.end)
        )

    def sentence(self, offset: int) -> Block:
        """The sentence at an offset; the whole text's end where none is there."""
        at = bisect_right(self._sentence_starts, offset) - 1
        return self.sentences[at] if at >= 0 else Block("paragraph", offset, offset)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def block(self, offset: int) -> Block:
        """The block at an offset."""
        starts = self._block_starts
        at = bisect_right(starts, offset) - 1
        return self.blocks[at] if at >= 0 else Block("paragraph", offset, offset)

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @cached_property
    def lede(self) -> Block | None:
        """The first paragraph of the body, with a dateline if one is typed there."""
        return next(iter(self.paragraphs), None)

    @cached_property
    def typed_dateline(self) -> tuple[int, int, str, str, str] | None:
        """A dateline typed at the start of the first paragraph: offsets, city, region, dash."""
        if self.lede is None:
            return None
        last = min(self.lede.end, self.lede.start + 120)
        if not holds(self.prose[self.lede.start : last], ("—", "–", "- ", "-\n")):
            return None
        match = DATELINE.match(self.prose, self.lede.start, last)
        if match is None or BLANK in match[0]:
            return None
        city = " ".join(match[1].split()).casefold()
        if not match[2] and not (match[1].isupper() and (f"|{city}|" in ALONE or city == self.release.dateline.city.casefold())):
            return None  # "NASA — the agency — is silent"
        return match.start(), match.end(), match[1].strip(), (match[2] or "").strip(), match[3]

    def opening(self, block: Block) -> int:
        """Where a block's own words begin: behind the dateline in the first paragraph."""
        if self.typed_dateline is not None and self.lede is not None and block.start == self.lede.start:
            return self.typed_dateline[1]
        return block.start

    # dates

    @cached_property
    def days(self) -> tuple[dates.Day, ...]:
        """The dates that are written with a day and a month's name."""
        return tuple(dates.days(self.prose, self.release.language))

    def meant(self, day: dates.Day) -> date | None:
        """The date in its written year, in that of an event on the same day, or near the day of issue; None where nothing anchors it."""
        if day.year:
            return day.value
        for event in self.release.events:
            if (event.start.month, event.start.day) == (day.month, day.day):
                return event.start.date()
        issued = self.issued
        if issued is None:
            return None
        near = [value for year in (-1, 0, 1) if (value := day.of(issued.year + year))]
        return min(near, key=lambda value: abs((value - issued).days)) if near else None

    @cached_property
    def dated(self) -> tuple[tuple[Block, list[dates.Day], list[dates.Clock]], ...]:
        """The sentences that hold a date or a time, with what they hold."""
        held: dict[int, tuple[Block, list[dates.Day], list[dates.Clock]]] = {}
        for day in self.days:
            sentence = self.sentence(day.start)
            held.setdefault(sentence.start, (sentence, [], []))[1].append(day)
        for clock in self.clocks:
            sentence = self.sentence(clock.start)
            held.setdefault(sentence.start, (sentence, [], []))[2].append(clock)
        return tuple(held[start] for start in sorted(held))

    @cached_property
    def clocks(self) -> tuple[dates.Clock, ...]:
        """The clock times."""
        return tuple(dates.clocks(self.prose, self.release.language))


def read(source: str, path: Path, config: Config, now: datetime, *, raw: bool = False) -> Copy:
    """A release file, or with `raw` a plain text, as far as it can be read. Raises ReleaseError for a file without front matter."""
    settings = config.other
    if raw:
        line = source.partition("\n")[0]
        release = _unknown(source, path, config, headline=line.strip())
        missing = frozenset({"date", "dateline"} | ({"headline"} if not line.strip() else set()))
        top = document.Mapping({}, {}, 1, 1)
        return Copy(source, path, config, release, now, raw, missing, (), top, len(line) + 1, settings)
    known: Draft = draft(source, path, config)
    start = sum(len(line) for line in source.split("\n")[: known.release.body_line - 1]) + known.release.body_line - 1
    return Copy(source, path, config, known.release, now, raw, known.missing, known.problems, known.top, start, settings)


def _unknown(source: str, path: Path, config: Config, headline: str) -> Release:
    organization = config.organization
    zone = organization.timezone
    return Release(
        path=path,
        slug=path.stem,
        headline=headline,
        dateline=Dateline(""),
        date=date(1900, 1, 1),
        issued=datetime(1900, 1, 1, tzinfo=zone),
        kind="release",
        language=organization.language,
        timezone=zone,
        body=source.partition("\n")[2],
        body_line=2,
        contacts=organization.contacts,
        boilerplate=organization.boilerplate,
        places={"headline": Place(str(path), 1, 1)},
    )
