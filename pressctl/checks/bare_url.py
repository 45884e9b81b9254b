"""A long web address stands as text.

In the text part of the mail it has to be there; in HTML a word that says where it leads is better. Source: RNIB and WCAG on
link texts.

Options: `most`, characters (60).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options

CODE = "LNK602"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"most": 60}
BAD = ("See ⟦https://city.example/departments/transport/night-lines/2025/plan-and-costs⟧ for it.",)
GOOD = ("See https://city.example for it.", "See [the plan](https://city.example/departments/transport/night-lines/2025/plan-and-costs).")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for link in text.of(links.links):
        if not link.text and not link.picture and link.end - link.start > options["most"]:
            yield Found(link.start, link.end, "a long web address stands as text", "write [words that say where it leads](address)")
