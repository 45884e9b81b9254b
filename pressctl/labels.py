"""What is printed on a release beside its text: fixed words, dates, times, zones and states, in the release's language."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from pressctl import languages

# Zones by their letters and their hours from UTC: CST alone is also Cuba's and China's
_ZONES = {
    ("EST", -5): "eastern", ("EDT", -4): "eastern", ("CST", -6): "central", ("CDT", -5): "central", ("MST", -7): "mountain",
    ("MDT", -6): "mountain", ("PST", -8): "pacific", ("PDT", -7): "pacific", ("AKST", -9): "alaska", ("AKDT", -8): "alaska",
    ("HST", -10): "hawaii", ("AST", -4): "atlantic", ("ADT", -3): "atlantic",
}  # fmt: skip


class Language(Protocol):
    """What a file in `languages/` has. Keys are the same in every language; a test holds that."""

    LABELS: Mapping[str, str]
    PAGE: Mapping[str, str]  # the words of the web page that stand on no mail: they are no part of an edition
    NOTES_HEADINGS: Collection[str]  # under which an author may write the notes to editors, in lower case
    LANGUAGES: Mapping[str, str]  # language → its name
    ZONES: Mapping[str, str]  # of the United States; those that are not there are printed by their letters
    STATES: Mapping[str, str]  # postal code → as in a dateline
    MOMENT: str  # {day}, {time}, {zone}
    UNTIL: str  # {start}, {end}, on different days
    UNREVIEWED: str  # what no native reader has looked at yet; "" for nothing

    def day(self, value: date) -> str: ...
    def clock(self, value: datetime) -> str: ...
    def hours(self, start: datetime, end: datetime) -> str: ...


@cache
def known() -> tuple[str, ...]:
    """The languages that have a table, as ISO 639 codes."""
    names = sorted(name for folder in languages.__path__ for name in os.listdir(folder))
    return tuple(name.removesuffix(".py") for name in names if name.endswith(".py") and not name.startswith("_"))


@cache
def of(tag: str) -> Language:
    """The table for a BCP 47 language tag; English where there is none yet."""
    name = primary(tag)
    return cast(Language, import_module(f"pressctl.languages.{name if name in known() else 'en'}"))


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without its region: `es` for `es-US`."""
    return tag.partition("-")[0].lower()


def labels(language: str) -> Mapping[str, str]:
    """The fixed words for a BCP 47 language tag; English where there is no table yet."""
    return of(language).LABELS


def page_words(language: str) -> Mapping[str, str]:
    """The words of the web page for a BCP 47 language tag; English where there is no table yet."""
    return of(language).PAGE


def name(language: str, reader: str = "en") -> str:
    """What a language is called in the reader's language: `Spanish`; its tag where no name is known."""
    return of(reader).LANGUAGES.get(primary(language), language)


def own_name(language: str) -> str:
    """A language by its own name, for links to translations: `Español` for es or es-US; the tag itself where it is not known."""
    known = name(language, language)
    return known[:1].upper() + known[1:] if known != language else language


@cache
def notes_headings() -> frozenset[str]:
    """The headings of notes to editors in every language, in lower case: a text is recognised whatever it says of itself."""
    return frozenset(heading for language in known() for heading in of(language).NOTES_HEADINGS)


def day(value: date, language: str = "en") -> str:
    """`Tuesday, July 8, 2025`."""
    return of(language).day(value)


def moment(start: datetime, end: datetime | None = None, language: str = "en") -> str:
    """`Tuesday, July 8, 2025, 5 p.m. EDT`, or with an end `5 to 7 p.m. EDT`; both times carry their zone."""
    words = of(language)
    if end is None or end <= start:
        return words.MOMENT.format(day=words.day(start), time=words.clock(start), zone=_zone(start, words))
    end = end.astimezone(start.tzinfo)
    if end.date() != start.date():
        return words.UNTIL.format(start=moment(start, None, language), end=moment(end, None, language))
    return words.MOMENT.format(day=words.day(start), time=words.hours(start, end), zone=_zone(end, words))


def _zone(value: datetime, words: Language) -> str:
    """The zone's name in this language, its letters (`EDT`), or, where it has none of its own, `UTC-3` or `UTC+5:30`."""
    letters, offset = value.tzname() or "", value.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    if letters.isalpha():
        return words.ZONES.get(_ZONES.get((letters, minutes // 60), ""), letters)
    hours, rest = divmod(abs(minutes), 60)
    return (f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")) if minutes else "UTC"


def region(value: str, language: str = "en") -> str:
    """A region as people read it: `Fla.` for the ISO 3166-2 code `US-FL`, the code alone for another country's.

    In another language than English a state is its name there, also where the file has the English form.
    """
    words = of(language)
    country, dash, code = value.partition("-")
    if dash and len(country) == 2 and country.isupper():
        return words.STATES.get(code, code) if country == "US" else code
    if primary(language) == "en":
        return value
    from pressctl.ap_style import state_code

    return words.STATES.get(state_code(value), value)
