"""A month is not written as AP writes it: September 3, Mar. 3, Sept. 2025.

Before a day Jan., Feb., Aug., Sept., Oct., Nov. and Dec. are shortened, March to July never; alone or with a year a month is
spelled out. Quotations are left alone. Source: AP style on dates (Purdue OWL; mcm.edu).
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
)
_MONTH = pattern(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)"
    r"(\.?)(?=\s(\d{1,2})(?![\d:])|,?\s(\d{4})\b)"
)
_NAMES = words(" ".join([*MONTHS, *SHORT_MONTHS]).lower())


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language != "en" or not text.has(_NAMES):
        return
    for match in _MONTH.finditer(text.unquoted):
        full = SHORT_MONTHS.get(match[1], match[1])
        right = MONTHS[full] if match[3] else full
        if match[1] + match[2] != right and not (match[2] and match[1] == right):
            yield Found(match.start(), match.end(2), f"`{match[1]}{match[2]}` is not the form of the month here", f"write `{right}`", right)
