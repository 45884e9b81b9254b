"""A link has tracking parameters, or a shortener hides where it leads.

utm_…, fbclid, gclid, mc_cid; bit.ly, t.co and others. Why: editors distrust them, filters too, and readers are followed. Source:
desk practice; lists of tracking parameters (clearurls.xyz).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "LNK605"
LEVEL: Level = "warning"
FIX = "safe"
BAD = (
    "See [the plan](https://city.gov/plan?id=4⟦&utm_source=mail⟧).",
    "See [the plan](⟦https://bit.ly/3abc⟧).",
    "See https://city.gov/⟦?fbclid=1⟧ now.",
)
GOOD = ("See [the plan](https://city.gov/plan?id=4).", "See https://city.gov/bit.ly-guide now.")
_TRACKING = pattern(r"(?<=[?&])(?:utm_[a-z]+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_hsenc|_hsmi)=[^&#]*", re.IGNORECASE)
_SHORT = words("bit.ly t.co goo.gl tinyurl.com ow.ly buff.ly is.gd tiny.cc rb.gy cutt.ly lnkd.in fb.me dlvr.it trib.al shorturl.at")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for link in text.of(links.links):
        if links.domain(link.target) in _SHORT:
            yield Found(link.at, link.at + len(link.target), "a shortener hides where the link leads", "write the address itself")
        found = list(_TRACKING.finditer(link.target)) if "=" in link.target else []
        if not found:
            continue
        whole = link.target.partition("?")[2].partition("#")[0].count("&") + 1 == len(found)
        for match in found:
            # the sign before it goes too; where something stays behind the question mark, the sign after it
            before = whole or link.target[match.start() - 1] == "&"
            end = match.end() + (not before and link.target[match.end() : match.end() + 1] == "&")
            start = match.start() - before
            yield Found(link.at + start, link.at + end, "the link tracks who follows it", "take the parameter out", "")
