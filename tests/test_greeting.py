"""How a recipient is greeted: by a name that can be read, else by a neutral word; never "Dear ,"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl import labels
from pressctl.contacts import Contact
from pressctl.greeting import DEFAULTS, cleaned, greeting

WORDS = labels.labels("en")
DESK = Contact("desk", "National desk", "press", "A wire service", "national@wire.example")


def person(given: str = "", family: str = "", name: str = "", **more: Any) -> Contact:
    return replace(DESK, kind="person", given=given, family=family, name=name or f"{given} {family}".strip(), **more)


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        (person("Maria", "Pérez"), "Dear Maria Pérez,"),
        (person("Maria"), "Dear Maria,"),
        (person(name="Martin Luther King Jr."), "Dear Martin Luther King Jr.,"),
        (person("Ana", "Sofia", name="Ana S."), "Dear Ana S.,"),
        (person("Renée-Claire", "O’Neil"), "Dear Renée-Claire O’Neil,"),
        (person("李", "明"), "Dear 李 明,"),
        (person(" Maria\u200b", "\u202ePérez\u202c "), "Dear Maria Pérez,"),
        (person("Maria 🌸"), "Dear Maria,"),
        (person("Nan", "Goldin"), "Dear Nan Goldin,"),
        (person("Jennifer", "Null"), "Dear Jennifer,"),
        (person("None", "Pérez"), "Dear Pérez,"),
        (person("null", "null"), "Dear colleagues,"),
        (person("N/A", "—"), "Dear colleagues,"),
        (person("{{ given }}", "[NAME]"), "Dear colleagues,"),
        (person(name="desk@paper.example"), "Dear colleagues,"),
        (person("\u200b", "\u3164"), "Dear colleagues,"),
        (person("...", "!"), "Dear colleagues,"),
        (DESK, "Dear colleagues,"),
        (replace(DESK, kind="outlet", name=""), "Dear colleagues,"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_person_is_greeted_by_name_and_everybody_else_neutrally(contact: Contact, line: str) -> None:
    assert greeting(contact, WORDS) == line


@pytest.mark.parametrize(
    ("own", "line"),
    [
        ("Estimada Maria", "Estimada Maria,"),
        ("Good morning, Maria!", "Good morning, Maria,"),
        ("Hola, Maria:", "Hola, Maria,"),
        ("  ", "Dear Maria Pérez,"),
        ("Dear ,", "Dear Maria Pérez,"),
        ("Estimada", "Dear Maria Pérez,"),
        ("Dear null", "Dear Maria Pérez,"),
        ("Dear {name}", "Dear Maria Pérez,"),
        (["Dear"], "Dear Maria Pérez,"),
        (None, "Dear Maria Pérez,"),
    ],
)
def test_a_contacts_own_greeting_wins_where_it_says_something(own: object, line: str) -> None:
    assert greeting(person("Maria", "Pérez", details={"vars": {"greeting": own}}), WORDS) == line
    assert greeting(person("Maria", "Pérez", x={"x-greeting": own}), WORDS) == line


def test_each_language_greets_and_closes_in_its_own_way() -> None:
    spanish = {"greeting": "Hola, {name}:", "greeting_desk": "Estimado equipo:"}
    assert greeting(person("Maria", "Pérez"), spanish) == "Hola, Maria Pérez:"
    assert greeting(DESK, spanish) == "Estimado equipo:"
    assert greeting(person("Maria", details={"vars": {"greeting": "Querida Maria"}}), spanish) == "Querida Maria:"
    assert greeting(person("Maria"), {}) == DEFAULTS["greeting"].replace("{name}", "Maria")
    for table in map(labels.labels, labels.known()):
        assert "{name}" in table["greeting"]
        assert cleaned(table["greeting_desk"])


NOTHING = ("", " ", "\t", "\u200b", "\u200e", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u3164", "\u115f", "\u2800", "\u0301", "\ufe0f",
           "None", "none", "null", "NULL", "undefined", "n/a", "-", "—", ",", ".", "?", "🌸", "🏳️‍🌈", "\U000e0041", "\ue000")  # fmt: skip
NAMES = st.one_of(
    st.lists(st.sampled_from(NOTHING), max_size=5).map("".join),
    st.lists(st.sampled_from((*NOTHING, "Maria", "Pérez")), max_size=5).map(" ".join),
    st.text(max_size=30),
)


@given(given=NAMES, family=NAMES, name=NAMES, own=st.one_of(st.none(), NAMES), kind=st.sampled_from(["person", "desk", "outlet"]))
def test_no_greeting_is_to_nobody_whatever_a_name_holds(given: str, family: str, name: str, own: str | None, kind: str) -> None:
    contact = replace(DESK, kind=kind, given=given, family=family, name=name, details={"vars": {"greeting": own}})
    line = greeting(contact, WORDS)
    called = line.removeprefix("Dear").removesuffix(",").strip()
    seen = "".join(c for c in called if unicodedata.category(c)[0] == "L" and c not in "\u115f\u1160\u3164\uffa0")
    assert line.endswith(",")
    assert seen, repr(line)
    assert not re.search(r"\b(?:none|null|undefined)\b", line.casefold())
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in line)


@given(st.lists(st.sampled_from(NOTHING), max_size=6), st.lists(st.sampled_from(NOTHING), max_size=6))
def test_names_that_hold_nothing_are_greeted_like_a_desk(given: list[str], family: list[str]) -> None:
    contact = person(" ".join(given), " ".join(family))
    assert greeting(contact, WORDS) == "Dear colleagues,"
