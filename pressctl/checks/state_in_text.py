"""A postal code stands for a state in the text: Key West, FL.

Addresses with a ZIP code are left alone, quotations too. Since 2014 AP spells the state out in running text. Source: PRSA and
gatehousenewsroom.com on the AP change of 2014.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.ap_style import FULL_STATES
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY305"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
BAD = ("The riders of Marathon, ⟦FL⟧, meet.",)
GOOD = (
    "The riders of Marathon, Florida, meet.",
    "Write to PO Box 1, Key West, FL 33040.",
    "She is at the ER, OK, and well.",
    "Sen. Ana Example, D-FL, spoke.",
)
_CODE = pattern(r"(?<=[a-z], )([A-Z]{2})\b(?!\s+\d{5})(?![\w-])")
_NAMES = {code: name for name, code in FULL_STATES.items()}


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _CODE.finditer(text.unquoted, text.body_start) if text.language == "en" else ():
        name = _NAMES.get(match[1])
        before = text.prose[max(0, match.start() - 30) : match.start()].rstrip(", ").split()
        dateline = text.typed_dateline
        if (
            name
            and before
            and before[-1][0].isupper()
            and match[1] not in ("OK", "IN", "OR", "ME")
            and not (dateline and match.start() < dateline[1])
        ):
            yield Found(match.start(1), match.end(1), f"`{match[1]}` is a postal code", f"spell it out: {name}", name)
