"""A quotation is opened and not closed, or closed and never opened.

A paragraph may stay open where the next one opens again: the same speaker goes on. One that is closed some paragraphs later,
which do not open again, is a warning: its words are told apart, and each of its paragraphs should open. Feet and inches are
no quotation. Why: nobody can tell whose the words after it are. Source: typographic rule for running quotations.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "ATT206"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "⟦“⟧The bus must stay, said Ana Example.",
    "The bus must stay⟦”⟧, said Ana Example.",
    'A rider said: ⟦"⟧The bus must stay.',
    "She said: ⟦“⟧The bus must stay.\n\nIt is all we have.\n\nIt is late.”",
)
GOOD = (
    "“The bus must stay,” she said.",
    "She said: “The bus must stay.\n\n“It is all we have.”",
    'She said: "Call it “late” or “lost” as you like."',
    'The bus is 40" wide. He is 180 cm (5’11”) tall.',
    "Rock ’n’ roll is on the riders’ bus.",
)


_CLOSES = pattern(r"[\"”»](?<=\S.)(?=[\s,.;:!?)—–-]|$)")  # by its shape
_INCHES = pattern(r"\d[’'′]\s?\d{1,2}”")
_RUNS = 12  # paragraphs: no quotation in a release is longer


def check(text: Copy, options: Options) -> Iterator[Found]:
    following = {block.start: after for block, after in itertools.pairwise(text.blocks)}
    opened, closing = [], [at for at in text.marks[1] if _INCHES.match(text.source, max(0, at - 4), at + 1) is None]
    closing = [at for at in closing if _INCHES.match(text.source, max(0, at - 3), at + 1) is None]
    for quote in text.quotes:
        after = following.get(quote.block.start)
        if quote.closed:
            continue
        if _CLOSES.match(text.prose, quote.start, quote.block.end) is not None and quote.start > quote.block.start:
            closing.append(quote.start)  # a straight mark: the first of its paragraph, and it closes
        elif after is None or text.source[after.start : after.start + 1] != text.source[quote.start : quote.start + 1]:
            opened.append(quote.start)
    yield from _told(text, opened, sorted(closing))


def _told(text: Copy, opened: list[int], closing: list[int]) -> Iterator[Found]:
    """Each mark without its other one, and those that find it some paragraphs on."""
    starts, blocks = [quote.start for quote in text.quotes], [block.start for block in text.blocks]
    paired: set[int] = set()
    for at in opened:
        end = next(iter(closing[(n := bisect_left(closing, at)) : n + 1]), None)
        between = end is not None and bisect_right(starts, at) < bisect_left(starts, end)
        if end is None or between or bisect_right(blocks, end) - bisect_right(blocks, at) > _RUNS:
            yield Found(at, at + 1, "this quotation is never closed", "close it where the words end")
            continue
        paired.add(end)
        message = "the quotation goes on in paragraphs that do not open it again"
        yield Found(at, at + 1, message, "open each of its paragraphs, and close the last", level="warning")
    for at in closing:
        if at not in paired:
            yield Found(at, at + 1, "this closes a quotation that was never opened", "open it where the words begin")
