"""A release file: what is read from it, what is filled in, and every mistake told with its place."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressctl import config, release
from pressctl.config import Config, MediaContact
from pressctl.errors import ReleaseError
from pressctl.release import Dateline, Release, Venue
from pressctl.release_keys import RELEASE, TYPES

KEYS = "headline: Residents ask city to keep the night bus\ndateline: Key West, Fla.\ndate: 2026-07-03\n"
ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def office(tmp_path: Path) -> Config:
    (tmp_path / "releases").mkdir()
    (tmp_path / "pressctl.toml").write_text(
        '[organization]\nname = "Network"\nfrom = "press@example.org"\ntimezone = "America/New_York"\nlanguage = "en"\n'
        'boilerplate = "About us"\n[[organization.contacts]]\nid = "press"\nname = "Press volunteer"\nemail = "press@example.org"\n'
    )
    return config.load(tmp_path / "pressctl.toml")


def load(office: Config, text: str | bytes, name: str = "night-bus.md") -> Release:
    file = office.root / "releases" / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return release.load(file, office)


def told(office: Config, text: str | bytes) -> list[str]:
    """The mistakes as `line:column text`."""
    with pytest.raises(ReleaseError) as caught:
        load(office, text)
    return [f"{str(p.place).rpartition('.md')[2].lstrip(':')} {p.text}" for p in caught.value.problems]


def matter(office: Config, more: str) -> Release:
    """A release with more keys."""
    return load(office, f"---\n{KEYS}{more}\n---\nText.\n")


def wrong(office: Config, more: str) -> list[str]:
    return told(office, f"---\n{KEYS}{more}\n---\nText.\n")


def test_three_keys_are_enough(office: Config) -> None:
    read = load(office, f"---\n{KEYS}---\n\nA group of residents …\n")
    assert read.slug == "night-bus"
    assert read.headline == "Residents ask city to keep the night bus"
    assert read.dateline == Dateline("Key West", "Fla.", "", "Key West, Fla.")
    assert (read.date, read.issued) == (date(2026, 7, 3), datetime(2026, 7, 3, tzinfo=ZONE))
    assert (read.kind, read.language, read.timezone) == ("release", "en", ZONE)
    assert (read.body, read.body_line) == ("\nA group of residents …\n", 6)
    assert read.contacts == (MediaContact("Press volunteer", email="press@example.org", id="press"),)
    assert read.boilerplate == "About us"
    assert (read.embargo, read.expires, read.events, read.attachments, read.audience) == (None, None, (), (), ())
    assert str(read.places["headline"]).endswith("night-bus.md:2:11")


def test_windows_line_ends_and_a_byte_order_mark_are_taken(office: Config) -> None:
    read = load(office, b"\xef\xbb\xbf---\r\n" + KEYS.replace("\n", "\r\n").encode() + b"---\r\nOne.\r\nTwo.\r\n")
    assert (read.body, read.body_line) == ("One.\nTwo.\n", 6)


def test_a_line_of_hyphens_in_the_text_stays(office: Config) -> None:
    assert load(office, f"---\n{KEYS}---\nOne.\n\n---\n\nheadline: no\n---\n").body == "One.\n\n---\n\nheadline: no\n---\n"


def test_the_long_forms_are_read(office: Config) -> None:
    read = matter(
        office,
        "type: advisory\nlanguage: es-US\ntimezone: America/Chicago\nsubhead: Sub\nsummary: Sum\nsubject: Mail\npreheader: Pre\n"
        "embargo: {until: 2026-07-04T06:00-05:00, note: please hold}\nboilerplate: false\nkeywords: [bus, night]\nurgency: 3\n"
        "contact: [press, {name: Driver, phone: '+1 305 555 0101', on_site: yes}]\n"
        "events:\n  - {title: Meeting, start: 2026-07-07T17:00, end: 2026-07-07 19:00, place: City Hall, audience: public, rsvp: none}\n"
        "x-colour: blue\n",
    )
    chicago = ZoneInfo("America/Chicago")
    assert (read.kind, read.language, read.subhead, read.summary) == ("advisory", "es-US", "Sub", "Sum")
    assert (read.subject, read.preheader, read.boilerplate) == ("Mail", "Pre", "")
    assert read.embargo == datetime(2026, 7, 4, 6, tzinfo=chicago)
    assert [contact.name for contact in read.contacts] == ["Press volunteer", "Driver"]
    (event,) = read.events
    assert (event.title, event.place, event.audience, event.details) == ("Meeting", Venue("City Hall"), "public", {"rsvp": "none"})
    assert (event.start, event.start.tzname()) == (datetime(2026, 7, 7, 17, tzinfo=chicago), "CDT")
    assert read.expires == event.end == datetime(2026, 7, 7, 19, tzinfo=chicago)
    assert read.extra["embargo_note"] == "please hold"
    assert (read.extra["keywords"], read.extra["urgency"], read.x) == (("bus", "night"), 3, {"x-colour": "blue"})


@pytest.mark.parametrize(
    ("written", "dateline"),
    [
        ("WASHINGTON", Dateline("WASHINGTON", "", "", "WASHINGTON")),
        ("Paris, Texas, USA", Dateline("Paris", "Texas", "USA", "Paris, Texas, USA")),
        ("{city: Key West, region: US-FL, country: US}", Dateline("Key West", "US-FL", "US", "Key West, US-FL, US")),
        ("{city: Key West, as_written: 'KEY WEST, Fla.'}", Dateline("Key West", "", "", "KEY WEST, Fla.")),
    ],
)
def test_the_dateline_is_read(office: Config, written: str, dateline: Dateline) -> None:
    assert load(office, f"---\n{KEYS.replace('Key West, Fla.', written)}---\nText.\n").dateline == dateline


def test_a_date_may_have_a_time(office: Config) -> None:
    read = load(office, f"---\n{KEYS.replace('2026-07-03', '2026-07-03T09:30-04:00')}---\nText.\n")
    assert (read.date, read.issued) == (date(2026, 7, 3), datetime(2026, 7, 3, 9, 30, tzinfo=ZONE))


def test_a_release_expires_when_its_last_event_is_over(office: Config) -> None:
    events = "events:\n  - {title: A, start: 2026-07-07T17:00}\n  - {title: B, start: 2026-07-06, all_day: yes}\n"
    assert matter(office, events).expires == datetime(2026, 7, 7, 17, tzinfo=ZONE)
    whole_day = "events:\n  - {title: B, start: 2026-07-06, all_day: yes}\n"
    assert matter(office, whole_day).expires == datetime(2026, 7, 7, tzinfo=ZONE)
    over = "events:\n  - {title: Vote, start: 2026-06-30T17:00}\n  - {title: C, start: 2026-07-06, status: cancelled}\n"
    assert matter(office, over).expires is None
    assert matter(office, events + "expires: 2026-07-10T00:00Z\n").expires == datetime(2026, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [" the file is empty"]),
        (" \n\n", [" the file is empty"]),
        ("Text only.\n", ["1:1 the release has no front matter"]),
        (f"---\n{KEYS}\nText.\n", ["1:1 the front matter that begins on line 1 is never closed"]),
        (f"---\n{KEYS}---\n \n", ["6:1 the release has no text below its front matter"]),
        (
            "---\n---\nText.\n",
            [
                "1:1 the release has no `headline`: the headline, in one line",
                "1:1 the release has no `dateline`: where the news is from, such as Key West, Fla.",
                "1:1 the release has no `date`: the day of issue, such as 2026-07-03",
            ],
        ),
        (b"\x00\x01\x02", ["1:1 the release holds a NUL character, so it is not text"]),
        (KEYS.encode("utf-16"), ["1:1 the release is UTF-16 text"]),
        (f"---\n{KEYS}---\nCaf\xe9\n".encode("cp1252"), ["6:4 the release is not UTF-8 text: byte 0xe9"]),
        (f"---\n{KEYS}headline: again\n---\nText.\n", ["5:1 `headline` is given twice, first on line 2"]),
        (f"---\n{KEYS}a: &x 1\n---\nText.\n", ["5:1 `a` is not a key of the release", "5:4 anchors are not used here: &x"]),
        (
            f"---\n{KEYS}\tb: 1\n---\nText.\n",
            ["5:1 this is not valid YAML: while scanning a plain scalar found a tab character that violates indentation"],
        ),
        (f"---\n{KEYS}events: {'[' * 20_000}\n---\nText.\n", ["5:27 nested deeper than 20 levels"]),
        ('---\nheadline: "a\\nb"\ndateline: c\ndate: 2026-07-03\n---\nText.\n', ["2:11 a line break is not allowed here"]),
    ],
)
def test_a_file_that_is_no_release_is_told(office: Config, text: str | bytes, expected: list[str]) -> None:
    assert told(office, text) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("hedline: x", ["5:1 `hedline` is not a key of the release"]),
        ("embargo: 2026-07-04T06:00", ["5:10 `2026-07-04T06:00` has no time zone, so it could be any of 26 hours"]),
        ("embargo: tomorrow", ["5:10 `tomorrow` is not a time"]),
        ("type: advisry", ["5:7 `advisry` is not one of " + ", ".join(TYPES)]),
        ("timezone: America/Key_West", ["5:11 `America/Key_West` is not a known time zone"]),
        ("contact: [nobody]", ["5:11 the configuration has no media contact of this name"]),
        (
            "contact: [{nme: x}]",
            ["5:11 the media contact has no `name`: who answers, as printed", "5:12 `nme` is not a key of the media contact"],
        ),
        ("events: [{start: 2026-07-07}]", ["5:10 the event has no `title`: what takes place"]),
        ("events: [{title: A, start: 2026-07-07T17:00, end: 2026-07-07T16:00}]", ["5:51 the event ends before it begins"]),
        (
            "events: [{title: A, start: 2026-11-01T01:30}]",
            ["5:28 the clocks change that night: this time is twice in America/New_York"],
        ),
        (
            "events: [{title: A, start: 2026-03-08T02:30}]",
            ["5:28 the clocks change that night: this time does not exist in America/New_York"],
        ),
        ("audience: {tag: [a]}", ["5:12 `tag` is not a key of the audience"]),
        ("urgency: 10\nschema: 2", ["5:10 `10` is not a whole number from 1 to 9", "6:9 `2` is not a whole number from 1 to 1"]),
    ],
)
def test_a_wrong_key_is_told_where_it_stands(office: Config, more: str, expected: list[str]) -> None:
    assert wrong(office, more) == expected


def test_a_time_with_its_offset_is_taken_also_where_clocks_change(office: Config) -> None:
    (event,) = matter(office, "events: [{title: A, start: 2026-11-01T01:30-05:00}]").events
    assert (event.start.utcoffset(), event.start.tzname()) == (timedelta(hours=-5), "EST")


def test_the_audience_becomes_an_expression(office: Config) -> None:
    long = "audience: {tags: [immigration, partner], languages: es, exclude: [national-press, 'tier:3']}"
    assert matter(office, long).audience == (
        '(tag:"immigration" or tag:"partner") and (language:"es") and not (national-press) and not (tier:3)',
    )
    assert matter(office, "audience: [national-press, 'tag:x']").audience == ("national-press", "tag:x")


def test_attachments_are_files_inside_the_office(office: Config) -> None:
    (office.root / "map.pdf").write_bytes(b"x")
    (office.root / "releases" / "photo.jpg").write_bytes(b"x")
    found = matter(office, "attachments: [map.pdf, photo.jpg]").attachments
    assert found == (office.root / "map.pdf", office.root / "releases" / "photo.jpg")


def test_other_attachments_are_refused(office: Config, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("x")
    folder = office.root / "releases"
    (folder / "link").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "device").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    with (folder / "large.mov").open("wb") as stream:
        stream.truncate(25 * 1024 * 1024 + 1)
    names = ["none.pdf", "../pyproject.toml", str(outside), "link", "loop", "device", "pipe", "large.mov", ".", "a\\b"]
    assert wrong(office, "attachments:\n" + "".join(f"  - '{name}'\n" for name in names)) == [
        "6:5 there is no file `none.pdf`",
        "7:5 an attachment is named by its path inside the office",
        "8:5 an attachment is named by its path inside the office",
        "9:5 `link` is a link that leads out of the office",
        "10:5 there is no file `loop`",
        "11:5 `device` is a link that leads out of the office",
        "12:5 `pipe` is not a regular file",
        "13:5 `large.mov` is too large: 26,214,401 bytes, and 26,214,400 are allowed",
        "14:5 `.` is not a regular file",
        "15:5 an attachment is named by its path inside the office",
    ]


def test_a_release_is_found_by_path_or_slug(office: Config) -> None:
    for name in ("night-bus.md", "night-bus.es.md", "solo.es.md", ".hidden.md", "notes.txt"):
        (office.root / "releases" / name).write_text("")
    assert release.slugs(office) == ["night-bus", "solo.es"]
    assert release.find(office, "night-bus") == office.root / "releases" / "night-bus.md"
    assert release.find(office, "night-bus.es") == office.root / "releases" / "night-bus.es.md"
    assert release.find(office, "drafts/x.md") == Path("drafts/x.md")
    with pytest.raises(ReleaseError) as caught:
        release.find(office, "nigth-bus")
    (problem,) = caught.value.problems
    assert (problem.text, problem.hint) == ("there is no release `nigth-bus`", "did you mean `night-bus`?")


@pytest.mark.parametrize("name", ["", "a\0b", "\x1b[31m", "a" * 300])
def test_a_name_that_is_no_slug_is_told(office: Config, name: str) -> None:
    with pytest.raises(ReleaseError, match="there is no release"):
        release.find(office, name)


def test_a_release_is_found_also_where_a_folder_has_its_name(office: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    (office.root / "releases" / "night-bus.md").write_text("")
    (office.root / "night-bus").mkdir()
    monkeypatch.chdir(office.root)
    assert release.find(office, "night-bus") == office.root / "releases" / "night-bus.md"
    assert release.find(office, "releases") == Path("releases")


def test_a_missing_file_a_folder_and_an_odd_name_are_told(office: Config) -> None:
    for path, text in (("none.md", "there is no release at this path"), ("", "this is a folder, not a release")):
        with pytest.raises(ReleaseError, match=text):
            release.load(office.root / "releases" / path, office)
    with pytest.raises(ReleaseError, match="this file's name cannot name a release"):
        load(office, f"---\n{KEYS}---\nText.\n", "Night Bus.md")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.sampled_from(sorted(RELEASE.table)), st.text(alphabet="ab1-:[]{}'\"\n Tz", max_size=30))
def test_no_value_makes_the_loader_fail_in_its_own_way(office: Config, key: str, value: str) -> None:
    with contextlib.suppress(ReleaseError):
        load(office, f"---\n{KEYS}{key}: {value}\n---\nText.\n")
