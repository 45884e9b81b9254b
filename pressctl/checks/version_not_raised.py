"""The release was public with other words or events, and its version is the same.

Compares with what `render --site` has shown, which it notes in the office's state. Typography and order of keys do not count.
Why: calendars and newsroom systems take a change only with a higher version, and an error is never repaired in silence.
Source: Reuters, Standards and Values (corrections); RFC 5545, section 3.8.7.4 (SEQUENCE).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import identity, published
from pressctl.checks import Copy, Found, Level, Options

CODE = "MCH955"
LEVEL: Level = "error"
FIX = "manual"
_SHOWN = 'FILE .pressctl/published.json: {"example": {"name": "example", "version": 1, "state": "000000000000"}}\n'
BAD = (f"{_SHOWN}headline: ⟦The council meets⟧\n---\nThe council meets.", f"{_SHOWN}version: ⟦1⟧\n---\nThe council meets.")
GOOD = (f"{_SHOWN}version: 2\n---\nThe council meets.", "The council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.raw or text.missing:
        return
    shown = text.of(published.of).get(text.release.slug)
    if shown is None or shown.version != identity.version(text.release) or shown.state == published.state(text.release):
        return
    key = "version" if "version" in text.values else "headline"
    hint = f"write `version: {shown.version + 1}`, and as `correction_note` what has changed"
    yield Found(*text.span(key), f"this was public with other words as version {shown.version}", hint)
