"""The original was changed after it was translated.

`source_hash` in the translation holds the state of the original: twelve hex digits over its words, which this rule prints.
Source: the practice of every translation tool.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import translation
from pressctl.checks import Copy, Found, Level, Options

CODE = "L10902"
LEVEL: Level = "error"
FIX = "manual"
_ORIGINAL = "FILE releases/bus.md: ---\\nheadline: Bus stays\\ndateline: Key West, Fla.\\ndate: 2025-07-03\\n---\\nThe bus stays.\\n\n"
BAD = (_ORIGINAL + "language: es\ntranslation_of: bus\nsource_hash: ⟦0123456789ab⟧\n---\nEl autobús se queda.",)
GOOD = (_ORIGINAL + "language: es\ntranslation_of: bus\nsource_hash: ed995566c8ad\n---\nEl autobús se queda.", "The council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    written = text.key("source_hash")
    original = text.of(translation.original) if isinstance(written, str) and written else None
    if original is not None and isinstance(written, str):
        now = translation.state(original)
        if not now.startswith(written.lower()[:12]) or len(written) < 8:
            yield Found(
                *text.span("source_hash"),
                f"{original.path.name} was changed after this translation",
                f"translate the change, then write `source_hash: {now}`",
            )
