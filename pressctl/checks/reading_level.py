"""The text is hard to read: its grade by Flesch and Kincaid is high.

Over 150 words; names, titles and figures weigh less than in the formula, since they cannot be avoided. English, Spanish and
Portuguese (Flesch's ease by Fernández Huerta and Martins, turned into grades); no formula for Haitian Creole. Source: WCAG
2.2, criterion 3.1.5; R. Flesch 1948, J. P. Kincaid 1975.

Advice, and a warning from four years above the limit: most releases by governments are over it.

Options: `most`, the school grade (12); `least`, words of a text that is judged (150).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.reading_level import grade

CODE = "STY324"
LEVEL: Level = "advice"
FIX = "manual"
GUIDE = "ap"
OPTIONS = {"most": 12, "least": 150}
BAD = (
    "Considerable administrative deliberation necessarily accompanies municipal transportation appropriations, notwithstanding objections. "
    * 20,
)
GOOD = ("The bus is late. We wait for it. It comes at night. " * 20, "language: ht\n---\n" + "Konsèy la ap reyini nan vil la. " * 40)


def check(text: Copy, options: Options) -> Iterator[Found]:
    found = text.of(grade)
    if found is not None and text.lede is not None and found.words >= options["least"] and found.grade > options["most"]:
        start = text.lede.start
        level: Level = "warning" if found.grade > options["most"] + 4 else "advice"
        message = f"reading it takes {found.grade:.0f} years of school ({found.sentence:.0f} words a sentence)"
        yield Found(start, text.line_end(start), message, "shorten the longest sentences; say each long word in a short one", level=level)
