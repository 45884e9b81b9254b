"""12 p.m. or 12 a.m. is written for noon or midnight.

Why: half of the readers take it for the other. Source: Associated Press style, dates and times (extension.illinois.edu).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "DAT118"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("The council meets at ⟦12 p.m.⟧ as ever.", "The bus stops at ⟦12:00 AM⟧ sharp.")
GOOD = ("The council meets at noon.", "The council meets at 12:30 p.m.")
_TWELVE = pattern(r"(?<![\d:–-])12(?::00)?\s?([ap])\.?\s?m\b\.?", re.IGNORECASE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _TWELVE.finditer(text.prose) if any(clock.half and clock.hour in (0, 12) for clock in text.clocks) else ():
        word = "noon" if match[1] in "pP" else "midnight"
        yield Found(match.start(), match.end(), f"`{match[0]}` is read as noon and as midnight", f"write {word}", word)
