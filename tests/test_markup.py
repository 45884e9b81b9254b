from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl import markup
from pressctl.errors import ReleaseError


def convert(source: str, dateline: str = "") -> markup.Body:
    return markup.convert(source, dateline, "Image")


def test_the_dateline_opens_the_first_paragraph_and_the_lede_goes_without_it() -> None:
    body = convert("The *city* will [meet](https://x.example).\n\nMore.", "KEY WEST, Fla.")
    assert body.html.startswith('<p><span class="dateline">KEY WEST, Fla.</span> — The <em>city</em> will')
    assert body.text.startswith("KEY WEST, Fla. — The city will meet <https://x.example>.")
    assert body.lede == "The city will meet."


def test_the_first_paragraph_is_found_below_a_heading_and_made_where_there_is_none() -> None:
    assert convert("## Head\n\nWords.", "MIAMI").text == "HEAD\n\nMIAMI — Words."
    assert convert("- one\n- two", "MIAMI").text == "MIAMI —\n\n- one\n- two"


def test_notes_to_editors_are_parted_from_the_body() -> None:
    body = convert("Body.\n\n## Notes to Editors:\n\n- Spelling\n\n### Deeper\n\nStill.\n\n## After\n\nMore.")
    assert body.text == "Body.\n\nAFTER\n\nMore."
    assert body.notes_text == "- Spelling\n\nDEEPER\n\nStill."
    assert "Notes" not in body.html
    assert "Spelling" in body.notes_html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**bold**, *italic*, `code`", "bold, italic, code"),
        ("[the agenda](https://x.example/a_b_c)", "the agenda <https://x.example/a_b_c>"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("<desk@x.example>", "desk@x.example"),
        ("[desk@x.example](mailto:desk@x.example)", "desk@x.example"),
        ("[x.example](https://www.x.example/) [x.example/a](https://x.example/a)", "https://www.x.example/ https://x.example/a"),
        ("[x.example](https://y.example)", "x.example <https://y.example>"),
        ("<p>raw <a class=x href='https://x.example/q'>link</a></p>", "raw link <https://x.example/q>"),
        ("<p><a href='javascript:alert(1)'>link</a></p>", "link"),
        ("[call](tel:+13055550100)", "call <+13055550100>"),
        ("[bad](javascript:alert(1)) [also](data:text/html,x) [up](../x)", "bad also up"),
        ("![a full bus](bus.jpg)", "[Image: a full bus]"),
        ("![](bus.jpg)x", "x"),
        ("# A *loud* [head](https://x.example/Path)", "A LOUD HEAD <https://x.example/Path>"),
        ("> one\n> two\n>\n> > three", "> one two\n>\n> > three"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- a\n- b\n    - c\n- d", "- a\n- b\n  - c\n- d"),
        ("- a\n\n- b", "- a\n\n- b"),
        ("line  \nbreak", "line\nbreak"),
        ("AT&T &copy; &lt;b&gt; \\*star\\* 2 < 3", "AT&T © <b> *star* 2 < 3"),
        ("a <b>raw</b> word<br>and", "a raw word and"),
        ("    code <x> & y", "code <x> & y"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("| a | b |\n|---|---|\n| 1 | two |", "a  b\n-  ---\n1  two"),
        ("“Quotes” -- 'as' \"typed\"…", "“Quotes” -- 'as' \"typed\"…"),
    ],
)
def test_the_text_part_reads_well(source: str, text: str) -> None:
    assert convert(source).text == text


def test_a_wide_table_becomes_lines_of_heading_and_cell() -> None:
    wide = "x" * 50
    assert convert(f"| who | what |\n|---|---|\n| {wide} | {wide} |").text == f"who: {wide}\nwhat: {wide}"


def test_paragraphs_are_72_columns_wide_and_no_link_is_ever_broken() -> None:
    link = "https://city.example/" + "a/very-long-path" * 8
    text = convert(f"Words and more words to fill a line with, and then [the agenda]({link}) and more words after that.").text
    assert f"<{link}>" in text
    assert all(len(line) <= 72 or link in line for line in text.split("\n"))
    assert "5\u00a0p.m." in convert("word " * 13 + "and more 5\u00a0p.m. to come").text


HOSTILE = [
    "<script>alert(1)</script>",
    "text <script>alert(1)</script> text",
    "<iframe src=https://evil.example></iframe>",
    "<svg onload=alert(1)><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<img src=x onerror=alert(1)>",
    "<img src=https://evil.example/pixel.gif width=1 height=1>",
    "![x](https://evil.example/pixel.gif)",
    "![x](data:image/png;base64,AAAA)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](vbscript:x)",
    "[x]: data:text/html,<script>alert(1)</script>\n\n[x]",
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<p style="background:url(https://evil.example/x)">x</p>',
    "<style>body{background:url(https://evil.example)}</style>",
    "<form action=https://evil.example><input></form>",
    "<object data=https://evil.example></object><embed src=https://evil.example>",
    "<link rel=stylesheet href=https://evil.example><base href=https://evil.example>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<div onclick=alert(1)>x</div>",
    "<!--><script>alert(1)</script>-->",
    "`<script>` and\n\n    <script>alert(1)</script>",
]  # fmt: skip
LIVE = re.compile(
    r"<(script|style|iframe|svg|math|img|form|input|object|embed|link|base|meta)\b"
    r"|<[^>]*\s(on\w+|src|style|background)\s*="
    r"|<[^>]*href=\"(?!https?:|mailto:|tel:)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_runs_and_nothing_is_fetched_in_a_mail(source: str) -> None:
    body = convert(source, "MIAMI")
    assert not LIVE.search(body.html), body.html
    assert markup.clean(body.web) == body.web  # a second parse finds nothing new (mutation XSS)


def test_a_picture_from_elsewhere_is_a_link_in_a_mail_and_is_shown_on_the_page_by_https_only() -> None:
    body = convert("![bus](https://x.example/bus.jpg?a&b) ![b](http://x.example/b.jpg) [![c](https://x.example/c.jpg)](https://x.example)")
    assert body.web.count("<img") == 3
    assert body.web.count("src=") == 2
    assert body.html == (
        '<p><a href="https://x.example/bus.jpg?a&amp;b">[Image: bus]</a> [Image: b] <a href="https://x.example">[Image: c]</a></p>'
    )
    assert body.text == "[Image: bus] <https://x.example/bus.jpg?a&b> [Image: b] [Image: c]\n<https://x.example>"


MARKDOWN = st.text(alphabet=st.sampled_from("ab \n*_`[]()<>#>-+!|\\&;:/.\"'=1{}~\x02\x03é"), max_size=120)


@settings(deadline=None)
@given(MARKDOWN)
def test_whatever_is_written_is_harmless_and_holds_no_placeholder(source: str) -> None:
    body = convert(source, "MIAMI")
    assert not LIVE.search(body.html)
    assert not set("\x02\x03") & set(body.html + body.text)
    assert "wzxhzdk" not in body.html + body.text


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abcdefghij", min_size=1, max_size=9), min_size=1, max_size=30), st.data())
def test_every_word_is_in_both_parts_in_order(words: list[str], data: st.DataObject) -> None:
    wraps = [
        data.draw(st.sampled_from(["{}", "*{}*", "**{}**", "`{}`", "[{}](https://x.example/y)", "\n\n- {}\n\n", "\n\n> {}\n\n"]))
        for _ in words
    ]
    body = convert(" ".join(form.format(word) for form, word in zip(wraps, words, strict=True)))
    plain = re.sub(r"<[^>]*>|^[>\- ]+", " ", body.text, flags=re.MULTILINE)
    assert plain.split() == words
    assert re.sub(r"<[^>]*>", " ", body.html).split() == words


PATHOLOGICAL = [
    "> " * 3000 + "deep",
    "\n".join("    " * n + "- x" for n in range(200)),
    "[" * 50_000,
    "[a](" * 10_000,
    "[a](x" * 19 + "[b]" * 5_000,
    "![" * 19 + "a" * 50_000,
    ("[" * 19 + "]" * 19) * 200,
    "*" * 50_000,
    "*a " * 20_000,
    "`" * 50_000,
    "<" * 50_000,
    "|" * 50_000,
    "<div>" * 5_000,
    "&" * 50_000,
    "- " * 20_000,
    "x" * 2_000_000,
]


@pytest.mark.parametrize("source", PATHOLOGICAL, ids=lambda source: f"{source[:8]!r} of {len(source)}")
def test_hostile_bodies_end_in_time(source: str) -> None:
    start = time.process_time()
    told = "too long, nested or brackets"
    html = ""
    try:
        html = convert(source).html
    except ReleaseError as error:
        told = str(error)
    assert not LIVE.search(html)
    assert any(word in told for word in ("too long", "nested", "brackets"))
    assert time.process_time() - start < 3
