"""A person is called illegal: "illegals", "illegal aliens".

Only outside quotations. "Illegal" describes an act, not a person. Source: AP since April 2013; National Association of Hispanic
Journalists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY323"
LEVEL: Level = "warning"
FIX = "proposed"
GUIDE = "ap"
BAD = ("The bus carries ⟦illegal immigrants⟧.", "They call them ⟦illegals⟧ there.", "language: es\n---\nSon ⟦inmigrantes ilegales⟧.")
GOOD = (
    "The bus carries people without legal status.",
    "It is about illegal immigration.",
    "“They are illegals,” said Ben Sample, a driver.",
)
_PERSON = pattern(
    r"\billegals\b|\billegal (?:alien|immigrant|migrant|worker|resident)s?\b|\b(?:inmigrante|migrante|imigrante)s? (?:ilegal"
    r"|ilegales|ilegais)\b"
    r"|\blos ilegales\b",
    re.IGNORECASE,
    near="illegals|illegal alien|illegal immigrant|illegal migrant|illegal worker|illegal resident|ilegal|ilegais",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _PERSON.finditer(text.unquoted):
        yield Found(
            match.start(), match.end(), f"`{match[0]}`: an act can be illegal, a person cannot", "say what the person did, or lacks"
        )
