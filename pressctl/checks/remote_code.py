"""A template loads or runs something: script, form, frame, style sheet or font from elsewhere.

In the office's own templates for mail. Why: mail programs take it out, and filters hold the mail back. Source: caniemail.com.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import own_templates

CODE = "EML711"
LEVEL: Level = "error"
FIX = "manual"
BAD = ('FILE templates/email.html.j2: <html lang="en"><script>x</script>{{ body.html }}</html>\nThe council meets.',)
GOOD = ('FILE templates/email.html.j2: <html lang="en">{{ body.html }}</html>\nThe council meets.',)
_CODE = pattern(
    r"<(?:script|form|iframe|object|embed|applet|base)\b|<link\b[^>]*stylesheet|@import\b|url\(\s*[\"']?https?:|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for name, source in text.of(own_templates).items():
        match = _CODE.search(source) if name.startswith("email.html") else None
        if match is not None:
            line = source.count("\n", 0, match.start()) + 1
            yield Found(*text.top_line, f"templates/{name}:{line}: mail programs do not run `{match[0].strip()[:30]}`", "take it out")
