"""Something "is expected", and nobody is said to expect it.

Silent with "by", in forecasts of the weather, and with an attribution. Why: a hope is told as a fact, and is wrong the
next day. Source: desk practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "ATT213"
LEVEL: Level = "advice"
FIX = "manual"
BAD = ("The public ⟦is expected to⟧ fill the chambers.", "Hundreds ⟦are expected to⟧ come.")
GOOD = (
    "The network expects the public to fill the chambers.",
    "Hundreds are expected to come, the network says.",
    "Rain is expected to fall.",
    "She is expecting a child.",
    "It is expected by the city to pass.",
)
_EXPECTED = pattern(r"\b(?:is|are)\s(?:widely\s)?expected\sto\b|\b(?:se espera que|é esperado que|espera-se que)\b", near="expected|espera")
_MONTH = pattern(r"\b(?:in|by|this)\s[A-ZÀ-Ý][a-z]{2,8}\.?,?\s\d{4}\b", near="in |by |this ")
_WEATHER = pattern(r"\b(?:rain|snow|storm|hurricane|wind|winds|temperatures?|sun|tide|tides|forecast|weather)\b", re.IGNORECASE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _EXPECTED.finditer(text.unquoted):
        sentence = text.sentence(match.start())
        dated = any(match.start() < at < sentence.end for at in text.of(_dated))
        if not dated and not speech.attributed(text, sentence) and not _WEATHER.search(text.prose, sentence.start, sentence.end):
            yield Found(match.start(), match.end(), f"`{' '.join(match[0].split())}`: by whom?", "say who expects it")


def _dated(text: Copy) -> tuple[int, ...]:
    """Where days, times and months with a year stand: what is expected then is in somebody's calendar."""
    months = (match.start() for match in _MONTH.finditer(text.prose))
    return (*(day.start for day in text.days), *(clock.start for clock in text.clocks), *months)
