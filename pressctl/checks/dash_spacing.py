"""Dashes without spaces around them, or with and without in one text: some—others — here.

AP sets a space on both sides; `dash = "closed"` in [style] wants none. Told once, at the first dash of the wrong form; the
dateline's does not count. Source: newscollege.ca and AP on dashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pressctl.checks import Copy, Edit, Found, Level, Options, pattern

CODE = "STY319"
LEVEL: Level = "advice"
FIX = "safe"
GUIDE = "ap"
BAD = ("The bus⟦—⟧late again — comes.", "The bus⟦—⟧late again—comes.")
GOOD = ("The bus — late again — comes.", "It ran in 2019–2020 — at last.", "KEY WEST, Fla. — The bus is late.")
_DASH = pattern(
    r"(?<=[^\s\d￼—])[ \t]*—[ \t]*(?=[^\s￼—])|(?<=\S) – (?=\S)|(?<=[^\W\d])–(?=[^\W\d])",
    near="—|–",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    dateline = text.typed_dateline[1] if text.typed_dateline else 0
    found = [match for match in _DASH.finditer(text.prose) if match.start() >= dateline]
    style = text.settings.get("style", {})
    closed = isinstance(style, Mapping) and style.get("dash") == "closed"
    wrong = [match for match in found if len(match[0]) != (1 if closed else 3)]
    edits = tuple(Edit(m.start(), m.end(), m[0].strip() if closed else f" {m[0].strip()} ") for m in wrong)
    if wrong:
        first = wrong[0]
        hint = "write all without spaces" if closed else "set a space on both sides of each"
        yield Found(
            first.start(),
            first.end(),
            f"{len(wrong)} of {len(found)} dashes {'have' if closed else 'lack'} spaces around them",
            hint,
            edits,
        )
