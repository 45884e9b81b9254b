"""A mark of an unfinished draft: "DRAFT v3", "[JM: check]", "??", a merge conflict.

Why: it is a note to yourself, or to somebody in the group. Source: desk practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TXT410"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "⟦DRAFT v3⟧\n\nThe council meets.",
    "The council meets ⟦[JM: check]⟧ on Tuesday.",
    "It costs 40 dollars ⟦??⟧ a day.",
    "The council ⟦{++at last++}⟧ meets.",
)
GOOD = ("The draft is out.", "“What??” she said.", "The draft resolution is [her] own.")
_MARK = pattern(
    r"\[[A-Z]{2,3}: [^\]\n]{1,200}\]|\{(?:\+\+|--|~~|>>).{1,400}?(?:\+\+|--|~~|<<)\}|^(?:<{7}|>{7}) .*$"
    r"|\b(?:NOTE TO SELF|FIXME|TODO|DO NOT SEND|NOT FOR RELEASE|DRAFT ONLY)\b",
    re.MULTILINE,
    near="[|{++|{--|{~~|{>>|<<<<<<<|>>>>>>>|note to self|fixme|todo|do not send|not for release|draft only",
)
_DRAFT = pattern(
    r"[*_\[( ]*(?:confidential |internal |rough |first |final )?draft(?:[ #:–-]*(?:v(?:ersion)?\.? ?)?\d[\d.]*)?[*_\]) :.]*",
    2,  # re.IGNORECASE
    near="draft",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    message = "a mark of a draft is left in the text"
    for match in _MARK.finditer(text.markup):
        yield Found(match.start(), match.end(), message, "settle it, and delete the mark")
    at = text.unquoted.find("??")
    if at >= 0:
        yield Found(at, at + 2, message, "settle it, and delete the mark")
    for block in text.blocks:
        if block.end - block.start < 40 and _DRAFT.fullmatch(text.prose, block.start, block.end):
            yield Found(block.start, block.end, message, "delete the line")
