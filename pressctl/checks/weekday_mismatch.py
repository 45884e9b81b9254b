"""A weekday and a date that do not belong together: "Tuesday, July 8, 2026" is a Wednesday.

Looks at dates with a weekday in English, Spanish, Portuguese and Haitian Creole. The year is the one that is written;
else that of an event in the front matter on the same day and month, else the one nearest to the day of issue. Why: it is
the first thing a wire editor checks, and nobody knows which of the two is right. Source: Business Wire, "Straight from
the newsroom"; Marketwired, March 2013.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pressctl.checks import Copy, Found, Level, Options
from pressctl.dates import WEEKDAYS

CODE = "DAT101"
LEVEL: Level = "error"
FIX = "proposed"
BAD = (
    "The council meets on ⟦Tuesday, July 8, 2026⟧, at 5 p.m.",
    "date: 2026-07-03\n---\nThe council meets on ⟦Tuesday, July 8⟧, at 5 p.m.",
    "The council meets on ⟦July 8, 2026 (Tuesday)⟧, or ⟦July 8, 2026, a Tuesday⟧.",
    "language: es\n---\nEl consejo se reúne el ⟦lunes, 8 de julio de 2025⟧, o el ⟦lunes 1.º de julio de 2025⟧.",
    "language: pt\n---\nO conselho se reúne na ⟦quarta-feira, 8 de julho de 2025⟧.",
    "language: pt\n---\nO conselho se reúne na ⟦quarta-feira (8 de julho de 2025)⟧.",
    "language: ht\n---\nKonsèy la ap reyini ⟦jedi 8 jiyè 2025⟧.",
)
GOOD = (
    "The council meets on Tuesday, July 8, 2025, at 5 p.m.",
    "The council meets on Tuesday, July 8, at 5 p.m.",
    "It met July 8, 2025 (Tuesday), and on July 9, 2025, a Monday night show was shown.",
    "language: ht\n---\nKonsèy la ap reyini madi 8 jiyè 2025.",
    "language: pt\n---\nO conselho se reúne na terça-feira, 8 de julho de 2025.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for day in text.days:
        value = text.meant(day) if day.weekday is not None else None
        if value is not None and value.weekday() != day.weekday:
            is_ = WEEKDAYS[day.language][value.weekday()].split()[0]
            is_ = is_.capitalize() if day.language == "en" else is_
            near = next(v for v in (value + timedelta(days=d) for d in (1, -1, 2, -2, 3, -3)) if v.weekday() == day.weekday)
            year = f", {value.year}" if not day.year else ""
            written = " ".join(text.source[day.start : day.end].split())
            yield Found(day.start, day.end, f"`{written}`{year} is a {is_}", f"{day.name} is {near:%Y-%m-%d}")
