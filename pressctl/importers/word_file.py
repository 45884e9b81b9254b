"""A Word file (.docx): paragraphs with their styles, tables and text boxes; comments, tracked changes, headers and footers listed.

The standard library reads it: a zip of XML (ECMA-376 part 1). Tracked insertions are taken, deletions left out, and both are
shown, because nobody may publish a draft's traces without seeing them. Limits hold against archives made to fill a disk.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

from pressctl.errors import Place, ReleaseError
from pressctl.importers import Paragraph, Removed, Source
from pressctl.importers.html_page import close_together, escaped, link, settled

PART_LIMIT = 16 * 1024 * 1024  # bytes of one part, unpacked
PARTS_LIMIT = 2000  # entries of the archive
DEPTH_LIMIT = 200  # elements inside each other
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = {  # the names of the same elements in a file saved as "Strict Open XML" (ISO/IEC 29500)
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": _W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": _R[1:-1].encode(),
}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same text box once more, for old programs
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB]: an encrypted .docx, or a .doc


def takes(name: str, data: bytes) -> bool:
    """A zip that is a Word file, or the container of an encrypted or an old one."""
    return data.startswith(_OLE) or (data.startswith(b"PK\x03\x04") and (b"word/" in data or name.lower().endswith(".docx")))


def read(data: bytes, path: Path) -> Source:
    """The paragraphs of a Word file. Raises ReleaseError for an encrypted, an old or a damaged one."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            _refuse(path, "this Word file is encrypted", "open it in Word, save a copy without a password, and import that")
        _refuse(path, "this is an old Word file (.doc)", "save it as .docx, and import that")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > PARTS_LIMIT:
                _refuse(path, f"this archive has more than {PARTS_LIMIT:,} parts", "is this the right file?")
            return _Document(archive, path).source()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ElementTree.ParseError, LookupError, ValueError) as fault:
        # zipfile raises RuntimeError for a password and, as its NotImplementedError, for a method it does not know
        what = "its data are damaged" if isinstance(fault, zlib.error) else type(fault).__name__
        _refuse(path, f"this Word file cannot be read ({what})", "open it in Word, save a copy, and import that")


def _refuse(path: Path, problem: str, hint: str) -> NoReturn:
    raise ReleaseError(problem, Place(str(path)), hint)


class _Document:
    """The parts of one file, and what was found in them."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.archive = archive
        self.path = path
        self.names = set(archive.namelist())
        self.links = self._links()
        self.ordered = self._ordered()
        self.paragraphs: list[Paragraph] = []
        self.removed: list[Removed] = []
        self.inserted: list[int] = []
        self.number = 0

    def source(self) -> Source:
        body = self.part("word/document.xml")
        if body is None:
            _refuse(self.path, "this is a zip archive, but no Word file", "save the text as .docx or .txt, and import that")
        self.walk(body, 0)
        for name in sorted(self.names):
            for pattern, why in (
                (r"word/header\d*\.xml", "page-header"),
                (r"word/footer\d*\.xml", "page-footer"),
                (r"word/comments\.xml", "comment"),
                (r"word/(?:foot|end)notes\.xml", "footnote"),
            ):
                if re.fullmatch(pattern, name):
                    self.aside(name, why)
        questions = []
        if self.inserted:
            words = f"{self.unit_list(self.inserted)} {'holds' if len(self.inserted) == 1 else 'hold'}"
            questions.append(f"{words} tracked insertions, taken as accepted: are they agreed?")
        if any(removed.why == "tracked-deletion" for removed in self.removed):
            questions.append("tracked deletions were left out: are they agreed?")
        anchor = self.saved()
        return Source(
            self.path,
            tuple(self.paragraphs),
            self.number,
            "paragraph",
            tuple(self.removed),
            anchor=anchor,
            anchor_name="the file was last saved on" if anchor else "",
            questions=tuple(questions),
        )

    @staticmethod
    def unit_list(numbers: list[int]) -> str:
        unique = sorted(set(numbers))
        return f"paragraph{'s' if len(unique) > 1 else ''} {', '.join(map(str, unique[:8]))}"

    def part(self, name: str) -> ElementTree.Element | None:
        if name not in self.names:
            return None
        if self.archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # Word knows no other
            raise NotImplementedError
        with self.archive.open(name) as stream:
            data = stream.read(PART_LIMIT + 1)
        if len(data) > PART_LIMIT:
            _refuse(self.path, f"`{name}` unpacks to more than {PART_LIMIT:,} bytes", "is this the right file?")
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            _refuse(self.path, "the file declares XML entities, which no Word file does", "is this the right file?")
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
        return ElementTree.fromstring(data)  # noqa: S314 - it declares no entities, as was looked at above

    def _links(self) -> dict[str, str]:
        root = self.part("word/_rels/document.xml.rels")
        return (
            {item.get("Id", ""): item.get("Target", "") for item in root if item.get("TargetMode") == "External"}
            if root is not None
            else {}
        )

    def _ordered(self) -> frozenset[str]:
        """The lists that count, by `numId`, as their first level says."""
        root = self.part("word/numbering.xml")
        if root is None:
            return frozenset()
        bullets = {
            item.get(f"{_W}abstractNumId")
            for item in root.iter(f"{_W}abstractNum")
            if (kind := item.find(f"{_W}lvl/{_W}numFmt")) is None or kind.get(f"{_W}val") in ("bullet", "none")
        }
        named = [(item.get(f"{_W}numId", ""), item.find(f"{_W}abstractNumId")) for item in root.iter(f"{_W}num")]
        return frozenset(number for number, kind in named if kind is not None and kind.get(f"{_W}val") not in bullets)

    def saved(self) -> date | None:
        root = self.part("docProps/core.xml")
        for item in root if root is not None else ():
            if item.tag.endswith("}modified"):
                try:
                    return date.fromisoformat((item.text or "")[:10])
                except ValueError:
                    return None
        return None

    def aside(self, name: str, why: str) -> None:
        root = self.part(name)
        for paragraph in root.iter(f"{_W}p") if root is not None else ():
            text = "".join(item.text or "" for item in paragraph.iter(f"{_W}t")).strip()
            if text:
                self.removed.append(Removed(0, why, text))

    def walk(self, node: ElementTree.Element, depth: int) -> None:
        """Paragraphs and tables below a node, in order."""
        if depth > DEPTH_LIMIT:
            _refuse(self.path, "the file's elements stand too deep inside each other", "is this the right file?")
        for child in node:
            if child.tag == f"{_W}p":
                self.paragraph(child, depth)
            elif child.tag == f"{_W}tbl":
                self.table(child, depth)
            elif child.tag != _FALLBACK:
                self.walk(child, depth + 1)

    def paragraph(self, node: ElementTree.Element, depth: int) -> None:
        self.number += 1
        number = self.number
        boxes: list[ElementTree.Element] = []
        text = settled(_tidy(_joined(self.inline(node, number, boxes, 0))))
        style = node.find(f"{_W}pPr/{_W}pStyle")
        name = (style.get(f"{_W}val", "") if style is not None else "").lower().replace(" ", "")
        if text:
            heading = re.fullmatch(r"heading(\d)", name)
            if name in ("title", "subtitle"):
                self.paragraphs.append(Paragraph(number, text, name, number))
            elif heading:
                self.paragraphs.append(Paragraph(number, text, "heading", number, int(heading[1])))
            elif (listed := node.find(f"{_W}pPr/{_W}numPr")) is not None:
                kind = listed.find(f"{_W}numId")
                sign = "1." if kind is not None and kind.get(f"{_W}val") in self.ordered else "-"
                self.paragraphs.append(Paragraph(number, f"{sign} {text}", "item", number))
            else:
                self.paragraphs.append(Paragraph(number, text, "paragraph", number))
        for box in boxes:
            self.walk(box, depth + 1)

    def inline(
        self, node: ElementTree.Element, number: int, boxes: list[ElementTree.Element], depth: int, mark: str = ""
    ) -> Iterator[tuple[str, str]]:
        """The pieces of running text, each with the mark of its emphasis."""
        if depth > DEPTH_LIMIT:
            _refuse(self.path, "the file's elements stand too deep inside each other", "is this the right file?")
        for child in node:
            tag = child.tag
            if tag == f"{_W}t":
                yield escaped(child.text or ""), mark
            elif tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
                yield " ", mark
            elif tag == f"{_W}noBreakHyphen":
                yield "\u2011", mark
            elif tag == f"{_W}sym":  # a picture of a font's own; only its number is known
                self.removed.append(Removed(number, "symbol", f"{child.get(f'{_W}font', '')} {child.get(f'{_W}char', '')}".strip()))
            elif tag in (f"{_W}del", f"{_W}moveFrom"):
                gone = "".join(item.text or "" for item in child.iter() if item.tag in (f"{_W}delText", f"{_W}t"))
                if gone.strip():
                    self.removed.append(Removed(number, "tracked-deletion", gone.strip()))
            elif tag == f"{_W}r" and (why := _unseen(child)):
                gone = "".join(item.text or "" for item in child.iter(f"{_W}t"))
                if gone.strip():
                    self.removed.append(Removed(number, why, gone.strip()))
            elif tag == f"{_W}txbxContent":
                boxes.append(child)
            elif _is_picture(child):
                described = next((item.get("descr", "") for item in child.iter() if item.tag.endswith("}docPr")), "")
                self.removed.append(Removed(number, "image", described or "an image without a description"))
            elif tag == f"{_W}hyperlink":
                yield link(_joined(self.inline(child, number, boxes, depth + 1)), self.links.get(child.get(f"{_R}id", ""), "")), ""
            elif tag not in (_FALLBACK, f"{_W}pPr", f"{_W}rPr", f"{_W}instrText"):
                if tag in (f"{_W}ins", f"{_W}moveTo"):
                    self.inserted.append(number)
                yield from self.inline(child, number, boxes, depth + 1, _mark(child) if tag == f"{_W}r" else mark)

    def table(self, node: ElementTree.Element, depth: int) -> None:
        """A table as Markdown, its first row as the head; one that only makes a column is a run of paragraphs."""
        rows = _own(node, f"{_W}tr")
        if all(len(_own(row, f"{_W}tc")) == 1 for row in rows):
            for row in rows:
                self.walk(_own(row, f"{_W}tc")[0], depth + 1)
            return
        first = self.number + 1
        boxes: list[ElementTree.Element] = []
        for number, row in enumerate(rows):
            self.number += 1
            cells = []
            for cell in _own(row, f"{_W}tc"):
                parts = [settled(_tidy(_joined(self.inline(p, self.number, boxes, 0)))) for p in _own(cell, f"{_W}p", nested=True)]
                cells.append(" ".join(part for part in parts if part).replace("|", "\\|"))
            if any(cells):
                self.paragraphs.append(Paragraph(self.number, f"| {' | '.join(cells)} |", "table", first))
                if number == 0:
                    self.paragraphs.append(Paragraph(self.number, f"|{' --- |' * len(cells)}", "table", first))
        for box in boxes:
            self.walk(box, depth + 1)


def _own(node: ElementTree.Element, tag: str, *, nested: bool = False) -> list[ElementTree.Element]:
    """The elements of a kind below a node, in order; those of tables and text boxes inside it only with `nested`, and no box's."""
    found: list[ElementTree.Element] = []
    stack = list(reversed(node))
    while stack:
        child = stack.pop()
        if child.tag == tag:
            found.append(child)
        elif child.tag not in (f"{_W}txbxContent", _FALLBACK) and (nested or child.tag != f"{_W}tbl"):
            stack += reversed(child)
    return found


def _is_picture(node: ElementTree.Element) -> bool:
    """Whether it shows a picture, and holds no text box. VML and embedded objects name theirs `imagedata`."""
    if node.tag not in (f"{_W}drawing", f"{_W}pict", f"{_W}object"):
        return False
    inside = {item.tag for item in node.iter()}
    return f"{_W}txbxContent" not in inside and (node.tag == f"{_W}drawing" or any(tag.endswith("}imagedata") for tag in inside))


def _joined(pieces: Iterable[tuple[str, str]]) -> str:
    """Pieces as Markdown: those of one emphasis that follow each other stand inside the same marks, the marks inside the blanks."""
    parts = []
    for mark, group in groupby(pieces, key=lambda piece: piece[1]):
        text = "".join(piece for piece, _ in group)
        bare = text.strip()
        parts.append(text.replace(bare, f"{mark}{bare}{mark[::-1]}", 1) if mark and bare else text)
    return "".join(parts)


def _unseen(run: ElementTree.Element) -> str:
    """Why the words of a run are not to be read: hidden, or struck out; "" for all others."""
    for name, why in (("vanish", "hidden-text"), ("strike", "struck-out"), ("dstrike", "struck-out")):
        item = run.find(f"{_W}rPr/{_W}{name}")
        if item is not None and item.get(f"{_W}val", "true") not in ("0", "false", "off"):
            return why
    return ""


def _mark(run: ElementTree.Element) -> str:
    """The emphasis of a run: bold, italics, both, or none."""
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return ""
    mark = ""
    for name, sign in (("b", "**"), ("i", "*")):
        item = properties.find(f"{_W}{name}")
        if item is not None and item.get(f"{_W}val", "true") not in ("0", "false", "off"):
            mark += sign
    return mark


def _tidy(text: str) -> str:
    """Blanks made one, and two runs of the same emphasis beside each other made one."""
    text = close_together(re.sub(r"[ \t\n\r]+", " ", text))
    whole = re.fullmatch(r"\*\*([^*]+)\*\*", text.strip())
    return whole[1] if whole else text.strip()
