"""A quotation was changed after its speaker approved it.

Compares `people[].approved.hash` with the words of that person's quotations now; case, spaces and marks do not count.
Why: what was approved was something else. Source: desk practice; see quote-unapproved.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "ATT208"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "people: [{name: Ana Example, approved: {on: 2025-07-03, hash: ⟦0123456789ab⟧}}]\n---\n“The bus must stay,” said Ana Example, a rider.",
)
GOOD = (
    "people: [{name: Ana Example, approved: {on: 2025-07-03, hash: 92ea746099f6}}]\n---\n“The bus must stay,” said Ana Example, a rider.",
    "people: [{name: Ana Example, approved: {on: 2025-07-03}}]\n---\n“The bus must stay,” said Ana Example, a rider.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for number, person in enumerate(text.key("people") or ()):
        approved = person.get("approved") if isinstance(person, dict) else None
        hash_ = str(approved.get("hash") or "") if isinstance(approved, dict) else ""
        words = str(person.get("name") or "").split() if hash_ else []
        quotes = text.of(speech.own_quotes).get(words[-1].casefold(), []) if words else []
        if quotes and (now := speech.quote_hash(quotes)) != hash_.lower():
            start, end = text.span(f"people[{number}].approved.hash")
            yield Found(start, end, f"the words of {person['name']} are not those approved", f"show them again; their hash is now {now}")
