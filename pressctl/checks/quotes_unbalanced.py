"""A quotation is opened and not closed, or closed and never opened.

A paragraph may stay open where the next one opens again: the same speaker goes on. Why: nobody can tell whose the words
after it are. Source: typographic rule for running quotations.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "ATT206"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("⟦“⟧The bus must stay, said Ana Example.", "The bus must stay⟦”⟧, said Ana Example.", 'A rider said: ⟦"⟧The bus must stay.')
GOOD = (
    "“The bus must stay,” she said.",
    "She said: “The bus must stay.\n\n“It is all we have.”",
    'The bus is 40" wide.',
    "Rock ’n’ roll is on the riders’ bus.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    blocks = text.blocks
    following = {block.start: after for block, after in itertools.pairwise(blocks)}
    for quote in text.quotes:
        if quote.closed:
            continue
        after = following.get(quote.block.start)
        if after is None or text.source[after.start : after.start + 1] != text.source[quote.start : quote.start + 1]:
            yield Found(quote.start, quote.start + 1, "this quotation is never closed", "close it where the words end")
    for at in text.marks[1]:
        yield Found(at, at + 1, "this closes a quotation that was never opened", "open it where the words begin")
