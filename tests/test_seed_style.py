"""The real release under the rules of attribution, style, people at risk, links and languages: what fires where, and what does not."""

from __future__ import annotations

import pytest
from test_seed import mutated, places, pytestmark, raw, seed, structured

__all__ = ["pytestmark"]  # skipped where the release is not here

RAW = [
    ("ATT210", 4, 178),
    ("ATT210", 4, 297),
    ("ATT211", 4, 67),
    ("ATT212", 1, 74),
    ("ATT212", 4, 198),
    ("ATT213", 9, 100),
    ("STY301", 2, 9),
    ("STY308", 9, 58),
    ("STY310", 9, 38),
    ("STY311", 5, 93),
    ("STY316", 2, 134),
    ("STY319", 2, 0),
    ("STY324", 0, 0),
    ("STY325", 2, 0),
    ("STY325", 8, 1),
]
STRUCTURED = ["ATT210", "ATT211", "ATT212", "ATT213", "STY308", "STY310", "STY311", "STY316", "STY319", "STY324", "STY325", "EML701",
              "EML704"]  # fmt: skip
SILENT = [
    *(f"ATT2{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 16, 17)),
    *(f"STY3{number:02}" for number in (2, 3, 4, 5, 6, 7, 9, 12, 13, 14, 15, 17, 18, 20, 21, 22, 23, 26, 27, 28)),
    *(f"PRV8{number:02}" for number in range(1, 17)),
    *(f"LNK60{number}" for number in range(1, 10)),
    *(f"MED6{number}" for number in range(20, 33)),
    *(f"TPL50{number}" for number in range(1, 10)),
    *(f"L1090{number}" for number in range(1, 8)),
]


@pytest.mark.parametrize(("code", "line", "column"), RAW)
def test_the_raw_text_has_it_there(code: str, line: int, column: int) -> None:
    found = places(raw(), code)
    assert found
    if line:
        assert any(at == line and column in (0, where) for at, where in found), found


@pytest.mark.parametrize("code", STRUCTURED)
def test_the_structured_release_has_it(code: str) -> None:
    assert places(structured(), code)


@pytest.mark.parametrize("code", SILENT)
def test_neither_form_has_it(code: str) -> None:
    assert places(raw(), code) == set()
    assert places(structured(), code) == set()


def test_only_ice_is_unexplained() -> None:
    assert [f.message for f in raw() if f.code == "STY316"] == ["`ICE` is not explained"]  # not KWPD (line 6), not AG (line 7)


def test_each_finding_of_a_vague_source_is_its_own_words() -> None:
    assert [f.message for f in raw() if f.code == "ATT210"] == ["`many say`: who?", "`attorneys have confirmed`: who?"]


@pytest.mark.parametrize(
    ("old", "new", "code", "fires"),
    [
        ("hold the line.", "hold the line. A012345678 is his.", "PRV801", True),
        ("hold the line.", "hold the line on road A1A.", "PRV801", False),
        ("Uthmeier has issued", "Uthmeyer has issued", "ATT205", True),
        ("not governance.”", "not governance.", "ATT206", True),
        ("hold the line.", "hold the line. We ask for help.", "ATT215", True),
        ("hold the line.", "hold the line, said Ana Example, 12, there.", "PRV806", True),
        ("hold the line.", "hold the line!", "STY321", True),
        ("hold the line.", "hold the line: http://city.gov/plan.", "LNK603", True),
    ],
)
def test_a_change_is_noticed_or_let_pass(old: str, new: str, code: str, fires: bool) -> None:
    assert bool(places(mutated(old, new), code)) is fires


def test_a_surname_spelled_otherwise_is_found_where_it_stands() -> None:
    text = seed("seed.txt").replace("Hawk added", "Hawke said. Hawk added")
    assert places(raw(text), "ATT205") == set()  # four letters are too few to judge


def test_what_the_number_of_a_person_is_never_stands_in_any_finding() -> None:
    for finding in mutated("hold the line.", "hold the line. A012345678 is his."):
        assert "A012345678" not in repr(finding.data()) + finding.excerpt
