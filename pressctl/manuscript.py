"""A source's paragraphs sorted into the parts of a release: headline, dateline, body, contact, boilerplate, and what is residue.

No word is changed and none is lost: each paragraph goes into the body, into a part that the front matter has a key for, or
into `removed` with the reason. The patterns of residue are those of `check`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from pathlib import Path

from pressctl import dates, news_copy
from pressctl.ap_style import ALONE_STATES, FULL_STATES, STATES
from pressctl.checks import comment_counter, mail_residue, page_residue, shortcode, typed_furniture
from pressctl.config import Config
from pressctl.importers import Paragraph, Removed, Source
from pressctl.labels import labels
from pressctl.pattern import pattern

FIRST = 12  # paragraphs among which a release's head is looked for
_SHORT = 30  # words of a headline at most
_RULES = {shortcode: "wordpress-shortcode", comment_counter: "comment-counter", page_residue: "page-residue", mail_residue: "mail-residue"}
_PAGE = pattern(
    r"(?:[-–—( ]*(?:more|continued|continúa|mais|continua)[-–—) ]*|(?:page|página|paj) \d+(?: (?:of|de|sou) \d+)?"
    r"|[-–—] ?\d{1,2} ?[-–—]|[-_=*~–—]{3,})",
    re.IGNORECASE,
)
_EMBARGO = pattern(
    r"[*_ ]*(?:(?:strictly )?embargo(?:ed)?\b|bajo embargo|embargado|sob embargo|anbago|under embargo|hold for release)", re.IGNORECASE
)
_KIND = pattern(
    r"[*_ ]*(?:(?:press|news|media) (?:release|statement|advisory|alert)|statement|advisory|comunicado(?: de prensa| de imprensa)?"
    r"|nota de prensa|convocatoria(?: de prensa)?|aviso de pauta|kominike(?: pou lapr[èe]s)?)[ :.*_]*",
    re.IGNORECASE,
)
_ADVISORY = pattern(r"advisory|alert|convocatoria|aviso de pauta", re.IGNORECASE)
_CONTACT = pattern(r"[*_]*(?:for more information,? )?(?:contacts?|contacto|contato|kontak)(?: person)?[*_]*\s?:", re.IGNORECASE)
_ABOUT = pattern(r"[*_]*(?:about|acerca de|sobre|konsènan)\s+(?:the |la |el |o |a )?[A-ZÀ-Ý][^.!?]{1,90}:?[*_]*", re.IGNORECASE)
_NOTES = pattern(r"[*_]*notes? (?:to|for) editors?[*_]*:?", re.IGNORECASE)
_EMAIL = pattern(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = pattern(r"(?<![\w.])(?:\+?\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)")
_REACHING = pattern(
    r"\b(?:e-?mail|phone|tel(?:ephone)?|cell|mobile|correo|teléfono|telefone)\b\.?\s?:?|[<>()\[\]*_|]|mailto:", re.IGNORECASE
)
_BRACKETED = pattern(r"\(([A-ZÀ-Ý][\w.'’ -]{1,40}), ?([A-ZÀ-Ý][\w.'’ -]{1,30})\)\s*(?:—|–|--|-)\s")  # (Key West, Florida) –
_CITY_DATE = pattern(
    r"([A-ZÀ-Ý][\w.'’ -]{2,40}),\s+((?:[a-zàâéèíóúç-]+,?\s+)?\d{1,2}\s+(?:de\s+)?[a-zàâçéèò]+\s+(?:del?\s+)?\d{4})\s*\.?\s?(?:—|–|--|-)\s*"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A dateline: the city, the state's postal code where it is one, and what was written."""

    city: str
    state: str
    written: str
    line: int


@dataclass(slots=True)
class Manuscript:
    """The parts found. `moved` tells which line went into which key of the front matter."""

    source: Source
    body: list[Paragraph]
    removed: list[Removed] = field(default_factory=list)
    moved: list[tuple[int, str]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    headline: str = ""
    subhead: str = ""
    place: Place | None = None
    issued: date | None = None
    embargo: tuple[int, str] | None = None
    advisory: bool = False
    contact: dict[str, str] = field(default_factory=dict)
    boilerplate: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def move(self, paragraph: Paragraph, key: str) -> None:
        """Note that a paragraph went into the front matter."""
        self.moved.append((paragraph.line, key))

    def drop(self, paragraph: Paragraph, why: str) -> None:
        """Note that a paragraph is not in the draft."""
        self.removed.append(Removed(paragraph.line, why, paragraph.text))


def sort(source: Source, config: Config) -> Manuscript:
    """The parts of a release in a source."""
    kept, residue = _without_residue(source, config)
    parts = Manuscript(source, kept, [*source.removed, *residue], questions=list(source.questions))
    _tail(parts)
    start = _dateline(parts, source.language or config.organization.language)
    head, rest = (parts.body[:start], parts.body[start:]) if start is not None else (parts.body[:FIRST], parts.body[FIRST:])
    head = list(_labels(parts, head))
    _headline(parts, head, whole=start is None)
    parts.body = head + rest
    contact = list(_contact_lines(parts.body, final=True))
    _contact(parts, contact)
    parts.body = [paragraph for paragraph in parts.body if paragraph not in contact]
    parts.removed.sort(key=lambda removed: removed.line)
    parts.moved.sort()
    return parts


def _without_residue(source: Source, config: Config) -> tuple[list[Paragraph], list[Removed]]:
    """The paragraphs without what the rules of `check` take for residue; again until nothing is found, for it stands in layers."""
    kept = list(source.paragraphs)
    removed: list[Removed] = []
    for _ in range(5):
        before = len(removed)
        spans = _residue(kept, config)
        after = []
        for number, paragraph in enumerate(kept):
            text, gone = paragraph.text, spans.get(number, [])
            for start, end, why in reversed(gone):
                removed.append(Removed(paragraph.line, why, text[start:end]))
                text = " ".join(part for part in (text[:start].rstrip(), text[end:].lstrip()) if part)
            if text.strip():
                after.append(replace(paragraph, text=text.strip()))
        kept = after
        if len(removed) == before:
            break
    return kept, removed


def _residue(kept: list[Paragraph], config: Config) -> dict[int, list[tuple[int, int, str]]]:
    """What is residue in which paragraph: start, end, why; whole paragraphs but for shortcodes."""
    texts = [paragraph.text for paragraph in kept]
    starts = list(accumulate((len(text) + 2 for text in texts), initial=2))
    from datetime import UTC, datetime

    copy = news_copy.read("\n\n" + "\n\n".join(texts), Path("source"), config, datetime.now(UTC), raw=True)
    found: dict[int, list[tuple[int, int, str]]] = {}
    for rule, why in _RULES.items():
        for hit in rule.check(copy, {}):
            number = bisect_right(starts, hit.start) - 1
            start, end = hit.start - starts[number], min(hit.end - starts[number], len(texts[number]))
            whole = (0, len(texts[number]), why)
            found.setdefault(number, []).append((start, end, why) if rule is shortcode else whole)
    for number, text in enumerate(texts):
        if _PAGE.fullmatch(text) and not typed_furniture.END.fullmatch(text):
            found.setdefault(number, []).append((0, len(text), "page-break"))
    return {number: _apart(spans) for number, spans in found.items()}


def _apart(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """In order, without those inside another."""
    kept: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _tail(parts: Manuscript) -> None:
    """What follows the end mark, and an "About …" near the end, into their keys."""
    body = parts.body
    end = next((n for n, p in enumerate(body) if n > len(body) // 3 and typed_furniture.END.fullmatch(_bare(p.text))), None)
    after: list[Paragraph] = []
    if end is not None:
        parts.drop(body[end], "end-mark")
        after, body = body[end + 1 :], body[:end]
    about = next((n for n, p in enumerate(body) if n > len(body) // 2 and _ABOUT.fullmatch(p.text)), None)
    if about is not None:
        after, body = body[about:] + after, body[:about]
    parts.body = body
    contact = list(_contact_lines(after, final=False))
    _contact(parts, contact)
    into = ""
    for paragraph in (paragraph for paragraph in after if paragraph not in contact):
        if typed_furniture.END.fullmatch(_bare(paragraph.text)):
            parts.drop(paragraph, "end-mark")
        elif _ABOUT.fullmatch(paragraph.text):
            into = "boilerplate"
            parts.drop(paragraph, "boilerplate-heading")
        elif _NOTES.fullmatch(paragraph.text):
            into = "notes_to_editors"
            parts.drop(paragraph, "notes-heading")
        elif into == "boilerplate":
            parts.boilerplate.append(paragraph.text)
            parts.move(paragraph, into)
        else:
            parts.notes.append(paragraph.text)
            parts.move(paragraph, "notes_to_editors")
            if not into:
                into = "notes_to_editors"
                parts.questions.append(f"{_at(parts, paragraph.line)} stands below the end mark: is it a note to editors?")


def _bare(text: str) -> str:
    return text.strip().replace("\\", "").strip("*_ ")


def _at(parts: Manuscript, line: int) -> str:
    return f"{parts.source.unit} {line}"


def _dateline(parts: Manuscript, language: str) -> int | None:
    """Cut the dateline off the first paragraph that begins with one; that paragraph's place."""
    for number, paragraph in enumerate(parts.body[:FIRST]):
        text = paragraph.text
        end, city, region = _city(text)
        if not end or not text[end:].strip():
            continue
        if not _allowed(city, region, text[:end]):
            continue
        written = re.sub(r"[\s*_]*(?:—|–|-{1,2})[\s*_]*$", "", text[:end]).strip("*_ ")
        written = written if region else written.rstrip(".")
        day = next((day for code in (language, *dates.LANGUAGES) for day in dates.days(written, code)), None)
        parts.issued = day.value if day is not None else None
        if day is not None:
            shown = written[: day.start].rstrip(" ,(")
            if day.value is None:
                parts.questions.append(f"the dateline says “{written[day.start : day.end]}” without a year: is it the issue date?")
            written = shown
        city = " ".join(word if word in ("D.C.",) else word.capitalize() for word in city.split()) if city.isupper() else city
        parts.place = Place(city, _state(region, city), written.strip("()"), paragraph.line)
        parts.move(paragraph, "dateline")
        parts.body[number] = replace(paragraph, text=text[end:].strip())
        return number
    return None


def _city(text: str) -> tuple[int, str, str]:
    """The end of a typed dateline, its city and its region; 0 where none begins the text."""
    match = _BRACKETED.match(text) or news_copy.DATELINE.match(text, 0, min(len(text), 120))
    if match is not None:
        return match.end(), match[1].strip(), (match[2] or "").strip()
    dated = _CITY_DATE.match(text)
    return (dated.end(), dated[1].strip(), "") if dated is not None else (0, "", "")


def _allowed(city: str, region: str, written: str) -> bool:
    """Whether it is a dateline: capitals that stand alone as AP lets them, a state that exists, or a date with it."""
    folded = " ".join(city.split()).casefold()
    dated = any(next(dates.days(written, language), None) for language in dates.LANGUAGES)
    return bool(_state(region, city)) or (city.isupper() and (bool(region) or f"|{folded}|" in news_copy.ALONE)) or dated


def _state(region: str, city: str) -> str:
    """The postal code of a state as people write it; of a city that stands alone, its own."""
    plain = region.strip().rstrip(".,")
    if plain.upper() in STATES and plain.isupper():
        return plain
    for code, short in STATES.items():
        if plain and plain.casefold() in (short.rstrip(".").casefold(), short.replace(".", "").casefold()):
            return code
    spanish = {"florid": "FL", "flórida": "FL", "nueva york": "NY", "nova york": "NY"}
    full = {name.casefold(): code for name, code in FULL_STATES.items()} | spanish
    return full.get(plain.casefold(), "" if plain else ALONE_STATES.get(city.casefold(), ""))


def _labels(parts: Manuscript, head: list[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs of the head that are no label: release line, embargo, kind, contact and bare date go into their keys."""
    contact = list(_contact_lines(head, final=False))
    _contact(parts, contact)
    for paragraph in head:
        text = paragraph.text
        if paragraph in contact:
            continue
        if typed_furniture.IMMEDIATE.fullmatch(text):
            parts.drop(paragraph, "release-line")
        elif _EMBARGO.match(text) and len(text) < 160:
            parts.embargo = (paragraph.line, text)
            parts.move(paragraph, "embargo")
        elif _KIND.fullmatch(text) or text.strip(" :*_").upper() in {labels("en")[kind] for kind in ("release", "advisory", "statement")}:
            parts.advisory = parts.advisory or _ADVISORY.search(text) is not None
            parts.drop(paragraph, "document-label")
        elif (day := _only_date(text)) is not None:
            parts.issued = parts.issued or day
            parts.move(paragraph, "date")
        else:
            yield paragraph


def _only_date(text: str) -> date | None:
    """The date of a line that holds nothing else."""
    if len(text) > 60:
        return None
    for language in dates.LANGUAGES:
        day = next(dates.days(text, language), None)
        rest = (text[: day.start] + text[day.end :]).strip(" ,.:*_").casefold() if day else "x"
        if day is not None and day.value is not None and rest in ("", "date", "fecha", "data", "dat", "issued", "released"):
            return day.value
    return None


def _headline(parts: Manuscript, head: list[Paragraph], *, whole: bool) -> None:
    """Take the headline, and a second line below it, out of the head; where the text has none, the format's own."""
    titles = [p for p in head if p.kind in ("title", "subtitle")]
    named = {_folded(value) for value in parts.source.headlines}
    if not titles and named:
        titles = [p for p in head if _folded(p.text) in named][:1]
    if not titles and not (named and parts.source.publisher):
        short = [
            p
            for p in head
            if p.kind in ("paragraph", "heading") and len(p.text.split()) <= _SHORT and not p.text.rstrip("*_ ").endswith((".", ":"))
        ]
        titles = short[:1] if whole else short[-2:]
        if len(titles) == 2:
            parts.questions.append(f"is {_at(parts, titles[0].line)} the headline, and {_at(parts, titles[1].line)} the line below it?")
    for paragraph in titles:
        text = paragraph.text.strip("*_# ").strip()
        if not parts.headline and paragraph.kind != "subtitle":
            parts.headline = text
            parts.move(paragraph, "headline")
        elif not parts.subhead:
            parts.subhead = text
            parts.move(paragraph, "subhead")
        else:
            continue
        head.remove(paragraph)
    for paragraph in [] if whole else [p for p in head if p.line < (titles[0].line if titles else 0) and len(p.text.split()) <= _SHORT]:
        parts.drop(paragraph, "above-the-headline")
        head.remove(paragraph)
    others = [value for value in parts.source.headlines if _folded(value) != _folded(parts.headline)]
    if not parts.headline and others:
        parts.headline = others.pop(0)
        if others or not parts.source.publisher:
            parts.questions.append("the headline is not in the text, it is the title of the page or mail: is it the release's own?")
    if not parts.headline:
        parts.questions.append("headline?")
    first = next(iter(head), None)
    bold = re.fullmatch(r"\*\*([^*]+)\*\*", first.text) if first is not None else None
    if first is not None and bold and not parts.subhead and not whole:
        parts.subhead = bold[1]
        parts.move(first, "subhead")
        head.remove(first)


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]+", " ", text.casefold()).split())


def _contact_lines(paragraphs: list[Paragraph], *, final: bool) -> Iterator[Paragraph]:
    """The lines of a contact block: from its label to the end of its block, or as long as lines hold a name, a number, an address.

    With `final` only what looks like nothing else: a label at the start of a line, near the end of the text.
    """
    inside = -1
    last = 0
    for number, paragraph in enumerate(paragraphs):
        text = paragraph.text
        labelled = typed_furniture.CONTACT.match(text) or _CONTACT.match(text)
        if labelled and len(text) < 200 and (not final or number >= len(paragraphs) - 8):
            inside, last = paragraph.block, number
            yield paragraph
        elif inside >= 0 and number - last <= 6 and len(text) < 100:
            reaches = _EMAIL.search(text) or _PHONE.search(text)
            if reaches or paragraph.block == inside or number == last + 1:
                yield paragraph
            else:
                inside = -1
        else:
            inside = -1


def _contact(parts: Manuscript, lines: list[Paragraph]) -> None:
    """Name, title, address and number out of a contact block; what is left over is listed, not guessed at."""
    if not lines:
        return
    if parts.contact:
        parts.questions.append(f"a second media contact stands at {_at(parts, lines[0].line)}: is it one?")
        for paragraph in lines:
            parts.drop(paragraph, "second-contact")
        return
    found: dict[str, str] = {}
    left: list[tuple[Paragraph, str]] = []
    for paragraph in lines:
        rest = paragraph.text
        for marks in (typed_furniture.CONTACT, _CONTACT):
            label = marks.match(rest)
            rest = rest[label.end() :] if label else rest
        for key, marks in (("email", _EMAIL), ("phone", _PHONE)):
            match = marks.search(rest)
            if match and key not in found:
                found[key] = match[0]
                rest = rest[: match.start()] + rest[match.end() :]
        rest = " ".join(_REACHING.compiled.sub(" ", rest).split()).strip(" ,;:·•/—–-")
        if rest:
            left.append((paragraph, rest))
    if left:
        name, _, title = left[0][1].partition(",")
        found["name"] = name.strip()
        if title.strip():
            found["title"] = title.strip()
    if "name" not in found or not ({"email", "phone"} & found.keys()):
        parts.questions.append(f"the media contact at {_at(parts, lines[0].line)} is not complete: who is it?")
        for paragraph in lines:
            parts.drop(paragraph, "contact-block")
        return
    parts.contact = found
    for paragraph in lines:
        parts.move(paragraph, "contact")
    for paragraph, rest in left[1:]:
        if not found.get("title"):
            found["title"] = rest
        else:
            parts.removed.append(Removed(paragraph.line, "contact-block", rest))
