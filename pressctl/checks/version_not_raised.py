"""What replaces a version has no higher version itself.

`supersedes: night-bus@2` needs `version: 3` or more; with an event and no version it is a warning. Why: calendars and newsroom systems
keep the old entry when the number does not rise. Source: RFC 5545, section 3.8.7.4 (SEQUENCE); ninjs 3.1, version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "MCH955"
LEVEL: Level = "error"
FIX = "manual"
_KEYS = "type: update\nsupersedes: night-bus@2\ncorrection_note: The room is new.\n"
_EVENT = "events:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets."
BAD = (_KEYS + "version: ⟦2⟧\n---\nThe council meets.", _KEYS.replace("night-bus@2", "⟦night-bus@2⟧") + _EVENT)
GOOD = (
    _KEYS + "version: 3\n" + _EVENT,
    _KEYS.replace("@2", "") + "version: 2\n---\nThe council meets.",
    _KEYS + "---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    match = re.search(r"@(\d{1,4})\s*$", str(text.key("supersedes") or ""))
    version = text.key("version")
    if match is None:
        return
    old = int(match[1])
    if isinstance(version, int) and version <= old:
        yield Found(*text.span("version"), f"it replaces version {old} and is itself version {version}", f"write version: {old + 1}")
    elif version is None and text.release.events:
        message = f"it replaces version {old} and has no version: calendars keep the old event"
        yield Found(*text.span("supersedes"), message, f"write version: {old + 1}", level="warning")
