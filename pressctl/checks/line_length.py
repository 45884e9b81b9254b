"""A line of the text part is longer than mail allows: over 998 octets.

Source: RFC 5322, section 2.1.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.rendered import made

CODE = "EML713"
LEVEL: Level = "error"
FIX = "manual"
BAD = ('FILE templates/email.txt.j2: {{ body.text|replace("\\n", " ") }}\n' + "The council meets and it talks about the bus line. " * 30,)
GOOD = ("FILE templates/email.txt.j2: {{ body.text }}\n" + "The council meets and it talks about the bus line. " * 30,)


def check(text: Copy, options: Options) -> Iterator[Found]:
    longest = max((len(line.encode("utf-8", "surrogatepass")) for line in text.of(made).plain.split("\n")), default=0)
    if longest > 998:
        yield Found(*text.top_line, f"a line of the text part has {longest:,} octets", "use |wrap in templates/email.txt.j2")
