"""Files for the examples of rules that look into files: pictures with and without a place, documents with and without an author."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def exif(*, place: bool = False, serial: bool = False) -> bytes:
    """A little-endian EXIF block: a first directory that leads to a GPS and an Exif directory (CIPA DC-008)."""
    head, entries = b"II*\0\x08\0\0\0", []
    if place:
        entries.append((0x8825, 4, 1, 100))
    if serial:
        entries.append((0x8769, 4, 1, 150))
    first = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + b"\0\0\0\0"
    data = (head + first).ljust(100, b"\0")
    data += (struct.pack("<H", 1) + struct.pack("<HHII", 2, 5, 3, 200) + b"\0\0\0\0").ljust(50, b"\0")
    data += (struct.pack("<H", 1) + struct.pack("<HHII", 0xA431, 2, 9, 200) + b"\0\0\0\0").ljust(50, b"\0")
    return data.ljust(240, b"\0")


def jpeg(width: int, height: int, traces: bytes = b"") -> bytes:
    """The segments of a JPEG file up to its picture, which is left out."""
    body = b"\xff\xd8"
    if traces:
        body += b"\xff\xe1" + struct.pack(">H", len(traces) + 8) + b"Exif\0\0" + traces
    body += b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    return body + b"\xff\xda\0\x02\xff\xd9"


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG file's header and chunks, without its picture."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def docx(author: str) -> bytes:
    """A Word file's properties."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
        archive.writestr("docProps/core.xml", f"<cp:coreProperties><dc:creator>{author}</dc:creator></cp:coreProperties>")
    return file.getvalue()


PLAIN_PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog /StructTreeRoot 2 0 R /Lang (en)>>\n2 0 obj <</Title (Bus lines)>>\n%%EOF"
SAMPLES = {
    "with-place.jpg": jpeg(2400, 1600, exif(place=True)),
    "with-serial.jpg": jpeg(2400, 1600, exif(serial=True)),
    "with-place.png": png(2400, 1600, (b"eXIf", exif(place=True))),
    "large.jpg": jpeg(2400, 1600),
    "small.jpg": jpeg(640, 480),
    "heavy.jpg": jpeg(2400, 1600) + b"\0" * 9_000_000,
    "whole.png": png(640, 480, (b"IDAT", zlib.compress(b"x"))),
    "vast.png": png(20_000, 20_000, (b"IDAT", zlib.compress(b"x"))),
    "words.jpg": b"<!doctype html>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "report.pdf": b"%PDF-1.7\n1 0 obj <</Author (Rita Sample) /Producer (x)>>\n%%EOF",
    "plain.pdf": PLAIN_PDF,
    "report.docx": docx("Rita Sample"),
}
