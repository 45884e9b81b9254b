"""`log verify` finds whatever was done to a log behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from log_samples import claim, everything, new_log, plan, settle

from pressctl.delivery import Move
from pressctl.delivery_log import DeliveryLog, open_log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DeliveryLog]:
    with new_log(tmp_path / "state") as made:
        yield made


def states(log: DeliveryLog) -> dict[str, str]:
    return {name: str(row.state) for name, row in everything(log).items()}


def planted(log: DeliveryLog, *sql: str) -> list[str]:
    """What verify finds after raw SQL went past the triggers, which are put back afterwards."""
    db = sqlite3.connect(log.path, isolation_level=None)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    for one in sql:
        db.execute(one)
    for _, text in triggers:
        db.execute(text)
    db.close()
    return log.verify()


@pytest.fixture
def history(log: DeliveryLog) -> DeliveryLog:
    """Accepted a, uncertain b, planned c, rejected d after two attempts."""
    run = plan(log, ["a", "b", "c", "d"])
    rows = {row.contact: row for row in log.due(run, (0, 0), 9)}
    settle(log, claim(log, [rows["a"]]), Move.ACCEPT)
    settle(log, claim(log, [rows["b"]]), Move.LOSE, due_at=1e16)
    settle(log, claim(log, [rows["d"]]), Move.DEFER)
    settle(log, claim(log, log.due_again(run, 5.0, 9)), Move.REJECT)
    return log


def test_a_whole_log_has_nothing_wrong_with_it(history: DeliveryLog) -> None:
    assert history.verify() == []


ATTEMPTS = "deliveries whose number of attempts is not that of their claims"
MEANT = "deliveries whose state is not what their attempts and events say"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE delivery SET attempts = 0 WHERE contact = 'a'",
         [f"1 {ATTEMPTS}", f"1 {MEANT}", "1 events of an attempt that is not there"]),
        ("DELETE FROM attempt WHERE number = 1 AND delivery = 4", [f"1 {ATTEMPTS}"]),
        ("INSERT INTO attempt VALUES (3, 1, 1, 'm', x'', 5, '')", [f"1 {ATTEMPTS}"]),
        ("UPDATE delivery SET state = 'planned' WHERE contact = 'b'", ["1 planned deliveries that were claimed before", f"1 {MEANT}"]),
        ("UPDATE delivery SET state = 'deferred' WHERE contact = 'b'", [f"1 {MEANT}"]),
        ("UPDATE delivery SET state = 'accepted' WHERE contact = 'b'", ["1 accepted deliveries without evidence", f"1 {MEANT}"]),
        ("DELETE FROM event WHERE delivery = 1", ["1 accepted deliveries without evidence", f"1 {MEANT}"]),
        ("DELETE FROM event WHERE delivery = 4 AND attempt = 1",
         ["1 deliveries that were tried again before the attempt before had an end"]),
        ("DELETE FROM delivery WHERE contact = 'a'",
         ["1 attempts of a delivery that is not there", "1 events of an attempt that is not there"]),
        ("DELETE FROM edition", ["4 deliveries of an edition that is not there"]),
        ("UPDATE delivery SET key = 'short' WHERE contact = 'a'", ["1 deliveries whose key does not belong to them"]),
        ("UPDATE delivery SET recipient = 'x@wire.example' WHERE contact = 'a'", ["1 deliveries whose key does not belong to them"]),
        ("UPDATE delivery SET live = 0 WHERE contact = 'c'", ["1 deliveries whose key does not belong to them"]),
        ("INSERT INTO move VALUES ('claimed', 'back', 'planned')", ["the table of legal moves is not as it was made"]),
    ],
)  # fmt: skip
def test_verify_finds_what_was_tampered_with(history: DeliveryLog, sql: str, found: list[str]) -> None:
    assert planted(history, sql) == found


def test_verify_finds_a_guard_that_is_gone_or_weakened(history: DeliveryLog) -> None:
    db = sqlite3.connect(history.path)
    db.execute("DROP TRIGGER event_stays")
    db.execute("DROP TRIGGER delivery_moves")
    db.execute("CREATE TRIGGER delivery_moves BEFORE DELETE ON delivery BEGIN SELECT 1; END")
    assert history.verify() == ["the guard delivery_moves is not as it was made", "the guard event_stays is not as it was made"]


def test_verify_finds_an_index_that_does_not_fit(history: DeliveryLog) -> None:
    db = sqlite3.connect(history.path, isolation_level=None)
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET sql = replace(sql, '''claimed''', '''accepted''') WHERE name = 'delivery_claimed'")
    db.close()
    history.close()
    with open_log(history.path) as again:
        assert again.verify() == ["row 1 missing from index delivery_claimed", "wrong # of entries in index delivery_claimed"]
