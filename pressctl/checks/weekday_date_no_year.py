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
    bare = [day for day in text.days if day.weekday is not None and not day.year and text.meant(day) is None]
    for day in bare[:1]:  # the day of issue settles them all
        years = ", ".join(str(year) for year in day.years(text.sent_on.year)[:3])
        hint = f"write the year; these fit: {years}" if years else "write the year"
        more = f", nor {len(bare) - 1} other dates" if len(bare) > 1 else ""
        yield Found(day.start, day.end, f"`{text.source[day.start : day.end]}` has no year{more}", hint)
