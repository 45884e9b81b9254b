"""An acronym is given in brackets after the full name: Full Name (FN).

Off, unless [check] enable names it. AP gives the full name and, if readers will know it, the acronym later without brackets.
Source: AP style on abbreviations.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY318"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
OFF = True
BAD = ("The Key West Bus Riders⟦ (KWBR)⟧ met. KWBR is old.",)
GOOD = ("The Key West Bus Riders met. KWBR is old.", "It met (on time).")
_GIVEN = pattern(r"(?<=[a-z])\s\(([A-Z]{2,6})\)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _GIVEN.finditer(text.unquoted) if "(" in text.unquoted else ():
        before = [word for word in text.prose[max(0, match.start() - 80) : match.start()].split() if word[0].isupper()]
        if "".join(word[0] for word in before[-len(match[1]) :]) == match[1]:
            yield Found(match.start(), match.end(), f"`({match[1]})` is not AP's form", "leave the brackets out", "")
