"""Furniture of a web page is left in the text: Share this, Related posts, Read more, Subscribe, a cookie notice.

Only whole short lines in the first or last fifth. Why: it was copied with the page. Source: the furniture of common blog
themes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TXT403"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("The council meets.\n\n⟦Share this:⟧", "⟦Posted by admin on July 3⟧\n\nThe council meets.", "The council meets.\n\n⟦Related Posts⟧")
GOOD = ("The council meets.\n\nSubscribe to the newsletter at bus.example, where all of it is explained at length.", "Share this road.")
_RESIDUE = pattern(
    r"(?:share (?:this|on|via)(?: (?:post|story|article|page|facebook|twitter|linkedin|e-?mail))?"
    r"|(?:related|recent|popular) (?:posts|stories|articles)|you (?:may|might) also like"
    r"|(?:posted|filed|published|tagged) (?:by|in|under|on|with)\b.{0,50}|read more|continue reading|click here to .{0,30}"
    r"|subscribe(?: now)?|sign up for our newsletter|follow us(?: on .{0,30})?|like this:?|loading|print(?: this)?|tweet|pin it"
    r"|(?:this|our) (?:site|website) uses cookies.{0,60}|accept (?:all )?cookies|skip to content|advertisement|sponsored"
    r"|previous (?:post|article)|next (?:post|article)|back to top|compart[ei]r?(?: esto| en)?|entradas relacionadas"
    r"|leer más|leia mais|compartilhe(?: isso)?|suscríbete|all rights reserved\.?)\s*[:.…»!]*",
    re.IGNORECASE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    blocks = text.body_blocks
    edge = max(1, len(blocks) // 5)
    for number, block in enumerate(blocks):
        if edge <= number < len(blocks) - edge or block.end - block.start > 80:
            continue
        if _RESIDUE.fullmatch(text.prose, block.start, block.end):
            yield Found(block.start, block.end, "furniture of a web page is left in the text", "delete the line")
