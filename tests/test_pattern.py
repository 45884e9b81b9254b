"""Patterns that tell what they need find what they would find without it, and cost nothing where it is missing."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from pathlib import Path

import pytest
from conftest import in_line_with_length
from hypothesis import given
from hypothesis import strategies as st

import pressctl
from pressctl import check, kept
from pressctl import pattern as expressions
from pressctl.pattern import REACH, Pattern, pattern, windows

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
    in_line_with_length(seconds, 50_000, 0.005)


def _all_patterns() -> list[Pattern]:
    """Every expression of the program, wherever a module keeps it."""
    modules = [importlib.import_module(f"pressctl.{name}") for _, name, _ in pkgutil.iter_modules(pressctl.__path__) if name != "__main__"]
    values = [value for module in [*modules, *map(check.module, check.names())] for value in vars(module).values()]
    inner = [one for value in values if isinstance(value, dict) for one in value.values()]
    return list({(one.source, one.flags): one for one in [*values, *inner] if isinstance(one, Pattern)}.values())


def test_what_is_kept_of_an_expression_is_what_compiling_it_again_gives() -> None:
    found = _all_patterns()
    assert len(found) > 200
    for one in found:
        again = expressions._assembled(one.source, expressions._taken_apart(one.source, one.flags))
        assert again == re.compile(one.source, one.flags), one.source  # Python compares the code
        assert (again.groups, again.groupindex) == (one.compiled.groups, one.compiled.groupindex)


def test_an_expression_is_kept_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    expressions._kept.cache_clear()
    monkeypatch.setattr(expressions, "_new", {})
    first = pattern(r"(?P<bus>night) bus", re.IGNORECASE).compiled
    expressions.keep()
    expressions._kept.cache_clear()
    [(source, flags)] = expressions._kept()
    assert (source, flags) == (r"(?P<bus>night) bus", re.IGNORECASE)
    again = pattern(source, flags).compiled
    assert again == first
    assert again.fullmatch("Night Bus").groupdict() == {"bus": "Night"}  # type: ignore[union-attr]
    assert expressions._new == {}
    expressions._kept.cache_clear()


def test_what_another_engine_does_not_take_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {("(night) bus", 0): (0, b"\xff" * 40, 1, dict[str, int](), (None, None))}
    monkeypatch.setattr(expressions, "_kept", lambda: parts)
    assert pattern("(night) bus").compiled == re.compile("(night) bus")


def test_a_python_whose_compiler_is_another_only_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(expressions, "_new", {("bus", 0): re.compile("tram")})  # as if its code were another than ours
    expressions.keep()
    assert kept.read("expressions") is None
    monkeypatch.setattr(expressions, "_new", {("(bus", 0): re.compile("bus")})  # as if it could not be asked
    expressions.keep()
    assert kept.read("expressions") is None
