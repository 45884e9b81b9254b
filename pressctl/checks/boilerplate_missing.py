"""Nothing says who the organization is.

Looks for `boilerplate` in the release or the configuration, and for a heading or paragraph that begins with "About" in
the release's language. Not for statements, letters and opinion; `boilerplate: false` says that none is wanted. Why: an
editor who does not know you needs two sentences. Source: BSB directory's press-release guide.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR006"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("BARE\nThe council meets.",)
GOOD = (
    "boilerplate: false\n---\nThe council meets.",
    "type: statement\n---\nWe are sad.",
    "The council meets.\n\n## About Bus Riders\n\nBus Riders is a group.",
)
_ABOUT = ("About ", "Acerca de ", "Sobre ", "Konsènan ", "Quiénes somos", "Sou ")
_WITHOUT = ("statement", "letter", "op-ed", "kill")


def check(text: Copy, options: Options) -> Iterator[Found]:
    release = text.release
    written = text.values.get("boilerplate")
    refused = written is not None and written.text.strip().lower() in ("false", "no")
    if release.boilerplate or refused or text.kind in _WITHOUT:
        return
    if not any(text.prose.startswith(_ABOUT, block.start) for block in text.body_blocks):
        yield Found(*text.top_line, "nothing says who the organization is", "write two to five sentences as [organization] boilerplate")
