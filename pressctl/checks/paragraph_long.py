"""A paragraph is long.

Why: a newspaper's column is narrow, and a screen is narrower. Source: thedocumenthd.web.app, press-release format.

Options: `most`, words (90).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR015"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"most": 90}
BAD = ("The council meets. " * 31,)
GOOD = ("The council meets. " * 30,)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for block in text.paragraphs:
        if block.end - block.start > options["most"] and (count := text.words(block)) > options["most"]:
            yield Found(block.start, text.line_end(block.start), f"this paragraph has {count} words", "make two of it")
