"""YAML as text and positions: what is taken as written, and what is refused."""

from __future__ import annotations

import resource
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl import document
from pressctl.document import Mapping, Problems, Scalar, Sequence, nearest


def parse(text: str, first_line: int = 1) -> tuple[Mapping | None, list[str]]:
    """The top mapping, and the problems as `line:column text`."""
    problems = Problems("f")
    top = document.parse(text, problems, first_line)
    return top, [f"{p.place.line}:{p.place.column} {p.text}" if p.place else p.text for p in problems.found]


def texts(node: object) -> object:
    """The nodes without their positions."""
    if isinstance(node, Mapping):
        return {key: texts(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [texts(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.text


@pytest.mark.parametrize("written", ["17:00", "no", "NO", "+13055550100", "033040", "1.10", "2026-07-03", "null", "~", "0x1f", "1_000"])
def test_every_value_stays_as_it_was_written(written: str) -> None:
    top, told = parse(f"key: {written}")
    assert texts(top) == {"key": written}
    assert told == []


def test_keys_and_values_know_their_line_and_column() -> None:
    top, _ = parse("# a comment\nname: x\nlist:\n  - {é: wort}\n", first_line=5)
    assert top is not None
    assert top.keys["list"] == Scalar("list", 7, 1)
    assert top.entries["name"] == Scalar("x", 6, 7)
    inner = top.entries["list"]
    assert isinstance(inner, Sequence)
    item = inner.items[0]
    assert isinstance(item, Mapping)
    assert item.entries["é"] == Scalar("wort", 8, 9)


def test_a_key_given_twice_is_told_with_both_lines() -> None:
    assert parse("a: 1\nb: 2\na: 3\n")[1] == ["3:1 `a` is given twice, first on line 1"]


def test_anchors_aliases_and_tags_are_refused_where_they_stand() -> None:
    assert parse("a: &x 1\nb: *x\nc: !!python/object/apply:os.system [ls]\n")[1] == [
        "1:4 anchors are not used here: &x",
        "2:4 aliases are not used here: *x",
        "3:4 tags are not used here",
    ]


def test_a_second_document_is_refused() -> None:
    top, told = parse("a: 1\n---\nb: 2\n")
    assert top is None
    assert told == ["2:1 a second YAML document starts here"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1, 2\nb: 3\n", "2:2"),
        ("a:\n\t- b\n", "2:1"),
        ("a: 1\n  b: 2\n", "2:4"),
        ('a: "open\n', "2:1"),
    ],
)
def test_broken_yaml_is_told_with_its_line(text: str, told: str) -> None:
    top, problems = parse(text)
    assert top is None
    assert len(problems) == 1
    assert problems[0].startswith(f"{told} this is not valid YAML: ")


def test_a_control_character_is_told_where_it_stands_also_after_other_letters() -> None:
    assert parse("é: ü\na: é\x1b[31m\n")[1] == ["2:5 a control character is not allowed here"]


def test_a_key_with_an_escape_sequence_is_refused_and_not_repeated() -> None:
    assert parse('"a\\x1b[31m": 1\n')[1] == ["1:1 a key must not hold a control character"]


def test_half_of_a_surrogate_pair_is_not_text() -> None:
    assert parse("a: \ud800\n")[1] == ["1:1 this is not Unicode text"]


@pytest.mark.parametrize("text", ["[" * 20_000, "a: " + "[" * 20_000, "a: " + "{b: " * 20_000, "- " * 20_000, "? " * 20_000])
def test_twenty_thousand_brackets_are_refused_soon_and_in_little_memory(text: str) -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    top, told = parse(text)
    assert top is None
    assert len(told) == 1
    assert time.monotonic() - start < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_an_alias_bomb_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))
    top, told = parse(bomb)
    assert texts(top) is not None
    assert len(told) == 61


def test_a_list_is_no_document() -> None:
    assert parse("- a\n")[1] == ["1:1 `key: value` lines are expected here"]


def test_a_document_of_comments_is_nothing() -> None:
    assert parse("# nothing\n") == (None, [])


def test_items_of_a_long_list_are_handed_over_one_by_one() -> None:
    seen: list[object] = []
    top = document.parse("a: [1, 2]\nb: [3]\n", Problems("f"), each={"a": lambda node: seen.append(texts(node))})
    assert seen == ["1", "2"]
    assert texts(top) == {"a": [], "b": ["3"]}


def test_the_nearest_known_word_is_named() -> None:
    assert nearest("emial", ["email", "webhook"]) == "did you mean `email`?"
    assert nearest("zzz", ["email", "webhook"]) == ""
    assert nearest("x" * 1_000_000, ["email"]) == ""


@given(st.text())
def test_no_text_makes_the_parser_fail_in_its_own_way(text: str) -> None:
    parse(text)


@given(st.text(alphabet="ab:-?[]{}&*!|>'\"%@`#, \n\t\\0~", max_size=60))
def test_no_marks_make_the_parser_fail_in_its_own_way(text: str) -> None:
    parse(text)
