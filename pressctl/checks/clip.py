"""The mail is so large that Gmail cuts it: over 100 KB of HTML; a warning over 80 KB.

Pictures do not count. Why: what is cut off is the end, with boilerplate, contact and the way off the list. Source: tests of
Gmail's clipping at 102 KB (litmus.com, emailonacid.com).

Options: `good`, KB (80); `most`, KB (100).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.rendered import made

CODE = "EML705"
LEVEL: Level = "error"
FIX = "manual"
OPTIONS = {"good": 80, "most": 100}
BAD = ("The council meets and it talks about the bus.\n\n" * 1500,)
GOOD = ("The council meets and it talks about the bus.\n\n" * 500, "The council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    size = len(text.of(made).html.encode("utf-8", "surrogatepass")) / 1000
    if size > options["good"]:
        level: Level = "error" if size > options["most"] else "warning"
        yield Found(*text.top_line, f"the mail has {size:.0f} KB of HTML: Gmail cuts it", "shorten it, and link to the rest", level=level)
