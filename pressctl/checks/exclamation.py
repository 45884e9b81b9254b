"""An exclamation mark outside quotations.

Names with one (Yahoo!, Jeopardy!) are left alone. Why: it shouts, and editors delete it. Source: AP style on exclamation
marks.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY321"
LEVEL: Level = "warning"
FIX = "proposed"
GUIDE = "ap"
BAD = ("The bus is back⟦!⟧", "Come to the hall⟦!!⟧ It is late.")
GOOD = (
    "The bus is back.",
    "“It is back!” said Ana Example, a rider.",
    "She works at Yahoo! in town.",
    "![map](https://bus.example/map.png)",
)
_MARK = pattern(r"(?<=[\w)])!+(?!\[)")
_NAMES = ("Yahoo", "Jeopardy", "Oklahoma", "Hello", "Panic", "Mamma Mia")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _MARK.finditer(text.unquoted) if "!" in text.unquoted else ():
        if not text.prose[max(0, match.start() - 12) : match.start()].endswith(_NAMES):
            yield Found(match.start(), match.end(), "an exclamation mark outside a quotation", "end with a full stop", ".")
