"""A line is broken in the middle of a sentence.

In Markdown only where the break is printed (two blanks or a backslash at its end); in a plain text wherever lines of 60 to
80 characters are. Why: the breaks of one screen are wrong on all others. Source: RFC 3676, section 1, on e-mail's
embarrassing line wrap.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Edit, Found, Level, Options, pattern

CODE = "TXT413"
LEVEL: Level = "advice"
FIX = "safe"
BAD = (
    "The council of the city meets on Tuesday to talk about the night⟦  ⟧\nbus and the ferry.",
    "RAW\nResidents ask\n\nThe council of the city meets on Tuesday to talk about the night⟦\n⟧"
    "bus and the ferry, and about the harbor and its many boats too\nand rests.\n",
)
GOOD = (
    "The council of the city meets on Tuesday to talk about the night\nbus.",
    "KEY WEST, Fla.  \nTuesday",
    "RAW\nResidents ask\n\nThe council\nmeets.",
)
_BREAK = pattern(r"(?<=[\w,;])(?:[ \t]{2,}|\\)\n[ \t]*(?=[a-zà-ÿ])")
_WRAP = pattern(r"(?<=[\w,;])[ \t]*\n[ \t]*(?=\w)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    form = _WRAP if text.raw else _BREAK
    for block in text.paragraphs:
        if "\n" not in text.source[block.start : block.end]:
            continue
        breaks = [match.span() for match in form.finditer(text.source, block.start, block.end)]
        wide = [span for span in breaks if 55 <= span[0] - text.source.rfind("\n", 0, span[0]) - 1 <= 80]
        if wide:
            edits = tuple(Edit(start, end, " ") for start, end in wide)
            yield Found(*wide[0], "a line is broken in the middle of a sentence", "join the lines", edits)
