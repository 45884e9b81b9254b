"""A template does not say its language.

The office's own templates for mail and web page. Why: screen readers choose their voice by it. Source: WCAG 2.2, criterion 3.1.1;
caniemail.com: all large mail programs keep `lang`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.rendered import own_templates

CODE = "MED632"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("FILE templates/email.html.j2: <html><p>{{ body.html }}</p></html>\nThe council meets.",)
GOOD = ('FILE templates/email.html.j2: <html lang="{{ release.language }}"><p>{{ body.html }}</p></html>\nThe council meets.',)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for name, source in text.of(own_templates).items():
        if re.search(r"<html(?![^>]*\slang=)[^>]*>", source):
            yield Found(*text.top_line, f"templates/{name} does not say its language", 'write <html lang="{{ release.language }}">')
