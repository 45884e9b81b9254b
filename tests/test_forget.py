"""Forgetting somebody: their words are nowhere any more, the log is whole, and no import brings them back."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from conftest import NATIONAL, Run
from log_samples import claim, entry, everything, new_log, plan, settle, yes

from pressctl import contacts, forget, suppressions
from pressctl.delivery import Move, State
from pressctl.delivery_log import DeliveryLog, open_log
from pressctl.errors import ContactsError, LogError

TODAY = date(2026, 7, 3)
PERSON = """\
  - id: m-perez
    kind: person
    name: {given: Maria, family: Canaryperez}
    email: [{address: Canary@daily.example, preferred: yes}, canary-home@mail.example]
    phone: +1 305 555 0777
"""


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).lower()


@pytest.fixture
def log(tmp_path: Path) -> DeliveryLog:
    return new_log(tmp_path)


def test_somebody_is_nowhere_any_more(office: Path, pressctl: Run) -> None:
    (office / "contacts" / "national.yaml").write_text(NATIONAL + PERSON)
    assert pressctl("send", "night-bus").returncode == 0
    assert b"canary@daily.example" in raw(office / ".pressctl")
    result = pressctl("contacts", "forget", "m-perez", "--yes")
    assert (result.returncode, result.stderr) == (
        0,
        "Not within reach of this command: older commits in git, backups, the provider's own log, mail already delivered.\n",
    )
    assert result.stdout == (
        "forgotten: 1 entry in the lists, 1 delivery in the log, 1 copy in the sandbox\n"
        "changed: contacts/suppressions.yaml\nchanged: contacts/national.yaml\n"
    )
    assert b"canary" not in raw(office)
    assert (office / "contacts" / "national.yaml").read_text() == NATIONAL
    assert pressctl("log", "verify").returncode == 0
    row = pressctl("log", "--json").stdout
    assert row.count('"contact": "forgotten"') == 1
    key = row[: row.index('"contact": "forgotten"')].rpartition('"key": "')[2][:12]
    assert "its recipient was forgotten" in pressctl("log", "--message", key).stderr


def test_no_import_and_no_hand_brings_them_back(office: Path, pressctl: Run) -> None:
    (office / "contacts" / "national.yaml").write_text(NATIONAL + PERSON)
    pressctl("contacts", "forget", "canary@daily.example", "--yes")
    (office / "old.csv").write_text("name,email\nMaria,CANARY@daily.example\nAlso Maria,canary-home@mail.example\n")
    result = pressctl("contacts", "import", "old.csv", "--list", "national", "--yes")
    assert "row 2: gets nothing (forgotten on their wish), so it is not taken\nrow 3: gets nothing" in result.stderr
    (office / "contacts" / "national.yaml").write_text(NATIONAL + PERSON)
    assert "m-perez" not in pressctl("send", "night-bus", "--json").stdout.split("left_out")[0]
    assert '"contact": "m-perez", "reason": "suppressed"' in pressctl("send", "night-bus", "--json").stdout
    assert pressctl("contacts", "unsuppress", "canary@daily.example", "--reason", "asked again").returncode == 0
    assert '"accepted": 1' in pressctl("send", "night-bus", "--json").stdout


def test_what_only_a_person_can_change_is_named(office: Path, pressctl: Run) -> None:
    (office / "contacts" / "national.yaml").write_text(NATIONAL + "  # ask Maria Canaryperez first\n" + PERSON)
    result = pressctl("contacts", "forget", "m-perez", "--yes")
    assert result.returncode == 1
    assert "still names them: contacts/national.yaml:22\n" in result.stdout


def test_nothing_is_erased_without_a_yes(office: Path, pressctl: Run) -> None:
    assert pressctl("contacts", "forget", "wire").returncode == 3
    assert (office / "contacts" / "national.yaml").read_text() == NATIONAL


def test_an_id_that_two_people_have_is_asked_about(office: Path) -> None:
    (office / "contacts" / "rights.yaml").write_text("contacts:\n  - {id: wire, name: Other, email: other@x.example}\n")
    with pytest.raises(ContactsError, match="with different addresses"):
        forget.who(office, "wire")
    assert [one.list for one in forget.who(office, "rights/wire").entries] == ["rights"]


def test_the_clear_suppression_becomes_a_digest(office: Path) -> None:
    forget.forget(office, office / ".pressctl" / "log.sqlite3", forget.who(office, "gone"), 1.0, TODAY)
    said = (office / "contacts" / "suppressions.yaml").read_text()
    assert "weekly.example" not in said
    assert "news@weekly.example" in suppressions.read(office)
    assert len(suppressions.read(office)) == 0, "nobody can list who was forgotten"
    assert contacts.load(office).suppressions.get("other@weekly.example") is None


def test_digests_stop_everything_where_the_secret_is_missing_or_another(office: Path) -> None:
    forget.forget(office, office / ".pressctl" / "log.sqlite3", forget.who(office, "gone"), 1.0, TODAY)
    secret = office / ".pressctl" / "secret"
    content = secret.read_bytes()
    secret.write_bytes(bytes(32))
    with pytest.raises(ContactsError, match="is another one here"):
        contacts.load(office)
    secret.unlink()
    with pytest.raises(ContactsError, match="is not here"):
        contacts.load(office)
    secret.write_bytes(content)
    contacts.load(office)


def test_somebody_forgotten_during_a_run_gets_nothing_more(office: Path) -> None:
    watched = suppressions.Suppressed(office, contacts.load(office).suppressions)
    assert "national@wire.example" not in watched.now()
    forget.forget(office, office / ".pressctl" / "log.sqlite3", forget.who(office, "wire"), 1.0, TODAY)
    assert "national@wire.example" in watched.now()
    assert "news@weekly.example" in watched.now()


def test_the_log_erases_words_and_keeps_what_happened(log: DeliveryLog, tmp_path: Path) -> None:
    run = plan(log, ["a", "b", "c", "canary"])
    settle(log, claim(log, log.due(run, (0, 0), 9)), Move.ACCEPT)
    before = everything(log)
    assert log.forget(["canary@wire.example"], 5.0) == 1
    after = {row.key: row for row in log.deliveries()}
    row = after[before["canary"].key]
    assert (row.state, row.attempts, row.settled_at, row.forgotten) == (State.ACCEPTED, 1, 3.0, True)
    assert (row.contact, row.name, row.outlet, row.address, row.personal, row.reason) == ("forgotten", "forgotten", "", "", b"{}", "")
    assert [(a.answer, a.reason, a.provider_id) for a in log.attempts(row)] == [("", "", "p-1")]
    assert [after[before[name].key] for name in "abc"] == [before[name] for name in "abc"]
    assert log.verify() == []
    assert b"canary" not in raw(tmp_path)
    log.close()
    assert b"canary" not in raw(tmp_path)


def test_what_was_still_to_be_sent_is_withdrawn(log: DeliveryLog) -> None:
    plan(log, ["a", "canary"])
    log.forget(["canary@wire.example"], 5.0)
    assert {row.state for row in log.deliveries() if row.forgotten} == {State.WITHDRAWN}
    assert log.verify() == []


@pytest.mark.parametrize("lost", [True, False])
def test_what_may_be_on_its_way_has_to_be_settled_first(log: DeliveryLog, lost: bool) -> None:
    claims = claim(log, log.due(plan(log, ["canary"]), (0, 0), 9))
    if lost:
        settle(log, claims, Move.LOSE)
    with pytest.raises(LogError, match="is uncertain"):
        log.forget(["canary@wire.example"], 5.0)
    assert everything(log)["canary"].recipient == "canary@wire.example"


def test_the_guards_stand_again_and_a_forged_mark_is_found(log: DeliveryLog, tmp_path: Path) -> None:
    plan(log, ["a", "canary"])
    log.forget(["canary@wire.example"], 5.0)
    log.close()
    database = sqlite3.connect(tmp_path / "log.sqlite3")
    with pytest.raises(sqlite3.IntegrityError, match="never changes"):
        database.execute("UPDATE delivery SET recipient = 'x'")
    guard = database.execute("SELECT sql FROM sqlite_master WHERE name = 'delivery_is_itself'").fetchone()[0]
    database.execute("DROP TRIGGER delivery_is_itself")
    database.execute("UPDATE delivery SET recipient = 'forgotten:' || substr(key, 1, 32) WHERE contact = 'a'")
    database.execute(guard)
    database.commit()
    database.close()
    with open_log(tmp_path / "log.sqlite3") as again:
        assert again.verify() == ["1 deliveries whose key does not belong to them"]


def test_a_fault_in_the_middle_leaves_guards_and_words(log: DeliveryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(log, ["canary"])
    monkeypatch.setattr("pressctl.delivery_log.log.FORGET_EVENTS", "UPDATE nonsense SET x = ?")
    with pytest.raises(LogError):
        log.forget(["canary@wire.example"], 5.0)
    assert everything(log)["canary"].state is State.PLANNED
    assert log.verify() == []


def test_an_edition_that_they_have_is_not_sent_to_them_again(log: DeliveryLog) -> None:
    settle(log, claim(log, log.due(plan(log, ["canary"]), (0, 0), 9)), Move.ACCEPT)
    log.forget(["canary@wire.example"], 5.0)
    run = plan(log, ["canary", "b"])
    assert [row.contact for row in log.due(run, (0, 0), 9)] == ["b"]
    assert yes(next(log.deliveries())) is None
    assert entry("canary").recipient == "canary@wire.example"
    assert log.verify() == []


def test_forgetting_twice_is_the_same(office: Path) -> None:
    log = office / ".pressctl" / "log.sqlite3"
    forget.forget(office, log, forget.who(office, "national@wire.example"), 1.0, TODAY)
    before = (office / "contacts" / "suppressions.yaml").read_text()
    done = forget.forget(office, log, forget.who(office, "national@wire.example"), 2.0, TODAY)
    assert (done.entries, done.files) == (0, ())
    assert (office / "contacts" / "suppressions.yaml").read_text() == before
