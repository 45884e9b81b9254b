"""A paragraph stands twice.

Compared without case and white space, from a certain length on. Why: it was pasted twice. Source: desk practice.

Options: `least`, words (12).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "TXT412"
LEVEL: Level = "warning"
FIX = "proposed"
OPTIONS = {"least": 12}
BAD = ("The council meets on Tuesday at 5 p.m. in the hall of the city, at last.\n\n" * 2,)
GOOD = ("The council meets.\n\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for block in text.body_blocks:
        if block.kind == "code" or text.words(block) < options["least"]:
            continue
        words_ = " ".join(text.prose[block.start : block.end].casefold().split())
        if words_ in seen:
            line = text.position(seen[words_])[0]
            yield Found(block.start, text.line_end(block.start), f"this paragraph stands on line {line}, too", "delete one of the two")
        seen.setdefault(words_, block.start)
