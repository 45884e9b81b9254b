"""The page gives programs another date than readers.

In the office's own web.html.j2: `datePublished` of JSON-LD, `article:published_time` of Open Graph and the `datetime` of the date line
against the release's day. The package's own page is made from one value. Source: Google's guide to article dates; schema.org.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from pressctl.checks import Copy, Found, Level, Options
from pressctl.errors import PressctlError
from pressctl.rendered import own_templates

CODE = "MCH957"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ('FILE templates/web.html.j2: <meta property="article:published_time" content="2025-07-01">{{ body.html }}\nThe council meets.',)
GOOD = ('FILE templates/web.html.j2: <time class="dt-published" datetime="{{ release.issued }}">{{ body.html }}\nThe council meets.',)
_DATED = re.compile(
    r'"datePublished"\s*:\s*"([^"]*)"|article:published_time"\s+content="([^"]*)"|dt-published"[^>]*\bdatetime="([^"]*)"', re.IGNORECASE
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.raw or text.missing or text.problems or "web.html.j2" not in text.of(own_templates):
        return
    from pressctl import render

    try:
        page = render.web(text.release, text.config)
    except (PressctlError, OSError, RecursionError, ValueError):
        return
    for match in _DATED.finditer(page):
        given = next(group for group in match.groups() if group is not None)
        if _day(given, text) != text.release.date:
            yield Found(*text.top_line, f"templates/web.html.j2 dates the release `{given}`", "write {{ release.issued }} there")


def _day(given: str, text: Copy) -> date | None:
    try:
        moment = datetime.fromisoformat(given.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment.astimezone(text.release.timezone).date() if moment.tzinfo else moment.date()
