"""What files that go out tell about those who made them: place, camera, owner, author, size, language.

Readers for JPEG and WebP (EXIF and XMP), PNG, GIF, PDF and Word files: a few kilobytes are looked at, no picture is
decoded. Source: CIPA DC-008 (Exif 2.32), ISO 10918-1, W3C PNG 3rd edition, ISO 32000-1, ECMA-376.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pressctl import image_file
from pressctl.news_copy import Copy

_HEAD = 2_000_000  # bytes of a file that are read for its traces
_OWNERS = {0xA430: "owner", 0xA431: "camera's serial number", 0xA435: "lens's serial number", 0x013B: "artist", 0x9C9D: "author"}


@dataclass(frozen=True, slots=True)
class Traces:
    """What a file tells. `width`, `height`: pixels, 0 where unknown; `authors`: what it is and the value, never to be shown."""

    kind: str = ""  # jpeg, png, gif, webp, svg, pdf, docx
    width: int = 0
    height: int = 0
    place: bool = False  # coordinates are in it
    owners: tuple[str, ...] = ()  # which of a camera's owner, artist and serial numbers are in it
    authors: tuple[tuple[str, str], ...] = ()
    tagged: bool = False  # PDF
    language: bool = False  # PDF
    title: bool = False  # PDF


@dataclass(frozen=True, slots=True)
class Item:
    """A file that goes out: where the front matter or the body names it, its size in bytes, and its traces."""

    name: str
    start: int
    end: int
    role: str  # attachment, media, picture
    size: int
    traces: Traces
    entry: Mapping[str, Any] = field(default_factory=dict)  # its entry in `media`


def outgoing(text: Copy) -> tuple[Item, ...]:
    """The attachments, and the files of `media` and of pictures in the body, that are in the office."""
    return tuple(_items(text))


def _items(text: Copy) -> Iterator[Item]:
    named = [value for value in text.values.values() if value.path.startswith("attachments")]
    for path in text.release.attachments:
        start, end = next(((value.start, value.end) for value in named if Path(value.text).name == path.name), text.span("attachments"))
        yield _item(path, start, end, "attachment", {})
    media = text.key("media")
    for number, entry in enumerate(media if isinstance(media, list | tuple) else ()):
        name = entry.get("file") if isinstance(entry, dict) else None
        found = inside(text, name) if isinstance(name, str) else None
        if found is not None:
            yield _item(found, *text.span(f"media[{number}].file"), "media", entry)
    if "![" in text.markup:
        from pressctl import links

        for link in text.of(links.pictures):
            found = inside(text, link.target)
            if found is not None:
                yield _item(found, link.at, link.at + len(link.target), "picture", {})


def inside(text: Copy, name: str) -> Path | None:
    """The regular file of this name beside the release or in the office; None where there is none, or it leads out."""
    if not name or "://" in name or "\0" in name or Path(name).is_absolute() or ".." in Path(name).parts:
        return None
    for base in (text.path.absolute().parent, text.config.root):
        path = base / name
        try:
            if path.is_file() and path.resolve().is_relative_to(base.resolve()):
                return path
        except (OSError, RuntimeError, ValueError):
            continue
    return None


def _item(path: Path, start: int, end: int, role: str, entry: Mapping[str, Any]) -> Item:
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD)
            size = os.fstat(file.fileno()).st_size
    except OSError:
        data, size = b"", 0
    return Item(path.name, start, end, role, size, read(data), entry)


def read(data: bytes) -> Traces:
    """The traces in the first bytes of a file. Never raises: what cannot be read tells nothing."""
    try:
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data[:4] == b"GIF8":
            width, height = struct.unpack("<HH", data[6:10])
            return Traces("gif", width, height)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        if data.startswith(b"%PDF"):
            return _pdf(data)
        if data.startswith(b"PK\x03\x04"):
            return _docx(data)
        if b"<svg" in data[:2000]:
            return Traces("svg")
    except (
        struct.error,
        IndexError,
        ValueError,
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ):
        pass
    return Traces()


def _jpeg(data: bytes) -> Traces:
    """APP1 holds EXIF or XMP, a start of frame the size."""
    width, height = 0, 0
    place, owners = False, list[str]()
    for marker, start, end in image_file.jpeg_parts(data):
        body = data[start + 4 : end] if marker == b"\xe1" else b""
        if marker[0] in image_file.FRAMES and not width:
            height, width = struct.unpack_from(">HH", data, start + 5)
        elif body.startswith(b"Exif\0\0"):
            found = _exif(body[6:])
            place, owners = place or found[0], owners + found[1]
        elif b"ns.adobe.com/xap" in body[:40]:
            place = place or b"GPSLatitude" in body
            owners += ["camera's serial number"] if b"SerialNumber" in body else []
    return Traces("jpeg", width, height, place, tuple(dict.fromkeys(owners)))


def _png(data: bytes) -> Traces:
    width, height = struct.unpack_from(">II", data, 16)
    place, owners, authors = False, list[str](), list[tuple[str, str]]()
    for kind, start, end in image_file.png_parts(data):
        body = data[start + 8 : end - 4]
        if kind == b"eXIf":
            found = _exif(body)
            place, owners = place or found[0], owners + found[1]
        elif kind in (b"tEXt", b"iTXt"):
            place = place or b"GPSLatitude" in body
            key, _, value = body.partition(b"\0")
            if key in (b"Author", b"Artist") and value:
                authors.append(("author", value.decode("utf-8", "replace").strip("\0")))
    return Traces("png", width, height, place, tuple(dict.fromkeys(owners)), tuple(authors))


def _webp(data: bytes) -> Traces:
    place, owners = False, list[str]()
    for kind, start, end in image_file.webp_parts(data):
        body = data[start + 8 : end]
        if kind == b"EXIF":
            found = _exif(body.removeprefix(b"Exif\0\0"))
            place, owners = place or found[0], owners + found[1]
        elif kind == b"XMP ":
            place = place or b"GPSLatitude" in body
    return Traces("webp", place=place, owners=tuple(dict.fromkeys(owners)))


def _exif(data: bytes) -> tuple[bool, list[str]]:
    """Whether there are coordinates, and which owners."""
    place, owners = False, list[str]()
    for directory, tag, count, _ in image_file.exif_fields(data):
        if directory == "gps":
            place = place or tag in (2, 4)  # GPSLatitude, GPSLongitude
        elif tag in _OWNERS and count > 1:
            owners.append(_OWNERS[tag])
    return place, owners


_AUTHOR = re.compile(rb"/(Author)\s*(?:\(((?:[^()\\]|\\.){1,200})\)|<([0-9A-Fa-f]{2,400})>)")
_TITLE = re.compile(rb"/Title\s*(?:\((?:[^()\\]|\\.){1,}|<[0-9A-Fa-f]{4,})")
_HOME = re.compile(rb"(?:/(?:home|Users)/|[A-Z]:\\\\?Users\\\\?)([\w.-]{1,40})")


def _pdf(data: bytes) -> Traces:
    authors = []
    for match in _AUTHOR.finditer(data):
        raw = match[2] or bytes.fromhex(match[3].decode())
        value = raw.decode("utf-16") if raw[:2] in (b"\xfe\xff", b"\xff\xfe") else raw.decode("latin-1")
        if value.strip():
            authors.append(("author", value.strip()))
    authors += [("maker's home folder", match[1].decode()) for match in _HOME.finditer(data)]
    return Traces("pdf", authors=tuple(dict.fromkeys(authors)), tagged=b"/StructTreeRoot" in data, language=b"/Lang" in data,
                  title=bool(_TITLE.search(data)) or b"<dc:title>" in data)  # fmt: skip


def _docx(data: bytes) -> Traces:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if "docProps/core.xml" not in names or archive.getinfo("docProps/core.xml").file_size > 100_000:
            return Traces("docx" if "word/document.xml" in names else "zip")
        core = archive.read("docProps/core.xml").decode("utf-8", "replace")
    found = re.findall(r"<(dc:creator|cp:lastModifiedBy)>([^<]{1,200})<", core)
    return Traces("docx", authors=tuple(("author", value.strip()) for _, value in found if value.strip()))
