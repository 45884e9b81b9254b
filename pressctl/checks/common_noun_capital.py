"""A common noun alone has a capital: "the Commission", "the City".

Off, unless [check] enable names it: many organizations want their capitals. Quotations and starts of sentences are left
alone. Source: AP style: capitals belong to the full name.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY313"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
OFF = True
BAD = ("Then the ⟦Commission⟧ voted.",)
GOOD = ("Then the commission voted.", "Then the Key West City Commission voted.", "“Then the Commission voted,” said Ana Example, a rider.")
_NOUN = pattern(
    r"(?<=\bthe\s)(Commission|Council|City|County|State|Department|Board|Committee|Agency|Company|Organization|Network|Office|Union|University"
    r"|Association|Coalition|Foundation|Agreement|Program|Resolution)\b(?!\s[A-Z(]|\sof\s[A-Z])"
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _NOUN.finditer(text.unquoted) if text.language == "en" else ():
        yield Found(match.start(), match.end(), f"`{match[0]}` alone has a capital", f"write `{match[0].lower()}`", match[0].lower())
