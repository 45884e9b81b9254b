"""The release goes by another name than the version before it: `id` differs from what it supersedes, or from what was public.

Compares with `supersedes`, and with what `render --site` has shown. Why: feeds, calendars and newsroom systems know a release by
its name only; under a new one it is another release, and the old one stays. Source: RFC 4287, section 4.2.6; IPTC, ninjs `uri`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import identity, published
from pressctl.checks import Copy, Found, Level, Options

CODE = "MCH956"
LEVEL: Level = "error"
FIX = "manual"
_SHOWN = 'FILE .pressctl/published.json: {"example": {"name": "night-bus", "version": 1, "state": "000000000000"}}\n'
BAD = (
    "id: ⟦2025-07-08-council-meets⟧\nsupersedes: night-bus@1\n---\nThe council meets.",
    f"{_SHOWN}id: ⟦council-meets⟧\nversion: 2\n---\nThe council meets.",
    f"{_SHOWN}headline: ⟦The council meets⟧\nversion: 2\n---\nThe council meets.",
)
GOOD = (
    "id: night-bus\nsupersedes: night-bus@1\n---\nThe council meets.",
    "supersedes: night-bus@1\n---\nThe council meets.",
    f"{_SHOWN}id: night-bus\nversion: 2\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.raw or text.missing:
        return
    name, key = identity.name(text.release), "id" if "id" in text.values else "headline"
    before = str(text.key("supersedes") or "").partition("@")[0].strip()
    if before and before != name:
        yield Found(*text.span(key), f"what it supersedes is called `{before}`, not `{name}`", f"write `id: {before}`")
        return
    shown = text.of(published.of).get(text.release.slug)
    if shown is not None and shown.name != name:
        yield Found(*text.span(key), f"this was public as `{shown.name}`, not as `{name}`", f"write `id: {shown.name}`")
