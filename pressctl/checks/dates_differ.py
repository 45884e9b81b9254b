"""The office's web page tells programs another day than the release: JSON-LD, Open Graph, microformats and text disagree.

Looks only where the office has a web template of its own: the package's takes every date from the release. Why: search engines
and newsroom systems take one of them, and show an old story as new. Source: Google, publication dates; ogp.me.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pressctl import rendered
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "MCH957"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    'FILE templates/web.html.j2: <time class="dt-published" datetime="2024-01-01">x</time>\ndate: ⟦2025-07-03⟧\n---\nThe council meets.',
    'FILE templates/web.html.j2: <meta property="article:published_time" content="2025-07-04T10:00:00Z">\ndate: ⟦2025-07-03⟧\n---\nThe '
    "council meets.",
    'FILE templates/web.html.j2: <script type="application/ld+json">{"datePublished": "2025-07-01"}</script>\nThe council meets.',
)
GOOD = (
    'FILE templates/web.html.j2: <time class="dt-published" datetime="{{ page.published }}">x</time>\nThe council meets.',
    'FILE templates/web.html.j2: <p>No dates</p> {"datePublished": "2001-01-01"}\nThe council meets.',
    "The council meets.",
)
_PLACES = {
    "JSON-LD": pattern(r'"datePublished"\s*:\s*"(\d{4}-\d\d-\d\d)'),
    "Open Graph": pattern(r'article:published_time"\s+content="(\d{4}-\d\d-\d\d)'),
    "the microformat": pattern(r'class="[^"]*\bdt-published\b[^"]*"\s+datetime="(\d{4}-\d\d-\d\d)'),
}


def check(text: Copy, options: Options) -> Iterator[Found]:
    page = text.of(rendered.own_page)
    if not page or text.issued is None:
        return
    scripts = "\n".join(rendered.data_scripts(page))
    for place, form in _PLACES.items():
        for match in form.finditer(scripts if place == "JSON-LD" else page):
            if match[1] != text.issued.isoformat() and _is_day(match[1]):
                hint = "take it from `page.published` in templates/web.html.j2"
                yield Found(*text.span("date"), f"{place} of the office's page says {match[1]}", hint)


def _is_day(written: str) -> bool:
    try:
        return bool(date.fromisoformat(written))
    except ValueError:
        return False
