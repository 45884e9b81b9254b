"""An ordinal and a date that do not belong together: "the first Tuesday in July, July 8".

Both in one sentence, in English or Spanish. Why: one of the two is wrong. Source: the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.dates import MONTHS, WEEKDAYS, names, nth_weekday, spoken

CODE = "DAT121"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "The council meets on the ⟦first Tuesday in July⟧, July 8, 2025.",
    "language: es\n---\nSe reúne el ⟦primer martes de julio⟧, el 8 de julio de 2025.",
)
GOOD = ("The council meets on the second Tuesday in July, July 8, 2025.", "It meets on the last Monday of June; on July 8 it rests.")
_NTH = pattern(
    r"\b(first|second|third|fourth|last|primer|segundo|tercer|cuarto|último)\s+([^\W\d_]+)\s+(?:in|of|de)\s+([^\W\d_]+)", re.IGNORECASE
)
_ORDER = {"first": 1, "primer": 1, "second": 2, "segundo": 2, "third": 3, "tercer": 3, "fourth": 4, "cuarto": 4}


_WORDS = frozenset((*_ORDER, "last", "último"))


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.has(_WORDS):
        return
    languages = spoken(text.language)
    weekdays, months = names(WEEKDAYS, languages), names(MONTHS, languages)
    for sentence, days, _ in text.dated:
        for match in _NTH.finditer(text.prose, sentence.start, sentence.end):
            weekday, month = weekdays.get(match[2].lower()), months.get(match[3].lower())
            if weekday is None or month is None:
                continue
            for day in days:
                value = text.meant(day) if day.month == month[0] + 1 else None
                number = _ORDER.get(match[1].lower(), 0)
                if value is None or value.weekday() != weekday[0]:
                    continue
                nth, last = nth_weekday(value)
                if nth != number if number else not last:
                    told = ["first", "second", "third", "fourth", "fifth"][nth - 1]
                    yield Found(match.start(), match.end(), f"{value} is the {told} {match[2]} of its month", "correct one of the two")
