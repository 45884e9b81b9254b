"""Patterns that tell what they need find what they would find without it, and cost nothing where it is missing."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl.pattern import REACH, pattern, windows

BUS = r"\b(?:the\s)?night[ -]bus(?:es)?\b|\btram\b"
WORDS = st.sampled_from(["the", "night", "bus", "night-bus", "Night Buses", "tram", "TRAM", "x" * 700, "İstanbul", "day", "\n", "￼", "."])


@given(st.lists(WORDS, max_size=40), st.integers(0, 60), st.integers(0, 60))
def test_it_finds_what_it_finds_without_them(pieces: list[str], start: int, cut: int) -> None:
    text = " ".join(pieces)
    end = max(start, len(text) - cut)
    near = pattern(BUS, re.IGNORECASE, near="night|tram")
    plain = pattern(BUS, re.IGNORECASE)
    assert [m.span() for m in near.finditer(text, start, end)] == [m.span() for m in plain.finditer(text, start, end)]
    assert bool(near.search(text)) == bool(plain.search(text))
    assert bool(near.fullmatch(text)) == bool(plain.fullmatch(text))


def test_a_text_without_them_leaves_it_uncompiled() -> None:
    near = pattern("(not an expression", near="tram")
    assert list(near.finditer("The night bus runs.")) == []
    assert near.search("The night bus runs.") is None
    assert near.fullmatch("The night bus runs.") is None
    with pytest.raises(re.error):
        list(near.finditer("The tram runs."))


def test_only_the_lines_around_them_are_scanned() -> None:
    text = "\n".join(["day " * 20] * 200 + ["the tram"] + ["day " * 20] * 200)
    [(first, last)] = windows(text, ("tram",), 0, len(text))
    assert text[first : last + 1].startswith("day ")
    assert first == 0 or text[first - 1] == "\n"
    assert "tram" in text[first:last]
    assert last - first < 4 * REACH


def test_a_text_full_of_them_takes_time_in_line_with_its_length() -> None:
    near = pattern(r"\btrams\b", near="tram")

    def seconds(words: int) -> float:
        text = "tram " * words
        start = time.process_time()
        assert not list(near.finditer(text))
        return time.process_time() - start

    seconds(1000)
    short, long = seconds(50_000), seconds(400_000)
    assert long < 8 * 2.5 * max(short, 0.005), f"{short:.3f} s, then {long:.3f} s"
