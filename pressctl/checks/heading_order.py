"""A heading leaves a level out, or is the release's title again.

The headline is the first level; the body's headings begin with ## and go down one at a time. Source: RNIB; WCAG 2.2, criterion
1.3.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "MED630"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("The council meets.\n\n## Lines\n\nBuses.\n\n#### ⟦Night⟧\n\nBuses.", "# ⟦Lines⟧\n\nThe council meets.")
GOOD = ("The council meets.\n\n## Lines\n\nBuses.\n\n### Night\n\nBuses.\n\n## Stops\n\nStops.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    before = 1
    for block in text.body_blocks:
        if block.kind == "heading" and not text.raw:
            if block.level == 1:
                yield Found(block.start, block.end, "the headline is the only heading of the first level", "begin with ##")
            elif block.level > before + 1:
                yield Found(block.start, block.end, f"the level before this one is {before}", f"write {'#' * (before + 1)}")
            before = max(block.level, 1)
