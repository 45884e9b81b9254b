"""A template's style sheet is larger than Gmail keeps.

Over 16 KB in the head of the mail, in the office's own templates and what they include. Styles are put into the elements too, so
that a small one may be lost. Source: caniemail.com on <style>: Gmail drops sheets over 16 KB.

Options: `most`, KB (16).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.rendered import own_templates

CODE = "EML710"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"most": 16}
BAD = (
    'FILE templates/email.html.j2: <html lang="en"><style>'
    + "p { margin: 0 } " * 1200
    + "</style>{{ body.html }}</html>\nThe council meets.",
)
GOOD = ('FILE templates/email.html.j2: <html lang="en"><style>p { margin: 0 }</style>{{ body.html }}</html>\nThe council meets.',)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for name, source in text.of(own_templates).items():
        size = sum(len(style) for style in re.findall(r"<style\b.*?(?:</style>|\Z)", source, re.DOTALL)) / 1000
        if not name.startswith("web.") and size > options["most"]:
            yield Found(*text.top_line, f"templates/{name} has {size:.0f} KB of styles", "shorten it")
