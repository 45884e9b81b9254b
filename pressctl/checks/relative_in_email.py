"""A link has no web address: /about.

A mail has no page to which it could be relative. Anchors, mail addresses and telephone numbers are fine. Source: RFC 3986,
section 5.1: a relative reference needs a base.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "LNK606"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("See [the plan](⟦/plan⟧).", "See [the plan](⟦www.city.gov/plan⟧).")
GOOD = (
    "See [the plan](https://city.gov/plan), [below](#notes), [write](mailto:press@example.org), [call](tel:+13055550100).",
    "![Bus](bus.jpg)",
    "The bus stays[^1].\n\n[^1]: as the council said",
)
_ABSOLUTE = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:|#|\{\{")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for link in text.of(links.links):
        if not link.picture and link.text and link.target and not _ABSOLUTE.match(link.target):
            yield Found(
                link.at,
                link.at + len(link.target),
                f"`{link.target[:60]}` leads nowhere in a mail",
                "write the whole address, with https://",
            )
        elif not link.picture and link.text and not link.target and text.source[link.at - 1 : link.at + 1] == "()":
            yield Found(link.start, link.end, "the link has no address", "write where it leads")
