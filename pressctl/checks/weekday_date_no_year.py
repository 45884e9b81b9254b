"""A weekday and a date stand without a year, and nothing says which year is meant.

Silent where the release has a day of issue, or an event on that day. The hint lists the years that fit. Why: copied text
outlives its year; July 8 was a Tuesday in 2014 and in 2025. Source: the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT102"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("date:\n---\nThe council meets on ⟦Tuesday, July 8⟧, at 5 p.m.",)
GOOD = (
    "The council meets on Tuesday, July 8, at 5 p.m.",
    "date:\n---\nThe council meets on Tuesday, July 8, 2025.",
    "date:\nevents:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets on Tuesday, July 8.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for day in text.days:
        if day.weekday is None or day.year or text.meant(day) is not None:
            continue
        years = ", ".join(str(year) for year in day.years(text.sent_on.year)[:3])
        hint = f"write the year; these fit: {years}" if years else "write the year"
        yield Found(day.start, day.end, f"`{text.source[day.start : day.end]}` has no year", hint)
