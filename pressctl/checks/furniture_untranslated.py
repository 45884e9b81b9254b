"""English furniture stands in a text of another language: FOR IMMEDIATE RELEASE, Media contact.

Or the program has no table of labels for the language, so that it prints English ones; or it has one that no native reader has looked
at yet, which is so for Haitian Creole: let one read `pressctl render SLUG.ht`, then accept this finding with their name as the reason.
Source: furniture in Spanish, Portuguese and Haitian Creole releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.labels import known, of

CODE = "L10906"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "language: es\n---\n⟦FOR IMMEDIATE RELEASE⟧\n\nEl consejo se reúne.",
    "language: es\n---\nEl consejo se reúne.\n\n⟦Media contact⟧: Ana Example",
    "language: ⟦tlh⟧\n---\nQapla.",
    "language: ⟦ht⟧\n---\nKonsèy la reyini.",
)
GOOD = ("FOR IMMEDIATE RELEASE\n\nThe council meets.", "The council meets.")
_FURNITURE = pattern(
    r"^[*_# ]*(for immediate release|media contact|press contact|notes? to editors|media advisory|news release|press release)\b",
    re.IGNORECASE | re.MULTILINE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language == "en" or text.raw:
        return
    for match in _FURNITURE.finditer(text.markup):
        yield Found(match.start(1), match.end(1), f"`{match[1]}` is English", "delete it: the template prints it, or translate it")
    if text.language not in known() and "language" in text.values:
        yield Found(
            *text.span("language"),
            f"there are no labels for `{text.language}`: the furniture is printed in English",
            f"there are tables for {', '.join(known())}; a release in another language needs templates of its own",
        )
    elif unread := of(text.language).UNREVIEWED:
        yield Found(*text.span("language"), unread, "let one read the preview, then accept this with their name as the reason")
