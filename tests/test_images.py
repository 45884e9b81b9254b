from __future__ import annotations

import email
import email.policy
import io
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from render_samples import office, release

from pressctl import image_file, images, render
from pressctl.edition import compose
from pressctl.errors import Place, ReleaseError
from pressctl.message import Address, Message, as_bytes
from pressctl.release import load


def jpeg(width: int = 60, height: int = 40, **options: Any) -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", (width, height), (200, 40, 40)).save(file, "JPEG", **options)
    return file.getvalue()


def located() -> bytes:
    tags = Pillow.Exif()
    tags[0x013B] = "Ida Owner"
    tags.get_ifd(0x8825).update({1: "N", 2: (24.0, 33.0, 18.0)})
    return jpeg(exif=tags)


def desk(root: Path, **files: bytes) -> Path:
    """An office with these pictures in `photos/`; underscores stand for dots."""
    (root / "photos").mkdir(parents=True, exist_ok=True)
    (root / "releases").mkdir(exist_ok=True)
    for name, data in files.items():
        (root / "photos" / name.replace("_", ".")).write_bytes(data)
    return root


def found(root: Path, body: str = "Words.", *media: dict[str, Any]) -> tuple[images.Image, ...]:
    return images.found(release(root, body, extra={"media": media}), office(root))


def refused(root: Path, body: str = "Words.", *media: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ReleaseError) as caught:
        found(root, body, *media)
    return [(problem.text, problem.hint) for problem in caught.value.problems]


def test_a_picture_of_the_body_gets_its_words_from_media(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=located())
    entry = {"file": "photos/hall.jpg", "alt": "A hall", "caption": "City Hall", "credit": "I. Sample", "url": "https://x.example/hall.jpg"}
    (image,) = found(tmp_path, "Words.\n\n![City Hall at dusk](photos/hall.jpg)", entry)
    assert (image.name, image.media_type, image.width, image.height) == ("hall.jpg", "image/jpeg", 60, 40)
    assert (image.alt, image.caption, image.credit, image.url) == ("City Hall at dusk", "City Hall", "I. Sample", entry["url"])
    assert (image.targets, image.entry, image.path) == (("photos/hall.jpg",), 0, tmp_path / "photos" / "hall.jpg")
    assert image.cid.endswith("@network.example")
    assert b"Ida Owner" not in image.content


def test_a_picture_of_media_alone_goes_out_after_those_of_the_body(tmp_path: Path) -> None:
    desk(tmp_path, a_jpg=jpeg(10), b_jpg=jpeg(20))
    first, second = found(tmp_path, "![B](photos/b.jpg)", {"file": "photos/a.jpg", "alt": "A"})
    assert (first.alt, first.targets, first.entry) == ("B", ("photos/b.jpg",), -1)
    assert (second.alt, second.targets, second.entry) == ("A", (), 0)


def test_a_picture_that_comes_twice_is_sent_once_and_two_of_one_name_are_told_apart(tmp_path: Path) -> None:
    desk(tmp_path, a_jpg=jpeg(10))
    (tmp_path / "releases" / "a.jpg").write_bytes(jpeg(20))
    one, other = found(tmp_path, "![1](photos/a.jpg) ![2](a.jpg) ![3](./photos/a.jpg)", {"file": "photos/a.jpg"})
    assert (one.name, one.targets, other.name) == ("a.jpg", ("photos/a.jpg", "./photos/a.jpg"), "2-a.jpg")
    assert one.cid != other.cid


def test_what_a_file_tells_is_kept_on_purpose_only(tmp_path: Path) -> None:
    desk(tmp_path, a_jpg=located())
    (image,) = found(tmp_path, "Words.", {"file": "photos/a.jpg", "alt": "A", "keep_location": True})
    assert image.content == located()


def test_a_decorative_picture_has_no_words(tmp_path: Path) -> None:
    desk(tmp_path, line_jpg=jpeg())
    (image,) = found(tmp_path, "![a line](photos/line.jpg)", {"file": "photos/line.jpg", "decorative": True})
    assert image.alt == ""


def test_pictures_elsewhere_sound_and_code_are_not_sent(tmp_path: Path) -> None:
    desk(tmp_path, a_jpg=jpeg())
    body = "![x](https://x.example/a.jpg) ![y](data:image/png;base64,AAAA)\n\n    ![z](photos/none.jpg)\n\n`![z](photos/none.jpg)`"
    media = (
        {"url": "https://x.example/b.jpg", "alt": "A bus", "credit": "I. Sample"},
        {"file": "photos/talk.mp3", "url": "https://x.example/talk.mp3", "caption": "The talk"},
        {"file": "photos/film.mp4"},
        {"url": "javascript:alert(1)", "alt": "x"},
    )
    assert found(tmp_path, body, *media) == ()
    rest = images.linked(release(tmp_path, body, extra={"media": media}), ())
    assert [(one.alt, one.caption, one.url) for one in rest] == [
        ("A bus", "", "https://x.example/b.jpg"),
        ("", "The talk", "https://x.example/talk.mp3"),
    ]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../secret.jpg", "photos/../../secret.jpg", "file:///etc/passwd", "C:\\x.jpg", "C:/x.jpg", "//host/x.jpg"]
)
def test_a_path_that_leads_out_of_the_office_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(jpeg())
    root = desk(tmp_path / "office")
    expected = [("a picture is named by its path inside the office", "copy the file beside the release")]
    assert refused(root, f"![x]({name})") == expected
    assert refused(root, "Words.", {"file": name, "type": "image"}) == expected


def test_a_link_that_leads_out_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(jpeg())
    root = desk(tmp_path / "office")
    (root / "photos" / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (root / "photos" / "loop.jpg").symlink_to(root / "photos" / "loop.jpg")
    (root / "photos" / "folder.jpg").mkdir()
    assert [text for text, _ in refused(root, "![x](photos/out.jpg) ![x](photos/loop.jpg) ![x](photos/folder.jpg) ![x](none.jpg)")] == [
        "the picture out.jpg is a link that leads out of the office",
        "there is no picture `photos/loop.jpg`",
        "this is a folder, not a picture",
        "there is no picture `none.jpg`",
    ]


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large, in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def test_pictures_that_cannot_be_sent_are_all_told_with_size_and_limit(tmp_path: Path) -> None:
    heavy = jpeg() + b""
    heavy = heavy[:-2] + b"\0" * 1_000_000 + heavy[-2:]
    desk(tmp_path, bomb_png=png_of(20_000, 20_000), heavy_jpg=heavy, none_jpg=b"<html>", cut_jpg=jpeg()[:200],
         draw_svg=b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')  # fmt: skip
    names = ("bomb.png", "heavy.jpg", "none.jpg", "cut.jpg", "draw.svg")
    told = refused(tmp_path, " ".join(f"![x](photos/{name})" for name in names))
    assert told == [
        ("bomb.png has 20,000 × 20,000 pixels, and 50,000,000 in all are allowed", "make a copy of 1,800 pixels on its long side"),
        (f"heavy.jpg has {len(heavy):,} bytes, and 1,000,000 are allowed in a mail",
         "make a smaller copy, and give `url:` where the large one lies"),
        ("none.jpg is no picture", "export it as JPEG (photographs) or PNG (drawings)"),
        ("cut.jpg is cut off or damaged", "export or copy it again"),
        ("draw.svg is an SVG drawing, which Gmail and others do not show, and which may hold programs",
         "export it as JPEG (photographs) or PNG (drawings)"),
    ]  # fmt: skip


def test_many_pictures_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(jpeg())
    monkeypatch.setattr(images, "IMAGES_LIMIT", 2 * size)
    desk(tmp_path, a_jpg=jpeg(), b_jpg=jpeg(), c_jpg=jpeg())
    ((text, _),) = refused(tmp_path, "![x](photos/a.jpg) ![x](photos/b.jpg) ![x](photos/c.jpg)")
    assert text == f"with c.jpg the pictures have {3 * size:,} bytes, and {2 * size:,} are allowed in a mail"


def test_a_heavy_picture_of_media_with_an_address_is_left_to_its_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "IMAGE_LIMIT", 100)
    desk(tmp_path, a_jpg=jpeg())
    entry = {"file": "photos/a.jpg", "alt": "A", "url": "https://x.example/a.jpg"}
    assert found(tmp_path, "Words.", entry) == ()
    assert [one.url for one in images.linked(release(tmp_path, extra={"media": [entry]}), ())] == ["https://x.example/a.jpg"]


def test_a_mistake_is_told_at_its_line_and_column(tmp_path: Path) -> None:
    desk(tmp_path)
    file = tmp_path / "releases" / "bus.md"
    file.write_text(
        "---\nheadline: H\ndateline: Miami\ndate: 2025-07-03\nmedia:\n  - file: none.png\n    alt: x\n---\nWords.\n\n"
        "More ![a](b.jpg) and\n![a](b.jpg).\n",
        encoding="utf-8",
    )
    config = office(tmp_path)
    with pytest.raises(ReleaseError) as caught:
        images.found(load(file, config), config)
    assert [problem.place for problem in caught.value.problems] == [
        Place(str(file), 6, 11), Place(str(file), 11, 11), Place(str(file), 12, 6)
    ]  # fmt: skip


def test_a_key_that_media_does_not_have_is_told(tmp_path: Path) -> None:
    desk(tmp_path)
    file = tmp_path / "releases" / "bus.md"
    file.write_text("---\nheadline: H\ndateline: Miami\ndate: 2025-07-03\nmedia: [{fiel: a.png}]\n---\nWords.\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match="`fiel` is not a key of the medium") as caught:
        load(file, office(tmp_path))
    assert "file" in caught.value.problems[0].hint


BODY = "The city will meet.\n\n![City Hall at dusk](photos/hall.jpg)\n\nMore, with ![a sign](photos/sign.png) in the line."
HALL = {"file": "photos/hall.jpg", "caption": "City Hall.", "credit": "I. Sample", "url": "https://files.example/hall.jpg"}


def mail(root: Path, body: str = BODY, *media: dict[str, Any], **changes: Any) -> Message:
    edition = render.prepare(release(root, body, extra={"media": media}, **changes), office(root))
    return compose(edition, render.general(edition), Address("desk@wire.example"), "k1")


def test_a_picture_travels_inside_the_mail_with_its_words_below_it(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=jpeg(1120, 600), sign_png=png_of(20, 10))
    message = mail(tmp_path, BODY, HALL)
    hall, sign = message.attachments
    assert re.sub(r' style="[^"]*"', "", message.html.partition("meet.</p>\n")[2].partition("</p>\n</div>")[0]) == (
        f'<div class="picture"><img class="shown" src="cid:{hall.cid}" alt="City Hall at dusk" width="560" height="300">'
        '<p class="caption">City Hall. (Photo: I. Sample)<br><a href="https://files.example/hall.jpg">Full-size picture</a></p></div>'
        f'<p>More, with <img class="shown" src="cid:{sign.cid}" alt="a sign" width="20" height="10"> in the line.'
    )
    assert (
        "[Image: City Hall at dusk]\nCity Hall. (Photo: I. Sample)\nFull-size picture <https://files.example/hall.jpg>\n\n"
        "More, with [Image: a sign] in the line.\n"
    ) in message.text


def test_the_mail_is_written_as_related_parts_that_name_each_other(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=jpeg(), sign_png=png_of(20, 10))
    parsed = email.message_from_bytes(as_bytes(mail(tmp_path)), policy=email.policy.default)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/jpeg", "image/png"
    ]  # fmt: skip
    names = re.findall(r'src="cid:([^"]+)"', parsed.get_body(("html",)).get_content())  # type: ignore[union-attr]
    pictures = [part for part in parsed.walk() if part.get_content_maintype() == "image"]
    assert [f"<{name}>" for name in names] == [part["Content-ID"] for part in pictures]
    assert {part.get_content_disposition() for part in pictures} == {"inline"}
    assert pictures[0].get_content() == image_file.read(jpeg()).clean


def test_what_the_body_does_not_show_stands_below_with_a_link_to_what_lies_elsewhere(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=jpeg())
    film = {"url": "https://files.example/talk.mp4?a=1", "caption": "The hearing", "credit": "City clerk"}
    message = mail(tmp_path, "Words.", {**HALL, "alt": "A hall"}, film)
    assert message.text.partition("PICTURES AND MEDIA\n\n")[2].partition("\n\nMEDIA CONTACT")[0] == (
        "[Image: A hall]\nCity Hall. (Photo: I. Sample)\nFull-size picture <https://files.example/hall.jpg>\n\n"
        "The hearing – City clerk – talk.mp4 <https://files.example/talk.mp4?a=1>"
    )
    assert [one.name for one in message.attachments] == ["hall.jpg"]
    assert '<a href="https://files.example/talk.mp4?a=1"' in message.html


def test_the_page_names_its_pictures_as_files_beside_it(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=jpeg(), sign_png=png_of(20, 10))
    page = render.web(release(tmp_path, BODY, extra={"media": [HALL]}), office(tmp_path)).rpartition("</script>")[2]
    figure = page.partition("<figure>")[2].partition("</figure>")[0]
    assert re.fullmatch(r'<img( (src="hall.jpg"|alt="City Hall at dusk"|width="60"|height="40")){4}><figcaption>.*</figcaption>', figure)
    assert "City Hall. (Photo: I. Sample)<br>" in figure
    assert 'src="sign.png"' in page.partition("More, with ")[2].partition(" in the line.")[0]
    assert "cid:" not in page


def test_a_linked_picture_stays_a_link_and_a_hostile_caption_is_words(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=jpeg())
    entry = {"file": "photos/hall.jpg", "caption": "<script>alert(1)</script> & \x02 more", "url": "javascript:alert(1)"}
    message = mail(tmp_path, '[![x" onerror="y](photos/hall.jpg)](https://city.example/hall)', entry)
    assert '<a href="https://city.example/hall"' in message.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;  more" in message.html
    assert not re.search(r'<script|javascript:|onerror="', message.html)
    assert "https://city.example/hall>" in message.text


def test_a_picture_first_leaves_dateline_and_lede_to_the_words(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=jpeg())
    message = mail(tmp_path, "![A hall](photos/hall.jpg)\n\nThe city will meet.")
    assert "[Image: A hall]\n\nKEY WEST, Fla. — The city will meet." in message.text
    assert message.release["summary"] == "The city will meet."


def test_a_template_that_shows_no_pictures_sends_none(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=jpeg())
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "email.html.j2").write_text("<html lang='en'><p>{{ release.headline }}</p></html>")
    assert mail(tmp_path, "![A hall](photos/hall.jpg)").attachments == ()


def test_an_attached_picture_is_clean_too_unless_it_is_kept_on_purpose(tmp_path: Path) -> None:
    desk(tmp_path, hall_jpg=located())
    files = (tmp_path / "photos" / "hall.jpg",)
    assert b"Ida Owner" not in mail(tmp_path, "Words.", attachments=files).attachments[0].data
    kept = mail(tmp_path, "Words.", {"file": "photos/hall.jpg", "alt": "A hall", "keep_location": True}, attachments=files)
    assert [one.data for one in kept.attachments] == [located(), located()]


@pytest.mark.parametrize(
    ("name", "data"), [("a.jpg", b"<html>"), ("a.heic", b"\0\0\0\x1cftypheic" + bytes(60)), ("a.tif", b"II*\0" + bytes(60))]
)
def test_an_attached_picture_that_cannot_be_cleaned_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReleaseError, match=f"the attachment {name} is") as caught:
        mail(tmp_path, "Words.", attachments=(path,))
    assert caught.value.problems[0].hint.startswith("export it as JPEG")


def test_other_attachments_go_out_as_they_are(tmp_path: Path) -> None:
    for name, data in (("a.pdf", b"%PDF"), ("logo.svg", b"<svg/>"), ("a.csv", b"a,b")):
        (tmp_path / name).write_bytes(data)
        assert mail(tmp_path, "Words.", attachments=(tmp_path / name,)).attachments[0].data == data


def test_a_mail_that_no_newsroom_takes_is_refused_with_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MAIL_LIMIT", 50_000)
    (tmp_path / "facts.pdf").write_bytes(bytes(60_000))
    with pytest.raises(ReleaseError, match=r"the mail would have 8\d,\d{3} bytes, and 50,000 are allowed") as caught:
        mail(tmp_path, "Words.", attachments=(tmp_path / "facts.pdf",))
    assert caught.value.problems[0].hint == "the largest part is facts.pdf: link to it instead"
