"""The formats that `import` reads, one a file, found by file name.

An importer is a module. Adding one = one file here, and no other edit.

    takes(name, data) -> bool        whether it recognises the file, by its content first, then by its name
    read(data, path) -> Source       its paragraphs with the lines they stand on, what it left out and why, and hints
    LAST = True                      asked after the others (plain text, which is everything else)

An importer tells words from furniture and nothing more: which paragraph is the headline, who speaks and what day is meant
is worked out for all formats in `manuscript` and `story_facts`. It never drops a word without listing it in `removed`.
"""

from __future__ import annotations

import hashlib
import importlib
import os
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

from pressctl import files
from pressctl.errors import Place, ReleaseError

FILE_LIMIT = 25 * 1024 * 1024  # bytes; a Word file carries its pictures
TEXT_LIMIT = 2 * 1024 * 1024  # characters of text; more is a book, or the wrong file


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as Markdown, and the line (in a Word file: paragraph) of the source on which it begins, from 1.

    `kind`: paragraph, heading, item, table, title, subtitle. Paragraphs of one `block` had no empty line between them.
    """

    line: int
    text: str
    kind: str = "paragraph"
    block: int = 0
    level: int = 0  # of a heading


@dataclass(frozen=True, slots=True)
class Removed:
    """Words that are not in the draft: where they stood, why they went (in kebab case), and the words."""

    line: int
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says, before anything is made of it."""

    path: Path
    paragraphs: tuple[Paragraph, ...]
    lines: int  # lines (paragraphs) read
    unit: str = "line"  # what `line` counts: line, paragraph
    removed: tuple[Removed, ...] = ()
    headlines: tuple[str, ...] = ()  # said outside the text (a page's title, a mail's subject), the best first
    anchor: date | None = None  # when it was published, sent or saved: what a date without its year is near to
    anchor_name: str = ""  # what the anchor is, as in "the page was published on"
    language: str = ""  # BCP 47, where the format says it
    publisher: str = ""  # who printed it, not who issued it
    url: str = ""
    questions: tuple[str, ...] = ()
    sha256: str = ""  # of the file


@cache
def formats() -> tuple[ModuleType, ...]:
    """The importers that are there, in the order in which they are asked."""
    names = sorted(name[:-3] for name in os.listdir(__path__[0]) if name.endswith(".py") and not name.startswith("_"))
    found = [importlib.import_module(f"pressctl.importers.{name}") for name in names]
    return tuple(sorted(found, key=lambda module: bool(getattr(module, "LAST", False))))


def read(path: Path) -> Source:
    """What a file of any known format says. Raises ReleaseError for what cannot be read, or is no text."""
    data = files.read_bytes(path, ReleaseError, "source", FILE_LIMIT)
    place = Place(str(path))
    if not data.strip():
        raise ReleaseError("the file is empty", place, "is this the right file?")
    if data.startswith(_UTF_32):  # one of the marks begins as that of UTF-16 does
        raise ReleaseError("this text is UTF-32", place, "save it as UTF-8 in your editor")
    for start, name in _REFUSED.items():
        if data.startswith(start):
            raise ReleaseError(f"this is {name}, which `import` does not read", place, "save its text as .docx or .txt, and import that")
    module = next((module for module in formats() if module.takes(path.name, data)), None)
    if module is None:
        if b"\0" in data[1:2] + data[:1] and 4 * data.count(b"\0") > len(data):  # as in every second byte of most scripts
            raise ReleaseError("this looks like UTF-16 text without its mark", place, "save it as UTF-8 in your editor")
        raise ReleaseError("this file is no text, page, Word file or mail", place, "save its text as .txt, and import that")
    source: Source = module.read(data, path)
    if sum(len(paragraph.text) for paragraph in source.paragraphs) > TEXT_LIMIT:
        raise ReleaseError(
            f"the text is longer than {TEXT_LIMIT:,} characters", place, "a release is a page or two: is this the right file?"
        )
    if not any(character.isalpha() for paragraph in source.paragraphs for character in paragraph.text):
        raise ReleaseError("there is no text in this file", place, "if the words are in a picture, type them")
    return replace(source, sha256=hashlib.sha256(data).hexdigest())


_UTF_32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_REFUSED = {
    b"%PDF": "a PDF",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}
