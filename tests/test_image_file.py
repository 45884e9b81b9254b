from __future__ import annotations

import io
import struct
import time
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from pressctl import file_traces, image_file

SECRETS = (b"SERIAL-4711", b"Ida Owner", b"IPTC-CITY", b"XMP-PLACE", b"COMMENT-WORDS", b"Photo Shop 1")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>XMP-PLACE</exif:GPSLatitude>Ida Owner</x:xmpmeta>'


def picture(mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (40, 24))
    for x in range(40):
        for y in range(24):
            image.putpixel((x, y), (x * 6, y * 10, (x * y) % 256) if mode == "RGB" else (x * y) % 200)
    return image


def exif(orientation: int = 6) -> Image.Exif:
    """Place, serial number and owner, as a camera writes them."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "Photo Shop 1"
    tags[0x013B] = "Ida Owner"
    tags.get_ifd(0x8769).update({0xA430: "Ida Owner", 0xA431: "SERIAL-4711"})
    tags.get_ifd(0x8825).update({1: "N", 2: (24.0, 33.0, 18.0), 3: "W", 4: (81.0, 48.0, 5.0)})
    return tags


def saved(kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    (picture("P") if kind == "GIF" else picture()).save(file, kind, **options)
    return file.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def jpeg(orientation: int = 6, **options: Any) -> bytes:
    """A JPEG with EXIF, XMP, IPTC, a thumbnail, a comment, and a second picture behind its end."""
    data = saved("JPEG", exif=exif(orientation), xmp=XMP, comment=b"COMMENT-WORDS", icc_profile=b"an ICC profile", quality=80, **options)
    iptc = segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x12\x1c\x02\x5a\0\x09IPTC-CITY")
    thumbnail = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01" + b"\x01\x02\x03")
    return data[:2] + thumbnail + iptc + data[2:] + b"SERIAL-4711" + data


def png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Ida Owner")
    notes.add_text("Comment", "COMMENT-WORDS", zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved("PNG", exif=exif(), pnginfo=notes, icc_profile=b"an ICC profile") + b"SERIAL-4711"


def webp(**options: Any) -> bytes:
    return saved("WEBP", exif=exif().tobytes(), xmp=XMP, icc_profile=b"an ICC profile", **options)


def gif() -> bytes:
    data = saved("GIF", comment=b"COMMENT-WORDS", save_all=True, append_images=[picture("P").rotate(180)], loop=0, duration=80)
    magic = b"\x01" + bytes(range(255, 0, -1)) + b"\0\0"
    application = b"\x21\xff\x0bXMP DataXMP" + XMP + magic
    return data[:-1] + application + b";" + b"SERIAL-4711"


FILES = {"jpeg": jpeg(), "progressive": jpeg(progressive=True), "png": png(), "webp": webp(), "lossless": webp(lossless=True), "gif": gif()}


def frames(data: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(data)) as image:
        shown = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            shown.append(image.convert("RGBA").tobytes())
        return shown


@pytest.mark.parametrize("name", FILES)
def test_place_camera_and_owner_are_gone_and_every_pixel_stays(name: str) -> None:
    data = FILES[name]
    before = [secret for secret in SECRETS if secret in data]
    assert before, "the sample must hold what is looked for"
    found = image_file.read(data)
    assert not [secret for secret in SECRETS if secret in found.clean]
    traces = file_traces.read(found.clean)
    assert (traces.place, traces.owners, traces.authors) == (False, (), ())
    assert frames(found.clean) == frames(data)
    assert image_file.read(found.clean).clean == found.clean  # there is nothing more to take out


@pytest.mark.parametrize("name", [name for name in FILES if name != "gif"])
def test_which_way_is_up_and_the_colours_stay(name: str) -> None:
    found = image_file.read(FILES[name])
    with Image.open(io.BytesIO(found.clean)) as image:
        assert dict(image.getexif()) == {0x0112: 6}
        assert image.info["icc_profile"].startswith(b"an ICC profile")
    assert (found.width, found.height) == (24, 40)  # as shown: it lies on its side


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_that_tells_nothing_stays_as_it_is(kind: str) -> None:
    data = saved(kind)
    found = image_file.read(data)
    assert found.clean == data
    assert (found.width, found.height, found.media_type) == (40, 24, f"image/{kind.lower()}")


def test_an_upright_picture_gets_no_exif() -> None:
    assert b"Exif" not in image_file.read(jpeg(orientation=1)).clean


def test_an_animation_goes_on_for_ever_as_before() -> None:
    with Image.open(io.BytesIO(image_file.read(FILES["gif"]).clean)) as image:
        assert (image.info["loop"], image.info["duration"]) == (0, 80)
    moving = webp(save_all=True, append_images=[picture().rotate(180)], duration=80)
    assert frames(image_file.read(moving).clean) == frames(moving)


@pytest.mark.parametrize("name", FILES)
def test_a_picture_that_is_cut_off_is_refused(name: str) -> None:
    whole = image_file.read(FILES[name]).clean
    for share in (0.999, 0.9, 0.5, 0.1):
        with pytest.raises(image_file.Unusable, match=r"cut off|damaged|no picture"):
            image_file.read(whole[: int(len(whole) * share) - 2])


@pytest.mark.parametrize(
    ("data", "problem", "hint"),
    [
        (b"", "is no picture", "export it as JPEG"),
        (b"hello, I am a picture", "is no picture", "export it as JPEG"),
        (b"MZ\x90\0" * 40, "is no picture", "export it as JPEG"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"><script>1</script></svg>', "is an SVG drawing", "PNG (drawings)"),
        (b"\0\0\0\x1cftypavif", "is an AVIF or HEIC picture", "export it as JPEG"),
        (b"II*\0" + bytes(40), "is a TIFF picture", "export it as JPEG"),
        (b"\xff\xd8\xff\xd9", "is cut off or damaged", "export or copy it again"),
        (saved("PNG").replace(b"IDAT", b"IDAU"), "is cut off or damaged", "export or copy it again"),
        (b"GIF89a\0\0\0\0\0\0\0;", "holds no picture", "export it again"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_way_out(data: bytes, problem: str, hint: str) -> None:
    with pytest.raises(image_file.Unusable) as caught:
        image_file.read(data)
    said = str(caught.value).split("\n")
    assert problem in said[0]
    assert hint in said[1]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff\xfe\0\2" * 2_000_000 + b"\xff\xd9",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"tEXt", b"") * 600_000,
        b"RIFF" + struct.pack("<I", 8_000_004) + b"WEBP" + b"JUNK\0\0\0\0" * 1_000_000,
        b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xfe\0" * 2_000_000 + b";",
        b"GIF89a\1\0\1\0\0\0\0\x21\xfe" + b"\1x" * 2_000_000 + b"\0;",
    ],
    ids=["jpeg", "png", "webp", "gif", "gif blocks"],
)
def test_a_picture_of_endless_parts_is_refused_in_time(data: bytes) -> None:
    start = time.process_time()
    with pytest.raises(image_file.Unusable):
        image_file.read(data)
    assert time.process_time() - start < 2


@given(st.sampled_from(sorted(FILES)), st.data())
def test_damage_is_refused_or_harmless_and_never_an_accident(name: str, data: st.DataObject) -> None:
    broken = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(12, len(broken) - 1))] = data.draw(st.integers(0, 255))
    told = ""
    try:
        found = image_file.read(bytes(broken[: data.draw(st.integers(20, len(broken)))]))
    except image_file.Unusable as fault:
        told = str(fault)
    assert told or (found.width and found.clean)
