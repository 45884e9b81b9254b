"""Several mail addresses in one line, as in To or Cc: everybody sees who else gets it.

A pasted line `To: …`, `Cc: …` or `Para: …` with two addresses or more, a `mailto:` link with several or with `cc=`. The office's
own addresses do not count. Each recipient of `send` gets a mail of its own. Source: the practice of every press office; GDPR, article 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "EML714"
LEVEL: Level = "error"
FIX = "manual"
MASK = True
BAD = (
    "The council meets.\n\n⟦Cc: news@daily.example; desk@wire.example⟧",
    "[Write to them](⟦mailto:news@daily.example,desk@wire.example⟧).",
    "[Write to us](⟦mailto:press@example.org?cc=desk@wire.example⟧).",
    "pitches:\n  default: |\n    ⟦To: news@daily.example, desk@wire.example⟧\n    Hello.\n---\nThe council meets.",
)
GOOD = (
    "Write to desk@wire.example, or to news@daily.example.",
    "[Write to us](mailto:press@example.org?subject=Bus).",
    "To: all who ride the bus, and news@daily.example",
)
_LINE = pattern(r"^[ \t>*_]*((?:To|Cc|Bcc|Para|CCO|A|Pou):[^\n]*@[^\n]*@[^\n]*?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_MAILTO = pattern(r"mailto:[^\s<>()\"']+", re.IGNORECASE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if "@" not in text.source:
        return
    own = text.of(links.own_emails)
    hint = "take them out; `send` writes to each by itself"
    for match in _LINE.finditer(text.source):
        if len(_addresses(match[1]) - own) > 1:
            yield Found(*match.span(1), "several addresses in one line, for everybody to see", hint)
    for match in _MAILTO.finditer(text.source) if "mailto:" in text.folded else ():
        if len(_addresses(match[0][7:])) > 1 and _addresses(match[0][7:]) - own:
            yield Found(*match.span(), "this link writes to several addresses at once", hint)


def _addresses(part: str) -> set[str]:
    return {match[0].casefold() for match in links.EMAIL.finditer(part.replace("%40", "@").replace("%2C", ","))}
