"""A template loads or runs something: script, form, frame, style sheet or font from elsewhere.

In the office's own templates for mail, and in the mail made of them. Why: mail programs take it out, and filters hold the mail
back. Source: caniemail.com.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import spots

CODE = "EML711"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    'FILE templates/email.html.j2: <html lang="en"><script>x</script>{{ body.html }}</html>\nThe council meets.',
    'FILE templates/email.html.j2: <html lang="en">{% include "part.j2" %}</html>\nFILE templates/part.j2: '
    '<iframe src="https://x.net"></iframe>\nThe council meets.',
)
GOOD = ('FILE templates/email.html.j2: <html lang="en">{{ body.html }}</html>\nThe council meets.',)
_CODE = pattern(
    r"<(?:script|form|iframe|object|embed|applet|base)\b|<link\b[^>]*stylesheet|@import\b|url\(\s*[\"']?https?:|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for where, match in spots(text, _CODE):
        yield Found(*text.top_line, f"{where}: mail programs do not run `{match[0].strip()[:30]}`", "take it out")
