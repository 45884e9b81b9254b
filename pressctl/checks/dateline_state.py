"""The state in the dateline is not in the form that AP gives it: KEY WEST, FL.

Postal codes and full names; eight states are never shortened: Alaska, Hawaii, Idaho, Iowa, Maine, Ohio, Texas, Utah.
Source: AP style, by Purdue OWL and Georgia Southern University; postal codes are wrong in datelines (headsupenglish.com).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.ap_style import dateline_state
from pressctl.checks import Copy, Found, Level, Options

CODE = "STY301"
LEVEL: Level = "warning"
FIX = "safe"
GUIDE = "ap"
BAD = (
    "dateline: KEY WEST⟦, FL⟧\n---\nThe council meets.",
    "dateline: Key West⟦, Florida⟧\n---\nThe council meets.",
    "KEY WEST⟦, FL⟧ — The council meets.",
)
GOOD = (
    "dateline: Key West, Fla.\n---\nThe council meets.",
    "dateline: Austin, Texas\n---\nIt meets.",
    "dateline: Berlin, Germany\n---\nIt meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for start, end in _datelines(text):
        comma = text.source.find(",", start, end)
        state = text.source[comma + 1 : end].partition(",")[0].strip() if comma >= 0 else ""
        right = dateline_state(state)
        if right and state != right and text.language == "en":
            at = text.source.index(state, comma) + len(state)
            yield Found(comma, at, f"`{state}` is not the state's form in a dateline", f"write `{right}`", f", {right}")


def _datelines(text: Copy) -> Iterator[tuple[int, int]]:
    key = "dateline.as_written" if "dateline.as_written" in text.values else "dateline"
    if key in text.values:
        yield text.span(key)
    if text.typed_dateline is not None:
        start, end, city, region, _ = text.typed_dateline
        at = text.source.find(city, start, end) + len(city)
        yield start, text.source.find(region, at, end) + len(region) if region else at
