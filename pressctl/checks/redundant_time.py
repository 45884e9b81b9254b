"""A time says the same twice: 8 p.m. tonight, 12 noon.

Source: AP style on times: "8 p.m. tonight" and "12 noon" are redundant (Purdue OWL).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "STY309"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
BAD = ("It meets at ⟦8 p.m. tonight⟧.", "It meets at ⟦12 noon⟧.", "It meets at ⟦9 a.m. in the morning⟧.")
GOOD = ("It meets at 8 p.m. on Monday.", "It meets at noon.", "“At 12 noon,” said Ana Example, a rider.")
_TWICE = pattern(
    r"\b\d{1,2}(?::\d\d)?\s?(?:a\.?m\.?\s(?:in the morning|this morning)|p\.?m\.?\s(?:tonight|in the (?:evening|afternoon)"
    r"|this (?:evening|afternoon)))"
    r"|\b12(?::00)?\s(?:noon|midnight)\b",
    re.IGNORECASE,
)
_HINTS = words("tonight noon midnight morning evening afternoon")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _TWICE.finditer(text.unquoted) if text.clocks and text.has(_HINTS) else ():
        yield Found(match.start(), match.end(), f"`{match[0]}` says the same twice", "leave one of them out")
