"""A machine form of the release would break its schema: an address that is none, or data in the office's page that cannot be read.

Looks at the addresses in `links`, `media`, `events` and `call_to_action`, and, where the office has a web template of its own,
at the JSON-LD of the page it makes. The package's own forms are proven by its tests. Why: a newsroom's system drops what does
not fit, and tells nobody. Source: RFC 3986, section 4.3 (absolute URI); IPTC's ninjs 3.1 and schema.org.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import rendered
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "MCH951"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "links: [{title: Petition, url: ⟦bus.example/petition⟧}]\n---\nThe council meets.",
    "media: [{url: '⟦https://bus.example/a picture.jpg⟧', alt: Bus}]\n---\nThe council meets.",
    'FILE templates/web.html.j2: <script type="application/ld+json">{"a": ,}</script>\nThe council meets.',
)
GOOD = (
    "links: [{title: Petition, url: 'https://bus.example/petition?a=1#top'}]\n---\nThe council meets.",
    'FILE templates/web.html.j2: <script type="application/ld+json">{"@type": "NewsArticle"}</script>\nThe council meets.',
    "The council meets.",
)
_URI = pattern(r"https?://[^\s<>\"{}|\\^`/]+(?:/[^\s<>\"{}|\\^`]*)?")
_KEYS = ("links", "media", "events", "call_to_action")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for path, value in text.values.items():
        if path.endswith(".url") and path.startswith(_KEYS) and value.text.strip() and not _URI.fullmatch(value.text.strip()):
            yield Found(
                value.start, value.end, f"`{value.text[:60]}` is no web address", "write it whole, such as https://example.org/page"
            )
    if not (scripts := rendered.data_scripts(text.of(rendered.own_page))):
        return
    import json

    for script in scripts:
        try:
            sound = isinstance(json.loads(script), dict | list)
        except (ValueError, RecursionError):
            sound = False
        if not sound:
            yield Found(*text.span("headline"), "the office's web template writes JSON-LD that cannot be read", "see templates/web.html.j2")
