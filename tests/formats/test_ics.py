"""Calendars as another's parser reads them: times, days, cancelled and postponed events, any text, lines of 75 octets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from render_samples import MEETING, NEW_YORK, office, release

from pressctl.errors import ReleaseError
from pressctl.formats import ics
from pressctl.release import Event


def made(folder: Path, *events: Event, **changes: Any) -> tuple[Any, list[Any], bytes]:
    """The calendar, its events, and the file."""
    data = ics.make(release(folder, events=events or (MEETING,), **changes), office(folder))
    calendar = icalendar.Calendar.from_ical(data)
    return calendar, list(calendar.walk("VEVENT")), data


def test_a_calendar_has_what_every_reader_asks_for(tmp_path: Path) -> None:
    calendar, [event], _ = made(tmp_path)
    assert (calendar["VERSION"], calendar["METHOD"], str(calendar["PRODID"])) == ("2.0", "PUBLISH", "-//pressctl//pressctl//EN")
    assert event.errors == []
    assert event["DTSTAMP"].dt == datetime(2025, 7, 3, 4, tzinfo=UTC)
    assert event["DTSTART"].dt == datetime(2025, 7, 8, 21, tzinfo=UTC)
    assert "DTEND" not in event
    assert event["LOCATION"] == "City Hall, 1300 White St., Key West, Fla., 33040"
    assert event["ORGANIZER"] == "mailto:desk@network.example"
    assert event["ORGANIZER"].params["CN"] == "Key West Example Network"
    assert "When: Tuesday, July 8, 2025, 5 p.m. EDT\nWho: City Commission" in event["DESCRIPTION"]
    assert not {"ATTENDEE", "RRULE", "VALARM"} & set(event)


def test_the_uid_stays_and_the_sequence_rises_with_the_version(tmp_path: Path) -> None:
    _, [first], _ = made(tmp_path)
    _, [second], _ = made(tmp_path, headline="Another headline", date=date(2025, 7, 4), extra={"version": 2})
    _, [other], _ = made(tmp_path, slug="correction", extra={"supersedes": "night-bus@2"})
    assert first["UID"] == second["UID"] == other["UID"]
    assert [event["SEQUENCE"] for event in (first, second, other)] == [0, 1, 2]
    assert made(tmp_path)[2] == made(tmp_path)[2]


def test_each_event_has_its_own_uid_and_a_translation_the_same(tmp_path: Path) -> None:
    _, events, _ = made(tmp_path, MEETING, replace(MEETING, title="A vigil"))
    _, spanish, _ = made(tmp_path, MEETING, MEETING, slug="night-bus.es", language="es")
    assert len({event["UID"] for event in events}) == 2
    assert [event["UID"] for event in events] == [event["UID"] for event in spanish]


def test_whole_days_end_on_the_day_after(tmp_path: Path) -> None:
    fair = Event("Fair", datetime(2026, 11, 1, tzinfo=NEW_YORK), datetime(2026, 11, 2, tzinfo=NEW_YORK), details={"all_day": True})
    _, [two, one], _ = made(tmp_path, fair, replace(fair, end=None))
    assert (two["DTSTART"].dt, two["DTEND"].dt) == (date(2026, 11, 1), date(2026, 11, 3))
    assert one["DTEND"].dt == date(2026, 11, 2)
    assert two["DTSTART"].params["VALUE"] == "DATE"
    assert "When: Sunday, Nov. 1, 2026 – Monday, Nov. 2, 2026" in two["DESCRIPTION"]


def test_a_night_in_which_the_clocks_change_lasts_its_real_hours(tmp_path: Path) -> None:
    night = Event("Vigil", datetime(2026, 10, 31, 22, tzinfo=NEW_YORK), datetime(2026, 11, 1, 6, tzinfo=NEW_YORK))
    _, [event], _ = made(tmp_path, night)
    assert event["DTEND"].dt - event["DTSTART"].dt == night.end.astimezone(UTC) - night.start.astimezone(UTC)  # type: ignore[union-attr]  # it has one
    assert (event["DTEND"].dt - event["DTSTART"].dt).total_seconds() == 9 * 3600


def test_an_event_in_another_zone_is_the_same_moment(tmp_path: Path) -> None:
    call = Event("Call", datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Asia/Kolkata")))
    _, [event], _ = made(tmp_path, call)
    assert event["DTSTART"].dt == datetime(2026, 7, 1, 3, 30, tzinfo=UTC)
    assert "Tuesday, June 30, 2026, 11:30 p.m. EDT" in event["DESCRIPTION"]


@pytest.mark.parametrize(
    ("details", "status", "method"),
    [
        ({}, "CONFIRMED", "PUBLISH"),
        ({"status": "cancelled"}, "CANCELLED", "CANCEL"),
        ({"status": "postponed"}, "TENTATIVE", "PUBLISH"),
        ({"status": "postponed", "previous_start": datetime(2025, 7, 1, 17, tzinfo=NEW_YORK)}, "CONFIRMED", "PUBLISH"),
    ],
)
def test_the_standing_of_an_event_is_told(tmp_path: Path, details: dict[str, Any], status: str, method: str) -> None:
    calendar, [event], _ = made(tmp_path, replace(MEETING, details=details))
    assert (event["STATUS"], calendar["METHOD"]) == (status, method)
    assert "previous_start" not in details or "(postponed from Tuesday, July 1, 2025, 5 p.m. EDT)" in event["DESCRIPTION"]


def test_one_cancelled_event_of_two_does_not_cancel_the_calendar(tmp_path: Path) -> None:
    calendar, [first, second], _ = made(tmp_path, MEETING, replace(MEETING, details={"status": "cancelled"}))
    assert (calendar["METHOD"], first["STATUS"], second["STATUS"]) == ("PUBLISH", "CONFIRMED", "CANCELLED")


def test_a_release_without_events_has_no_calendar(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no event"):
        ics.make(release(tmp_path), office(tmp_path))


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(",;:\\\"'\n\t👩🏽‍🚒é한"), min_size=1, max_size=200)


@settings(max_examples=60, deadline=None)
@given(title=TEXT.filter(str.strip), purpose=TEXT, name=TEXT.filter(str.strip))
def test_any_text_comes_back_as_it_was_and_no_line_is_too_long(title: str, purpose: str, name: str) -> None:
    folder = Path("/nowhere")
    event = replace(MEETING, title=title, purpose=purpose)
    data = ics.make(release(folder, events=(event,)), office(folder, name=name.replace("\n", " ").replace("\t", " ")))
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in lines:
        line.decode()  # no character is cut in two
    [read] = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(read["SUMMARY"]) == title
    assert purpose in str(read["DESCRIPTION"])
    assert read.errors == []
