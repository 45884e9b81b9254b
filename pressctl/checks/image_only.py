"""The mail is a picture with few words.

Under 200 characters of text beside a picture. Why: mail programs hide pictures, and filters take it for advertising. Source:
SpamAssassin, rules on images without text.

Options: `least`, characters (200).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options

CODE = "EML708"
LEVEL: Level = "error"
FIX = "manual"
OPTIONS = {"least": 200}
BAD = ("⟦![The release as a picture](https://city.gov/release.png)⟧",)
GOOD = ("The council meets.", "![A bus](https://city.gov/bus.png)\n\n" + "The council meets and talks about the bus at night. " * 6)


def check(text: Copy, options: Options) -> Iterator[Found]:
    shown = text.of(links.pictures)
    if shown and not text.raw:
        spans = [(link.start, link.end) for link in shown]
        words = sum(len(text.source[block.start : block.end]) for block in text.body_blocks) - sum(end - start for start, end in spans)
        if words < options["least"]:
            yield Found(*spans[0], "the mail is a picture with few words", "write the text as text")
