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


@pytest.mark.parametrize("size", [1, 4, 9])
def test_it_does_not_matter_where_a_word_is_split(tmp_path: Path, size: int) -> None:
    text = "It is in file_name of July 5. Then - or # 1 - it *ends*."
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    tail = f"<w:p>{''.join(map(run, pieces))}</w:p><w:p>{''.join(run(piece, '<w:i/>') for piece in pieces[:2])}{run(' end.')}</w:p>"
    found = made(tmp_path, "release.docx", word(STORY, tail=tail))
    slanted = "".join(pieces[:2])
    assert found.body.split("\n\n")[2] == text.replace("*", "\\*")
    assert found.body.split("\n\n")[3] == f"*{slanted.strip()}*{slanted[len(slanted.rstrip()) :]} end.\n"


def test_a_table_that_only_makes_a_column_is_paragraphs_and_a_box_in_a_cell_is_read(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('In a box.')}</w:p></w:txbxContent>"
    column = f"<w:tbl><w:tr><w:tc><w:p>{run('One.')}</w:p><w:p>{run('Two.')}</w:p></w:tc></w:tr></w:tbl>"
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run('Within.')}</w:p></w:tc></w:tr></w:tbl>"
    cells = f"<w:tc><w:p>{run('Who')}</w:p></w:tc><w:tc><w:p>{run('Riders')}<w:r>{box}</w:r></w:p>{inner}</w:tc>"
    found = made(tmp_path, "release.docx", word(STORY, tail=f"{column}<w:tbl><w:tr>{cells}</w:tr></w:tbl>"))
    assert found.body.split("\n\n")[2:] == ["One.", "Two.", "| Who | Riders Within. |\n| --- | --- |", "In a box.\n"]


def test_hidden_and_struck_out_words_pictures_and_symbols_are_listed(tmp_path: Path) -> None:
    picture = '<w:r><w:pict xmlns:v="v"><v:shape><v:imagedata/></v:shape></w:pict></w:r>'
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>'
    tail = f"<w:p>{run('It costs ')}{run('40 ', '<w:strike/>')}{run('50 dollars.')}{run('ask him', '<w:vanish/>')}{picture}{symbol}</w:p>"
    found = made(tmp_path, "release.docx", word(STORY, tail=tail))
    assert found.body.endswith("\n\nIt costs 50 dollars.\n")
    assert [(removed.why, removed.text) for removed in found.removed] == [
        ("struck-out", "40"),
        ("hidden-text", "ask him"),
        ("image", "an image without a description"),
        ("symbol", "Wingdings F0E0"),
    ]


def test_a_list_that_counts_goes_on_counting(tmp_path: Path) -> None:
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl></w:abstractNum>'
        f'<w:num w:numId="{n + 5}"><w:abstractNumId w:val="{n}"/></w:num>'
        for n, kind in enumerate(("bullet", "decimal"))
    )
    items = "".join(f'<w:p><w:pPr><w:numPr><w:numId w:val="{n}"/></w:numPr></w:pPr>{run("One")}</w:p>' for n in (6, 5))
    parts = {"word/numbering.xml": f"<w:numbering {WORD}>{kinds}</w:numbering>"}
    assert made(tmp_path, "release.docx", word(STORY, parts, tail=items)).body.endswith("\n\n1. One\n- One\n")


def test_a_file_saved_as_strict_open_xml_is_read(tmp_path: Path) -> None:
    usual = word(STORY)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(usual)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
            after.writestr(name, before.read(name).replace(WORD[9:-1].encode(), strict))
    assert made(tmp_path, "strict.docx", stream.getvalue()).body == made(tmp_path, "usual.docx", usual).body


def test_damaged_data_are_refused(tmp_path: Path) -> None:
    data = word([*STORY, *(f"Paragraph {number * 7919} of a longer text." for number in range(300))])
    at = data.find(b"word/document.xml") + 200
    with pytest.raises(ReleaseError, match="data are damaged"):
        made(tmp_path, "release.docx", data[:at] + bytes(byte ^ 0x55 for byte in data[at : at + 300]) + data[at + 300 :])
