"""The release expires before it is issued, or before its event begins.

Why: an expired release is refused when sending. Source: the release's own keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT120"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "expires: ⟦2025-07-02T06:00-04:00⟧\n---\nThe council meets.",
    "expires: ⟦2025-07-05T06:00-04:00⟧\nevents:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets.",
)
GOOD = ("expires: 2025-07-09T06:00-04:00\nevents:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    expires = text.release.expires
    if expires is None or "expires" not in text.values:
        return
    first = next((event for event in text.release.events if not event.details.get("past") and expires < event.start), None)
    if text.issued is not None and expires < text.release.issued:
        yield Found(*text.span("expires"), "the release expires before it is issued", "correct one of the two")
    elif first is not None:
        yield Found(*text.span("expires"), f"the release expires before `{first.title}` begins", "correct one of the two")
