"""A template does not say its language.

The office's own templates for mail and web page, and the mail made of them. Why: screen readers choose their voice by it.
Source: WCAG 2.2, criterion 3.1.1; caniemail.com: all large mail programs keep `lang`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.rendered import made, own_templates

CODE = "MED632"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "FILE templates/email.html.j2: <html><p>{{ body.html }}</p></html>\nThe council meets.",
    'FILE templates/email.html.j2: <html lang="{{ release.x }}"><p>{{ body.html }}</p></html>\nThe council meets.',
)
GOOD = ('FILE templates/email.html.j2: <html lang="{{ release.language }}"><p>{{ body.html }}</p></html>\nThe council meets.',)


def check(text: Copy, options: Options) -> Iterator[Found]:
    hint = 'write <html lang="{{ release.language }}">'
    silent = True
    for name, source in text.of(own_templates).items():
        if re.search(r"<html(?![^>]*\slang=)[^>]*>", source):
            silent = False
            yield Found(*text.top_line, f"templates/{name} does not say its language", hint)
    said = re.search(r"<html(?:[^>]*\slang=\"([^\"]*)\")?", text.of(made).html) if silent and text.of(own_templates) else None
    if said is not None and (said[1] or "").partition("-")[0].lower() != text.language:
        yield Found(*text.top_line, f"the mail as it leaves says that its language is `{said[1] or ''}`, not `{text.language}`", hint)
