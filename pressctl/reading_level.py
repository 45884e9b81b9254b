"""How hard a text is to read, by the formulas of Flesch: words a sentence and syllables a word."""

from __future__ import annotations

from pressctl.news_copy import Copy
from pressctl.pattern import pattern
from pressctl.values import dataclass

_WORD = pattern(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_VOWELS = {
    "en": pattern(r"[aeiouy]+", 2),  # 2: re.IGNORECASE
    "es": pattern(r"[aeoáéó][iuy]?[aeo]?|[iu][aeoáéó]?|[íúü]", 2),
    "pt": pattern(r"[aeoáéóâêôãõ][iu]?|[iu][aeoáéóâêôãõ]?|[íú]", 2),
}
_CACHE: dict[tuple[str, str], int] = {}


@dataclass(frozen=True, slots=True)
class Grade:
    """Years of school that reading takes, the words counted, and the words of an average sentence."""

    grade: float
    words: int
    sentence: float


def grade(text: Copy) -> Grade | None:
    """The reading level of the paragraphs; None for a language without a formula, or without sentences.

    A word with a capital inside a sentence (a name) counts two syllables at most.
    """
    language = text.language
    if language not in _VOWELS:
        return None
    words = syllables = sentences = 0
    for sentence in text.sentences:
        if sentence.kind != "paragraph" or sentence.notes:
            continue
        sentences += 1
        for number, word in enumerate(_WORD.compiled.findall(text.prose, sentence.start, sentence.end)):
            words += 1
            count = _CACHE.get((word, language)) or _syllables(word, language)
            syllables += 2 if count > 2 and number and word[0].isupper() else count
    if not words or not sentences:
        return None
    length, weight = words / sentences, syllables / words
    if language == "en":
        found = 0.39 * length + 11.8 * weight - 15.59
    else:
        base = 206.84 - 60 * weight - 1.02 * length if language == "es" else 248.835 - 84.6 * weight - 1.015 * length
        found = (100 - base) / 5  # ease 100 → 0 years, 50 → 10, 30 → 14
    return Grade(found, words, length)


def _syllables(word: str, language: str) -> int:
    lower = word.lower()
    count = len(_VOWELS[language].compiled.findall(lower))
    if language == "en" and count > 1 and lower.endswith("e") and not lower.endswith(("le", "ee")):
        count -= 1
    if language == "en" and count > 1 and lower.endswith("ed") and not lower.endswith(("ted", "ded")):
        count -= 1
    if len(_CACHE) > 50_000:
        _CACHE.clear()
    _CACHE[word, language] = count = max(1, count)
    return count
