"""Two blanks in a row, or a blank before a comma or a full stop.

Not in tables or code, and not the two blanks that break a line in Markdown. Why: it shows on the page. Source: Associated
Press style, one space after a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TXT415"
LEVEL: Level = "advice"
FIX = "safe"
BAD = ("The council⟦  ⟧meets.", "The council meets⟦ ⟧, at last.")
GOOD = ("The council meets.  \nIt rests.", "| a  | b  |\n|----|----|\n| c  | d  |", "It is 5 .5 or so …")
_SPACE = pattern(
    r"(?<=[\w.,;:!?”’\"')])[ \u00a0]{2,}(?=[^\s|])|(?<=[^\W_])[ \u00a0]+(?=[,;.](?:\s|$))",
    near="  | ,| .| ;|\u00a0",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for block in text.blocks:
        if block.kind in ("table", "code"):
            continue
        for match in _SPACE.finditer(text.prose, block.start, block.end):
            comma = text.prose[match.end() : match.end() + 1] in ",;."
            message = "a blank before a comma or a full stop" if comma else "two blanks in a row"
            yield Found(match.start(), match.end(), message, "delete it" if comma else "one is enough", "" if comma else " ")
