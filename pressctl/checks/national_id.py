"""A number that identifies a person to the state: Social Security, taxpayer or passport number.

Valid ranges only; without hyphens and for passports only beside the word. Not telephone numbers. Source: Social Security
Administration on number ranges; IRS on ITINs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "PRV803"
LEVEL: Level = "error"
FIX = "manual"
MASK = True
BAD = (
    "It is ⟦123-45-6789⟧.",
    "Her ITIN is ⟦912-70-1234⟧.",
    "His Social Security number is ⟦123456789⟧.",
    "Her passport, No. ⟦C01234567⟧, is gone.",
)
GOOD = ("It is 000-12-3456 or 666-12-3456.", "Call 305-555-0100.", "The passport office is open.", "Case 12-345-6789 is closed.")
DASHED = pattern(r"(\d(?<![\w-]\d)\d{2})-(\d{2})-(\d{4})(?![\w-])")
_NAMED = pattern(
    r"(?:\bSSN\b|social security(?:\s(?:number|no\.?|card))?|\bITIN\b|seguro social)[^\d\n]{0,20}?(\d{3}[ -]?\d{2}[ -]?\d{4})(?![\w-])"
    r"|\b(?:passport|pasaporte|passaporte)(?:\s(?:number|no\.?|número))?[^\d\n]{0,12}?\b([A-Z]{0,2}\d{7,9})(?![\w-])",
    re.IGNORECASE,
    near="ssn|social security|itin|seguro social|passport|pasaporte|passaporte",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    seen: set[int] = set()
    for match in DASHED.finditer(text.source):
        area, group, serial = match.groups()
        taxpayer = area[0] == "9" and (50 <= int(group) <= 65 or 70 <= int(group) <= 88 or 90 <= int(group) <= 92 or int(group) >= 94)
        if (area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000") or taxpayer:
            seen.add(match.start())
            yield Found(match.start(), match.end(), "a number that identifies somebody to the state", "take it out")
    for match in _NAMED.finditer(text.source):
        group_ = 1 if match[1] else 2
        if match.start(group_) not in seen:
            yield Found(match.start(group_), match.end(group_), "a number that identifies somebody to the state", "take it out")
