"""A template takes text of others for HTML: `|safe`.

On anything but the body, the boilerplate and the notes, which are cleaned before. Why: a contact's name can then change the mail.
Source: OWASP, cross-site scripting prevention.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import own_templates

CODE = "TPL509"
LEVEL: Level = "error"
FIX = "manual"
BAD = ('FILE templates/email.html.j2: <html lang="en">{{ release.headline|safe }}{{ body.html }}</html>\nThe council meets.',)
GOOD = ('FILE templates/email.html.j2: <html lang="en">{{ release.headline }}{{ body.html|safe }}</html>\nThe council meets.',)
_SAFE = pattern(r"\{\{[^{}]*\|\s*safe\b[^{}]*\}\}|\{%-?\s*autoescape\s+false")
_CLEAN = pattern(r"\{\{-?\s*(?:body|about|notes)\.html\s*\|\s*safe\s*-?\}\}")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for name, source in text.of(own_templates).items():
        for match in _SAFE.finditer(source) if ".html" in name else ():
            if not _CLEAN.fullmatch(match[0]):
                line = source.count("\n", 0, match.start()) + 1
                yield Found(*text.top_line, f"templates/{name}:{line}: `{match[0][:50]}` is taken for HTML", "leave `safe` out")
