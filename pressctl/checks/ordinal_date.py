"""A date has an ordinal: July 8th.

The holiday, July 4th or the Fourth of July, is left alone, and "8th grade". Source: AP style on dates (Purdue OWL).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STY307"
LEVEL: Level = "warning"
FIX = "safe"
GUIDE = "ap"
BAD = ("The council meets on July 8⟦th⟧.", "It met on March 3⟦rd⟧, 2025.")
GOOD = ("The council meets on July 8.", "She is in 8th grade.", "It is a July 4th parade.", "“It is July 8th,” said Ana Example, a rider.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for day in text.days:
        if not day.ordinal or day.language != "en" or text.quoted(day.start) or (day.month, day.day) == (7, 4):
            continue
        at = text.source.find(str(day.day), day.start, day.end) + len(str(day.day))
        if text.source[at : at + 2] in ("st", "nd", "rd", "th") and day.name not in ("the",):
            yield Found(at, at + 2, f"`{text.source[day.start : day.end]}` has an ordinal", "leave the letters out", "")
