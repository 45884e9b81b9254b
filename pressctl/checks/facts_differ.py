"""A translation and its original do not say the same figures, times, dates, numbers to call, links or names.

The sets are compared; a number may stand in words in one and in figures in the other, 17:00 is 5 p.m., and a name is looked for
by its surname. Names: whether the translation has those of the original. Why: this is the error that sends people to the wrong
place. Source: translation desks' last check.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import translation
from pressctl.checks import Copy, Found, Level, Options

CODE = "L10903"
LEVEL: Level = "error"
FIX = "manual"
_ORIGINAL = (
    "FILE releases/bus.md: ---\\nheadline: Bus stays\\ndateline: Key West, Fla.\\ndate: 2025-07-03\\n---\\n"
    "Forty riders, 12 drivers and Ana Example meet at 5 p.m. Tuesday, July 8, the three say. Call 305-294-1234.\\n\n"
)
_ES = "language: es\ntranslation_of: bus\n---\n"
BAD = (
    _ORIGINAL + _ES + "12 choferes y Ana Example se reúnen a las ⟦6:00 p. m.⟧ del martes, 8 de julio. Llame al 305-294-1234.",
    _ORIGINAL + _ES + "⟦13⟧ choferes y Ana Example se reúnen a las 17:00 del martes, 8 de julio. Llame al 305-294-1234.",
)
GOOD = (
    _ORIGINAL + _ES + "12 choferes y Ana Example, 3 en total, se reúnen a las 17:00 del martes, 8 de julio. Llame al 305-294-1234.",
    "The council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    original = text.of(translation.original)
    if original is None:
        return
    from pressctl import facts

    here, there = text.of(facts.facts), original.of(facts.facts)
    for fact in facts.missing(here, there):
        if fact.kind != "name":
            yield Found(
                fact.start,
                fact.start + len(fact.written),
                f"the {fact.kind} `{fact.written}` is not in {original.path.name}",
                "compare the two",
            )
    for fact in facts.missing(there, here):
        line, _ = original.position(fact.start)
        yield Found(*text.top_line, f"the {fact.kind} `{fact.written}` of {original.path.name}:{line} is missing here", "compare the two")
