"""The mail's subject begins with words that say nothing: Press release.

Advisory, embargo, correction and update are news. Source: surveys of reporters on subjects (cision.com).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "EML703"
LEVEL: Level = "advice"
FIX = "proposed"
BAD = ("subject: '⟦Press release: Keep the night bus⟧'\n---\nThe council meets.", "subject: ⟦News⟧\n---\nThe council meets.")
GOOD = ("subject: 'Advisory: Keep the night bus'\n---\nThe council meets.", "subject: News of the night bus\n---\nThe council meets.")
_EMPTY = pattern(
    r"\s*(?:press release|news release|for immediate release|comunicado(?: de prensa)?|nota de prensa"
    r"|kominike)\b(?:\s*[:–—-].*)?|\s*(?:news|update|hello|info)\s*",
    2,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.release.subject and _EMPTY.fullmatch(text.release.subject):
        yield Found(*text.span("subject"), "the subject begins with words that say nothing", "begin with the news")
