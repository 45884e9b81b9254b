"""A word stands twice: the the.

Not "had had", "that that" and the like, names (Walla Walla), numbers, and Creole, which doubles words for emphasis.
Why: eyes skip it, print does not. Source: proselint and every spelling checker have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pressctl.checks import Copy, Found, Level, Options, words

CODE = "TXT411"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("The council meets in ⟦the the⟧ hall.", "It ⟦is\nis⟧ late.")
GOOD = (
    "She had had enough. It is G o o d news.",
    "Walla Walla is far.",
    "It was very very late.",
    "Room 5 5 is that that way.",
    "Bye-bye bye.",
)
_FINE = words("had that very so no ha bye yes blah really many much long far more do is hear knock night day year que se nos si muy")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language == "ht":
        return
    for word, places in text.vocabulary.items():
        if len(places) < 2 or not word.isalpha():
            continue
        for start, second in pairwise(places):
            if second - start > len(word) + 9:
                continue
            between = text.prose[start + len(word) : second]
            if not between.isspace() or between.count("\n") > 1 or _part(text.prose, start, second + len(word)):
                continue
            beside = text.prose[max(0, start - 9) : start].split()[-1:] + text.prose[second + 1 : second + 9].split()[:1]
            if len(word) == 1 and any(len(other) == 1 for other in beside):
                continue  # letters set apart: G o o d
            both = text.prose[start].isupper() and text.prose[second].isupper()
            fine = word in _FINE and not (word == "is" and "\n" in between)
            if not both and not fine:
                written = text.prose[start : start + len(word)]
                yield Found(start, second + len(word), f"`{written}` stands twice", "delete one", written)


def _part(prose: str, start: int, end: int) -> bool:
    """Whether the first or the last word goes on: 's, a hyphen, an address."""
    return prose[start - 1 : start] in tuple("’'.-") or prose[end : end + 1] in tuple("’'-")
