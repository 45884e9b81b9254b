"""Something is accepted that no rule says any more, or accepted without a reason.

An `allow` that is not needed hides the next finding of its kind. Delete it, or correct the rule's name; write why it is
accepted, for whoever reads the release after you. Source: the habit of ruff (RUF100) and mypy (warn_unused_ignores).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "CHK001"
LEVEL: Level = "warning"
FIX = "proposed"
LAST = True
BAD = (
    "⟦<!-- pressctl: allow weekday-mismatch the mayor said so -->⟧\nThe council meets on Tuesday, July 8, 2025.",
    "check: {ignore: {DAT101: ⟦the mayor said so⟧}}\n---\nThe council meets.",
)
GOOD = ("<!-- pressctl: allow weekday-mismatch quoted from the flyer -->\nThe council meets on Monday, July 8, 2025.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for rule, reason, start, end in text.unused:
        if reason:
            yield Found(start, end, f"nothing here needs `allow {rule}` any more", "delete it, so that it hides nothing later")
        else:
            yield Found(start, end, f"`allow {rule}` gives no reason", "write why it is accepted, behind the rule's name")
