"""Plain text: its paragraphs however it is broken, its encodings, and what is no text."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from importers.sources import LEDE, STORY, made
from pressctl import importers
from pressctl.errors import ReleaseError
from pressctl.importers import plain_text


def texts(text: str) -> list[str]:
    return [paragraph.text for paragraph in plain_text.paragraphs(list(enumerate(text.split("\n"), 1)))]


def refusal(folder: Path, data: bytes, name: str = "story.txt") -> str:
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(ReleaseError) as error:
        importers.read(path)
    problem = error.value.problems[0]
    assert problem.place is not None
    assert problem.place.file == str(path)
    assert problem.hint
    return problem.text


def test_long_lines_are_paragraphs_of_their_own() -> None:
    assert texts("A headline\n" + LEDE + "\n" + LEDE) == ["A headline", LEDE, LEDE]


def test_lines_broken_to_fit_a_width_are_joined_and_a_list_is_not() -> None:
    first = "A group of 40 residents will ask the City Commission to keep the"
    broken = f"{first}\nnight bus, which carries two hundred people home from their\nwork."
    assert texts(broken + "\n\n- one\n- two") == [broken.replace("\n", " "), "- one", "- two"]


def test_lines_of_an_address_stay_lines(tmp_path: Path) -> None:
    found = made(tmp_path, "story.txt", "\n\n".join([*STORY, "City Hall\n1 Main St.\nKey West"]))
    assert found.body.endswith("\n\nCity Hall  \n1 Main St.  \nKey West\n")


def test_a_tag_that_somebody_typed_stays_text(tmp_path: Path) -> None:
    found = made(tmp_path, "story.txt", "\n\n".join([*STORY, "They wrote <b> on it, and <https://bus.example>."]))
    assert "They wrote &lt;b> on it, and <https://bus.example>." in found.body


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_unicode_is_read_too(tmp_path: Path, encoding: str) -> None:
    found = made(tmp_path, "story.txt", "\r\n\r\n".join(STORY).encode(encoding))
    assert found.body.startswith("A group of 40 residents")


def test_windows_1252_is_read_and_asked_about(tmp_path: Path) -> None:
    found = made(tmp_path, "story.txt", "\n\n".join(STORY).encode("cp1252"))
    assert "“The bus is how the island gets home,”" in found.body
    assert "the text was read as Windows-1252: are the letters right (line 3)?" in found.questions


def test_binary_files_are_refused_by_name(tmp_path: Path) -> None:
    assert refusal(tmp_path, random.Random(1).randbytes(4000)) == "this file is no text, page, Word file or mail"
    assert refusal(tmp_path, b"%PDF-1.7\n...") == "this is a PDF, which `import` does not read"
    assert refusal(tmp_path, b"\x89PNG\r\n\x1a\n") == "this is a picture, which `import` does not read"


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "the file is empty"), (b" \n\n", "the file is empty"), (b"12\n\n--\n", "there is no text in this file")]
)
def test_a_file_without_words_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    assert refusal(tmp_path, data) == said


def test_a_file_that_is_only_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="nothing is left for the release's text"):
        made(tmp_path, "story.txt", "FOR IMMEDIATE RELEASE\n\nNo Comment\n")


def test_a_release_is_not_imported_again(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"---\nheadline: Bus\ndate: 2026-07-03\n---\nText.\n", "bus.md") == "this is a release file already"


def test_ten_megabytes_of_text_are_refused_at_once(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"A sentence that goes on. " * 400_000) == "the text is too long: 10,000,000 bytes, and 4,194,304 are allowed"


def test_a_long_text_takes_seconds(tmp_path: Path) -> None:
    before = time.monotonic()
    found = made(tmp_path, "story.txt", "\n\n".join([*STORY, *[f"{number}. {LEDE[20:]}" for number in range(500)]]))
    assert found.paragraphs == 502
    assert time.monotonic() - before < 10


@pytest.mark.parametrize(("encoding", "said"), [("utf-32", "UTF-32"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")])
def test_other_unicode_that_is_not_read_is_called_by_its_name(tmp_path: Path, encoding: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=said):
        made(tmp_path, "story.txt", "\n\n".join(STORY).encode(encoding))
