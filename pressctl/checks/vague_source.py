"""A source without a name: "many say", "critics believe", "attorneys have confirmed".

Silent where the sentence names a person, says "according to", or attributes it to somebody else. Why: an editor asks who.
Source: desk practice; AP on anonymous sources.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "ATT210"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "It is a bus that ⟦many say⟧ is late.",
    "Local ⟦attorneys have confirmed⟧ that the bus is late.",
    "⟦Critics believe⟧ the bus is late.",
)
GOOD = (
    "Critics such as Ana Example believe the bus is late.",
    "“Many say so,” said Ana Example, a rider.",
    "Many say the bus is late, according to a survey.",
    "Attorneys have confirmed, the network says, that it is late.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for start, end in text.of(speech.vague):
        sentence = text.sentence(start)
        if not speech.attributed(text, sentence) and not speech.within(text, sentence.start, sentence.end):
            words = " ".join(text.source[start:end].split())
            yield Found(start, end, f"`{words}`: who?", "name somebody who says it, or the document it is in")
