"""Dates, weekdays and clock times as people write them, in English, Spanish, Portuguese and Haitian Creole.

Libraries that read dates skip the weekday or find dates in "we" and "now the": a weekday that is wrong is the first thing
a wire desk looks for, so this is a grammar of its own. The Creole names are the common ones; CLDR has none.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from pressctl.pattern import lowered, pattern
from pressctl.values import dataclass

MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
           "september sept sep", "october oct", "november nov", "december dec"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre setiembre", "octubre",
           "noviembre", "diciembre"),
    "pt": ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
           "dezembro"),
    "ht": ("janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out dawou", "septanm", "oktòb", "novanm", "desanm"),
}  # fmt: skip
WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("monday mon", "tuesday tue tues", "wednesday wed weds", "thursday thu thur thurs", "friday fri", "saturday sat", "sunday sun"),
    "es": ("lunes", "martes", "miércoles miercoles", "jueves", "viernes", "sábado sabado", "domingo"),
    "pt": ("segunda-feira segunda", "terça-feira terça", "quarta-feira quarta", "quinta-feira quinta", "sexta-feira sexta",
           "sábado", "domingo"),
    "ht": ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch"),
}  # fmt: skip
LANGUAGES = tuple(MONTHS)
_NAME = pattern(r"[^\W\d_]+(?:-feira)?")
_WEEKDAY_BEFORE = pattern(r"([^\W\d_]+(?:-feira)?)\.?,?\s+(?:(?:the|el|dia)\s+|\()?$")  # also quarta-feira (8 de julho)
_WEEKDAY_BEHIND = pattern(r",?\s+(?:\(|an?\s)([^\W\d_]+(?:-feira)?)(?=[),.;:]|$)")  # July 8, 2026 (Tuesday), or: a Tuesday
_AFTER_MONTH = pattern(r"\.?\s{1,3}(\d{1,2})(st|nd|rd|th)?(?![\d:%]|\s*(?:[ap]\.?\s?m\b)|[.,]\d)(?:\s*,?\s+(\d{4})(?!\d))?")
_DAY_BEFORE = pattern(r"(?<![\d/.-])(\d{1,2})(\.º|st|nd|rd|th|º|°|er|ro|ye)?\.?\s+(?:of\s+|de\s+)?$")
_YEAR_AFTER = pattern(r"\.?,?\s+(?:del?\s+)?(\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a text: offsets, and what is written. `weekday` counts from Monday, 0; None and 0 are what is not written."""

    start: int
    end: int
    month: int
    day: int
    year: int = 0
    weekday: int | None = None
    ordinal: bool = False  # 8th
    language: str = "en"
    name: str = ""  # the weekday as written

    @property
    def value(self) -> date | None:
        """The date where its year is written and it exists."""
        return self.of(self.year) if self.year else None

    def of(self, year: int) -> date | None:
        """The date in a year, None where it does not exist."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def years(self, around: int) -> list[int]:
        """The years near `around` in which weekday and date agree, the nearest first."""
        span = sorted(range(around - 7, around + 12), key=lambda year: abs(year - around))
        return [year for year in span if (value := self.of(year)) and value.weekday() == self.weekday]


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time in a text, by offsets. `zone` is as written (EST, ET, Eastern Time), "" where none is."""

    start: int
    end: int
    hour: int
    minute: int
    zone: str = ""
    zone_start: int = 0
    half: str = ""  # am, pm, or "" on a 24-hour clock and for words


def names(table: Mapping[str, tuple[str, ...]], languages: tuple[str, ...]) -> dict[str, tuple[int, str]]:
    """Word → number from 0, language; an earlier language wins."""
    found: dict[str, tuple[int, str]] = {}
    for language in languages:
        for number, words in enumerate(table.get(language, ())):
            for word in words.split():
                found.setdefault(word, (number, language))
    return found


def spoken(language: str) -> tuple[str, ...]:
    """The tables to read a text by: its language's own, then English, in which dates are often left."""
    own = language.partition("-")[0].lower()
    return (own, "en") if own in MONTHS and own != "en" else ("en",)


def days(text: str, language: str) -> Iterator[Day]:
    """The dates with a day and a month name, in order."""
    languages = spoken(language)
    months, weekdays = names(MONTHS, languages), names(WEEKDAYS, languages)
    end = 0
    for word in _named(text, months):
        known = months[word[0].lower()]
        if word.start() < end or not _is_name(word[0], known[1]):
            continue
        found = _day(text, word.start(), word.end(), known, weekdays)
        if found is not None and found.start >= end:
            end = found.end
            yield found


def _named(text: str, known: Iterable[str]) -> list[re.Match[str]]:
    """The words of a text that are known, in order; most of the others are never looked at."""
    low = lowered(text)
    if len(low) != len(text):  # İ has two characters in lower case: every place would be another
        return [word for word in _NAME.finditer(text) if word[0].lower() in known]
    found = {}
    for name in known:
        at = low.find(name)
        while at >= 0:
            word = _NAME.match(text, at)
            if word is not None and len(word[0]) == len(name) and not (at and _NAME.match(text, at - 1)):
                found[at] = word
            at = low.find(name, at + 1)
    return [found[at] for at in sorted(found)]


def _is_name(word: str, language: str) -> bool:
    """English months are capitals; "may 8" or "mar 3" are other words."""
    return language != "en" or word[0].isupper()


def _day(text: str, start: int, end: int, month: tuple[int, str], weekdays: Mapping[str, tuple[int, str]]) -> Day | None:
    number, language = month
    left = max(0, start - 40)
    before = _DAY_BEFORE.search(text, left, start)
    if before is not None and 1 <= int(before[1]) <= 31:
        year = _YEAR_AFTER.match(text, end)
        first, last = before.start(), year.end() if year else end
        day, ordinal, written = int(before[1]), before[2] in ("st", "nd", "rd", "th"), int(year[1]) if year else 0
        after = _AFTER_MONTH.match(text, end)
        if language == "en" and after is not None and not year and not text[before.end(1) : start].strip():
            before = None  # "on page 12 July 8": the number before belongs elsewhere
    else:
        before = None
    if before is None:
        after = _AFTER_MONTH.match(text, end)
        if after is None or not 1 <= int(after[1]) <= 31:
            return None
        first, last = start, after.end()
        day, ordinal, written = int(after[1]), bool(after[2]), int(after[3] or 0)
    weekday = _WEEKDAY_BEFORE.search(text, max(0, first - 30), first)
    known = weekdays.get(weekday[1].lower()) if weekday else None
    if weekday is not None and known is not None:
        first = weekday.start(1)
    else:
        weekday = _WEEKDAY_BEHIND.match(text, last)
        known = weekdays.get(weekday[1].lower()) if weekday else None
        last = weekday.end(1) if weekday is not None and known is not None else last
    if text[last : last + 1] == ")" and "(" in text[first:last]:
        last += 1
    named = weekday[1] if weekday is not None and known is not None else ""
    return Day(first, last, number + 1, day, written, known[0] if known else None, ordinal, language, named)


# the zone behind a time; tried only where there is one
_ZONE = pattern(
    r"\s*,?\s*\(?((?:E|C|M|P|AK|H|AT?)[SD]?T|UTC|GMT|AST|(?:Eastern|Central|Mountain|Pacific|Atlantic|Hawaii|Alaska)"
    r"(?:\s+(?:Standard|Daylight))?(?:\s+[Tt]ime)?)\b\)?"
)
# the figure first, and what must not stand before it behind its first digit: so a long text is searched for digits only
_HALF_DAY = pattern(r"(\d(?<![\d:.,/$€£-]\d)\d?)(?:[:.h]([0-5]\d))?(?:è|tè|yè|zè|vè)?\s?([AaPp])\.?\s?[Mm]\b\.?")  # 5 p.m., 5:00 PM
_RANGE = pattern(r"(?<![\d:.,/$-])(1[0-2]|0?[1-9])(?::([0-5]\d))?\s?(?:to|until|a|à|–|-|—)\s?$")
_FULL_DAY = pattern(
    r"(\d(?<![\d:.,/$€£-]\d)\d?)(?::([0-5]\d)(?!\d|:)(?:\s?(?:h|hs|horas|hrs)\b)?|h([0-5]\d)?\b)(?!\s?[ap]\.?\s?m\b)",
    near=":0|:1|:2|:3|:4|:5|0h|1h|2h|3h|4h|5h|6h|7h|8h|9h",
)
_WORD_TIME = pattern(
    r"\b(noon|midnight|mediodía|medianoche|meio-dia|meia-noite|midi|minwi)\b",
    re.IGNORECASE,
    near="noon|midnight|mediodía|medianoche|meio-dia|meia-noite|midi|minwi",
)
_SPOKEN = pattern(r"\b(?:a la|a las|às|as)\s+(\d{1,2})(?::([0-5]\d))?\s+(?:de la|da)\s+(mañana|manhã|tarde|noche|noite)\b", re.IGNORECASE)


def clocks(text: str, language: str = "en") -> list[Clock]:
    """The clock times, in order; of a range ("5 to 7 p.m.") both ends."""
    found: list[Clock] = []
    for match in _HALF_DAY.finditer(text):
        if not 1 <= int(match[1]) <= 12:
            continue
        half = match[3].lower()
        clock = _zoned(text, match.start(), match.end(), _hour(match[1], half), int(match[2] or 0), half + "m")
        found.append(clock)
        opening = _RANGE.search(text, max(0, match.start() - 12), match.start())
        if opening is not None:
            hour = _hour(opening[1], half)
            if hour > clock.hour:  # "11 to 1 p.m." begins in the morning, "9 to 2 a.m." in the evening
                hour = (hour - 12) % 24
            found.append(replace(clock, start=opening.start(), hour=hour, minute=int(opening[2] or 0)))
    ranges = {clock.start for clock in found}  # "1:30 to 3 p.m.": its beginning is no time of a 24-hour clock
    for match in _FULL_DAY.finditer(text):
        if int(match[1]) < 24 and match.start() not in ranges:
            found.append(_zoned(text, match.start(), match.end(), int(match[1]), int(match[2] or match[3] or 0)))
    for match in _WORD_TIME.finditer(text):
        hour = 12 if match[1].lower() in ("noon", "mediodía", "meio-dia", "midi") else 0
        found.append(_zoned(text, match.start(), match.end(), hour, 0))
    for match in _SPOKEN.finditer(text) if language[:2] in ("es", "pt") else ():
        hour = int(match[1]) % 12 + (0 if match[3].lower() in ("mañana", "manhã") else 12)
        found.append(Clock(match.start(), match.end(), hour, int(match[2] or 0)))
    return sorted(found, key=lambda clock: clock.start)


def _zoned(text: str, start: int, end: int, hour: int, minute: int, half: str = "") -> Clock:
    """A clock time with the zone behind it."""
    zone = _ZONE.match(text, end)
    if zone is None:
        return Clock(start, end, hour, minute, half=half)
    return Clock(start, zone.end(), hour, minute, zone[1], zone.start(1), half)


def _hour(figure: str, half: str) -> int:
    return int(figure) % 12 + (12 if half == "p" else 0)


def exists(month: int, day: int, year: int = 0) -> bool:
    """Whether the calendar has this day, in the year or, without one, in any."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year or 2000, month)[1]


def nth_weekday(day: date) -> tuple[int, bool]:
    """Which of its kind in the month a day is (second Tuesday: 2), and whether it is the last."""
    return (day.day - 1) // 7 + 1, day.day + 7 > calendar.monthrange(day.year, day.month)[1]
