"""HTML is left in the text: &nbsp;, <br>, style=.

Code is left alone. Entities are written as their characters by `--fix`. Why: other newsrooms' systems print it as it
stands. Source: desk practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TXT405"
LEVEL: Level = "warning"
FIX = "safe"
BAD = ("The council⟦&nbsp;⟧meets.", "The council ⟦<br>⟧ meets.", 'The ⟦<span style="color:red">⟧council</span> meets.')
GOOD = ("The council & the mayor; AT&T too.", "Write `&nbsp;` there.", "See <https://bus.example>.", "If a < b and b > c.")
_ENTITY = pattern(
    r"&(?:nbsp|ndash|mdash|[lr][sd]quo|hellip|bull|middot|copy|reg|trade|eacute|aacute|iacute|oacute|uacute|ntilde|#\d{2,5}|#x[0-9a-f]{2,5}|amp|quot|lt|gt);",
    re.IGNORECASE,
    near="&nbsp;|&ndash;|&mdash;|quo;|&hellip;|&bull;|&middot;|&copy;|&reg;|&trade;|acute;|&ntilde;|&#|&amp;|&quot;|&lt;|&gt;",
)
_TAG = pattern(
    r"</?(?:br|span|div|p|font|o:p|table|tr|td|style|script|section|article|center|u|b|i|strong|em|h[1-6]|ul|ol|li|img|iframe)\b[^<>\n]*>",
    re.IGNORECASE,
    near="<",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _ENTITY.finditer(text.markup):
        import html  # a table of two thousand names

        written = " " if match[0].lower() == "&nbsp;" else html.unescape(match[0])
        fix = written if written not in "<>&" and written.isprintable() else None
        yield Found(match.start(), match.end(), f"`{match[0]}` is left in the text", "write the character itself", fix)
    for match in _TAG.finditer(text.markup):
        if not match[0].startswith("</"):
            yield Found(match.start(), match.end(), f"the tag `{match[0][:30]}` is left in the text", "write it as Markdown, or delete it")
