"""The text part of the mail lacks what the HTML part has: links, telephone numbers, figures.

Or it is missing. Compared as sets, in a mail made with the office's own templates. Why: some readers and all filters read the text
part. Source: SpamAssassin, rules on HTML without text; RFC 2046, section 5.1.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import made

CODE = "EML707"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("FILE templates/email.txt.j2: {{ release.headline }}\nCall 305-294-1234 or see [the plan](https://city.gov/plan).",)
GOOD = (
    "FILE templates/email.txt.j2: {{ release.headline }}\\n{{ body.text }}\\n{{ about.text }}\nCall 305-294-1234 or see [the plan](https://city.gov/plan).",
)
_LINK = pattern(r"<a\s[^>]*href=\"(https?://[^\"]+)\"", re.IGNORECASE)
_FIGURES = pattern(r"\d[\d.,:-]*\d")


def check(text: Copy, options: Options) -> Iterator[Found]:
    mail = text.of(made)
    if mail.edition is None:
        return
    import html

    plain = re.sub(r"\s+", "", mail.plain)
    links = {html.unescape(match[1]) for match in _LINK.finditer(mail.html)} - {text.config.organization.url}
    body = {match[0] for match in _FIGURES.finditer(text.prose[text.body_start :])}
    lost = sorted(link for link in links if re.sub(r"\s+", "", link) not in plain) + sorted(
        figure for figure in body if figure not in plain
    )
    if lost:
        yield Found(*text.top_line, f"the text part of the mail lacks `{lost[0][:80]}`", "put {{ body.text }} into templates/email.txt.j2")
