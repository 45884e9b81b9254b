"""Somebody is quoted who is not in the front matter's `people`.

Speaks only where `people` is given. A surname alone is enough. Why: the list is what names are proofread against, and
where a speaker's approval and consent stand. Source: desk practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "ATT202"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("people: [{name: Ana Example}]\n---\n“The bus must stay,” said ⟦Rita Sample⟧, a rider.",)
GOOD = (
    "people: [{name: Ana Example}]\n---\n“The bus must stay,” said Ana Example, a rider. “It must,” Example added.",
    "“The bus must stay,” said Rita Sample, a rider.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.of(speech.listed):
        return
    seen: set[str] = set()
    for speaker in text.of(speech.speakers):
        if speaker.name not in seen and speech.entry(text, speaker.name) is None:
            seen.add(speaker.name)
            if " " in speaker.name and speech.entry(text, speaker.name.split()[-1]) is None:
                yield Found(
                    speaker.start, speaker.end, f"`{speaker.name}` speaks, and is not in `people`", "add name, title and role there"
                )
