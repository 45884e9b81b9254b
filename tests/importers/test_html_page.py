"""A saved page: the article alone, its form as Markdown, and pages that hold none or several."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.sources import LEDE, SECOND, STORY, made, page
from pressctl.errors import ReleaseError
from pressctl.importers import html_page


def test_what_surrounds_the_article_is_listed_with_its_reason(tmp_path: Path) -> None:
    found = made(tmp_path, "saved.html", page(STORY))
    assert found.body == f"{LEDE.removeprefix('KEY WEST, Fla. — ')}\n\n{SECOND}\n"
    assert [(removed.why, removed.text) for removed in found.removed] == [
        ("outside-the-article", found.removed[0].text),
        ("image", "The hall (https://konk.example/hall.jpg)"),
        ("image-caption", "The hall. Photo: KONK Life"),
        ("share-bar", "Share this: Facebook"),
        ("related-posts", "Related Another story"),
    ]


def test_bold_links_headings_and_lists_become_markdown(tmp_path: Path) -> None:
    inside = (
        f"<p>{LEDE}</p><h3>What is asked</h3><ul><li>Keep <b>the bus</b></li><li>Ask <a href='https://bus.example/a'>riders</a></li></ul>"
        "<blockquote><p>It is <em>the</em> way home.</p></blockquote><p>Cost: 5 * 3_000 [a](b) <a href='javascript:x'>now</a></p>"
    )
    found = made(tmp_path, "saved.html", f"<html><body><article><h1>A bus</h1>{inside}</article></body></html>")
    assert found.body.split("\n\n")[1:] == [
        "### What is asked",
        "- Keep **the bus**\n- Ask [riders](https://bus.example/a)",
        "> It is *the* way home.",
        "Cost: 5 \\* 3_000 [a\\](b) now\n",
    ]


def test_a_page_without_an_article_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="there is no article in this page"):
        made(tmp_path, "home.html", "<!DOCTYPE html><html><body><nav><a href=/>Home</a></nav><div>Welcome</div></body></html>")


def test_a_page_of_several_articles_is_refused(tmp_path: Path) -> None:
    body = f"<article><p>{LEDE} {SECOND}</p></article>" * 2
    with pytest.raises(ReleaseError, match="the page holds 2 articles"):
        made(tmp_path, "blog.html", f"<html><body>{body}</body></html>")


def test_a_page_that_marks_no_article_is_asked_about(tmp_path: Path) -> None:
    found = made(tmp_path, "export.html", f"<html><body><h1>A bus</h1><p>{LEDE}</p><p>{SECOND}</p></body></html>")
    assert "the page marks no article: is the draft all of the release, and nothing else?" in found.questions
    assert found.body.endswith(f"{SECOND}\n")


def test_elements_that_stand_very_deep_do_no_harm() -> None:
    root = html_page.tree("<div>" * 5000 + "words" + "</div>" * 5000)
    assert root.text() == "words"


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/pdivarticleh1 brul\"'=&;!-\n", max_size=300))
def test_broken_pages_are_read_or_refused(text: str) -> None:
    try:
        html_page.read(f"<html><body><article>{text}".encode(), Path("x.html"))
    except ReleaseError:
        return


def test_comments_that_are_articles_to_the_theme_are_none(tmp_path: Path) -> None:
    comment = f'<section id="comments"><article class="comment-body"><p>{SECOND} {SECOND}</p></article></section>'
    text = f"<!doctype html><body><article><h1>{STORY[0]}</h1><p>{LEDE}</p><p>{SECOND}</p></article>{comment}</body>"
    assert made(tmp_path, "saved.html", text).body == f"{LEDE.removeprefix('KEY WEST, Fla. — ')}\n\n{SECOND}\n"


def test_a_word_in_pieces_is_read_as_one(tmp_path: Path) -> None:
    inside = f"<p>{LEDE}</p><p>July <span>5. Then</span> file<span>_name</span> <b>is</b><b> bold</b> - now.</p>"
    found = made(tmp_path, "saved.html", f"<!doctype html><article><h1>{STORY[0]}</h1>{inside}</article>")
    assert found.body.split("\n\n")[1] == "July 5. Then file_name **is bold** - now.\n"


def test_what_no_reader_sees_is_listed_and_no_table_loses_words(tmp_path: Path) -> None:
    inner = "<table><tr><td>2</td></tr></table>"
    table = f"<table><caption>Riders</caption><tr><td>a</td><td>1{inner}</td></tr></table><table><p>Alone.</p></table>"
    inside = f'<p>{LEDE}</p><p>It costs <s>40</s> 50 dollars.</p><div style="display: none">Preview</div>{table}'
    found = made(tmp_path, "saved.html", f"<!doctype html><article><h1>{STORY[0]}</h1>{inside}</article>")
    assert found.body.split("\n\n")[1:] == ["It costs 50 dollars.", "Riders", "| a | 1 2 |\n| --- | --- |", "Alone.\n"]
    assert [(removed.why, removed.text) for removed in found.removed] == [("struck-out", "40"), ("hidden", "Preview")]


@pytest.mark.parametrize("piece", ['<div class="entry-content">a</div>', "<table><tr><td>"])
def test_a_page_of_very_many_elements_takes_seconds(tmp_path: Path, piece: str) -> None:
    started = time.process_time()
    made(tmp_path, "saved.html", f"<!doctype html><article><h1>{STORY[0]}</h1><p>{LEDE}</p></article>{piece * 10_000}")
    assert time.process_time() - started < 5
