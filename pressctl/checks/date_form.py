"""A date or a time is written as in English: 8 de Julio, Julio 8, 5 PM.

In Spanish and Portuguese months and weekdays have no capital, the day stands before the month, and Spanish writes 5:00 p. m. or
17:00. Quotations are left alone. Source: Fundéu and RAE on dates and hours; Manual de redação da Presidência (Brasil).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.dates import MONTHS

CODE = "L10904"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = (
    "language: es\n---\nSe reúne el 8 de ⟦Julio⟧ de 2025.",
    "language: es\n---\nSe reúne a las ⟦5 PM⟧ del martes.",
    "language: es\n---\nSe reúne el ⟦Julio 8⟧ de 2025.",
    "language: pt\n---\nReúne-se em 8 de ⟦Julho⟧ de 2025.",
)
GOOD = (
    "language: es\n---\nSe reúne el 8 de julio de 2025 a las 5:00 p. m., o a las 17:00.",
    "The council meets at 5 PM on July 8.",
    "language: es\n---\nJulio Ejemplo vino el martes.",
)
_ENGLISH_TIME = pattern(r"(?<![\d:.,/-])(?:1[0-2]|0?[1-9])(?::[0-5]\d)?\s?(?:[AP]M|[AP]\.M\.)(?!\w)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language not in ("es", "pt"):
        return
    months = "|".join(name.capitalize() for names in MONTHS[text.language] for name in names.split())
    for match in re.finditer(rf"(?<=\d\sde\s)({months})\b", text.unquoted):
        yield Found(match.start(), match.end(), f"`{match[0]}` takes no capital here", f"write `{match[0].lower()}`", match[0].lower())
    for match in re.finditer(rf"\b(?:{months})\s(\d{{1,2}})(?!\d)", text.unquoted):
        yield Found(
            match.start(), match.end(), f"`{match[0]}` is the English order", f"write `{match[1]} de {match[0].split()[0].lower()}`"
        )
    for match in _ENGLISH_TIME.finditer(text.unquoted):
        hour = match[0].rstrip("APMapm. ")
        half = "a. m." if "A" in match[0].upper() else "p. m."
        yield Found(match.start(), match.end(), f"`{match[0]}` is the English form", f"write `{hour} {half}` or the 24-hour time")
