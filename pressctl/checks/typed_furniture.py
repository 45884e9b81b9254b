"""Something is typed into the body that the template prints: a dateline, a release line, a contact line, an end mark.

Only at the start of a paragraph, or as a whole line. Why: it would be printed twice, and in two styles. The line can be
deleted where the front matter says the same; else move it there first. Source: desk practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Edit, Found, Level, Options, pattern

CODE = "STR008"
LEVEL: Level = "warning"
FIX = "safe"
BAD = (
    "⟦KEY WEST, Fla. — ⟧The council meets.",
    "The council meets.\n\n⟦###⟧",
    "The council meets.\n\n⟦-30-⟧",
    "⟦FOR IMMEDIATE RELEASE⟧\n\nThe council meets.",
    "The council meets.\n\n⟦Media contact:⟧ Press desk, press@example.org",
)
GOOD = ("The council meets.", "The council meets in Key West — at last.", "NASA — the agency — is silent.")
IMMEDIATE = pattern(
    r"[*_# ]*(?:for immediate release|para (?:publicaci[óo]n|difusi[óo]n) inmediata|pou piblikasyon imedya|para divulga[çc][ãa]o imediata)"
    r"[ :.*_]*",
    re.IGNORECASE,
    near="immediate|inmediata|imedya|imediata",
)
END = pattern(r"(?:#\s?#\s?#|[-–—]?\s?30\s?[-–—]|[-–— ]*(?:ENDS?|FIM?N?|Fen)[-–— ]*)", near="#|30|end|fi|fen")
CONTACT = pattern(
    r"[*_]*(?:(?:media|press) contacts?|contacto de prensa|contato para a imprensa|kontak pou lapr[èe]s)[*_]*\s?:",
    re.IGNORECASE,
    near="contact|contato|kontak",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    typed = text.typed_dateline
    if typed is not None:
        same = typed[2].casefold() == text.release.dateline.city.casefold()
        hint = "delete it: the template prints it" if same else "write it as `dateline:` in the front matter"
        yield Found(typed[0], typed[1], "a dateline is typed in the text", hint, "" if same else None)
    for block in text.body_blocks:
        short = block.end - block.start < 60
        whole = (Edit(*text.rows(block.start, block.end), ""),)
        if short and text.release.embargo is None and IMMEDIATE.fullmatch(text.prose, block.start, block.end):
            yield Found(block.start, block.end, "a release line is typed in the text", "delete it: the template prints it", whole)
        elif short and END.fullmatch(text.prose, block.start, block.end):
            yield Found(block.start, block.end, "an end mark is typed in the text", "delete it: the template prints it", whole)
        elif (label := CONTACT.match(text.prose, block.start, block.end)) is not None:
            yield Found(label.start(), label.end(), "a media contact is typed in the text", "write it as `contact:` in the front matter")
