"""A template follows its readers: a picture of one pixel, or a link of each recipient's own.

In the office's own templates, and in the mail made of them. Why: it tells a third party who reads what; sources and reporters
are people at risk. Source: the press office's own promise; Freedom of the Press Foundation on tracking in mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import spots

CODE = "EML712"
LEVEL: Level = "warning"
FIX = "manual"
_FILE = 'FILE templates/email.html.j2: <html lang="en">'
BAD = (
    _FILE + '{{ body.html }}<img src="https://t.net/p.gif" width="1" height="1"></html>\nThe council meets.',
    _FILE + '{{ body.html }}{% personal %}<a href="https://t.net/?c={{ contact.id }}">x</a>{% endpersonal %}</html>\nIt meets.',
    _FILE + '{% include "part.j2" %}</html>\nFILE templates/part.j2: <img src="https://t.net/p.gif" width="1" height="1">\nIt meets.',
)
GOOD = (_FILE + "{{ body.html }}{% personal %}{{ contact.name }}{% endpersonal %}</html>\nThe council meets.",)
_TRACKER = pattern(
    r"<img\b(?=[^>]*\bwidth\s*[=:]\s*[\"']?[01]\b)(?=[^>]*\bheight\s*[=:]\s*[\"']?[01]\b)[^>]*>|(?:href"
    r"|src)\s*=\s*\"https?://[^\"]*\{\{[^\"]*contact\.[^\"]*\"",
    re.IGNORECASE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for where, _ in spots(text, _TRACKER):
        yield Found(*text.top_line, f"{where}: this follows readers", "take it out")
