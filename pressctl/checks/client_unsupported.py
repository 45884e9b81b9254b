"""A template uses what large mail programs do not show.

Flex and grid, position, background pictures, video, forms and the like, in the office's own templates for mail, and in the
mail that is made of them. Source: caniemail.com, for Gmail, Outlook for Windows and Apple Mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import spots

CODE = "EML706"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    'FILE templates/email.html.j2: <html lang="en"><div style="display: flex">{{ body.html }}</div></html>\nThe council meets.',
    'FILE templates/email.html.j2: <html lang="en">{% include "part.j2" %}</html>\nFILE templates/part.j2: '
    '<div style="position: absolute">x</div>\nThe council meets.',
)
GOOD = ('FILE templates/email.html.j2: <html lang="en"><td style="padding: 4px">{{ body.html }}</td></html>\nThe council meets.',)
_FEATURE = pattern(
    r"display\s*:\s*(?:inline-)?(?:flex|grid)|position\s*:\s*(?:absolute|fixed|sticky)|background-image|linear-gradient|var\(--|@font-face"
    r"|\b\d+(?:\.\d+)?rem\b|<(?:video|audio|picture|svg|canvas)\b|srcset=|src=[\"']data:",
    re.IGNORECASE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    told: set[str] = set()
    for where, match in spots(text, _FEATURE):
        if match[0] not in told:
            yield Found(*text.top_line, f"{where}: not all mail programs show `{match[0]}`", "use tables and padding of cells")
        told.add(match[0])
