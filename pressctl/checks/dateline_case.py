"""The city of a dateline typed in the body is not in capitals: Key West, Fla. —.

A dateline in the front matter is printed in capitals whatever its case. Source: AP style on datelines (Purdue OWL).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STY303"
LEVEL: Level = "warning"
FIX = "safe"
GUIDE = "ap"
BAD = ("⟦Key West⟧, Fla. — The council meets.",)
GOOD = ("KEY WEST, Fla. — The council meets.", "The council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.typed_dateline is None:
        return
    start, end, city, _, _ = text.typed_dateline
    if not city.isupper():
        at = text.source.find(city, start, end)
        yield Found(at, at + len(city), "the dateline's city is not in capitals", f"write {city.upper()}", city.upper())
