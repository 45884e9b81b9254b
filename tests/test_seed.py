"""The real release, as it was found on a page and as its importer structures it: what fires where, and what stays silent."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from checks.desk import findings, office

from pressctl import check
from pressctl.finding import Finding

HERE = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("PRESSCTL_ORACLES", HERE.parent / "shared/oracles")) / "import"
if not FOLDER.is_dir() and "PRESSCTL_ORACLES" not in os.environ:
    FOLDER = HERE.parent.parent / "shared/oracles/import"  # a work tree stands one folder deeper
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real release is not here: name its folder in PRESSCTL_ORACLES")

OFFICE = office("Key West Immigrant Support Network", bare=True)
BEFORE = datetime(2025, 7, 3, 16, 0, tzinfo=UTC)
AFTER = datetime(2025, 7, 9, 16, 0, tzinfo=UTC)


@cache
def seed(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def raw(text: str | None = None) -> tuple[Finding, ...]:
    return findings(seed("seed.txt") if text is None else text, OFFICE, raw=True, now=BEFORE)


def structured(text: str | None = None, now: datetime = BEFORE) -> tuple[Finding, ...]:
    return findings(seed("seed.expected.md") if text is None else text, OFFICE, now=now)


def places(found: tuple[Finding, ...], code: str) -> set[tuple[int, int]]:
    return {(finding.line, finding.column) for finding in found if finding.code == code}


# code, line, column (0: anywhere on the line); line 0: anywhere in the file
RAW = [
    ("STR003", 0, 0),
    ("STR004", 0, 0),
    ("STR006", 0, 0),
    ("STR008", 2, 0),
    ("STR009", 1, 0),
    ("STR012", 2, 0),
    ("STR020", 0, 0),
    ("STR021", 8, 0),
    ("STR025", 9, 0),
    ("DAT102", 3, 152),
    ("DAT102", 9, 38),
    ("DAT104", 9, 58),
    ("DAT113", 2, 16),
    ("DAT113", 6, 75),
    ("TXT401", 10, 1),
    ("TXT402", 11, 1),
    ("TXT407", 10, 0),
]
STRUCTURED = ["STR003", "STR004", "STR006", "STR009", "STR012", "STR020", "STR021", "DAT104", "DAT113"]
SILENT_RAW = ["STR001", "STR002", "STR010", "STR011", "STR013", "STR014", "STR015", "STR022", "DAT101", "DAT116", "TXT403", "TXT404",
              "TXT405", "TXT406", "TXT408", "TXT409", "TXT410", "TXT411", "TXT412", "TXT413", "TXT414", "TXT415"]  # fmt: skip
SILENT_STRUCTURED = [
    *SILENT_RAW,
    "STR008",
    "STR023",
    "STR024",
    "STR025",
    "STR026",
    "DAT102",
    "DAT103",
    "DAT105",
    "TXT401",
    "TXT402",
    "TXT407",
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


@pytest.mark.parametrize("code", SILENT_RAW)
def test_the_raw_text_does_not_have_it(code: str) -> None:
    assert places(raw(), code) == set()


@pytest.mark.parametrize("code", SILENT_STRUCTURED)
def test_the_structured_release_does_not_have_it(code: str) -> None:
    assert places(structured(), code) == set()


def test_earlier_this_year_is_no_warning_and_just_days_after_is_one() -> None:
    levels = {(f.line, f.level) for f in raw() if f.code == "DAT113"}
    assert (2, "warning") in levels
    assert (6, "advice") in levels


def test_the_event_is_past_on_the_day_after_it() -> None:
    assert places(structured(now=AFTER), "DAT103")


DATED = ("date: 2025-07-03\ncontact: {name: Press desk, email: press@example.org, phone: +1 305 555 0100}\n", "# date: REQUIRED")


def mutated(old: str, new: str) -> tuple[Finding, ...]:
    text = seed("seed.expected.md").replace("language: en\n", "language: en\n" + DATED[0])
    assert old in text
    return structured(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "code", "fires"),
    [
        ("date: 2025-07-03", "date: 2025-07-03", "DAT101", False),
        ("2025-07", "2026-07", "DAT101", True),  # the year 2026: July 8 is a Wednesday
        ("scheduled for Tuesday, July 8", "scheduled for Tuesday, July 9", "DAT101", True),
        ("scheduled for Tuesday, July 8", "scheduled for Tuesday, July 9", "DAT116", True),
        ("at 5:00 PM", "at 6:00 PM", "DAT116", True),
        ("hold the line.", "hold the line. [sic]", "TXT401", False),
        ("hold the line.", "hold the line. “No Comment” they said.", "TXT402", False),
    ],
)
def test_a_change_is_noticed_or_let_pass(old: str, new: str, code: str, fires: bool) -> None:
    assert bool(places(mutated(old, new), code)) is fires


def test_quotation_marks_agree_once_the_shortcode_is_gone() -> None:
    text = "".join(line for line in seed("seed.txt").splitlines(keepends=True) if "livemarket" not in line)
    assert places(raw(text), "TXT407") == set()


def test_nothing_is_both_an_error_and_unknown() -> None:
    assert {f.rule for f in raw()} <= set(check.names())
