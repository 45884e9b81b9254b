"""A paragraph is long.

Why: a newspaper's column is narrow, and a screen is narrower. A statement or a speech that is given in full
keeps its own; of many, the longest are shown, and the others are counted. Source: thedocumenthd.web.app, press-release format.

Options: `most`, words (90); `shown`, paragraphs (3).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "STR015"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"most": 90, "shown": 3}
BAD = ("The council meets. " * 31,)
GOOD = ("The council meets. " * 30, "The mayor gave this statement:\n\n" + "The council meets. " * 31)


def check(text: Copy, options: Options) -> Iterator[Found]:
    most, shown = options["most"], max(1, options["shown"])
    counted = [(text.words(block), block) for block in text.paragraphs if block.end - block.start > most]
    counted = sorted((found for found in counted if found[0] > most), key=lambda found: -found[0])
    counted = [found for found in counted if found[1].start < text.of(speech.given_from)]
    others = f"; {len(counted) - shown} more have over {most}" if len(counted) > shown else ""
    for count, block in counted[:shown]:
        yield Found(block.start, text.line_end(block.start), f"this paragraph has {count} words{others}", "make two of it")
        others = ""
