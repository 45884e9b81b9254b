"""A heading has nothing under it.

Why: something was deleted, or was to be written. Source: desk practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Edit, Found, Level, Options

CODE = "STR024"
LEVEL: Level = "warning"
FIX = "safe"
BAD = ("The council meets.\n\n## ⟦What it costs⟧\n\n## Who pays\n\nThe city.", "The council meets.\n\n## ⟦What it costs⟧")
GOOD = ("The council meets.\n\n## What it costs\n\n### For riders\n\nNothing.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    blocks = text.body_blocks
    for number, block in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        if block.kind == "heading" and (following is None or (following.kind == "heading" and following.level <= block.level)):
            whole = (Edit(*text.rows(block.start, block.end), ""),)
            yield Found(block.start, block.end, "this heading has nothing under it", "write its text, or delete it", whole)
