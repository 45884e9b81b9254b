"""The text is long.

Notes to editors are not counted, quotations are. Why: one page is what every guide asks for; an advisory is half a page.
Source: thedocumenthd.web.app and lionbridgepr.com on length.

Options: `advice` (500), `most` (800) and, for an advisory, `advisory` (300), words.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR014"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"advice": 500, "most": 800, "advisory": 300}
BAD = ("The council meets. " * 170, "type: advisory\n---\n" + "The council meets. " * 110)
GOOD = ("The council meets. " * 160,)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.kind in ("op-ed", "factsheet", "biography"):
        return
    count = sum(text.words(block) for block in text.body_blocks if not block.notes)
    advisory = text.kind == "advisory"
    if count <= (options["advisory"] if advisory else options["advice"]):
        return
    level: Level = "warning" if advisory or count > options["most"] else "advice"
    place = text.paragraphs[0] if text.paragraphs else text.headline
    yield Found(place.start, text.line_end(place.start), f"the text has {count} words", "one page is 300 to 500 words", level=level)
