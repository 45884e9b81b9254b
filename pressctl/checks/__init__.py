"""The rules of `check`, one a file, found by file name: `weekday_mismatch.py` is the rule `weekday-mismatch`.

A rule is a module. Adding one = one file here, and no other edit; one test runs the examples of all.

    \"\"\"One sentence: what is wrong when this rule speaks.

    What it looks for, and what it leaves alone. Why it matters. Source: who says so.

    Options: `most`, words (30).                      (only where there are some)
    \"\"\"
    CODE = "STR015"                                   its place in the catalogue
    LEVEL: Level = "advice"                           error (blocks `send`), warning, advice
    FIX = "manual"                                    safe (`--fix` applies it), proposed (shown), manual
    OPTIONS = {"most": 30}                            defaults; [check.rules.NAME] sets them, with the same types
    BAD = ("…",)                                      examples that must fire …
    GOOD = ("…",)                                     … and that must not

    def check(text: Copy, options: Options) -> Iterator[Found]:
        yield Found(start, end, "what is wrong", "how to mend it", fix="the text to put there")

Optional: `MASK = True` where the stretch identifies a person (it is masked in everything that is shown, whatever rule or
line shows it), `MASK = "name"` where it is a name, whose words are masked alone, too; `GUIDE = "ap"` where it holds only
for this style.guide; `OFF = True` where it runs only when [check] enable names it; `LAST = True` where it needs what the
other rules said.

An example is the body of a release, or `key: value` lines, a line `---`, and a body; what it leaves out comes from
`EXAMPLE`. Its clock stands at `EXAMPLE_NOW`. `⟦…⟧` in a BAD example is where the finding must stand. An example that
starts with RAW is a plain text, not a release; with BARE, the office has neither contact nor boilerplate. Before the rest,
lines `FILE name: content` give files that the office has (\\n is a line break in them).

`Copy` (pressctl/news_copy.py) is the text, taken apart once for all rules. Every offset counts in `text.source`, and
these are of the same length as it, so that a match's place is the finding's place:

    text.prose       what a reader reads: headline, subhead, body … without code, addresses of pages, comments, markup
    text.unquoted    the same without what stands in quotation marks: for rules of style and attribution
    text.markup      the body as written, code and comments left out: for rules about residue

BLANK stands for every character left out, and between paragraphs: it is neither a word nor white space, so that no
pattern reaches across. Patterns are compiled at first use (`pattern`); ask `text.vocabulary` or `"x" in text.prose` first
where a rule is rarely concerned. A rule never raises, reads no file and no clock (`text.now`), and is linear in the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pressctl.finding import Edit, Found, Level
from pressctl.news_copy import BLANK, Block, Copy
from pressctl.pattern import Pattern, pattern, words

__all__ = [
    "BARE",
    "BLANK",
    "EXAMPLE",
    "EXAMPLE_NOW",
    "RAW",
    "Block",
    "Copy",
    "Edit",
    "Found",
    "Level",
    "Options",
    "Pattern",
    "pattern",
    "words",
]

Options = Mapping[str, Any]
RAW = "RAW\n"
BARE = "BARE\n"
EXAMPLE = {
    "headline": "Residents ask city to keep the night bus",
    "dateline": "Key West, Fla.",
    "date": "2025-07-03",
}
EXAMPLE_NOW = datetime(2025, 7, 3, 16, 0, tzinfo=UTC)
