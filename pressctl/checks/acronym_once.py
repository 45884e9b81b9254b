"""An acronym is given in brackets and never used: "Key West Bus Riders (KWBR)".

Why: it is a burden on the reader for nothing. Source: AP style on abbreviations.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY317"
LEVEL: Level = "advice"
FIX = "safe"
GUIDE = "ap"
BAD = ("The Key West Bus Riders⟦ (KWBR)⟧ met.",)
GOOD = (
    "The Key West Bus Riders (KWBR) met. KWBR is old.",
    "Sen. Ana Example (D) met the riders (ALL).",
    "The Key West Bus Riders (KWBR) met “KWBR” fans.",
)
_GIVEN = pattern(r"(?<=[A-Za-z])\s\(([A-Z]{2,6})\)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _GIVEN.finditer(text.unquoted) if "(" in text.unquoted else ():
        before = [word for word in text.prose[max(0, match.start() - 80) : match.start()].split() if word[0].isupper()]
        fits = "".join(word[0] for word in before[-len(match[1]) :]) == match[1]
        if fits and len(text.vocabulary.get(match[1].lower(), ())) == 1:
            yield Found(match.start(), match.end(), f"`{match[1]}` is given and never used", "leave it out", "")
