"""A label in the text says another kind than the key `type`.

Only the headline and the first two lines of the body. Why: the template prints its own label, and the two contradict each
other. Source: desk practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STR026"
LEVEL: Level = "advice"
FIX = "manual"
BAD = ("⟦MEDIA ADVISORY⟧\n\nThe council meets.", "type: advisory\n---\n⟦PRESS RELEASE⟧\n\nThe council meets.")
GOOD = ("type: advisory\n---\nMEDIA ADVISORY\n\nThe council meets.", "The council issued a statement.")
_LABEL = pattern(
    r"[*_ ]*(?:(media advisory|aviso de pauta|convocatoria)|(press release|news release|comunicado de prensa|nota de prensa)"
    r"|(statement|declaraci[óo]n)|(correction|correcci[óo]n))\s*:?[*_ ]*",
    re.IGNORECASE,
    near="advisory|pauta|convocatoria|release|comunicado|nota de prensa|statement|declaraci|correc",
)
_KINDS = (("advisory",), ("release", "update"), ("statement",), ("correction",))


def check(text: Copy, options: Options) -> Iterator[Found]:
    for block in (text.headline, *text.body_blocks[:2]):
        label = _LABEL.fullmatch(text.prose, block.start, block.end) if block.end - block.start < 50 else None
        if label is not None and label.lastindex and text.kind not in _KINDS[label.lastindex - 1]:
            yield Found(
                block.start, block.end, f"the label does not fit `type: {text.kind}`", "correct one of the two, and delete the label"
            )
