"""A speaker has not approved these words.

`people` holds who approved what: `approved: {on: 2025-07-03, hash: …}`. The hash is over the words of all quotations of
that person, in order; this rule prints it. Off, unless [check] enable names it. Why: people must see their words before
the world does. Source: Maryland Nonprofits, press releases.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "ATT207"
LEVEL: Level = "warning"
FIX = "manual"
OFF = True
BAD = ("people: [{name: Ana Example}]\n---\n“The bus must stay,” said ⟦Ana Example⟧, a rider.",)
GOOD = ("people: [{name: Ana Example, approved: {on: 2025-07-03}}]\n---\n“The bus must stay,” said Ana Example, a rider.", "The bus stays.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    quotes = text.of(speech.own_quotes)
    seen: set[str] = set()
    for speaker in text.of(speech.speakers):
        surname = speaker.name.split()[-1].casefold()
        known = speech.entry(text, speaker.name)
        if surname in seen or surname not in quotes or (known is not None and isinstance(known.get("approved"), dict)):
            continue
        seen.add(surname)
        hash_ = speech.quote_hash(quotes[surname])
        yield Found(
            speaker.start,
            speaker.end,
            f"{speaker.name} has not approved these words",
            f"when they have: approved: {{on: …, hash: {hash_}}}",
        )
