from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from pressctl import labels

EASTERN = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("start", "end", "printed"),
    [
        ((2025, 7, 8, 17), None, "Tuesday, July 8, 2025, 5 p.m. EDT"),
        ((2025, 1, 8, 17, 30), None, "Wednesday, Jan. 8, 2025, 5:30 p.m. EST"),
        ((2025, 9, 1, 0), None, "Monday, Sept. 1, 2025, midnight EDT"),
        ((2025, 7, 8, 9), (2025, 7, 8, 11), "Tuesday, July 8, 2025, 9 to 11 a.m. EDT"),
        ((2025, 7, 8, 10), (2025, 7, 8, 12), "Tuesday, July 8, 2025, 10 a.m. to noon EDT"),
        ((2025, 7, 8, 12), (2025, 7, 8, 13), "Tuesday, July 8, 2025, noon to 1 p.m. EDT"),
        ((2025, 7, 8, 11), (2025, 7, 8, 13, 15), "Tuesday, July 8, 2025, 11 a.m. to 1:15 p.m. EDT"),
        ((2025, 7, 8, 20), (2025, 7, 9, 2), "Tuesday, July 8, 2025, 8 p.m. EDT to Wednesday, July 9, 2025, 2 a.m. EDT"),
    ],
)
def test_times_read_as_ap_writes_them(start: tuple[int, ...], end: tuple[int, ...] | None, printed: str) -> None:
    closing = datetime(*end, tzinfo=EASTERN) if end else None  # type: ignore[misc, arg-type]  # the zone is no part of the tuple
    assert labels.moment(datetime(*start, tzinfo=EASTERN), closing) == printed  # type: ignore[misc, arg-type]  # as above


def test_a_zone_without_letters_is_named_by_its_offset() -> None:
    def printed(**offset: int) -> str:
        return labels.moment(datetime(2025, 7, 8, 17, tzinfo=timezone(timedelta(**offset)))).rpartition(" ")[2]

    assert [printed(hours=-3), printed(hours=5, minutes=30), printed(hours=0)] == ["UTC-3", "UTC+5:30", "UTC"]


def test_march_to_july_are_spelled_out_and_the_others_are_not() -> None:
    months = [labels.day(date(2025, month, 1)).split()[1] for month in range(1, 13)]
    assert months == ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]


def test_a_state_is_printed_as_in_a_dateline_and_another_countrys_region_by_its_code() -> None:
    assert [labels.region(code) for code in ("US-FL", "US-TX", "Fla.", "CA-ON", "")] == ["Fla.", "Texas", "Fla.", "ON", ""]


def test_an_unknown_language_gets_english() -> None:
    assert labels.labels("en-US") is labels.labels("xx") is labels.labels("EN")
    assert labels.labels("es-US") is labels.labels("es") is not labels.labels("en")
