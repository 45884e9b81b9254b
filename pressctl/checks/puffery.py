"""A word of advertising: groundbreaking, world-class, thrilled.

Outside quotations, in English, Spanish and Portuguese, each in a text of its language; a revolutionary party is none. Why:
editors delete these words, and doubt the rest. Source: lists of words that journalists dislike in releases (prdaily.com,
cision.com).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "ATT216"
LEVEL: Level = "advice"
FIX = "proposed"
BAD = ("It is a ⟦groundbreaking⟧ bus.", "The city has a ⟦world-class⟧ bus.", "language: es\n---\nEs un autobús ⟦revolucionario⟧.")
GOOD = (
    "“It is a groundbreaking bus,” said Ana Example, a rider.",
    "It is a new bus.",
    "The groundbreaking is on Monday.",
    "It is a revolutionary party: the Frente Revolucionario.",
)
_PUFF = {
    "en": pattern(
        r"\b(?:(?i:ground-?breaking(?=\s[a-z])(?!\s(?:ceremony|event|is|was|for|at|on|will|of))|world-class|cutting-edge|state-of-the-art"
        r"|best-in-class|game-chang(?:ing|er)|(?:are|is)\s(?:thrilled|delighted|excited|proud)\sto|visionary|seamless(?:ly)?|synergy|unparalleled"
        r"|unrivaled|world-renowned|one-of-a-kind|next-generation|turnkey|paradigm shift)"
        r"|[Rr]evolutionary(?!\s(?:[A-Z]|war|part(?:y|ies)|group|movement|left|guard|army|council|socialis)))\b",
        near="groundbreaking|ground-breaking|world-class|cutting-edge|state-of-the-art|best-in-class|game-chang|revolutionary|thrilled"
        "|delighted|excited|proud|visionary|seamless|synergy|unparalleled|unrivaled|world-renowned|one-of-a-kind|next-generation|turnkey"
        "|paradigm shift",
    ),
    "es": pattern(
        r"\b(?:innovador[ae]?s?|revolucionari[oa]s?|inigualables?|orgullos[oa]s?\sde)\b",
        re.IGNORECASE,
        near="innovador|revolucionari|inigualable|orgullos",
    ),
    "pt": pattern(
        r"\b(?:inovador[ae]?s?|revolucionári[oa]s?|inigualáve(?:l|is)|orgullos[oa]s?\sde)\b",
        re.IGNORECASE,
        near="inovador|revolucionári|inigualáve|orgullos",
    ),
}


def check(text: Copy, options: Options) -> Iterator[Found]:
    form = _PUFF.get(text.language)
    for match in form.finditer(text.unquoted) if form is not None else ():
        yield Found(match.start(), match.end(), f"`{match[0]}` is advertising", "delete it, or say what it does", "")
