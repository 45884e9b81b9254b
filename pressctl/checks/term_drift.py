"""One thing has two names: 287g and 287(g).

Terms are set in [style] terms or in the release's `check: {terms: …}`, as wrong form = right form; and a number with a letter
in brackets is held to one form. Quotations are left alone. Source: desk practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY327"
LEVEL: Level = "advice"
FIX = "proposed"
BAD = (
    "The 287(g) agreement ends. The ⟦287g⟧ agreement is old.",
    "check: {terms: {bus line: Bus Line}}\n---\nThe ⟦bus line⟧ is late.",
)
GOOD = (
    "The 287(g) agreement ends.",
    "check: {terms: {bus line: Bus Line}}\n---\nThe Bus Line is late.",
    "Form 501c and Form 12b differ.",
)
_BRACKET = pattern(r"\b(\d{2,4})\(([a-z])\)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    terms = text.terms("terms")
    if "(" in text.prose:
        terms = {match[1] + match[2]: match[0] for match in _BRACKET.finditer(text.prose)} | terms
    for wrong, right in terms.items():
        at = text.unquoted.find(wrong) if wrong and wrong != right else -1
        while at >= 0:
            end = at + len(wrong)
            around = text.unquoted[max(0, at - 1) : at] + text.unquoted[end : end + 1]
            if not any(c.isalnum() for c in around) and text.unquoted[at : at + len(right)] != right:
                yield Found(at, end, f"`{wrong}` is called `{right}` here", f"write `{right}`", right)
            at = text.unquoted.find(wrong, end)
