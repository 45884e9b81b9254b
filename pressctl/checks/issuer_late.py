"""Neither the headline nor the first two paragraphs say who issues the release.

The issuer is the release's `organization`, else the configuration's; its initials and `aliases` count too. Why: a desk
wants to know who speaks. Source: BSB directory's press-release guide.

Options: `aliases`, other names of the organization ([]).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR013"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS: Options = {"aliases": []}
BAD = ("The council meets.\n\nIt is late.\n\nBus Riders of Key West is glad.",)
GOOD = ("The council meets, says Bus Riders of Key West.", "headline: BROKW asks city to keep the night bus\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.kind in ("letter", "op-ed", "kill", "factsheet", "biography") or not text.issuer or not text.paragraphs:
        return
    last = text.paragraphs[min(1, len(text.paragraphs) - 1)]
    opening = " ".join(text.prose[text.headline.start : last.end].split()).casefold()
    initials = "".join(word[0] for word in text.issuer.split() if word[0].isalpha())
    names = [text.issuer, text.issuer.removeprefix("The "), *options["aliases"], *([initials.upper()] if len(initials) > 2 else [])]
    if not any(str(name).casefold() in opening for name in names):
        start, end = text.headline.start, text.headline.end
        yield Found(start, end, f"{text.issuer} is not named in the first two paragraphs", "say who says so")
