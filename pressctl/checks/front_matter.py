"""The front matter holds something that the release cannot be read with.

Whatever `render` and `send` would refuse, told together with everything else. Rules that know the case better
(date-missing, embargo-no-zone) speak instead of this one.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR000"
LEVEL: Level = "error"
FIX = "manual"
LAST = True
BAD = ("urgency: ⟦12⟧\n---\nThe council meets.", "language: ⟦Ewe language⟧\n---\nThe council meets.")
GOOD = ("urgency: 5\n---\nThe council meets.", "x-our-own: anything\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for problem in text.problems:
        line, column = (problem.place.line, problem.place.column) if problem.place else (1, 1)
        start = text.offset(line or 1, column or 1)
        if line not in text.reported and not any(f"has no `{key}`" in problem.text for key in text.missing):
            yield Found(start, text.line_end(start), problem.text, problem.hint)
