"""A date in figures: 7/8/2025 is July 8 to some readers and Aug. 7 to others.

Addresses of pages, and numbers behind No., # or Case are left alone. Why: the order of day and month differs by reader.
Source: CLDR's date formats for en-US and en-GB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "DAT117"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("The council meets on ⟦7/8/2025⟧ at last.", "The council met on ⟦08.07.2025⟧ at last.")
GOOD = ("See case No. 12/3/2024 of the court.", "It costs 1/2 of that.", "See https://bus.example/7/8/2025 for more.")
_FIGURES = pattern(r"(\d(?<![\d/.\-#$€£]\d)\d?)([/.-])(\d{1,2})\2(\d{4}|\d{2}(?=[\s,;)]))(?![\d/.-]*\d)")
_NUMBER = pattern(r"(?:\b(?:no|nos|nr|case|docket|bill|version|section|v|rule|art|sec)\.?|#)\s*$", re.IGNORECASE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _FIGURES.finditer(text.prose):
        first, second = int(match[1]), int(match[3])
        day_like = 1 <= first <= 31 and 1 <= second <= 31 and min(first, second) <= 12
        short = len(match[4]) == 2 and match[2] != "/"
        if day_like and not short and not _NUMBER.search(text.prose, max(0, match.start() - 12), match.start()):
            yield Found(match.start(), match.end(), f"`{match[0]}` is read in two ways", "write the month as a word")
