"""A picture cannot go out: it is not there, is none, is cut off, too large, or of a kind that mail does not show.

The pictures of the office in the body, in `media` and among the attachments, as sending would find them. Source: caniemail.com on
image formats; the limits of pressctl (images.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import unusable

CODE = "MED633"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "The council meets.\n\n![A bus](⟦none.jpg⟧)",
    "The council meets.\n\n![A bus](⟦words.jpg⟧)",
    "The council meets.\n\n![A bus](⟦drawing.svg⟧)",
    "media:\n  - {file: ⟦vast.png⟧, alt: A bus}\n---\nThe council meets.",
    "The council meets.\n\n![A bus](⟦../bus.jpg⟧)",
    "attachments: [⟦words.jpg⟧]\n---\nThe council meets.",
)
GOOD = ("The council meets.\n\n![A bus](whole.png)\n\n![A bus](https://city.gov/bus.svg)", "attachments: [drawing.svg]\n---\nIt meets.")
_WORD = pattern(r"[^\s(),{}\[\]\"'<>]+")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for problem in text.of(unusable):
        at = text.offset(problem.place.line, problem.place.column) if problem.place is not None else 0
        word = _WORD.match(text.source, at)
        yield Found(at, word.end() if word else at, problem.text, problem.hint)
