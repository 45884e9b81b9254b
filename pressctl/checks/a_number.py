"""An alien registration number: A012 345 678.

A with eight or nine digits, with or without spaces and hyphens; seven digits, and nine without the A, only beside words such
as USCIS. Not road A1A. It looks at everything in the file. Why: the number opens a person's whole immigration file, and with
a country of birth it finds a detainee. Source: USCIS on the A-number; ICE Online Detainee Locator System.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "PRV801"
LEVEL: Level = "error"
FIX = "manual"
MASK = True
BAD = (
    "He is ⟦A012345678⟧ in their files.",
    "His number is ⟦A-012-345-678⟧.",
    "His ⟦A# 12345678⟧ is known.",
    "It is ⟦A012.345.678⟧ or ⟦A\u00a0012\u00a0345\u00a0678⟧, in case_⟦A012345678⟧.pdf.",
    "His alien number is ⟦012 345 678⟧.",
    "x-note: ⟦A012345678⟧\n---\nThe council meets.",
)
GOOD = ("The bus takes road A1A to Marathon.", "Flight A320 and order A1234567 came.", "Call 305 555 0100.", "The sum is 123456789 to 1.")
_BETWEEN = r"[ \u00a0\u2009\u2010\u2011\u2013.-]"
# also in the name of a file: case_A012345678.pdf
NUMBER = pattern(
    r"A(?<![A-Za-z0-9]A)(?<![A-Z0-9]-A)(?:[-# :]|%20|\s#\s?|#\s)?\s?"
    rf"(?:\d{{8,9}}|\d{{2,3}}{_BETWEEN}\d{{3}}{_BETWEEN}\d{{3}})(?![^\W_]|-\w)"
)
_NEAR = pattern(
    r"(?:alien\s(?:registration\s)?(?:number|no\.?)|\bA[- ]?(?:number|file)|USCIS(?:\s(?:number|no\.?|#))?"
    r"|número de extranjero)[^\d\n]{0,20}?"
    rf"((?:A[-# ]{{0,2}})?\d{{3}}{_BETWEEN}?\d{{3}}{_BETWEEN}?\d{{3}}|(?:A[-# ]{{0,2}})?\d{{7,8}})(?![\w-])",
    re.IGNORECASE,
    near="alien|uscis|a-number|a-file|anumber|afile|a number|a file|extranjero",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    taken: set[int] = set()
    for match in NUMBER.finditer(text.source):
        taken.update(range(match.start(), match.end()))
        yield Found(match.start(), match.end(), "an alien registration number", "take it out: it opens this person's whole file")
    for match in _NEAR.finditer(text.source):
        if match.start(1) not in taken and match.end(1) - 1 not in taken:
            yield Found(match.start(1), match.end(1), "an alien registration number", "take it out: it opens this person's whole file")
