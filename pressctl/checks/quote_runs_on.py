"""A quotation that goes on in the next paragraph is closed too early.

A paragraph that ends with a closing mark, the next that opens with one, and nobody who speaks in between. Why: it reads as
if a second person spoke. Source: typographic rule; only the last paragraph of a running quotation is closed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Edit, Found, Level, Options

CODE = "ATT217"
LEVEL: Level = "advice"
FIX = "proposed"
BAD = ("Ana Example, a rider, said: “The bus must stay.⟦”⟧\n\n“It is all we have.”",)
GOOD = (
    "Ana Example, a rider, said: “The bus must stay.\n\n“It is all we have.”",
    "“The bus must stay,” said Ana Example, a rider.\n\n“It must not,” said Ben Sample, a driver.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    paragraphs = text.paragraphs
    for block, after in itertools.pairwise(paragraphs):
        last = text.source[block.end - 1]
        if last in "”»" and text.source[after.start] in "“«" and text.quoted(after.end - 1) and not speech.attributed(text, after):
            edit = Edit(block.end - 1, block.end, "")
            yield Found(block.end - 1, block.end, "the quotation goes on in the next paragraph", "leave this mark out", (edit,))
