"""The PDF as another's reader sees it: tagged, with title, language and alternative texts, its words in order."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from checks.sample_files import png
from render_samples import MEETING, office, release

from pressctl.errors import ConfigError
from pressctl.formats import pdf

BODY = """\
The city **will** meet, says [a report](https://bus.example/report).

## Riders

- One
- Two

| Route | Riders |
| --- | --- |
| Night | 200 |

![The night bus](hall.png)

## Notes to editors

A note.
"""


def made(folder: Path, body: str = BODY, **changes: Any) -> Any:
    """The PDF, read by pypdf."""
    pytest.importorskip("typst", reason="the extra `pdf` is not installed")
    pypdf = pytest.importorskip("pypdf")
    (folder / "releases").mkdir(exist_ok=True)
    (folder / "hall.png").write_bytes(png(40, 30, (b"IDAT", zlib.compress(bytes(30 * (1 + 3 * 40))))))
    values = {"events": (MEETING,), "language": "es-US", "subhead": "A second line"} | changes
    return pypdf.PdfReader(io.BytesIO(pdf.make(release(folder, body, **values), office(folder))))


def tags(node: Any) -> Iterator[Any]:
    """Every element of the tree that screen readers follow."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, dict):
        yield node
        node = node.get("/K", [])
        node = node.get_object() if hasattr(node, "get_object") else node
        node = node if isinstance(node, list) else [node]
    for child in node if isinstance(node, list) else ():
        yield from tags(child)


def test_it_is_tagged_titled_and_has_a_language(tmp_path: Path) -> None:
    read = made(tmp_path)
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "es-US"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read.metadata.title == "Residents ask city to keep the night bus"
    assert read.metadata.author == "Key West Example Network"
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    kinds = {str(node.get("/S")) for node in tags(root["/StructTreeRoot"])}
    assert {"/H1", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= kinds


def test_pictures_have_their_words(tmp_path: Path) -> None:
    figures = [node for node in tags(made(tmp_path).trailer["/Root"]["/StructTreeRoot"]) if node.get("/S") == "/Figure"]
    assert [figure["/Alt"] for figure in figures] == ["The night bus"]


def test_the_words_stand_in_the_order_of_the_release(tmp_path: Path) -> None:
    text = " ".join(" ".join(page.extract_text() for page in made(tmp_path, language="en").pages).split())
    parts = ["Key West Example Network", "NEWS RELEASE", "FOR IMMEDIATE RELEASE", "Residents ask city",
             "A second line", "KEY WEST, Fla.", "a report",
             "Riders", "One", "Night", "Event", "City Commission meeting", "5 p.m. EDT", "About", "Media contact", "+1 305 555 0100", "###",
             "Notes to editors", "A note."]  # fmt: skip
    assert [part for part in parts if part not in text] == []
    places, at = [], 0
    for part in parts:
        at = text.index(part, at)
        places.append(at)
    assert places == sorted(places)


def test_the_same_release_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra `pdf` is not installed")
    one, two = (pdf.make(release(tmp_path, "Text."), office(tmp_path)) for _ in range(2))
    assert one == two


def test_nothing_in_a_release_is_read_as_a_program(tmp_path: Path) -> None:
    hostile = '#read("/etc/passwd") $x$ *b* #import "@preview/x:1.0.0" \\ `a` @ref <label> //'
    text = "\n".join(page.extract_text() for page in made(tmp_path, f"`{hostile}` and {hostile}", headline=hostile, events=()).pages)
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text


def test_nobody_is_in_its_properties(tmp_path: Path) -> None:
    read = made(tmp_path, issued=datetime(2025, 7, 3, tzinfo=UTC))
    assert set(read.metadata) <= {"/Title", "/Author", "/Subject", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Keywords"}
    assert str(tmp_path) not in str(read.metadata)


def test_a_missing_extra_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ConfigError) as caught:
        pdf.make(release(tmp_path), office(tmp_path))
    assert caught.value.problems[0].hint == "install it with: pip install 'pressctl[pdf]'"
