"""Plain text: what was pasted from a page or a mail, in UTF-8, UTF-16 or Windows-1252, wrapped or not.

A release's own Markdown stays as it is. Text that is no UTF-8 is read as Windows-1252, and a question says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from pressctl.errors import Place, ReleaseError
from pressctl.importers import TEXT_LIMIT, Paragraph, Source

LAST = True
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_END = re.compile(r"[.!?:…][\"”’»')\]*_]*$")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\S")
_WRAPPED = range(45, 101)  # characters; the lengths of lines that a program has broken


def takes(name: str, data: bytes) -> bool:
    """Whether there are no bytes in it that no text has."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\0" not in data and len(_CONTROL.findall(data)) * 200 <= len(data))


def read(data: bytes, path: Path) -> Source:
    """The paragraphs of a text. Raises ReleaseError for a file that is a release already, or too long."""
    if len(data) > 2 * TEXT_LIMIT:
        size = f"{len(data):,} bytes, and {2 * TEXT_LIMIT:,} are allowed"
        raise ReleaseError(f"the text is too long: {size}", Place(str(path)), "a release is a page or two: is this the right file?")
    text, questions = decode(data, path)
    if re.match(r"---[ \t]*\n(?:.*\n)*?headline:", text[:4000]):
        raise ReleaseError("this is a release file already", Place(str(path), 1, 1), "put it into releases/ as it is")
    lines = list(enumerate(text.rstrip("\n").split("\n"), 1))
    return Source(path, tuple(paragraphs(lines)), len(lines), questions=questions)


def decode(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text with line ends made `\\n`, and what is to be asked about its encoding."""
    questions: tuple[str, ...] = ()
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        if fault.encoding != "utf-8":
            raise ReleaseError("the text is damaged: it is no UTF-16", Place(str(path), line), "save it as UTF-8 in your editor") from None
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            hint = "open it in a program that shows it well, and save it as UTF-8"
            raise ReleaseError("the text is neither UTF-8 nor Windows-1252", Place(str(path), line), hint) from None
        questions = (f"the text was read as Windows-1252: are the letters right (line {line})?",)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"), questions


def paragraphs(lines: Sequence[tuple[int, str]]) -> Iterator[Paragraph]:
    """Numbered lines as paragraphs: by empty lines where there are some, else by line where lines are long, else by how they end."""
    filled = [(number, line.rstrip()) for number, line in lines if line.strip()]
    if not filled:
        return
    long = median(len(line) for _, line in filled) > _WRAPPED[-1]
    blocks = _blocks(lines) if len(filled) < filled[-1][0] - filled[0][0] + 1 else [[row] for row in filled] if long else [filled]
    for block_number, block in enumerate(blocks, 1):
        for number, text in _joined(block):
            kind = "item" if _ITEM.match(text) else "paragraph"
            yield Paragraph(number, _markdown(text.strip()), kind, block_number)


def _blocks(lines: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    found: list[list[tuple[int, str]]] = [[]]
    for number, line in lines:
        if line.strip():
            found[-1].append((number, line.rstrip()))
        elif found[-1]:
            found.append([])
    return [block for block in found if block]


def _joined(block: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines of a block, those joined that were broken to fit a width: of a like length, and no sentence ends there."""
    lengths = [len(line) for _, line in block[:-1]]
    broken = len(block) > 2 and sum(length in _WRAPPED for length in lengths) * 10 >= len(lengths) * 8
    broken = broken or (len(block) == 2 and lengths[0] in _WRAPPED and not _END.search(block[0][1]) and block[1][1][:1].islower())
    at, parts = block[0][0], [block[0][1]]
    for (_, before), (number, line) in pairwise(block):
        ended = len(before) not in _WRAPPED or (_END.search(before) and len(before) < max(lengths) - 25)
        if broken and not ended and not _ITEM.match(line):
            parts.append(line.lstrip())
            continue
        yield at, " ".join(parts)
        at, parts = number, [line]
    yield at, " ".join(parts)


def _markdown(text: str) -> str:
    """What a browser would take for a tag stays text."""
    return re.sub(r"<(?=[A-Za-z/!?])(?!https?://|[\w.+-]+@)", "&lt;", text)
