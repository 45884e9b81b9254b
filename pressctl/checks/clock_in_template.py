"""A template asks for the time: now().

In the office's own templates. Why: the same release must give the same bytes, whenever it is made. Use `release.date`. Source:
reproducible builds.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import own_templates

CODE = "TPL510"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("FILE templates/email.txt.j2: {{ now() }} {{ body.text }}\nThe council meets.",)
GOOD = ("FILE templates/email.txt.j2: {{ release.date }} {{ body.text }}\nThe council meets now().",)
_CLOCK = pattern(r"\{[{%][^{}]*\b(?:now|today|utcnow|time|random|uuid\d?)\s*\(")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for name, source in text.of(own_templates).items():
        for match in _CLOCK.finditer(source):
            line = source.count("\n", 0, match.start()) + 1
            yield Found(*text.top_line, f"templates/{name}:{line}: a template knows no clock and no chance", "use {{ release.date }}")
