"""The embargo's time does not say in which time zone.

Why: a midnight embargo means different hours in different places. Source: geolsoc.org.uk and myprwire.com on embargoes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "DAT108"
LEVEL: Level = "error"
FIX = "proposed"
BAD = (
    "embargo: ⟦2025-07-07 06:00⟧\n---\nThe council meets.",
    "embargo: {until: ⟦2025-07-07T06:00⟧, note: please}\n---\nThe council meets.",
)
GOOD = ("embargo: 2025-07-07T06:00-04:00\n---\nThe council meets.",)
_LOCAL = pattern(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?\s*")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for key in ("embargo", "embargo.until"):
        value = text.values.get(key)
        if value is not None and _LOCAL.fullmatch(value.text):
            hint = "write the offset too, such as 2026-07-04T06:00-04:00"
            yield Found(value.start, value.end, "the embargo's time has no time zone", hint)
