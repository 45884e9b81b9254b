"""A courtesy title: Mr., Mrs., Ms.

AP uses full names, then surnames; quotations are left alone, other languages, a speech that is given in full, and "Mr.
President" to whom it speaks. Told once for each name. Source: AP style on courtesy titles.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "STY312"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
BAD = ("⟦Mrs. ⟧Example spoke.",)
GOOD = (
    "Example spoke.",
    "“Mrs. Example spoke,” said Ben Sample, a driver.",
    "language: es\n---\nHabló el Mr. Sample.",
    "Dr. Example spoke.",
    "The senator’s remarks are below.\n\nMr. President, I rise to speak of Mr. Sample.",
)
_COURTESY = pattern(r"\b(?:Mr|Mrs|Ms|Miss)\.?\s(?=([A-Z][a-z][\w-]*))(?!America|Universe|World|South|President|Speaker|Chair|Secretary)")
_WORDS = words("mr mrs ms miss")


def check(text: Copy, options: Options) -> Iterator[Found]:
    told: set[str] = set()
    for match in _COURTESY.finditer(text.unquoted) if text.language == "en" and text.has(_WORDS) else ():
        if match[1] in told or match.start() >= text.of(speech.given_from):
            continue
        told.add(match[1])
        yield Found(match.start(), match.end(), f"`{match[0].strip()}` is a courtesy title", "leave it out", "")
