"""A machine has translated, and nobody has reviewed it.

`translator: machine`, or `{name: machine}` and the like without `reviewed_by`. Why: a wrong time or a rude word goes out in your name.
Source: translators' associations on machine translation; desk practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "L10907"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("translator: ⟦machine⟧\n---\nEl consejo se reúne.", "translator: ⟦{name: DeepL}⟧\n---\nEl consejo se reúne.")
GOOD = (
    "translator: {name: DeepL, reviewed_by: Ana Example}\n---\nEl consejo se reúne.",
    "translator: Ana Example\n---\nEl consejo se reúne.",
)
_MACHINE = pattern(r"\b(?:machine|deepl|google|gpt|chatgpt|claude|ai|llm|automatic|bing|microsoft)\b", re.IGNORECASE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    translator = text.key("translator")
    reviewed = isinstance(translator, Mapping) and bool(translator.get("reviewed_by"))
    name = str(translator.get("name", "")) if isinstance(translator, Mapping) else str(translator or "")
    if name and not reviewed and _MACHINE.search(name):
        yield Found(
            *text.span("translator"), "nobody has reviewed what a machine translated", "let a reader of the language review it: reviewed_by"
        )
