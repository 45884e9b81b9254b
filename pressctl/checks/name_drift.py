"""A name is spelled in two ways: Uthmeier and Uthmeyer.

Looks at surnames of people who are named in full or listed in `people`, and at words with a capital that differ from one
in a single letter, begin and end alike, and stand once. Plurals and possessives do not count. Why: the costliest typing
error there is. Source: every desk's first rule on names.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "ATT205"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("Commissioner Ana Uthmeier spoke.\n\n“The bus must stay,” ⟦Uthmeyer⟧ said. Later Uthmeier left.",)
GOOD = (
    "Commissioner Ana Uthmeier spoke. Uthmeier’s bus is late, and the Uthmeiers know.",
    "Ana Martin met Eva Martinez and Eva Marten.",
    "Commissioner Ana Marsh spoke. March is late.",
)
_WORD = pattern(r"[A-ZÀ-Ý][a-zà-ÿ]+(?:[A-ZÀ-Ý][a-zà-ÿ]+)?")


def check(text: Copy, options: Options) -> Iterator[Found]:
    surnames = {person.surname for person in text.of(speech.people)} | {
        p["name"].split()[-1] for p in text.of(speech.listed) if p["name"].split()
    }
    surnames = {name for name in surnames if len(name) >= 5}
    if not surnames:
        return
    places: dict[str, list[int]] = {}
    for match in _WORD.finditer(text.prose):
        if len(match[0]) >= 4:
            places.setdefault(match[0], []).append(match.start())
    near: dict[str, list[str]] = {}
    for name in surnames:
        for form in _shortened(name):
            near.setdefault(form, []).append(name)
    full = {person.surname for person in text.of(speech.people)}
    for word, at in places.items():
        if len(at) > 1 or len(word) < 5 or (word.lower() in text.vocabulary and len(text.vocabulary[word.lower()]) > 1):
            continue
        for name in {name for form in _shortened(word) for name in near.get(form, ())}:
            often = len(places.get(name, ())) > 1 or speech.entry(text, name) is not None
            apart = word in full and name in full and not often
            if name != word and _one_letter(name, word) and often and not apart:
                yield Found(at[0], at[0] + len(word), f"`{word}` and `{name}`: which is right?", "spell the name alike everywhere", name)
                break


def _shortened(word: str) -> set[str]:
    """The word without one of its letters, for each: words that differ in one letter share one of these."""
    return {word[:n] + word[n + 1 :] for n in range(1, len(word) - 1)} | {word}


def _one_letter(name: str, word: str) -> bool:
    return name[0] == word[0] and name[-1] == word[-1] and not name.startswith(word) and not word.startswith(name)
