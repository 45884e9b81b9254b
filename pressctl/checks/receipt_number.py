"""A receipt number of an immigration case: EAC2190012345.

Three letters of a service centre and ten digits, with or without hyphens; it looks at everything in the file. Why: anybody can
follow the case with it. Source: USCIS, checking your case status online.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "PRV802"
LEVEL: Level = "error"
FIX = "manual"
MASK = True
BAD = ("The case is ⟦EAC2190012345⟧.", "The case is ⟦IOE-09-123-45678⟧.")
GOOD = ("The case is EAC 21.", "The train is LIN 1234.")
RECEIPT = pattern(r"(?<!\w)(?:EAC|WAC|LIN|SRC|NBC|MSC|IOE|YSC)[ -]?(?:\d{10}|\d{2}[ -]\d{3}[ -]\d{5})(?!\w)")
_CODES = ("EAC", "WAC", "LIN", "SRC", "NBC", "MSC", "IOE", "YSC")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in RECEIPT.finditer(text.source) if any(code in text.source for code in _CODES) else ():
        yield Found(
            match.start(), match.end(), "a receipt number of an immigration case", "take it out: anybody can follow the case with it"
        )
