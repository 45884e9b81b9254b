from __future__ import annotations

import pytest

from pressctl import word_colours


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>a</p>", [("#000000", "#ffffff", "a")]),
        ('<p style="color: #111">a<b style="COLOR:#222222">b</b></p>c', [("#111", "#ffffff", "a"), ("#222222", "#ffffff", "b")]),
        ('<td style="background: #333">a<br>b</td>', [("#000000", "#333", "a"), ("#000000", "#333", "b")]),
        ('<td bgcolor="#eeeeee">a</td><td bgcolor="white">b</td>', [("#000000", "#eeeeee", "a"), ("#000000", "#ffffff", "b")]),
        ('<div style="display:none; color: #aaa">a<b style="color: #bbb">b</b></div><p>c</p>', [("#000000", "#ffffff", "c")]),
        ("<head><title>a</title></head></x><p>b", [("#000000", "#ffffff", "b")]),
        ('<p style="border-color: #aaa; color: red">a</p>', [("#000000", "#ffffff", "a")]),
    ],
)  # fmt: skip
def test_each_word_has_the_colour_and_the_ground_that_a_reader_sees(html: str, words: list[tuple[str, str, str]]) -> None:
    assert word_colours.read(html) == words
