"""A dateline ends with a hyphen instead of a dash: KEY WEST, Fla. - .

Source: AP style on datelines; the dash is — or, in older systems, two hyphens.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STY304"
LEVEL: Level = "advice"
FIX = "safe"
GUIDE = "ap"
BAD = ("KEY WEST, Fla. ⟦-⟧ The council meets.", "KEY WEST, Fla. ⟦--⟧ The council meets.")
GOOD = ("KEY WEST, Fla. — The council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.typed_dateline is not None and text.typed_dateline[4] in ("-", "--"):
        _, end, _, _, dash = text.typed_dateline
        at = text.source.rfind(dash, 0, end)
        yield Found(at, at + len(dash), "a hyphen ends the dateline", "write a dash", "—")
