"""Somebody who is only charged is called guilty: "the murderer X", "X, who robbed".

Speaks only where the text tells of a charge or an arrest and of no conviction or plea. Why: a charge is not a verdict; this
is defamation. Source: AP on crime and privacy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "ATT214"
LEVEL: Level = "error"
FIX = "proposed"
BAD = (
    "The police arrested ⟦the robber Ben Sample⟧ on Monday.",
    "⟦Ben Sample, who robbed⟧ a bus, was charged on Monday.",
)
GOOD = (
    "Ben Sample, who is charged with robbing a bus, was arrested.",
    "Ben Sample, who robbed a bus, was convicted. He had been arrested in May.",
    "The police arrested Ben Sample, who is accused of robbing a bus.",
)
_CHARGED = words("charged arrested indicted accused detenido arrestado acusado detido preso")
_SETTLED = words("convicted guilty pleaded pled sentenced conviction condenado culpable culpado")
_NAME = r"[A-ZÀ-Ý][\w’'-]+(?:\s[A-ZÀ-Ý][\w’'.-]*){1,3}"
_DEED = "robbed|killed|murdered|raped|assaulted|stole|stabbed|attacked|molested|defrauded|embezzled|kidnapped|burned"
_GUILTY = pattern(
    rf"\b(?:[Tt]he\s)?(?:murderer|killer|rapist|robber|thief|burglar|molester|attacker|fraudster|kidnapper|gang member)\s{_NAME}"
    rf"|{_NAME},\swho\s(?:{_DEED})\b"
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.has(_CHARGED) or text.has(_SETTLED):
        return
    for match in _GUILTY.finditer(text.unquoted):
        if not re.search(r"\b(?:alleged|accused|suspected)\s*$", text.unquoted[max(0, match.start() - 12) : match.start()]):
            yield Found(match.start(), match.end(), "somebody who is only charged is called guilty", "write what the charge is")
