"""The headline is long.

Counts characters as readers see them: over `advice` a search page cuts it off, over `most` wires may refuse it. Why:
search results show 60 to 70 characters, wires allow 100 to 125. Source: prdaily.com and acmarketingpr.com on headline
length.

Options: `advice` (70) and `most` (100), characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import combining

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR009"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"advice": 70, "most": 100}
BAD = ("headline: ⟦Residents of the whole island and of the keys beyond it ask the city to keep the night bus⟧\n---\nThe council meets.",)
GOOD = ("headline: Residents of the whole island ask the city to keep the night bus\n---\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    length = sum(not combining(character) for character in text.release.headline)
    if length > options["advice"]:
        level: Level = "warning" if length > options["most"] else "advice"
        block = text.headline
        hint = "give the short form as `subject:` or `short_headline:`, or cut it"
        yield Found(block.start, block.end, f"the headline has {length} characters", hint, level=level)
