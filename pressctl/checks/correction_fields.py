"""A correction, an update or a kill does not say what it replaces, or what was wrong.

Why: editors ask for exactly that note, in the subject and at the top. Source: cnybj.com, "Hold on a second"; myprwire.com,
corrections policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR017"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "type: ⟦correction⟧\nsupersedes: night-bus@1\n---\nThe council meets.",
    "type: update\n---\nThe council meets.",
)
GOOD = (
    "type: correction\nsupersedes: night-bus@1\ncorrection_note: The council meets on Tuesday.\n---\nThe council meets.",
    "The council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.kind not in ("correction", "update", "kill"):
        return
    for key, meaning in (
        ("supersedes", "the version it replaces, such as `night-bus@1`"),
        ("correction_note", "what was wrong, or is new"),
    ):
        if not text.key(key):
            yield Found(*text.span("type"), f"this {text.kind} has no `{key}`", f"write {meaning}")
