"""Each language prints what its newsrooms print, and what `check` reads back as the same day and hour."""

from __future__ import annotations

import string
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl import dates, labels

EASTERN = ZoneInfo("America/New_York")
LANGUAGES = labels.known()
EVENING = datetime(2025, 7, 8, 17, tzinfo=EASTERN)

MOMENTS = {
    "en": "Tuesday, July 8, 2025, 5 p.m. EDT",
    "es": "martes, 8 de julio de 2025, 5:00 p.\u00a0m. (hora del Este)",
    "ht": "madi 8 jiyè 2025, 5è p.m. (lè Lès)",
    "pt": "terça-feira, 8 de julho de 2025, 17h (horário do Leste dos EUA)",
}
MORNINGS = {
    "en": "9 to 11:30 a.m. EDT",
    "es": "de 9:00 a 11:30 a.\u00a0m. (hora del Este)",
    "ht": "9è a.m. – 11:30 a.m. (lè Lès)",
    "pt": "das 9h às 11h30 (horário do Leste dos EUA)",
}
NOONS = {
    "en": "10 a.m. to noon EDT",
    "es": "de 10:00 a.\u00a0m. a mediodía (hora del Este)",
    "ht": "10è a.m. – midi (lè Lès)",
    "pt": "das 10h ao meio-dia (horário do Leste dos EUA)",
}
NIGHTS = {
    "en": "Tuesday, July 8, 2025, 10 p.m. EDT to Wednesday, July 9, 2025, midnight EDT",
    "es": "martes, 8 de julio de 2025, 10:00 p.\u00a0m. (hora del Este) – miércoles, 9 de julio de 2025, medianoche (hora del Este)",
    "ht": "madi 8 jiyè 2025, 10è p.m. (lè Lès) – mèkredi 9 jiyè 2025, minwi (lè Lès)",
    "pt": "terça-feira, 8 de julho de 2025, 22h (horário do Leste dos EUA) – "
    "quarta-feira, 9 de julho de 2025, meia-noite (horário do Leste dos EUA)",
}
FLORIDA = {"en": "Fla.", "es": "Florida", "ht": "Florid", "pt": "Flórida"}


def test_every_language_of_the_folder_is_told_here() -> None:
    assert LANGUAGES == tuple(sorted(MOMENTS)) == tuple(sorted(dates.LANGUAGES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_moment_reads_as_the_language_writes_it(language: str) -> None:
    def printed(start: int, end: datetime) -> str:
        return labels.moment(EVENING.replace(hour=start), end, language)

    assert labels.moment(EVENING, None, language) == MOMENTS[language]
    assert printed(9, EVENING.replace(hour=11, minute=30)).endswith(f", {MORNINGS[language]}")
    assert printed(10, EVENING.replace(hour=12)).endswith(f", {NOONS[language]}")
    assert printed(22, EVENING.replace(hour=0) + timedelta(days=1)) == NIGHTS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_the_keys_and_the_blanks_of_the_english_one(language: str) -> None:
    def blanks(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    own, english = labels.of(language), labels.of("en")
    assert {key: blanks(text) for key, text in own.LABELS.items()} == {key: blanks(text) for key, text in english.LABELS.items()}
    assert all(text.strip() for text in own.LABELS.values())
    assert own.PAGE.keys() == english.PAGE.keys()
    assert all(text.strip() for text in own.PAGE.values())
    assert own.LANGUAGES.keys() == english.LANGUAGES.keys()
    assert own.STATES.keys() == english.STATES.keys()
    assert (blanks(own.MOMENT), blanks(own.UNTIL)) == (blanks(english.MOMENT), blanks(english.UNTIL))
    assert tuple(heading.lower() for heading in own.NOTES_HEADINGS) == own.NOTES_HEADINGS
    assert own.LABELS["notes"].lower() in labels.notes_headings()


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_zone_of_the_united_states_has_a_name(language: str) -> None:
    winter = datetime(2025, 1, 8, 17)
    zones = ("New_York", "Chicago", "Denver", "Los_Angeles", "Anchorage", "Puerto_Rico")
    printed = [labels.moment(winter.replace(tzinfo=ZoneInfo(f"America/{zone}")), None, language) for zone in zones]
    printed.append(labels.moment(winter.replace(tzinfo=ZoneInfo("Pacific/Honolulu")), None, language))
    assert [text.partition("(")[2].rstrip(")") for text in printed] == [
        labels.of(language).ZONES[zone] for zone in ("eastern", "central", "mountain", "pacific", "alaska", "atlantic", "hawaii")
    ]


def test_another_countrys_zone_with_the_same_letters_keeps_them() -> None:
    assert labels.moment(EVENING.replace(tzinfo=ZoneInfo("America/Havana")), None, "es").endswith("(CDT)")
    assert labels.moment(EVENING.replace(tzinfo=ZoneInfo("Asia/Shanghai")), None, "es").endswith("(CST)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_state_has_its_name_in_the_language_also_where_the_file_has_another_form(language: str) -> None:
    assert labels.region("US-FL", language) == FLORIDA[language]
    written = {"en": ("Fla.", "Florida")}.get(language, (FLORIDA[language],) * 2)
    assert (labels.region("Fla.", language), labels.region("Florida", language)) == written
    assert [labels.region(place, language) for place in ("CA-ON", "Ouest", "")] == ["ON", "Ouest", ""]


def test_the_creole_tables_say_that_nobody_has_reviewed_them() -> None:
    assert [name for name in LANGUAGES if labels.of(name).UNREVIEWED] == ["ht"]
    assert "native reader" in labels.of("ht").UNREVIEWED


@given(st.sampled_from(LANGUAGES), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_printed_day_is_read_back_as_the_same_day(language: str, value: date) -> None:
    found = list(dates.days(labels.day(value, language), language))
    assert [(day.value, day.weekday) for day in found] == [(value, value.weekday())]


@settings(deadline=None)
@given(st.sampled_from(LANGUAGES), st.times(), st.integers(1, 300))
def test_printed_times_are_read_back_as_the_same_times(language: str, start: object, minutes: int) -> None:
    opening = datetime.combine(EVENING.date(), start).replace(second=0, microsecond=0, tzinfo=EASTERN)  # type: ignore[arg-type]  # a time
    closing = opening + timedelta(minutes=minutes)
    printed = labels.moment(opening, closing, language)
    read = [(clock.hour, clock.minute) for clock in dates.clocks(printed, language)]
    assert read == [(opening.hour, opening.minute), (closing.hour, closing.minute)]


@pytest.mark.parametrize(("written", "hours"), [("1:30 to 3 p.m.", [13, 15]), ("11 to 1 p.m.", [11, 13]), ("9 to 2:30 a.m.", [21, 2])])
def test_a_range_begins_in_the_half_of_the_day_in_which_it_makes_sense(written: str, hours: list[int]) -> None:
    assert [clock.hour for clock in dates.clocks(written)] == hours
