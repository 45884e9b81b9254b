"""The facts in a text that must be the same in every language: numbers, times, dates, telephones, addresses, names."""

from __future__ import annotations

from dataclasses import dataclass

from pressctl import links, speech
from pressctl.news_copy import Copy
from pressctl.pattern import pattern
from pressctl.text_blocks import blanked

_NUMBER = pattern(r"(?<![\w.,])\d[\d.,\u00a0\u202f]*\d(?![\w])|(?<![\w.,])\d(?![\w])|(?<![\w.,])\d+(?=[^\W\d_(])")
_WORD = pattern(r"[^\W\d_]+")
_NUMBER_WORDS = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho "
    "diecinueve veinte",
    "pt": "dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove vinte",
    "ht": "de twa kat senk sis sèt uit nèf dis onz douz trèz katòz kenz sèz disèt dizuit diznèf ven",
}
_ALSO = {"duas": 2, "catorze": 14, "dezasseis": 16, "ventaine": 20}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its normal form, how it is written, and where."""

    kind: str  # number, time, date, telephone number, mail address, link, name
    value: str
    written: str
    start: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says in figures and names; `words` are numbers in words, which may stand for figures elsewhere."""

    found: tuple[Fact, ...]
    words: frozenset[str]
    plain: str  # the whole text in lower case, for looking a name up

    def values(self, kind: str) -> set[str]:
        """The normal forms of a kind."""
        return {fact.value for fact in self.found if fact.kind == kind}


def facts(text: Copy) -> Facts:
    """The facts of headline, subhead and body."""
    text = text.shared
    prose, found = text.prose, []
    taken: list[tuple[int, int]] = []
    for clock in text.clocks:
        found.append(Fact("time", f"{clock.hour:02}:{clock.minute:02}", prose[clock.start : clock.end], clock.start))
        taken.append((clock.start, clock.end))
    for day in text.days:
        found.append(Fact("date", f"{day.month:02}-{day.day:02}", prose[day.start : day.end], day.start))
        taken.append((day.start, day.end))
    for start, end in text.of(links.phones):
        found.append(Fact("telephone number", links.digits(text.source[start:end]), text.source[start:end], start))
        taken.append((start, end))
    for start, end in text.of(links.emails):
        found.append(Fact("mail address", text.source[start:end].lower(), text.source[start:end], start))
    for link in text.of(links.links):
        if link.target.startswith(("http://", "https://")):
            found.append(Fact("link", link.target.rstrip("/"), link.target, link.at))
    rest = blanked(prose, sorted(taken))
    for match in _NUMBER.finditer(rest):
        found.append(Fact("number", _normal(match[0]), match[0].strip(" .,"), match.start()))
    for person in text.of(speech.people):
        found.append(Fact("name", person.surname.casefold(), person.name, person.start))
    table = _NUMBER_WORDS.get(text.language, "").split()
    known = {word: str(number) for number, word in enumerate(table, 2)} | {word: str(n) for word, n in _ALSO.items()}
    words = frozenset(known[word[0].lower()] for word in _WORD.finditer(rest) if word[0].lower() in known)
    return Facts(tuple(found), words, prose.casefold())


def _normal(written: str) -> str:
    """1,200 and 1.200 and 1 200 are 1200; 2,5 and 2.5 are 2.5."""
    digits = written.strip()
    groups = [group for group in _separated(digits) if group]
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]):
        return "".join(groups)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:-1]):
        return "".join(groups[:-1]) + "." + groups[-1].rstrip("0")
    return "".join(groups)


def _separated(digits: str) -> list[str]:
    for sign in ",\u00a0\u202f":
        digits = digits.replace(sign, ".")
    return digits.split(".")


def missing(here: Facts, there: Facts) -> list[Fact]:
    """The facts of one text that the other has not, each once; a name is looked for anywhere in it."""
    told: set[tuple[str, str]] = set()
    found = []
    for fact in here.found:
        key = (fact.kind, fact.value)
        if key in told or fact.value in there.values(fact.kind):
            continue
        told.add(key)
        if fact.kind == "name" and fact.value in there.plain:
            continue
        if fact.kind == "number" and (fact.value in there.words or fact.value in there.values("date")):
            continue
        found.append(fact)
    return found
