"""JPEG, PNG, WebP and GIF by their segments: size and orientation, and the same picture without what tells about its maker.

No picture is decoded: segments are copied or left out, so that the pixels stay as they were. Kept is what a screen needs
(colours, transparency, animation, which way is up); all else goes: EXIF, XMP, IPTC, comments, thumbnails (which may show
what was cut off), and whatever follows the end of the picture. Source: ISO 10918-1 and 10918-5 (JFIF), CIPA DC-008 (Exif
2.32), W3C PNG 3rd edition, RFC 9649 (WebP), GIF89a.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
PARTS_LIMIT = 50_000  # segments or chunks; a picture has some ten, an animation some thousand
ORIENTATION = 0x0112  # the only tag of EXIF that a screen needs
FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})  # SOF: they hold the size
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT",
                       b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"})  # fmt: skip
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_GIF_KEPT = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0"})  # how often an animation runs
_MARKER = re.compile(rb"\xff+([\x01-\xfe])")
_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # in a scan, 0xFF is followed by 0x00 or a restart marker

Part = tuple[bytes, int, int]  # a segment's or chunk's name, and its offsets, header included


class Unusable(ValueError):
    """These bytes are no picture that can be sent; the text says why, and after a line end how to mend it."""


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture: `kind` is jpeg, png, gif or webp; `width` and `height` are pixels as shown; `clean` tells nothing of its maker."""

    kind: str
    width: int
    height: int
    clean: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The IANA media type."""
        return MEDIA_TYPES[self.kind]


def read(data: bytes) -> ImageFile:
    """The whole picture. Raises Unusable for what is none, is cut off or damaged, or is of a kind that mail does not show."""
    kind = kind_of(data)
    try:
        if kind == "jpeg":
            width, height, orientation, clean = _jpeg(data)
        elif kind == "png":
            width, height, orientation, clean = _png(data)
        elif kind == "webp":
            width, height, orientation, clean = _webp(data)
        elif kind == "gif":
            width, height, orientation, clean = _gif(data)
        else:
            raise Unusable(_OTHERS.get(kind, "is no picture") + "\nexport it as JPEG (photographs) or PNG (drawings)")
    except (struct.error, IndexError):
        raise Unusable("is cut off or damaged\nexport or copy it again") from None
    if not width or not height:
        raise Unusable("has no size\nexport it again")
    return ImageFile(kind, *((height, width) if orientation >= 5 else (width, height)), clean)


_OTHERS = {
    "svg": "is an SVG drawing, which Gmail and others do not show, and which may hold programs",
    "avif": "is an AVIF or HEIC picture, which Outlook does not show",
    "tiff": "is a TIFF picture, which mail programs do not show",
    "bmp": "is a BMP picture, which is needlessly large",
}


def kind_of(data: bytes) -> str:
    """What the first bytes say it is, whatever its name says; "" where they say nothing known."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"GIF8":
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if b"<svg" in data[:2000].lower():
        return "svg"
    if data[4:8] == b"ftyp":
        return "avif"
    return {b"II*\0": "tiff", b"MM\0*": "tiff"}.get(data[:4], "bmp" if data[:2] == b"BM" else "")


def jpeg_parts(data: bytes) -> Iterator[Part]:
    """The segments that are whole, each scan with the data behind it, up to the end marker; a marker's name is its byte."""
    at = 2
    for _ in range(PARTS_LIMIT):
        match = _MARKER.match(data, at)
        if match is None:
            return
        marker, start = match[1], match.end() - 2
        if marker == b"\xd9":
            yield marker, start, start + 2
            return
        if marker[0] == 1 or 0xD0 <= marker[0] <= 0xD7:
            at = start + 2
            continue
        if start + 4 > len(data):
            return
        length = struct.unpack_from(">H", data, start + 2)[0]
        at = start + 2 + length
        if length < 2 or at > len(data):
            return
        if marker == b"\xda":
            after = _AFTER_SCAN.search(data, at)
            if after is None:
                return
            at = after.start()
        yield marker, start, at


def png_parts(data: bytes) -> Iterator[Part]:
    """The chunks that are whole, up to IEND."""
    at = 8
    for _ in range(PARTS_LIMIT):
        if at + 12 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            return
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end


def webp_parts(data: bytes, at: int = 12, stop: int | None = None) -> Iterator[Part]:
    """The chunks that are whole, each with the byte that makes it even."""
    stop = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0]) if stop is None else stop
    for _ in range(PARTS_LIMIT):
        if at + 8 > stop:
            return
        kind, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length + length % 2
        if end > stop + length % 2:
            return
        yield kind, at, min(end, stop)
        at = end


def exif_fields(data: bytes) -> Iterator[tuple[str, int, int, bytes]]:
    """Directory (first, exif or gps), tag, count and the four bytes of value or offset, of an EXIF block (a TIFF file).

    Raises struct.error or IndexError for a damaged one.
    """
    order = "<" if data[:2] == b"II" else ">"
    todo, seen = [("first", struct.unpack_from(order + "I", data, 4)[0])], set[int]()
    while todo:
        directory, at = todo.pop()
        if at in seen or at + 2 > len(data):
            continue
        seen.add(at)
        for number in range(min(struct.unpack_from(order + "H", data, at)[0], 500)):
            entry = data[at + 2 + 12 * number : at + 14 + 12 * number]
            if len(entry) < 12:
                break
            tag, _, count, value = struct.unpack(order + "HHI4s", entry)
            if tag in (0x8769, 0x8825):
                todo.append(("exif" if tag == 0x8769 else "gps", struct.unpack(order + "I", value)[0]))
            yield directory, tag, count, value


def _orientation(exif: bytes) -> int:
    """1 to 8, as TIFF 6.0 numbers them; 1, upright, where nothing else is said."""
    order = "<" if exif[:2] == b"II" else ">"
    try:
        for directory, tag, _, value in exif_fields(exif):
            if directory == "first" and tag == ORIENTATION:
                number: int = struct.unpack(order + "H", value[:2])[0]
                return number if 1 <= number <= 8 else 1
    except (struct.error, IndexError):
        pass
    return 1


def _upright(orientation: int) -> bytes:
    """An EXIF block that says which way is up and nothing else; b"" where it is upright anyway."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0) if orientation > 1 else b""


def _jpeg(data: bytes) -> tuple[int, int, int, bytes]:
    width = height = 0
    orientation, last = 1, b""
    kept = [data[:2]]
    for marker, start, end in jpeg_parts(data):
        number, last = marker[0], marker
        body = data[start + 4 : end] if 0xE0 <= number <= 0xEF else b""
        if number in FRAMES and not width:
            height, width = struct.unpack_from(">HH", data, start + 5)
        if number == 0xE0 and body.startswith(b"JFIF\0"):
            kept.append(b"\xff\xe0\0\x10" + body[:12].ljust(12, b"\0") + b"\0\0")  # without its thumbnail
        elif number == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:])
            if small := _upright(orientation):
                kept.append(b"\xff\xe1" + struct.pack(">H", len(small) + 8) + b"Exif\0\0" + small)
        elif (number == 0xE2 and body.startswith(b"ICC_PROFILE\0")) or (number == 0xEE and body.startswith(b"Adobe")):
            kept.append(data[start:end])  # the second says how the colours are coded
        elif not 0xE0 <= number <= 0xEF and number != 0xFE:
            kept.append(data[start:end])
    if last != b"\xd9" or not width:
        raise Unusable("is cut off or damaged\nexport or copy it again")
    return width, height, orientation, b"".join(kept)


def _png(data: bytes) -> tuple[int, int, int, bytes]:
    orientation, last, seen = 1, b"", set[bytes]()
    kept = [data[:8]]
    for kind, start, end in png_parts(data):
        body = data[start + 8 : end - 4]
        if zlib.crc32(data[start + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            break
        last = kind
        seen.add(kind)
        if kind == b"eXIf":
            orientation = _orientation(body)
            if small := _upright(orientation):
                kept.append(struct.pack(">I", len(small)) + kind + small + struct.pack(">I", zlib.crc32(kind + small)))
        elif kind in _PNG_KEPT:
            kept.append(data[start:end])
    if last != b"IEND" or not {b"IHDR", b"IDAT"} <= seen:
        raise Unusable("is cut off or damaged\nexport or copy it again")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height, orientation, b"".join(kept)


def _webp(data: bytes) -> tuple[int, int, int, bytes]:
    if 8 + struct.unpack_from("<I", data, 4)[0] > len(data) + 1:
        raise Unusable("is cut off\ncopy it again")
    width = height = 0
    orientation, flags, kept = 1, None, list[bytes]()
    for kind, start, end in webp_parts(data):
        if kind == b"EXIF":
            exif = data[start + 8 : end].removeprefix(b"Exif\0\0")
            orientation = _orientation(exif)
        elif kind == b"VP8X":
            flags = len(kept)
            width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (start + 12, start + 15))
            kept.append(data[start : start + 8] + bytes([data[start + 8] & ~0x0C]) + data[start + 9 : end])  # no EXIF, no XMP
        elif kind == b"ANMF":
            frame = data[start + 8 : start + 24] + b"".join(
                data[one:other] for inner, one, other in webp_parts(data, start + 24, end) if inner in _WEBP_KEPT
            )
            kept.append(struct.pack("<4sI", kind, len(frame)) + frame)
        elif kind in _WEBP_KEPT:
            if not width and kind in (b"VP8 ", b"VP8L"):
                width, height = _webp_size(kind, data[start + 8 : start + 18])
            kept.append(data[start:end])
    if not width or not any(part[:4] in (b"VP8 ", b"VP8L", b"ANMF") for part in kept):
        raise Unusable("is cut off or damaged\nexport or copy it again")
    if (small := _upright(orientation)) and flags is not None:
        kept[flags] = kept[flags][:8] + bytes([kept[flags][8] | 0x08]) + kept[flags][9:]
        kept.append(struct.pack("<4sI", b"EXIF", len(small)) + small)
    body = b"WEBP" + b"".join(part + b"\0" * (len(part) % 2) for part in kept)
    return width, height, orientation, struct.pack("<4sI", b"RIFF", len(body)) + body


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int]:
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 6)
        return width & 0x3FFF, height & 0x3FFF
    bits = struct.unpack_from("<I", head, 1)[0]
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _gif(data: bytes) -> tuple[int, int, int, bytes]:
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << (packed & 7) + 1 if packed & 0x80 else 0)
    kept, pictures = [data[:at]], 0
    for _ in range(PARTS_LIMIT):
        if data[at] == 0x3B:
            break
        start = at
        if data[at] == 0x2C:
            local = data[at + 9]
            at = _gif_blocks(data, at + 11 + (3 << (local & 7) + 1 if local & 0x80 else 0))
            pictures += 1
        elif data[at] == 0x21:
            at = _gif_blocks(data, at + 2)
            if data[start + 1] == 0xFE or (data[start + 1] == 0xFF and data[start + 3 : start + 14] not in _GIF_KEPT):
                continue
        else:
            raise Unusable("is damaged\nexport or copy it again")
        kept.append(data[start:at])
    if data[at] != 0x3B:
        raise Unusable("is damaged\nexport or copy it again")
    if not pictures:
        raise Unusable("holds no picture\nexport it again")
    return width, height, 1, b"".join(kept) + b"\x3b"


def _gif_blocks(data: bytes, at: int) -> int:
    """The offset behind a chain of sub-blocks. Raises IndexError where it is cut off."""
    while data[at]:
        at += data[at] + 1
    return at + 1
