"""What must hold in a delivery log, checked row by row: the proof that `pressctl log verify` asks for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pressctl.delivery import MOVES
from pressctl.delivery_log.rows import forgotten_mark, key

# The end of each attempt and each claim, in order, must lead to the state that is written: the last of them decides.
LAST = """SELECT coalesce(
    (SELECT e.move FROM event e WHERE e.delivery = d.id AND e.attempt = d.attempts AND e.move <> '' ORDER BY e.id DESC LIMIT 1),
    CASE WHEN d.attempts > 0 THEN 'claim' ELSE 'plan' END)"""
MEANT = f"""CASE ({LAST}) WHEN 'plan' THEN 'planned' WHEN 'claim' THEN 'claimed' WHEN 'accept' THEN 'accepted' WHEN 'reject' THEN 'rejected'
    WHEN 'defer' THEN 'deferred' WHEN 'lose' THEN 'uncertain' WHEN 'withdraw' THEN 'withdrawn' ELSE '' END"""

QUERIES = (
    (
        "SELECT count(*) FROM delivery d WHERE attempts <> (SELECT count(*) FROM attempt WHERE delivery = d.id)"
        " OR attempts <> (SELECT coalesce(max(number), 0) FROM attempt WHERE delivery = d.id)",
        "deliveries whose number of attempts is not that of their claims",
    ),
    ("SELECT count(*) FROM delivery WHERE state = 'planned' AND attempts > 0", "planned deliveries that were claimed before"),
    (
        "SELECT count(*) FROM delivery d WHERE state = 'accepted' AND NOT EXISTS"
        " (SELECT 1 FROM event e WHERE e.delivery = d.id AND e.move = 'accept')",
        "accepted deliveries without evidence",
    ),
    (f"SELECT count(*) FROM delivery d WHERE state <> {MEANT}", "deliveries whose state is not what their attempts and events say"),
    (
        "SELECT count(*) FROM delivery d WHERE attempts > 1 AND EXISTS (SELECT 1 FROM attempt a WHERE a.delivery = d.id"
        " AND a.number < d.attempts AND NOT EXISTS (SELECT 1 FROM event e WHERE e.delivery = d.id AND e.attempt = a.number))",
        "deliveries that were tried again before the attempt before had an end",
    ),
    (
        "SELECT count(*) FROM attempt a WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = a.delivery)",
        "attempts of a delivery that is not there",
    ),
    (
        # the first attempts of its members are one request; those after it are replays of the same
        "SELECT count(*) FROM (SELECT 1 FROM (SELECT batch, min(run) AS run, min(claimed_at) AS at, min(account) AS least,"
        " max(account) AS most, count(DISTINCT digest) AS digests FROM attempt WHERE batch <> '' GROUP BY batch, delivery)"
        " GROUP BY batch HAVING min(run) < max(run) OR min(at) < max(at) OR min(least) < max(most) OR max(digests) > 1)",
        "batches whose members left at different moments, through different accounts, or changed since",
    ),
    (
        "SELECT count(*) FROM event e WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = e.delivery AND d.attempts >= e.attempt)",
        "events of an attempt that is not there",
    ),
    (
        "SELECT count(*) FROM delivery d WHERE NOT EXISTS (SELECT 1 FROM edition e WHERE e.release = d.release AND e.digest = d.edition)",
        "deliveries of an edition that is not there",
    ),
    (
        "SELECT count(*) FROM delivery WHERE key <> made_key(release, edition, recipient, live) AND recipient <> made_mark(key)",
        "deliveries whose key does not belong to them",
    ),
)


def wrong_with(db: sqlite3.Connection) -> list[str]:
    """What is wrong with the log behind a connection, in words; empty when nothing is. Raises sqlite3.Error, KeyError."""
    secret: bytes = dict(db.execute("SELECT name, value FROM meta"))["secret"]
    return violations(db, lambda *duty, live: key(secret, *duty, live=live), partial(forgotten_mark, secret))


def violations(db: sqlite3.Connection, key: Callable[..., str], mark: Callable[[str], str]) -> list[str]:
    """What is wrong, in words; empty when nothing is. `key(release, edition, recipient, live=…)` makes a delivery's key.

    `mark(key)` makes what stands for the recipient of a delivery once they were forgotten.

    Raises sqlite3.Error where the file cannot be read that far.
    """
    found = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"the guard {name} is not as it was made" for name in _changed_guards(db)]
    if {(state, move, then) for state, move, then in db.execute("SELECT state, move, next FROM move")} != {
        (str(state), str(move), str(then)) for (state, move), then in MOVES.items()
    }:
        found.append("the table of legal moves is not as it was made")
    db.create_function("made_key", 4, lambda release, edition, recipient, live: key(release, edition, recipient, live=bool(live)))
    db.create_function("made_mark", 1, mark)
    for sql, text in QUERIES:
        count = db.execute(sql).fetchone()[0]
        if count:
            found.append(f"{count} {text}")
    return found


def _changed_guards(db: sqlite3.Connection) -> list[str]:
    """The triggers that are missing or changed."""
    fresh = sqlite3.connect(":memory:")
    fresh.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    meant, there = dict(fresh.execute(triggers)), dict(db.execute(triggers))
    fresh.close()
    return sorted(name for name in meant if there.get(name) != meant[name])
