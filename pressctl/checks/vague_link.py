"""A link's words do not say where it leads: click here, aquí.

In English, Spanish, Portuguese and Haitian Creole. Why: readers with a screen reader hear the links alone. Source: RNIB; WCAG 2.2,
criterion 2.4.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options

CODE = "LNK604"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "See [⟦here⟧](https://city.gov/plan).",
    "[⟦Click here⟧](https://city.gov/plan)",
    "language: es\n---\nVea [⟦aquí⟧](https://city.gov/plan).",
)
GOOD = ("See [the city’s plan](https://city.gov/plan).", "See [Here We Go](https://city.gov/plan).")
_VAGUE = (
    "|here|click here|this|this link|link|more|read more|learn more|this page|website|aquí|haga clic aquí|más|leer más|este enlace|enlace"
    "|aqui|clique aqui|mais|leia mais|saiba mais|isit la|klike isit|plis|"
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for link in text.of(links.links):
        if not link.picture and f"|{link.text.strip('*_ .').lower()}|" in _VAGUE:
            start = text.source.find(link.text, link.start)
            yield Found(start, start + len(link.text), f"`{link.text}` does not say where the link leads", "link the words that name it")
