"""A link goes over http, where others can read and change it.

Only addresses on this machine are left alone. Source: browsers warn of it; newsrooms' filters too.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options

CODE = "LNK603"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("See [the plan](⟦http://⟧city.gov/plan).", "See ⟦http://⟧city.gov now.")
GOOD = ("See [the plan](https://city.gov/plan).", "See http://localhost:8000 there.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for link in text.of(links.links):
        if link.target.lower().startswith("http://") and not link.target[7:].startswith(("localhost", "127.", "[::1]")):
            yield Found(link.at, link.at + 7, "the link goes over http", "write https, if the page answers there", "https://")
