"""The newsroom folder: what may be public is in it, and of all else not a word, in no file and in no name."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from checks.sample_files import png
from conftest import CONFIGURATION, RELEASE, Run, make_office
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pressctl import config as configuration
from pressctl import newsroom, publication
from pressctl.config import Config
from pressctl.press_kit import kit
from pressctl.release import load

NOW = datetime(2026, 7, 4, 12, tzinfo=UTC)
LATER = "2026-07-05T06:00-04:00"
SITE = '\n[site]\nurl = "https://news.example/press"\ntitle = "The newsroom"\n'
PICTURE = png(40, 30, (b"IDAT", zlib.compress(bytes(30 * (1 + 3 * 40)))))


def office_with(folder: Path, releases: Mapping[str, str], site: str = SITE) -> Config:
    """An office with these releases besides the night bus."""
    files = {f"releases/{name}.md": text for name, text in releases.items()}
    make_office(folder, {"pressctl.toml": CONFIGURATION + site, **files})
    (folder / "hall.png").write_bytes(PICTURE)
    return configuration.load(folder / "pressctl.toml")


def keys(text: str, body: str = "The council meets.") -> str:
    """A release with these keys besides the required ones, which it may replace."""
    own = {line.partition(":")[0] for line in text.splitlines()}
    given_keys = {"headline": "Council keeps the bus", "dateline": "Key West, Fla.", "date": "2026-07-02"}
    rest = "".join(f"{key}: {value}\n" for key, value in given_keys.items() if key not in own)
    return f"---\n{rest}{text}\n---\n{body}\n"


def made(config: Config, now: datetime = NOW, known: frozenset[str] = frozenset()) -> newsroom.Newsroom:
    return newsroom.newsroom(config, now, known)


def everything(room: newsroom.Newsroom) -> str:
    """All names and all contents, as one text without case."""
    return "\n".join(f"{name}\n{data.decode('utf-8', 'replace')}" for name, data in room.files.items()).casefold()


def reasons(room: newsroom.Newsroom) -> dict[str, str]:
    return {one.slug: one.reason for one in room.left_out}


# What may be public


SECRET = """\
headline: Zebrafinch headline
subhead: Zebrafinch subhead
summary: Zebrafinch summary
id: zebrafinch-id
short_headline: Zebrafinch short
keywords: [zebrafinch]
usage: Zebrafinch usage
notes_to_editors: Zebrafinch notes
contact: {name: Zebrafinch contact, email: zebrafinch@example.org}
boilerplate: Zebrafinch about
links: [{title: Zebrafinch, url: 'https://zebrafinch.example'}]
events: [{title: Zebrafinch event, start: 2026-07-08T17:00, place: Zebrafinch hall, organizer: Zebrafinch}]
media: [{file: zebrafinch.png, alt: Zebrafinch picture, caption: Zebrafinch caption}]
attachments: [zebrafinch.txt]
"""


def closed(folder: Path, why: str) -> Config:
    """A newsroom with a release that says zebrafinch wherever it can, in both languages, and may not be public."""
    text = keys(SECRET + why, "The zebrafinch flies.\n\n![Zebrafinch](zebrafinch.png)")
    spanish = keys(SECRET + (why if why.startswith("date") else "language: es"), "Zebrafinch.")
    config = office_with(folder, {"zebrafinch": text, "zebrafinch.es": spanish})
    (folder / "zebrafinch.png").write_bytes(PICTURE)
    (folder / "zebrafinch.txt").write_text("zebrafinch")
    return config


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (f"embargo: {LATER}", "is embargoed until Sunday, July 5, 2026, 6 a.m. EDT"),
        ("status: draft", "is a draft"),
        ("status: withdrawn", "is withdrawn"),
        ("channels: [email]", "has no `web` among its `channels`"),
        ("date: 2026-07-20", "is dated Monday, July 20, 2026"),
        ("type: op-ed", "is of the type op-ed, which is offered to one paper; `channels: [web]` makes it public"),
        ("type: kill\nsupersedes: other@1\ncorrection_note: zebrafinch", "is a kill, which only takes others away"),
    ],
)
def test_what_is_not_public_is_nowhere_in_the_folder_and_its_reason_is_told(tmp_path: Path, why: str, said: str) -> None:
    room = made(closed(tmp_path / "a", why))
    assert reasons(room)["zebrafinch"] == said
    assert "zebrafinch" not in everything(room)
    assert room.public == ("night-bus",)


def test_a_picture_under_embargo_holds_its_release_back(tmp_path: Path) -> None:
    config = office_with(tmp_path, {"hall": keys(f"media: [{{file: hall.png, alt: The hall, embargo: {LATER}}}]")})
    assert reasons(made(config)) == {"hall": "has a picture that is embargoed until Sunday, July 5, 2026, 6 a.m. EDT"}
    assert made(config, NOW + timedelta(days=2)).files["hall/hall.png"] == PICTURE


@settings(max_examples=8, deadline=None)
@example(-1)
@example(0)
@given(st.integers(-3 * 86400, 3 * 86400))
def test_an_embargoed_release_is_written_from_the_second_it_lifts(tmp_path_factory: pytest.TempPathFactory, offset: int) -> None:
    config = closed(tmp_path_factory.mktemp("office"), f"embargo: {LATER}")
    now = datetime.fromisoformat(LATER) + timedelta(seconds=offset)
    assert ("zebrafinch" in everything(made(config, now))) == (offset >= 0)


def test_after_the_lift_it_reads_as_released(tmp_path: Path) -> None:
    room = made(closed(tmp_path / "a", f"embargo: {LATER}"), NOW + timedelta(days=1))
    page = room.files["zebrafinch/index.html"].decode()
    assert "FOR IMMEDIATE RELEASE" in page
    assert "EMBARGOED" not in page
    assert "embargoedUntil" not in json.loads(room.files["zebrafinch/release.json"])
    assert {"zebrafinch/es.html", "zebrafinch/zebrafinch.png", "zebrafinch/zebrafinch.txt"} <= set(room.files)


def test_a_translation_that_is_a_draft_waits(tmp_path: Path) -> None:
    config = office_with(tmp_path, {"bus": keys("subhead: Line"), "bus.es": keys("language: es\nstatus: draft", "Gorrión.")})
    room = made(config)
    assert "gorrión" not in everything(room)
    assert "bus/es.html" not in room.files
    assert reasons(room) == {"bus.es": "is a draft"}


def test_people_at_risk_keep_a_release_out(tmp_path: Path) -> None:
    config = office_with(tmp_path, {"risk": keys("subhead: Line", "His A-number is A 123 456 789, the officer said.")})
    assert "PRV" in reasons(made(config))["risk"]
    assert "123 456 789" not in everything(made(config))


# What it holds


def test_the_index_has_the_newest_first_and_marks_what_is_past(tmp_path: Path) -> None:
    old = keys("headline: An old meeting\ndate: 2026-01-05\nevents: [{title: Meeting, start: 2026-01-08T17:00}]")
    room = made(office_with(tmp_path, {"old": old, "new": keys("headline: The newest\ndate: 2026-07-04T01:00-04:00")}))
    index = room.files["index.html"].decode()
    assert room.public == ("new", "night-bus", "old")
    places = [index.index(text) for text in ("The newest", "Residents ask city", "An old meeting")]
    assert places == sorted(places)
    assert index.count('class="tag"') == 1
    assert "This release is no longer current." in room.files["old/index.html"].decode()
    assert "no longer current" not in room.files["night-bus/index.html"].decode()


def test_translations_have_pages_an_index_and_feeds_that_know_each_other(tmp_path: Path) -> None:
    spanish = keys("language: es\nheadline: El autobús", "Texto en español.")
    room = made(office_with(tmp_path, {"bus": keys("subhead: Line"), "bus.es": spanish}))
    assert {"index.es.html", "atom.es.xml", "feed.es.json", "bus/es.html", "bus/release.es.json"} <= set(room.files)
    assert '<link rel="alternate" hreflang="es" href="es.html">' in room.files["bus/index.html"].decode()
    assert '<link rel="alternate" hreflang="en" href="index.html">' in room.files["bus/es.html"].decode()
    index = room.files["index.es.html"].decode()
    assert '<html lang="es">' in index
    assert "El autobús" in index
    assert "Residents ask city" not in index
    assert [item["url"] for item in json.loads(room.files["feed.es.json"])["items"]] == ["https://news.example/press/bus/es.html"]


def test_links_of_the_feeds_are_absolute_where_the_address_is_known(tmp_path: Path) -> None:
    known = json.loads(made(office_with(tmp_path / "a", {})).files["feed.json"])
    assert (known["title"], known["items"][0]["url"]) == ("The newsroom", "https://news.example/press/night-bus/")
    unknown = json.loads(made(office_with(tmp_path / "b", {}, "")).files["feed.json"])
    assert (unknown["items"][0]["url"], unknown["title"]) == ("night-bus/index.html", "Key West Example Network: News releases")


def test_a_release_can_be_on_the_web_and_not_in_the_feed(tmp_path: Path) -> None:
    room = made(office_with(tmp_path, {"quiet": keys("headline: Quietly\nchannels: [web]")}))
    assert "Quietly" in room.files["index.html"].decode()
    assert "Quietly" not in room.files["feed.json"].decode() + room.files["atom.xml"].decode()


def test_every_link_inside_the_folder_leads_to_a_file_of_it(tmp_path: Path) -> None:
    import posixpath
    import re

    kill = keys("type: kill\nsupersedes: killed@1\ncorrection_note: Do not use.")
    update = keys("type: update\nsupersedes: older@1\ncorrection_note: New.")
    releases = {"bus": update, "bus.es": keys("language: es"), "older": keys("subhead: x"), "killed": keys("subhead: y"), "stop": kill}
    room = made(office_with(tmp_path, {**releases, "fair": keys("media: [{file: hall.png, alt: Hall}]")}, ""))
    for name, data in room.files.items():
        if name.endswith(".html"):
            for link in re.findall(r'(?:href|src)="([^"#]+)"', data.decode()):
                if ":" not in link:
                    assert posixpath.normpath(posixpath.join(posixpath.dirname(name), link)) in room.files, (name, link)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    config = office_with(
        tmp_path, {"bus": keys("media: [{file: hall.png, alt: Hall}]\nevents: [{title: Meeting, start: 2026-07-08T17:00}]")}
    )
    assert made(config).files == made(config).files


# What is taken back


def test_a_killed_release_leaves_a_notice_without_one_of_its_words(tmp_path: Path) -> None:
    killed = keys("headline: Zebrafinch headline\nsummary: Zebrafinch summary", "The zebrafinch flies.")
    kill = keys("headline: 'KILL: Zebrafinch headline'\ntype: kill\nsupersedes: bird@1\ncorrection_note: Zebrafinch was wrong.")
    room = made(office_with(tmp_path, {"bird": killed, "bird-kill": kill}))
    assert "zebrafinch" not in everything(room)
    assert "This release has been withdrawn." in room.files["bird/index.html"].decode()
    assert [name for name in room.files if name.startswith("bird")] == ["bird/index.html"]
    assert reasons(room)["bird"] == "was killed"


def test_a_kill_that_is_a_draft_kills_nothing(tmp_path: Path) -> None:
    kill = keys("type: kill\nstatus: draft\nsupersedes: bird@1\ncorrection_note: x")
    assert "bird" in made(office_with(tmp_path, {"bird": keys("subhead: x"), "bird-kill": kill})).public


def test_a_killed_release_whose_embargo_holds_is_not_even_named(tmp_path: Path) -> None:
    kill = keys("type: kill\nsupersedes: zebrafinch@1\ncorrection_note: x")
    config = closed(tmp_path / "a", f"embargo: {LATER}")
    (config.root / "releases" / "stop.md").write_text(kill)
    assert "zebrafinch" not in everything(made(config, known=frozenset({"zebrafinch/index.html"})))


def test_a_correction_takes_the_place_of_what_it_corrects(tmp_path: Path) -> None:
    wrong = keys("headline: Meeting is on", "The meeting is on Zebraday.")
    right = keys("headline: Meeting is on Tuesday\ntype: correction\nsupersedes: meeting@1\ncorrection_note: It is Tuesday.")
    room = made(office_with(tmp_path, {"meeting": wrong, "meeting-right": right}))
    assert room.public == ("night-bus", "meeting-right")
    assert "zebraday" not in everything(room)
    assert 'href="../meeting-right/index.html"' in room.files["meeting/index.html"].decode()


def test_a_correction_that_waits_leaves_the_older_version_there(tmp_path: Path) -> None:
    right = keys(f"type: correction\nsupersedes: meeting@1\ncorrection_note: x\nembargo: {LATER}")
    assert "meeting" in made(office_with(tmp_path, {"meeting": keys("subhead: x"), "meeting-right": right})).public


def test_written_again_the_folder_loses_what_may_not_be_public_any_more(tmp_path: Path) -> None:
    config = office_with(tmp_path, {"zebrafinch": keys("headline: Zebrafinch", "Zebrafinch.")})
    folder = tmp_path / "site"

    def write() -> publication.Written:
        return publication.publish(folder, made(config, known=publication.known(folder)).files)

    def words() -> str:
        files = [path for path in folder.rglob("*") if path.is_file()]
        return "\n".join(f"{path}\n{path.read_bytes().decode('utf-8', 'replace')}" for path in files).casefold()

    write()
    assert "zebrafinch" in words()
    (folder / "own.txt").write_text("mine")
    (config.root / "releases" / "zebrafinch.md").write_text(keys(f"headline: Zebrafinch\nembargo: {LATER}", "Zebrafinch."))
    assert "zebrafinch/index.html" in write().removed
    assert "zebrafinch" not in words()
    assert (folder / "own.txt").read_text() == "mine"
    assert not (folder / "zebrafinch").exists()


def test_a_withdrawn_release_that_was_public_leaves_a_notice_and_keeps_it(tmp_path: Path) -> None:
    config = office_with(tmp_path, {"bird": keys("headline: Zebrafinch\nstatus: withdrawn", "Zebrafinch.")})
    assert "bird/index.html" not in made(config).files
    room = made(config, known=frozenset({"bird/index.html"}))
    assert "has been withdrawn" in room.files["bird/index.html"].decode()
    assert "zebrafinch" not in everything(room)


# Nothing private


PRIVATE = """\
x-secret: SECRETX
people:
  - {name: Ana Public, role: expert, consent: {given_on: 2026-01-01, scope: SECRETCONSENT}, pronouns: SECRETPRONOUN}
  - {name: SECRETPERSON, role: affected}
contact: {name: Desk, email: desk@example.org, signal: SECRETSIGNAL, hours: SECRETHOURS}
audience: {tags: [SECRETTAG], exclude: [SECRETEXCLUDE]}
check: {allow: {unused-allow: SECRETREASON}}
translator: {name: SECRETTRANSLATOR}
source: {file: SECRETSOURCE}
embargo: {until: 2026-07-01T06:00-04:00, note: SECRETNOTE}
media: [{file: hall.png, alt: Hall, people: [SECRETMODEL], taken: SECRETTAKEN}]
events: [{title: Meeting, start: 2026-07-08T17:00}]
"""


def test_nothing_private_is_in_any_file(tmp_path: Path) -> None:
    config = office_with(tmp_path, {"bus": keys(PRIVATE, "Ana Public says the bus stays.")})
    assert "bus" in made(config).public, reasons(made(config))
    release = load(config.root / "releases" / "bus.md", config)
    alone = "\n".join(f"{name}\n{data.decode('utf-8', 'replace')}" for name, data in kit(release, config).items()).casefold()
    told = "secretnote"  # the embargo's note is for those who get the release under embargo
    for text in (everything(made(config)), alone.replace(told, "")):
        assert "ana public" in text
        for secret in ("secret", "wire.example", "daily.example", "weekly.example", "intake.example", "suppress", str(tmp_path).casefold()):
            assert secret not in text


# The command


def test_the_command_writes_says_and_leaves_stdout_empty(office: Path, pressctl: Run) -> None:
    (office / "releases" / "late.md").write_text(keys("embargo: 2099-07-05T06:00-04:00"))
    result = pressctl("render", "--site", "public")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.startswith("public/, 1 release: ")
    assert "late  is embargoed until Sunday, July 5, 2099, 6 a.m. EDT" in result.stderr
    assert "`url`" in result.stderr
    assert (office / "public" / "night-bus" / "index.html").is_file()
    assert not (office / "public" / "late").exists()


def test_a_broken_release_stops_before_anything_is_written(office: Path, pressctl: Run) -> None:
    (office / "releases" / "broken.md").write_text("---\nheadlin: x\n---\nText.\n")
    result = pressctl("render", "--site", "public")
    assert result.returncode == 3
    assert "broken.md" in result.stderr
    assert not (office / "public").exists()


@pytest.mark.parametrize("words", [[], ["night-bus", "--site", "x"], ["--site", "x", "-o", "y"]])
def test_a_release_or_the_site_not_both(pressctl: Run, words: list[str]) -> None:
    assert pressctl("render", *words).returncode == 2


def test_the_folder_of_one_release_opens_offline(office: Path, pressctl: Run) -> None:
    (office / "releases" / "night-bus.es.md").write_text(RELEASE.replace("date: ", "language: es\ndate: "))
    result = pressctl("render", "night-bus", "--as", "web", "-o", "out/")
    assert (result.returncode, result.stdout) == (0, "")
    names = {path.name for path in (office / "out" / "night-bus").iterdir()}
    assert {"index.html", "es.html", "night-bus.vcf", "release.json"} <= names
    assert "night-bus.ics" not in names


def test_a_preview_of_an_embargoed_release_says_that_it_is_one(office: Path, pressctl: Run) -> None:
    path = office / "releases" / "night-bus.md"
    path.write_text(RELEASE.replace("date: ", "embargo: 2099-07-05T06:00-04:00\ndate: "))
    result = pressctl("render", "night-bus", "--as", "web", "-o", "out/")
    assert "a preview" in result.stderr
