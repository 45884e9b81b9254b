"""The front matter has a key that does not exist.

Keys that begin with `x-` are free. Why: a mistyped `embrago` would be no embargo. Source: the release's own schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.document import nearest
from pressctl.release_keys import RELEASE

CODE = "STR023"
LEVEL: Level = "error"
FIX = "proposed"
BAD = ("⟦headine⟧: Residents ask\n---\nThe council meets.",)
GOOD = ("x-mood: glad\n---\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for key, node in text.top.keys.items():
        if key not in RELEASE.table and not key.startswith("x-"):
            start = text.offset(node.line, node.column)
            hint = nearest(key, RELEASE.table) or "keys of your own start with `x-`"
            meant = hint.split("`")[1] if hint.startswith("did you mean") else None
            yield Found(start, start + len(key), f"there is no key `{key}`", hint, meant)
