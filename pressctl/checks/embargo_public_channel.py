"""A release under embargo is to be published on the web or in a feed.

Looks at `channels` while the embargo holds. Why: feeds and web pages have no field for an embargo; what is there is
published. Source: the formats themselves (Atom, RSS, JSON Feed, schema.org).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT111"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("embargo: 2025-07-07T06:00-04:00\nchannels: [email, ⟦web⟧]\n---\nThe council meets.",)
GOOD = ("embargo: 2025-07-07T06:00-04:00\nchannels: [email, pdf]\n---\nThe council meets.", "channels: [web]\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    embargo = text.release.embargo
    if embargo is None or embargo <= text.now:
        return
    for value in text.values.values():
        if value.path.startswith("channels") and value.text in ("web", "feed"):
            yield Found(value.start, value.end, f"`{value.text}` would publish it before the embargo lifts", "take it out until then")
