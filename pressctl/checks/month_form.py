"""A month is not written as AP writes it: September 3, Mar. 3, Sept. 2025.

Before a day Jan., Feb., Aug., Sept., Oct., Nov. and Dec. are shortened, March to July never; alone or with a year a month is
spelled out. Quotations are left alone, and a line that is nothing but a date. Source: AP style on dates (Purdue OWL; mcm.edu).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.ap_style import MONTHS, SHORT_MONTHS
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "STY306"
LEVEL: Level = "advice"
FIX = "safe"
GUIDE = "ap"
BAD = ("The council meets on ⟦September⟧ 3.", "The council met on ⟦Mar.⟧ 3.", "It was built in ⟦Sept.⟧ 2025.", "It met on ⟦Sep⟧ 3.")
GOOD = (
    "The council meets on Sept. 3, and in September 2025.",
    "It met on March 3.",
    "“It was September 3,” said Ana Example, a rider.",
    "Sept. 11 is a day.",
    "September 3, 2025\n\nThe council meets.",
)
_DATED = pattern(r"(\.?)(?=\s(\d{1,2})(?![\d:])|,?\s(\d{4})\b)")
_NAMES = words(" ".join([*MONTHS, *SHORT_MONTHS]).lower())


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language != "en":
        return
    for name in _NAMES & text.vocabulary.keys():
        for start in text.vocabulary[name]:
            written = text.unquoted[start : start + len(name)]
            match = _DATED.match(text.unquoted, start + len(name)) if written.istitle() else None
            if match is None or _alone(text, start):
                continue
            full = SHORT_MONTHS.get(written, written)
            right = MONTHS[full] if match[2] else full
            if written + match[1] != right and not (match[1] and written == right):
                wrong = f"`{written}{match[1]}` is not the form of the month here"
                yield Found(start, match.end(1), wrong, f"write `{right}`", right)


def _alone(text: Copy, start: int) -> bool:
    """Whether a date is a line of its own, as above a letter or beside a picture."""
    block = text.block(start)
    return block.start == start and block.end - start < len("September 30, 2025.") + 1
