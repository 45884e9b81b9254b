"""The mail has a fixed width over 640 pixels.

In the office's own templates, and in the mail made of them. Why: telephones show 360, mail programs beside their lists 640.
Source: caniemail.com on max-width; Litmus on mail widths.

Options: `most`, pixels (640).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import spots

CODE = "EML709"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"most": 640}
BAD = (
    "FILE templates/email.html.j2: {% set wide = 800 %}<html lang='en'><table width='{{ wide }}'><tr><td>x</td></tr></table></html>\n"
    "The council meets.",
    'FILE templates/email.html.j2: <html lang="en"><table width="800"><tr><td>{{ body.html }}</td></tr></table></html>\nThe council meets.',
)
GOOD = (
    'FILE templates/email.html.j2: <html lang="en"><table width="600"><tr><td>{{ body.html }}</td></tr></table></html>\nThe council meets.',
)
_WIDTH = pattern(r"(?<![-\w])(?:min-)?width\s*(?:=\s*[\"']?|:\s*)(\d{3,5})(?:px)?(?=[\"';\s>}])", re.IGNORECASE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for where, match in spots(text, _WIDTH):
        if int(match[1]) > options["most"]:
            yield Found(*text.top_line, f"{where}: a fixed width of {match[1]} pixels", "use 600, or width: 100% and a max-width")
