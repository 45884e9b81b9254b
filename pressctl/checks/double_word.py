"""A word stands twice: the the.

Not "had had", "that that" and the like, names (Walla Walla), numbers, and Creole, which doubles words for emphasis.
Why: eyes skip it, print does not. Source: proselint and every spelling checker have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "TXT411"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("The council meets in ⟦the the⟧ hall.", "It ⟦is\nis⟧ late.")
GOOD = ("She had had enough.", "Walla Walla is far.", "It was very very late.", "Room 5 5 is that that way.", "Bye-bye bye.")
_TWICE = pattern(r"(?<![\w’'.-])([^\W\d_]+)[ \t]*(?:\n[ \t]*|[ \t])\1(?![\w’'-]|\.\w)", re.IGNORECASE)
_FINE = words("had that very so no ha bye yes blah really many much long far more do is hear knock night day year que se nos si muy")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language == "ht":
        return
    for match in _TWICE.finditer(text.prose):
        word, second = match[1], match[0][-len(match[1]) :]
        both = word[0].isupper() and second[0].isupper()
        fine = word.lower() in _FINE and not (word == "is" and "\n" in match[0])
        if not both and not fine:
            yield Found(match.start(), match.end(), f"`{word}` stands twice", "delete one", word)
