"""A courtesy title: Mr., Mrs., Ms.

AP uses full names, then surnames; quotations are left alone, and other languages. Source: AP style on courtesy titles.
"""

from __future__ import annotations

from collections.abc import Iterator

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
)
_COURTESY = pattern(r"\b(?:Mr|Mrs|Ms|Miss)\.?\s(?=[A-Z][a-z])(?!America|Universe|World|South)")
_WORDS = words("mr mrs ms miss")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _COURTESY.finditer(text.unquoted) if text.language == "en" and text.has(_WORDS) else ():
        yield Found(match.start(), match.end(), f"`{match[0].strip()}` is a courtesy title", "leave it out", "")
