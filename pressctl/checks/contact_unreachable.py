"""A media contact lacks a telephone number or a mail address.

For an advisory, a telephone that works at the event is needed, so its absence is an error. Why: a live person must
answer. Source: Montana Nonprofit Association, media toolkit.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR005"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "contact: {name: Press desk, email: press@example.org}\n---\nThe council meets.",
    "contact: {name: Press desk, phone: +1 305 555 0100}\n---\nThe council meets.",
)
GOOD = ("The council meets.", "contact: {name: Press desk, email: press@example.org, phone: +1 305 555 0100}\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for contact in text.release.contacts:
        name = contact.name or contact.id
        if not contact.phone:
            grave: Level = "error" if text.kind == "advisory" else "warning"
            yield Found(*text.span("contact"), f"{name} has no telephone number", "give one that a person answers", level=grave)
        if not contact.email:
            yield Found(*text.span("contact"), f"{name} has no mail address", "give one that is read today")
