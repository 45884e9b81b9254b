"""A date that no calendar has: June 31, or Feb. 29 of a common year.

Why: one of its figures is wrong, and readers cannot know which. Source: the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.dates import exists

CODE = "DAT105"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("The council meets on ⟦June 31⟧.", "It met on ⟦Feb. 29, 2025⟧.", "language: pt\n---\nReúne-se em ⟦31 de junho de 2025⟧.")
GOOD = ("The council meets on June 30.", "It met on Feb. 29, 2024, and on Feb. 29.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for day in text.days:
        if not exists(day.month, day.day, day.year):
            yield Found(day.start, day.end, f"there is no `{text.source[day.start : day.end]}`", "correct the day or the month")
