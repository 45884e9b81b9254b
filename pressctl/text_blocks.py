"""A Markdown body as blocks and sentences by their offsets, and copies of it in which everything not concerned is blank.

This is no Markdown parser (markup.py is): it tells paragraphs from headings, lists, tables and code line by line, so
that a finding's offset is the file's own, in time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pressctl.labels import notes_headings
from pressctl.pattern import pattern, words
from pressctl.values import dataclass

BLANK = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: neither a word nor white space, so that no pattern reaches across it


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text by offsets. `kind`: paragraph, heading, item, table, blockquote, code, or a key of the front matter.

    `notes` is True in the notes to editors; `level` is a heading's, from 1; `number` a sentence's block.
    """

    kind: str
    start: int
    end: int
    notes: bool = False
    level: int = 0
    number: int = 0


_HEADING = pattern(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_ITEM = pattern(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_FENCE = pattern(r" {0,3}(```+|~~~+)")
_RULER = pattern(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:=[ \t]*){3,})$")
_COMMENT = pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE_SPAN = pattern(r"(?<!`)(`{1,3})(?!`)[^`\n]{1,400}?(?<!`)\1(?!`)")
_SILENT = pattern(  # what readers do not read: templates, tags, addresses of pages and of mail, targets of links
    r"\{\{.{0,400}?\}\}|\{%.{0,400}?%\}|</?[A-Za-z][^<>\n]{0,400}>|(?<=\])\([^()\s]{1,600}(?:\s\"[^\"\n]{0,200}\")?\)"
    r"|\bhttps?://[^\s<>\"”“]+[^\s<>\"”“.,;:!?)\]]|\bwww\.[^\s<>\"]+[^\s<>\".,;:!?)\]]|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
    near="{{|{%|<|](|://|www.|@",
)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these stretches (in order, overlaps allowed) BLANK, line breaks kept."""
    parts, at = [], 0
    for start, end in spans:
        start = max(start, at)
        if end > start:
            parts += [text[at:start], _blank(text[start:end])]
            at = end
    return "".join([*parts, text[at:]])


def _blank(text: str) -> str:
    return BLANK * len(text) if "\n" not in text else "\n".join(BLANK * len(line) for line in text.split("\n"))


def without_code(source: str, body_start: int, raw: bool) -> str:
    """The body as written, with the front matter, comments, fenced and indented code and code spans BLANK."""
    text = _blank(source[:body_start]) + source[body_start:]
    if "<!--" in text:
        text = blanked(text, (match.span() for match in _COMMENT.finditer(text, body_start)))
    if not raw:
        text = blanked(text, ((block.start, block.end) for block in parse(text, body_start, raw) if block.kind == "code"))
    if "`" in text:
        text = blanked(text, (match.span() for match in _CODE_SPAN.finditer(text, body_start)))
    return text


def prose(markup: str, source: str, blocks: Iterable[Block]) -> str:
    """What is read: the blocks' own words, and between them BLANK."""
    parts, at = [], 0
    for block in blocks:
        if block.kind == "code" or block.end <= at:
            continue
        start = max(block.start, at)
        text = markup if block.kind in ("paragraph", "heading", "item", "table", "blockquote") else source
        parts += [_gap(source[at:start]), text[start : block.end]]
        at = block.end
    whole = "".join([*parts, _gap(source[at:])])
    return blanked(whole, (match.span() for match in _SILENT.finditer(whole)))


def _gap(text: str) -> str:
    """Between blocks: line breaks stay, but a BLANK follows the last one, so that no pattern reaches over."""
    blank = _blank(text)
    return blank if BLANK in blank or not blank else blank[:-1] + BLANK


def parse(source: str, start: int, raw: bool) -> list[Block]:
    """The blocks of a body from offset `start`. In a raw text a line is a paragraph, unless it has empty lines between them."""
    single = raw and "\n\n" not in source.strip("\n")
    blocks: list[Block] = []
    reader = _Reader(blocks)
    at = start
    for line in source[start:].split("\n"):
        if single:
            if line.strip():
                blocks.append(Block("paragraph", at + len(line) - len(line.lstrip()), at + len(line.rstrip())))
        else:
            reader.line(line, at)
        at += len(line) + 1
    reader.close()
    return blocks


class _Reader:
    """Lines in, blocks out."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.kind = ""  # of the open block
        self.start = self.end = 0
        self.fence = ""
        self.notes = 0  # the level of the heading of the notes to editors

    def line(self, line: str, at: int) -> None:
        bare = line.strip()
        fence = _FENCE.match(line) if bare[:1] in ("`", "~") else None
        ruler = bare[:1] in tuple("*-_=") and _RULER.match(line) is not None
        if self.fence:
            self.end = at + len(line)
            if fence is not None and fence[1].startswith(self.fence) and bare == fence[1]:
                self.fence = ""
                self.close()
        elif fence is not None:
            self.open("code", at, line)
            self.fence = fence[1]
        elif not bare:
            self.close()
        elif self.kind == "paragraph" and ruler and bare[0] in "=-" and len(bare) == bare.count(bare[0]):
            self.kind = "heading"  # a line of = or - below a paragraph's line makes it a heading
            self.close()
        elif ruler:
            self.close()
        elif bare[0] == "#" and (heading := _HEADING.match(line)) is not None and bare.strip("# "):
            self.heading(line, at, heading)
        else:
            self.running(line, at, bare)

    def heading(self, line: str, at: int, match: re.Match[str]) -> None:
        self.close()
        level = len(match[1])
        text = line[match.end() :].rstrip().rstrip("#").rstrip()
        if text.strip("*_: ").casefold() in notes_headings():
            self.notes = level
        elif self.notes and level <= self.notes:
            self.notes = 0
        self.blocks.append(Block("heading", at + match.end(), at + match.end() + len(text), bool(self.notes), level))

    def running(self, line: str, at: int, bare: str) -> None:
        if bare.startswith(">"):
            kind = "blockquote"
        elif bare.startswith("|"):
            kind = "table"
        elif (bare[0] in "-*+" or bare[0].isdigit()) and (item := _ITEM.match(line)) is not None:
            self.close()
            self.open("item", at, line, item.end())
            return
        elif not self.kind and line.startswith(("    ", "\t")) and not (self.blocks and self.blocks[-1].kind == "item"):
            kind = "code"
        else:
            kind = self.kind or "paragraph"
        if self.kind and kind == self.kind:
            self.end = at + len(line.rstrip())
        else:
            self.open(kind, at, line, len(line) - len(line.lstrip()))

    def open(self, kind: str, at: int, line: str, indent: int = 0) -> None:
        self.close()
        self.kind, self.start, self.end = kind, at + indent, at + len(line.rstrip())

    def close(self) -> None:
        if self.kind and self.end > self.start:
            level = 2 if self.kind == "heading" else 0
            self.blocks.append(Block(self.kind, self.start, self.end, bool(self.notes), level))
        self.kind = ""


_END = pattern(r"[.!?…][\"”’»')\]*_]*(?=\s)")
_NEXT = pattern(r"\s+[\"“«‘'(¿¡*_\[]*([A-ZÀ-Ý0-9][^\W_]*)")
# after these a full stop ends no sentence
_SHORT = words(
    "mr mrs ms dr prof rev hon sen sens rep reps gov lt sgt capt maj col gen cmdr adm amb prop st no vs "
    "etc inc corp co ltd jr sr fig vol dept est approx "
    "jan feb mar apr jun jul aug sept sep oct nov dec "
    "ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa tenn vt va wash wis wyo "
    "sra sr srta ud uds dra lic ing av núm pág tel"
)


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences between two offsets, by offsets."""
    at = start
    for match in _END.finditer(text, start, end):
        following = _NEXT.match(text, match.end(), end)
        if following is None or (text[match.start()] == "." and _is_short(text, at, match.start(), following[1])):
            continue
        yield at, match.end()
        at = match.end()
        while at < end and text[at].isspace():
            at += 1
    if at < end and text[at:end].strip():
        yield at, end


# after "5 p.m." these go on with the same sentence
_AFTER_TIME = words("monday tuesday wednesday thursday friday saturday sunday eastern central mountain pacific atlantic")


def _is_short(text: str, start: int, stop: int, following: str) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation or an initial; `following` is the next word."""
    first = stop
    while first > start and (text[first - 1].isalnum() or text[first - 1] == "."):
        first -= 1
    word = text[first:stop]
    if word.lower() in _SHORT:
        return True
    if word.lower() in ("a.m", "p.m"):
        return following.isupper() or following[0].isdigit() or following.lower() in _AFTER_TIME
    return (len(word) == 1 and word.isupper()) or (("." in word) and word.replace(".", "").isalpha() and word[-2:-1] == ".")
