"""An opening quotation mark stands where an apostrophe belongs: ‘80s for ’80s.

Why: programs turn the mark the wrong way at the start of a word. Source: Associated Press style on decades
(extension.illinois.edu).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TXT408"
LEVEL: Level = "advice"
FIX = "safe"
BAD = ("The bus is from the ⟦‘⟧80s.", "Rock ⟦‘⟧n’ roll")
GOOD = ("The bus is from the ’80s.", "‘We meet’ is what it says.")
_WRONG = pattern(r"‘(?=\d0s\b|\d\d\b(?!\s?[%’])|(?:n|em|til|tis|twas|cause)\b[’\s])", re.IGNORECASE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _WRONG.finditer(text.prose) if "‘" in text.prose else ():
        yield Found(match.start(), match.end(), "an opening quotation mark stands for an apostrophe", "write ’", "’")
