"""Expressions that choose contacts: what they mean, and where a mistake in one is pointed at."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl import selection
from pressctl.contacts import Contact
from pressctl.errors import ContactsError
from pressctl.selection import Known

DESKS = (
    Contact("a", "A", "press", outlet="Keys Daily", tags=("Local",), beats=("city hall",), languages=("en",), region="US-FL", tier=1),
    Contact("b", "B", "press", outlet="The National", tags=("national",), languages=("es-US", "en"), tier=2),
    Contact("c", "C", "groups", outlet="A union", tags=("national", "rights"), languages=("es",), kind="person"),
)
SAVED = {"spanish": "language:es", "far": "not region:US-FL and spanish", "loop": "pool or press", "pool": "loop", "broken": "tag:"}
KNOWN = Known.of(DESKS, ("press", "groups", "empty"), SAVED)


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("press", "ab"),
        ("empty", ""),
        ("list:groups", "c"),
        ("tag:national", "bc"),
        ("TAG:NATIONAL", "bc"),
        ("tags:local", "a"),
        ('beat:"city hall"', "a"),
        ('outlet:"Keys Daily"', "a"),
        ("tier:1", "a"),
        ("tier:9", ""),
        ("tier:none", "c"),
        ("language:es", "bc"),
        ("language:es-us", "b"),
        ("language:ht", ""),
        ("region:us-fl", "a"),
        ("kind:person", "c"),
        ("id:b", "b"),
        ("press and tag:national", "b"),
        ("press or groups", "abc"),
        ("not press", "c"),
        ("not not press", "ab"),
        ("tag:local or tag:rights and kind:desk", "a"),
        ("(tag:local or tag:rights) and kind:person", "c"),
        ("tag:national AND NOT tier:2", "c"),
        ("spanish", "bc"),
        ("far", "bc"),
        ("(press)and(spanish)", "b"),
    ],
)
def test_an_expression_chooses(expression: str, chosen: str) -> None:
    test = selection.compiled(expression, KNOWN)
    assert "".join(contact.id for contact in DESKS if test(contact)) == chosen


@pytest.mark.parametrize(
    ("expression", "text", "column", "hint"),
    [
        ("", "the expression is empty", 1, "name a list, or write something like tag:immigration"),
        ("prss", "there is no list or selection `prss`", 1, "did you mean `press`?"),
        ("press and sapnish", "there is no list or selection `sapnish`", 11, "did you mean `spanish`?"),
        ("not tag:natinal", "no contact has the tag `natinal`", 9, "did you mean `national`?"),
        ("tga:national", "contacts cannot be chosen by `tga`", 1, "did you mean `tag`?"),
        ("tag: ", "a value is missing after `tag:`", 5, ""),
        ("tier:high", "`high` is no tier", 6, "a tier is a number from 1 to 9, or none"),
        ("kind:dsek", "`dsek` is no kind of contact", 6, "did you mean `desk`?"),
        ("press groups", "`and` or `or` is missing before this", 7, ""),
        ("press and", "a list or something like tag:immigration is expected here", 10, ""),
        ("and press", "a list or something like tag:immigration is expected here", 1, ""),
        ("(press or groups", "the bracket that opens here is never closed", 1, ""),
        ("press)", "`and` or `or` is missing before this", 6, ""),
        ('tag:"national', "this cannot be understood", 5, 'put values with spaces in quotes, as in outlet:"Keys Daily"'),
        ("(" * 21 + "press", "more than 20 brackets or `not` within each other", 21, ""),
        ("loop", "the selection `loop` leads back to itself", 1, ""),
        ("broken", "a value is missing after `tag:`", 5, ""),
        ("x" * 2001, "the expression is longer than 2000 characters", 1, ""),
    ],
)
def test_a_mistake_is_pointed_at(expression: str, text: str, column: int, hint: str) -> None:
    with pytest.raises(ContactsError) as caught:
        selection.compiled(expression, KNOWN)
    (problem,) = caught.value.problems
    assert problem.place
    assert (problem.text, problem.place.column, problem.hint) == (text, column, hint)


def test_the_expression_is_shown_with_a_caret_below() -> None:
    with pytest.raises(ContactsError) as caught:
        selection.compiled("press and sapnish", KNOWN)
    assert caught.value.problems[0].excerpt == ("press and sapnish", "          ^")


@given(st.text(max_size=40) | st.text(alphabet='not and()tag:press" \x1b', max_size=40))
def test_no_expression_fails_in_its_own_way(expression: str) -> None:
    with contextlib.suppress(ContactsError):
        assert selection.compiled(expression, KNOWN)(DESKS[0]) in (True, False)


def test_an_escape_sequence_in_an_expression_is_shown_inert() -> None:
    with pytest.raises(ContactsError) as caught:
        selection.compiled("tag:\x1b[31m", KNOWN)
    (problem,) = caught.value.problems
    assert problem.excerpt[0] == "tag:?[31m"
    assert problem.text == "no contact has the tag `?[31m`"
