"""A word of advertising: groundbreaking, world-class, thrilled.

Outside quotations, in English, Spanish and Portuguese. Why: editors delete these words, and doubt the rest. Source: lists of
words that journalists dislike in releases (prdaily.com, cision.com).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "ATT216"
LEVEL: Level = "advice"
FIX = "proposed"
BAD = ("It is a ⟦groundbreaking⟧ bus.", "The city has a ⟦world-class⟧ bus.", "language: es\n---\nEs un autobús ⟦revolucionario⟧.")
GOOD = ("“It is a groundbreaking bus,” said Ana Example, a rider.", "It is a new bus.", "The groundbreaking is on Monday.")
_PUFF = pattern(
    r"\b(?:ground-?breaking(?=\s[a-z])(?!\s(?:ceremony|event|is|was|for|at|on|will|of))|world-class|cutting-edge|state-of-the-art|best-in-class"
    r"|game-chang(?:ing|er)|revolutionary(?!\sWar)|(?:are|is)\s(?:thrilled|delighted|excited|proud)\sto|visionary|seamless(?:ly)?|synergy|unparalleled"
    r"|unrivaled|world-renowned|one-of-a-kind|next-generation|turnkey|paradigm shift"
    r"|innovador[ae]?s?|revolucionari[oa]s?|inigualables?|orgullos[oa]s?\sde|inovador[ae]?s?|revolucionári[oa]s?|inigualáve(?:l|is))\b",
    re.IGNORECASE,
    near="groundbreaking|ground-breaking|world-class|cutting-edge|state-of-the-art|best-in-class|game-chang|revolutionary|thrilled"
    "|delighted|excited|proud|visionary|seamless|synergy|unparalleled|unrivaled|world-renowned|one-of-a-kind|next-generation|turnkey"
    "|paradigm shift|innovador|revolucionari|inigualable|orgullos|inovador|revolucionári|inigualáve",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _PUFF.finditer(text.unquoted):
        yield Found(match.start(), match.end(), f"`{match[0]}` is advertising", "delete it, or say what it does", "")
