"""A Word file: styles, links, tables; what is pending or beside the text is listed; what is no Word file is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from importers.sources import LEDE, SECOND, STORY, WORD, made, word
from pressctl.errors import ReleaseError


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_styles_become_the_headline_headings_and_markdown(tmp_path: Path) -> None:
    tail = (
        '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr>' + run("What is asked") + "</w:p>"
        "<w:p>" + run("It is ") + run("urgent", "<w:b/>") + run(" now.") + "</w:p>"
        "<w:p><w:pPr><w:numPr/></w:pPr>" + run("One") + "</w:p><w:p><w:pPr><w:numPr/></w:pPr>" + run("Two") + "</w:p>"
        "<w:tbl><w:tr><w:tc><w:p>" + run("Who") + "</w:p></w:tc><w:tc><w:p>" + run("Riders") + "</w:p></w:tc></w:tr></w:tbl>"
    )
    found = made(tmp_path, "release.docx", word(STORY, tail=tail))
    assert f"headline: {STORY[0]}\n" in found.text
    assert found.body.split("\n\n")[2:] == [
        "## What is asked",
        "It is **urgent** now.",
        "- One\n- Two",
        "| Who | Riders |\n| --- | --- |\n",
    ]


def test_headers_comments_and_tracked_changes_are_listed(tmp_path: Path) -> None:
    parts = {
        "word/header1.xml": f"<w:hdr {WORD}><w:p>{run('Letterhead')}</w:p></w:hdr>",
        "word/footer1.xml": f"<w:ftr {WORD}><w:p>{run('Page 1')}</w:p></w:ftr>",
        "word/comments.xml": f"<w:comments {WORD}><w:comment><w:p>{run('Is this so?')}</w:p></w:comment></w:comments>",
    }
    deleted = "<w:del><w:r><w:delText>40</w:delText></w:r></w:del>"
    tail = f"<w:p>{run('It costs ')}{deleted}<w:ins>{run('50')}</w:ins>{run(' dollars a day.')}</w:p>"
    found = made(tmp_path, "release.docx", word(STORY, parts, tail=tail))
    assert found.body.endswith("\n\nIt costs 50 dollars a day.\n")
    assert {(removed.line, removed.why, removed.text) for removed in found.removed} == {
        (0, "page-header", "Letterhead"),
        (0, "page-footer", "Page 1"),
        (0, "comment", "Is this so?"),
        (4, "tracked-deletion", "40"),
    }
    assert "paragraph 4 holds tracked insertions, taken as accepted: are they agreed?" in found.questions
    assert "tracked deletions were left out: are they agreed?" in found.questions


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('In a box.')}</w:p></w:txbxContent>"
    tail = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert made(tmp_path, "release.docx", word(STORY, tail=tail)).body.count("In a box.") == 1


def archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made_:
        for name, data in parts.items():
            made_.writestr(name, data)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED = {
    "encrypted": (OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "this Word file is encrypted"),
    "old": (OLE + bytes(500), "this is an old Word file"),
    "a zip": (archive({"word/other.xml": b"<x/>"}), "this is a zip archive, but no Word file"),
    "cut off": (word(STORY)[:600], "this Word file cannot be read"),
    "no XML": (archive({"word/document.xml": b"<w:document"}), "this Word file cannot be read"),
    "entities": (archive({"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}), "the file declares XML entities"),
    "a bomb": (archive({"word/document.xml": b" " * 20_000_000}), "`word/document.xml` unpacks to more than 16,777,216 bytes"),
    "too many parts": (archive({f"word/{n}.xml": b"" for n in range(2001)}), "this archive has more than 2,000 parts"),
    "too deep": (archive({"word/document.xml": b"<x>" * 1000 + b"</x>" * 1000}), "the file's elements stand too deep"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    data, said = REFUSED[name]
    with pytest.raises(ReleaseError, match="^" + said) as error:
        made(tmp_path, "release.docx", data)
    assert error.value.problems[0].hint
    assert error.value.problems[0].place


def test_a_bold_dateline_is_one(tmp_path: Path) -> None:
    tail = f"<w:p>{run('KEY WEST, Fla.', '<w:b/>')}{run(' — ' + LEDE[17:])}</w:p><w:p>{run(SECOND)}</w:p>"
    found = made(tmp_path, "release.docx", word(STORY[:1], tail=tail))
    assert "as_written: KEY WEST, Fla.\n" in found.text
    assert found.body.startswith("A group of 40 residents")
