"""Kinds of values: how text becomes a value, and what is told where it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl import document, schema
from pressctl.document import Mapping, Problems, Scalar
from pressctl.schema import (
    SLUG,
    Choice,
    Date,
    Either,
    Field,
    Flag,
    Free,
    Integer,
    Kind,
    ListOf,
    MapOf,
    Moment,
    Repeated,
    Text,
    Zone,
    record,
)


def read(kind: Kind, written: str) -> tuple[Any, list[str]]:
    """The value of `key: WRITTEN`, and what was told."""
    problems = Problems("f")
    top = document.parse(f"key: {written}", problems)
    assert top is not None, problems
    value = kind.read(top.entries["key"], problems)
    return value, [p.text for p in problems.found]


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (Text(), " two words ", "two words"),
        (Text(), "NO", "NO"),
        (Text(lines=True), '"a\\nb"', "a\nb"),
        (Text(), "é ñ 漢", "é ñ 漢"),
        (SLUG, "night-bus", "night-bus"),
        (Choice(("a", "b")), "b", "b"),
        (Integer(1, 9), "3", 3),
        (Integer(-5, 9), "-5", -5),
        (Integer(0, 99), "012", 12),
        (Flag(), "no", False),
        (Flag(), "Yes", True),
        (Date(), "2026-07-03", date(2026, 7, 3)),
        (Moment(), "2026-07-04T06:00-04:00", datetime(2026, 7, 4, 6, tzinfo=timezone(timedelta(hours=-4)))),
        (Moment(), "2026-07-04 06:00Z", datetime(2026, 7, 4, 6, tzinfo=UTC)),
        (ListOf(Text()), "[a, b]", ("a", "b")),
        (ListOf(Text(), single=True), "a", ("a",)),
        (MapOf(Text()), "{es: a}", {"es": "a"}),
        (Free(), "{a: [b, {c: d}]}", {"a": ["b", {"c": "d"}]}),
        (Either(Integer(), MapOf(Text())), "3", 3),
        (Either(Integer(), MapOf(Text())), "{a: b}", {"a": "b"}),
    ],
)
def test_text_becomes_a_value(kind: Kind, written: str, value: object) -> None:
    assert read(kind, written) == (value, [])


@pytest.mark.parametrize(
    ("kind", "written", "told"),
    [
        (Text(), "[a]", "text is expected here"),
        (Text(), '"a\\nb"', "a line break is not allowed here"),
        (Text(), '"a\\u2028b"', "a control character is not allowed here: U+2028"),
        (Text(), '"\\x1b[31mred"', "a control character is not allowed here: U+001B"),
        (Text(), '"a\\u202Eb"', "a control character is not allowed here: U+202E"),
        (Text(lines=True), '"a\\x7f"', "a control character is not allowed here: U+007F"),
        (Text(most=3), "four", "too long: 4 characters, and 3 are allowed"),
        (Text(most=3), "fööö", "too long: 4 characters, and 3 are allowed"),
        (SLUG, "Night Bus", "`Night Bus` is not a short name of lower-case letters, digits and hyphens"),
        (Choice(("agreed", "ask")), "agred", "`agred` is not one of agreed, ask"),
        (Integer(1, 9), "10", "`10` is not a whole number from 1 to 9"),
        (Integer(1, 9), "1.10", "`1.10` is not a whole number from 1 to 9"),
        (Integer(1, 9), "٣", "`٣` is not a whole number from 1 to 9"),
        (Flag(), "perhaps", "true or false is expected here"),
        (Date(), "7/3/2026", "`7/3/2026` is not a date"),
        (Date(), "2026-02-30", "`2026-02-30` is not a date"),
        (Date(), "0001-01-01", "`0001-01-01` is not a date"),
        (Moment(), "2026-07-04T06:00", "`2026-07-04T06:00` has no time zone, so it could be any of 26 hours"),
        (Moment(), "2026-07-04", "`2026-07-04` is not a time"),
        (Moment(), "0001-01-01T00:00+14:00", "`0001-01-01T00:00+14:00` is not a time"),
        (Zone(), "America/Key_West", "`America/Key_West` is not a known time zone"),
        (Zone(), "../../etc/passwd", "`../../etc/passwd` is not a known time zone"),
        (ListOf(Text()), "a", "a list is expected here"),
        (MapOf(Text()), "a", "`key: value` lines are expected here"),
    ],
)
def test_what_is_no_such_value_is_told(kind: Kind, written: str, told: str) -> None:
    _, problems = read(kind, written)
    assert problems == [told]


DESK = record("desk", Field("name", Text(), "its name", required=True), Field("email", Text(), "its address"))


def desk(text: str) -> tuple[Any, list[tuple[int, int, str, str]]]:
    problems = Problems("f")
    top = document.parse(text, problems)
    assert top is not None
    value = DESK.read(top, problems)
    return value, [(p.place.line, p.place.column, p.text, p.hint) for p in problems.found if p.place]


def test_an_unknown_key_is_told_with_the_nearest_known_one() -> None:
    assert desk("name: a\nemial: b\n")[1] == [(2, 1, "`emial` is not a key of the desk", "did you mean `email`?")]
    assert desk("name: a\nzzz: b\n")[1] == [(2, 1, "`zzz` is not a key of the desk", "keys of your own start with `x-`")]


@pytest.mark.parametrize("text", ["email: a\n", "name:\nemail: a\n", "name: ''\nemail: a\n"])
def test_a_required_key_that_is_missing_or_empty_is_told(text: str) -> None:
    assert [told[2] for told in desk(text)[1]] == ["the desk has no `name`: its name"]


def test_keys_of_ones_own_are_gathered() -> None:
    assert desk("name: a\nx-floor: [3]\n") == ({"name": "a", "x": {"x-floor": ["3"]}}, [])


def test_an_empty_optional_key_is_the_same_as_none() -> None:
    assert desk("name: a\nemail:\n") == ({"name": "a"}, [])


def test_several_mistakes_are_told_together() -> None:
    assert [told[:2] for told in desk("nmae: a\nemail: [b]\n")[1]] == [(1, 1), (2, 8), (1, 1)]


def test_a_repeated_value_is_converted_once_and_a_wrong_one_is_told_each_time() -> None:
    kind = Repeated(ListOf(Text(most=3)))
    assert read(kind, "[a, b]")[0] is read(kind, "[a, b]")[0]
    assert read(kind, "[long]")[1] == read(kind, "[long]")[1] == ["too long: 4 characters, and 3 are allowed"]


def test_editors_get_the_same_table() -> None:
    assert DESK.json() == {
        "type": "object",
        "properties": {
            "name": {"type": ["string", "number", "boolean"], "description": "its name"},
            "email": {"type": ["string", "number", "boolean"], "description": "its address"},
        },
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
        "required": ["name"],
    }


@given(st.text(), st.booleans())
def test_no_text_that_is_taken_holds_a_control_character(text: str, lines: bool) -> None:
    value = Text(lines=lines).read(Scalar(text, 1, 1), Problems("f"))
    if value is not None:
        assert not any(schema.is_control(c) and not (lines and c in "\n\t") for c in value)


@given(st.text(alphabet="0123456789-T: Z+.", max_size=30))
def test_no_text_makes_a_kind_fail_in_its_own_way(text: str) -> None:
    for kind in (Date(), Moment(), Integer(), Flag(), Choice(("a",)), SLUG):
        kind.read(Scalar(text, 1, 1), Problems("f"))
        kind.read(Mapping({}, {}, 1, 1), Problems("f"))
