"""The text is not in the language that `language` says.

Counts common words of English, Spanish, Portuguese and Haitian Creole in 200 characters and more. Why: screen readers, mail filters
and the furniture go by it. Source: WCAG 2.2, criterion 3.1.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, words

CODE = "L10905"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("language: ⟦es⟧\n---\n" + "The council and the riders of the bus meet with those who are in the city for it. " * 4,)
GOOD = (
    "language: es\n---\n" + "El consejo y los pasajeros del autobús se reúnen con los que están en la ciudad para ello. " * 4,
    "The council and the riders of the bus meet with those who are in the city for it. " * 4,
    "language: fr\n---\n" + "Le conseil se réunit dans la ville avec les usagers du bus. " * 5,
)
_COMMON = {
    "en": words("the and of to in that is for with was are by from this have who it has be were"),
    "es": words("el los las del y que en para con una por se es su como más este fue son lo"),
    "pt": words("o os as do da e que em para com uma não por se é dos das no na são"),
    "ht": words("la yo nan pou ki ak yon te pa se li ap sou nou fè gen kap lan moun tout"),
}


def check(text: Copy, options: Options) -> Iterator[Found]:
    own = _COMMON.get(text.language)
    if own is None or text.raw or len(text.release.body) < 200:
        return
    counts = {language: sum(len(text.vocabulary.get(word, ())) for word in common) for language, common in _COMMON.items()}
    best = max(counts, key=lambda language: counts[language])
    if best != text.language and counts[best] >= 12 and counts[best] > 2.5 * counts[text.language]:
        span = text.span("language") if "language" in text.values else text.top_line
        yield Found(*span, f"the text reads like `{best}`, not `{text.language}`", "correct `language:`, or the text")
