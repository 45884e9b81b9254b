"""A speaker is named without saying who that is.

A title before the name, a few words after it ("Ana Example, a rider") or an entry in `people` with a title is enough.
Looks at the first time somebody's full name stands in the body. Why: readers ask why they should listen to a name.
Source: quotation guides for news writers (owl.purdue.edu); reporting handbooks.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "ATT203"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("“The bus must stay,” said ⟦Ana Example⟧. “It must.”",)
GOOD = (
    "“The bus must stay,” said Ana Example, a rider.",
    "“The bus must stay,” said Commissioner Ana Example.",
    "Ana Example is a rider. “The bus must stay,” said Ana Example.",
    "“The bus must stay,” said rider Ana Example.",
    "Ana Nobody Example, a rider, came. “The bus must stay,” Nobody Example said.",
    "“The bus must stay,” said Special Agent in Charge Ana Example and legal scholar Ben Sample.",
    "The Center of Lunar and Space Engineering said so. Hong Kong said no.",
)
_ROLE_BEFORE = pattern(
    r"(?:\b[a-z-]{4,}(?:er|or|ist|ian|ant|ent|man|woman|ney|ver|ct|ess|lor|eo|ef|ge|sar|lar)|\b(?:rider|coach|owner|chief))\s$"
)
_AFTER = pattern(r"\s?(?:,|\(|—|–|\bis\b|\bwas\b|\bof\b|\bwho\b|\bwith\b)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    spoken = {speaker.name for speaker in text.of(speech.speakers) if " " in speaker.name}
    seen: set[str] = set()
    for person in text.of(speech.people):
        if person.name in seen or person.start < text.body_start:
            continue
        words = person.name.split()
        seen.update(" ".join(words[at:]) for at in range(max(1, len(words) - 1)))  # two surnames name the same person later
        known = speech.entry(text, person.name)
        if person.name not in spoken or person.title or (known and known.get("title")) or person.name in str(text.release.contacts):
            continue
        before = _ROLE_BEFORE.search(text.prose, max(0, person.start - 40), person.start)
        if before is None and _AFTER.match(text.prose, person.end) is None:
            yield Found(person.start, person.end, f"who is {person.name}?", "say the title or the role at the first mention")
