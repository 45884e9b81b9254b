"""A release in several languages: who gets which, what is refused, and that nobody gets two."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import CONFIGURATION, RELEASE, Run, make_office
from hypothesis import given
from hypothesis import strategies as st
from live_office import office as live_office
from live_office import send
from recorder import accepts, process

from pressctl import config as configuration
from pressctl import edition as editions
from pressctl import release as releases
from pressctl import release_languages, render
from pressctl.contacts import Contact
from pressctl.edition import Part, Personal, compose, matched, pack, unpack
from pressctl.errors import LogError, ReleaseError
from pressctl.message import Address, Attachment

SPANISH = """\
---
headline: Vecinos piden que siga el autobús nocturno
dateline: Key West, Florida
date: 2026-07-03
language: es
source_hash: {state}
---
Un grupo de 40 vecinos pedirá a la Comisión que mantenga el **autobús nocturno**, que
[lleva a 200 personas](https://bus.example/riders) cada noche.

La Comisión se reúne el martes.
"""
STATE = "59cdb8d772d7"
CONTACTS = """\
list: National press
contacts:
  - {id: wire, name: National desk, email: national@wire.example, languages: [en, es], embargo: agreed}
  - {id: canal, name: Redacción, email: redaccion@canal.example, languages: [es, en], embargo: agreed}
  - {id: biwo, name: Biwo, email: biwo@network.example, languages: [ht, es], embargo: agreed}
  - {id: paris, name: Rédaction, email: redaction@paris.example, languages: [fr], embargo: agreed}
  - {id: pool, name: Intake, webhook: "https://intake.example/press", languages: [es-US], embargo: agreed}
"""
FILES = {
    "pressctl.toml": CONFIGURATION.replace('"national", "rights"', '"national"'),
    "contacts/national.yaml": CONTACTS,
    "releases/night-bus.es.md": SPANISH.format(state=STATE),
}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return make_office(tmp_path / "press", FILES)


def inbox(office: Path) -> dict[str, str]:
    """What the sandbox took: subject by recipient."""
    folder = office / ".pressctl" / "sandbox"
    found = {}
    for path in folder.glob("*.json"):
        sent = json.loads(path.read_text(encoding="utf-8"))["sent"]
        to = sent["to"] if "to" in sent else sent["To"][0]["Email"]
        assert to not in found, "two copies"
        found[to] = sent["subject"] if "subject" in sent else sent["Subject"]
    return found


ENGLISH_HEAD, SPANISH_HEAD = "Residents ask city to keep the night bus", "Vecinos piden que siga el autobús nocturno"


def test_each_contact_reads_the_first_of_its_languages_that_there_is_and_nobody_gets_two(office: Path, pressctl: Run) -> None:
    sent = pressctl("send", "night-bus")
    assert sent.returncode == 0, sent.stderr
    assert inbox(office) == {
        "national@wire.example": ENGLISH_HEAD,
        "redaccion@canal.example": SPANISH_HEAD,
        "biwo@network.example": SPANISH_HEAD,  # reads Creole first, which there is not
        "redaction@paris.example": ENGLISH_HEAD,
        "Intake": SPANISH_HEAD,
    }
    again = pressctl("send", "night-bus")
    assert again.stdout.endswith("done: all 5 deliveries of this edition were accepted before; nothing was sent\n")
    assert len(inbox(office)) == 5


def test_the_plan_says_how_many_read_which_language_and_who(office: Path, pressctl: Run) -> None:
    plan = pressctl("send", "night-bus", "--dry-run").stdout
    assert "languages  in English: 2, in Spanish: 3\n" in plan
    assert "  biwo   Biwo           by e-mail, in Spanish\n" in plan
    assert "  pool   Intake         by webhook, in Spanish\n" in plan
    (office / "releases" / "night-bus.es.md").unlink()
    assert "in English" not in pressctl("send", "night-bus", "--dry-run").stdout


def test_the_plan_says_that_nobody_has_read_the_creole_furniture(office: Path, pressctl: Run) -> None:
    creole = SPANISH.format(state=STATE).replace("language: es", "language: ht").replace("Vecinos", "Vwazen")
    (office / "releases" / "night-bus.ht.md").write_text(creole)
    plan = pressctl("send", "night-bus", "--dry-run").stdout
    assert "languages  in English: 2, in Spanish: 2, in Haitian Creole: 1\n" in plan
    asked = " ".join(plan.partition("The desk asks")[2].split())
    assert "night-bus.ht.md, line 5 no native reader has looked at the printed words, dates and times in Haitian Creole yet" in asked


@pytest.mark.parametrize("contact", ["wire", "canal", "pool"])
def test_what_the_log_shows_later_is_the_preview_in_the_contacts_language(office: Path, pressctl: Run, contact: str) -> None:
    pressctl("send", "night-bus")
    (key,) = [
        row["key"] for row in map(json.loads, pressctl("log", "night-bus", "--json").stdout.splitlines()) if row["contact"] == contact
    ]
    logged = pressctl("log", "--message", key).stdout
    if contact == "pool":
        assert json.loads(logged)["release"]["headline"] == SPANISH_HEAD
        return
    assert logged == pressctl("render", "night-bus", "--as", "email", "--contact", contact).stdout
    (office / "releases" / "night-bus.es.md").unlink()
    assert pressctl("log", "--message", key).stdout == logged


@pytest.mark.parametrize(("form", "said"), [("text", "EL AUTOBÚS NOCTURNO"), ("web", '<html lang="es">'), ("json", f'"{SPANISH_HEAD}"')])
def test_a_preview_for_a_contact_and_of_the_translation_is_in_its_language(pressctl: Run, form: str, said: str) -> None:
    assert said in pressctl("render", "night-bus", "--as", form, "--contact", "canal").stdout
    assert said in pressctl("render", "night-bus.es", "--as", form).stdout
    assert said not in pressctl("render", "night-bus", "--as", form, "--contact", "wire").stdout


def test_a_translation_is_not_sent_on_its_own(office: Path, pressctl: Run) -> None:
    result = pressctl("send", "night-bus.es")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        "error: night-bus.es.md is the translation of `night-bus` into Spanish\n"
        "hint: send the release: each contact gets it in the first of its `languages` that there is: `pressctl send night-bus`\n"
    )
    assert pressctl("send", "night-bus.es", "--test", "reader@paper.example").returncode == 0
    assert inbox(office) == {"reader@paper.example": f"[TEST] {SPANISH_HEAD}"}


def test_a_stale_translation_is_named_in_a_rehearsal(office: Path, pressctl: Run) -> None:
    path = office / "releases" / "night-bus.md"
    path.write_text(path.read_text(encoding="utf-8").replace("on Tuesday", "on Wednesday"), encoding="utf-8")
    rehearsed = pressctl("send", "night-bus")
    assert rehearsed.returncode == 0
    assert "A live provider would refuse\n" in rehearsed.stdout
    assert "  night-bus.es.md, line 6: night-bus.md was changed after this translation\n" in rehearsed.stdout


def live(tmp_path: Path, url: str) -> Path:
    """An office that sends for real, to three desks, one of which reads Spanish."""
    root = live_office(tmp_path / "live", url, 3, "concurrency = 1")
    desks = root / "contacts" / "desks.yaml"
    desks.write_text(desks.read_text().replace("    email: desk1@", "    languages: [es]\n    email: desk1@"))
    (root / "releases" / "night-ferry.es.md").write_text(FERRY)
    return root


FERRY = """\
---
headline: Vecinos piden que siga el transbordador nocturno
dateline: Harbour, Florida
date: 2025-07-03
source_hash: e2040c213b82
---
La junta escuchará a los vecinos el martes.
"""


def test_a_stale_translation_is_refused_for_real_with_the_hash_to_write(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = live(tmp_path, url)
        path = root / "releases" / "night-ferry.md"
        path.write_text(path.read_text().replace("on Tuesday", "on Wednesday"))
        refused = send(root)
        assert refused.returncode == 3
        assert "error: night-ferry.md was changed after this translation (translation-stale)\n  at " in refused.stderr
        assert "night-ferry.es.md:5:14\n" in refused.stderr
        state = refused.stderr.partition("write `source_hash: ")[2][:12]
        spanish = root / "releases" / "night-ferry.es.md"
        spanish.write_text(FERRY.replace("e2040c213b82", state).replace("el martes", "el miércoles"))
        done = send(root)
        assert done.returncode == 0, done.stderr
        assert sorted(accepts(record).values()) == [1, 1, 1]


def test_a_translation_that_changes_or_joins_when_the_release_is_out_is_another_edition(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = live(tmp_path, url)
        assert send(root, "--limit", "1").returncode == 0
        spanish = root / "releases" / "night-ferry.es.md"
        for path, text in ((spanish, FERRY.replace("escuchará", "oirá")), (spanish.with_name("night-ferry.ht.md"), FERRY)):
            before = path.read_text() if path.exists() else None
            path.write_text(text)
            refused = send(root)
            assert refused.returncode == 3
            assert "error: this release is out as edition " in refused.stderr
            if before is None:
                path.unlink()
            else:
                path.write_text(before)
        done = send(root)
        assert "done: 3 deliveries: 2 accepted, 1 accepted before" in done.stdout
        assert sorted(accepts(record).values()) == [1, 1, 1]


BAD = {
    "embargo: 2026-07-06T06:00-04:00": "the `embargo` differs from that of night-bus.md",
    "type: advisory": "the `type` differs from that of night-bus.md",
    "expires: 2026-08-01T00:00-04:00": "the `expires` differs from that of night-bus.md",
    "timezone: Europe/Madrid": "the `timezone` differs from that of night-bus.md",
    "events: [{title: Reunión, start: 2026-07-08T17:00-04:00}]": "this has 1 events, and night-bus.md has 0",
}


@pytest.mark.parametrize("line", BAD)
def test_a_translation_that_is_at_odds_with_the_release_is_refused_with_its_place(office: Path, pressctl: Run, line: str) -> None:
    path = office / "releases" / "night-bus.es.md"
    path.write_text(path.read_text(encoding="utf-8").replace("language: es", line), encoding="utf-8")
    for words in (("render", "night-bus"), ("send", "night-bus"), ("render", "night-bus.es")):
        result = pressctl(*words)
        assert (result.returncode, result.stdout) == (3, "")
        assert result.stderr.startswith(f"error: {BAD[line]}\n  at ")
        assert "night-bus.es.md:5:" in result.stderr


def test_the_time_of_an_event_cannot_differ_between_languages(office: Path) -> None:
    event = "events:\n  - {title: T, start: 2026-07-07T17:00-04:00, end: 2026-07-07T19:00-04:00, place: City Hall, interpretation: [es]}\n"
    loaded = load(
        office, release=RELEASE.replace("---\nA", event + "---\nA"), spanish="events: [{title: Reunión, start: 2026-07-07T17:00-04:00}]"
    )
    (spanish,) = loaded
    (meeting,) = spanish.events
    assert (meeting.title, f"{meeting.end:%H:%M}", meeting.place and meeting.place.name) == ("Reunión", "19:00", "City Hall")
    assert meeting.details["interpretation"] == ("es",)
    with pytest.raises(ReleaseError, match="the time of `Reunión` differs"):
        load(office, spanish="events: [{title: Reunión, start: 2026-07-07T18:00-04:00}]")


def load(office: Path, *, release: str = "", spanish: str = "") -> tuple[releases.Release, ...]:
    """The translations of the office's release, after one or the other file was changed."""
    folder, config = office / "releases", configuration.load(office / "pressctl.toml")
    if release:
        (folder / "night-bus.md").write_text(release)
    if spanish:
        (folder / "night-bus.es.md").write_text(SPANISH.format(state=STATE).replace("language: es", spanish))
    return release_languages.translations(releases.load(folder / "night-bus.md", config), config)


def test_embargo_and_contact_are_the_originals(office: Path) -> None:
    (spanish,) = load(office, release=RELEASE.replace("date: 2", "embargo: 2026-07-04T06:00-04:00\nversion: 2\ndate: 2", 1))
    assert spanish.embargo == datetime(2026, 7, 4, 10, tzinfo=UTC)
    assert (spanish.language, spanish.extra["version"], spanish.extra["translation_of"]) == ("es", 2, "night-bus")


def test_translations_are_found_by_name_and_in_the_list(office: Path) -> None:
    folder = office / "releases"
    text = SPANISH.format(state=STATE)
    (folder / "otro.md").write_text(text.replace("language: es", "language: ht\ntranslation_of: night-bus"))
    (folder / "night-bus.old.md").write_text("a copy that somebody kept")
    (folder / "night-bus.kek.md").write_text(text.replace("language: es", "language: kek"))
    found = load(office, release=RELEASE.replace("date: 2", "translations: {ht: otro.md}\ndate: 2", 1))
    assert [(one.language, one.path.name) for one in found] == [("es", "night-bus.es.md"), ("ht", "otro.md"), ("kek", "night-bus.kek.md")]


LISTS = {
    "{ht: nowhere.md}": "there is no file `nowhere.md`",
    "{ht: ../night-bus.ht.md}": "is not the name of a file beside the release",
    "{es: otro.md}": "there are two translations into `es`",
    "{pt: otro.md}": "this says `es`, and it is meant to be `pt`",
    "{en: night-bus.en.md}": "the release itself is in `en`",
    "{ht: alien.md}": "alien.md does not say that it translates night-bus.md",
}


@pytest.mark.parametrize("listed", LISTS)
def test_a_list_of_translations_that_cannot_be_right_is_told_with_its_place(office: Path, listed: str) -> None:
    folder, text = office / "releases", SPANISH.format(state=STATE)
    (folder / "otro.md").write_text(text.replace("source_hash", "translation_of: night-bus\nsource_hash"))
    (folder / "night-bus.en.md").write_text(text.replace("language: es", "language: en"))
    (folder / "alien.md").write_text(text)
    if "night-bus.en" not in listed:
        (folder / "night-bus.en.md").unlink()
    with pytest.raises(ReleaseError, match=LISTS[listed]) as told:
        load(office, release=RELEASE.replace("date: 2", f"translations: {listed}\ndate: 2", 1))
    assert told.value.problems[0].place is not None


# ── the edition ──────────────────────────────────────────────────────────────────────────────────────────────────────


def version(language: str, text: str, files: tuple[Attachment, ...] = ()) -> editions.Edition:
    moment, part = datetime(2025, 7, 3, 4, tzinfo=UTC), Part((f"{text} ", "!"), ("{{ contact.name }}",), (("t", 1),))
    made = editions.Edition(
        "bus",
        "",
        language,
        text,
        part,
        part,
        Address("a@b.example"),
        None,
        (),
        files,
        moment,
        {"headline": text, "organization": {}},
        {"about": text},
    )
    return editions.sealed(made)


MAP, CARTE, LOGO = Attachment("map.pdf", "application/pdf", b"1"), Attachment("mapa.pdf", "", b"2"), Attachment("l.png", "", b"3", "logo@x")
BOTH = editions.sealed(
    replace(version("en", "Hello", (MAP,)), translations=(version("es", "Hola"), version("pt-BR", "Olá", (CARTE, LOGO))))
)


def test_an_edition_in_one_language_has_the_digest_and_the_bytes_that_it_always_had() -> None:
    one = version("en", "Hello", (MAP,))
    assert one.digest == "8d79578dbca97c6002aba75932480a5625e254794784eae2f1eaa21727e9a262"
    assert hashlib.sha256(editions.encode(one)).hexdigest() == "be8698ce66e96e728d7ba06c4f5ce848c5d197562b1374474e00097fbf73303b"
    assert pack(Personal(("a",), ("b",))) == b'{"text":["a"],"html":["b"]}'
    assert unpack(b'{"text":["a"],"html":["b"]}') == Personal(("a",), ("b",), "")


def test_what_the_log_keeps_of_several_languages_is_what_was_made() -> None:
    assert editions.decode(editions.encode(BOTH)) == BOTH
    assert unpack(pack(Personal(("a",), ("b",), "pt-BR"))) == Personal(("a",), ("b",), "pt-BR")


def test_the_digest_covers_every_translation() -> None:
    changed = replace(BOTH.translations[0], subject="Otra")
    others = [(), BOTH.translations[:1], (changed, BOTH.translations[1]), BOTH.translations[::-1]]
    assert len({editions.digest(replace(BOTH, translations=them)) for them in others} | {BOTH.digest}) == 5


def test_a_translation_that_was_changed_in_the_log_is_refused() -> None:
    import zlib

    plain = zlib.decompress(editions.encode(BOTH))
    with pytest.raises(LogError, match="digest differs"):
        editions.decode(zlib.compress(plain.replace(b'"subject":"Hola"', b'"subject":"Hole"')))


def test_a_message_is_all_in_one_language_with_its_own_files_or_the_originals() -> None:
    def message(language: str) -> tuple[str, str, str, list[str]]:
        made = compose(BOTH, Personal(("Ana",), ("Ana",), language), Address("x@y.example"), "k")
        return made.subject, made.text, made.release["headline"], [file.name for file in made.attachments]

    assert message("") == ("Hello", "Hello Ana!", "Hello", ["map.pdf"])
    assert message("es") == ("Hola", "Hola Ana!", "Hola", ["map.pdf"])
    assert message("pt-BR") == ("Olá", "Olá Ana!", "Olá", ["mapa.pdf", "l.png"])
    with pytest.raises(ValueError, match="no text in 'ht'"):
        message("ht")


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ((), "en"),
        (("fr",), "en"),
        (("es",), "es"),
        (("es-US",), "es"),
        (("en", "es"), "en"),
        (("ht", "es", "en"), "es"),
        (("PT-br",), "pt-BR"),
        (("fr", "pt"), "pt-BR"),
    ],
)
def test_the_first_of_the_readers_languages_wins(wanted: tuple[str, ...], got: str) -> None:
    assert editions.version_for(BOTH, wanted).language == got
    words = render.personal(BOTH, Contact("c", "Ana", "list", recipient="a@b.example", languages=wanted))
    assert words == Personal(("Ana",), ("Ana",), "" if got == "en" else got)


def test_the_readers_region_is_preferred() -> None:
    assert [matched(("en", "es-ES", "es-MX"), (language,)) for language in ("es-MX", "es-ES", "es", "es-AR")] == [2, 1, 1, 1]


@given(st.lists(st.sampled_from(["en", "es", "es-US", "ht", "pt", "fr"])))
def test_everybody_gets_exactly_one_version(wanted: list[str]) -> None:
    there = [one.language for one in (BOTH, *BOTH.translations)]
    expected = next((name for language in wanted if (name := language.partition("-")[0]) in ("en", "es", "pt")), "en")
    assert there[matched(there, wanted)].partition("-")[0] == expected
