"""What can be asked of the delivery log: nothing here changes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from pressctl.delivery import State
from pressctl.delivery_log.guards import connect, storage_error
from pressctl.delivery_log.rows import COLUMNS, Attempt, Batch, Delivery, as_delivery

BOOTED = "coalesce((SELECT value FROM meta WHERE name = 'booted ' || attempt.run), '')"  # of the run that made an attempt
# Without what is the same for all that is planned in a run: to make a text of each field of each row is what reading costs.
DUE = """SELECT id, key, contact, name, outlet, list, recipient, address, channel, wave, personal, planned_at, due_at, reason
         FROM delivery WHERE run = ? AND state = 'planned' AND (wave, id) > (?, ?) ORDER BY wave, id LIMIT ?"""


def _planned(run: int, about: tuple[Any, ...], row: tuple[Any, ...]) -> Delivery:
    """A row of DUE: what is planned was never claimed."""
    release, edition, live = about
    *who, planned_at, due_at, reason = row
    state = (State.PLANNED, 0, 0, "", "", planned_at, None, due_at, reason, "", run)
    return Delivery._make((*who[:2], release, edition, bool(live), *who[2:], *state))


class Questions:
    """The reading side of an open log. Each question raises LogError where the file fails."""

    path: Path
    secret: bytes
    _db: sqlite3.Connection
    _reader: sqlite3.Connection | None = None  # for what is read beside a step that is being written
    _gathered = 0  # the last event whose provider id is among those that `by_provider_id` knows

    def due(self, run: int, after: tuple[int, int], limit: int) -> list[Delivery]:
        """Planned deliveries of a run in the order of sending, from behind a wave and id. Read once, never again.

        By a connection of its own: it may be asked on one thread while a step is written on another, and waits for nothing. To
        read on the thread that writes would cost the interpreter two changes of threads a row.
        """
        try:
            if self._reader is None:
                self._reader = connect(self.path, "ro")
            found = self._reader.execute("SELECT release, edition, live FROM run WHERE id = ?", (run,)).fetchone()
            rows = self._reader.execute(DUE, (run, *after, limit))
            return [_planned(run, found, row) for row in rows]
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault

    def due_again(self, run: int, now: float, limit: int) -> list[Delivery]:
        """Deliveries of a run that wait for another attempt, or for a replay, and whose time has come."""
        sql = f"""SELECT {COLUMNS} FROM delivery WHERE run = ? AND state IN ('deferred', 'uncertain') AND due_at <= ?
                  ORDER BY due_at, id LIMIT ?"""
        return [as_delivery(row) for row in self._ask(sql, (run, now, limit))]

    def _ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault

    def next_due(self, run: int) -> float | None:
        """When the next delivery of this run that waits may be tried again; None where none waits."""
        rows = self._ask("SELECT min(due_at) FROM delivery WHERE run = ? AND state IN ('deferred', 'uncertain') AND due_at < 9e15", (run,))
        return None if rows[0][0] is None else float(rows[0][0])

    def counts(self, release: str, edition: str, *, live: bool, run: int = 0) -> dict[State, int]:
        """How many deliveries of an edition are in each state; of one run only where `run` is given."""
        sql = "SELECT state, count(*) FROM delivery WHERE release = ? AND live = ? AND edition = ?"
        values: tuple[Any, ...] = (release, live, edition)
        if run:
            sql, values = sql + " AND run = ?", (*values, run)
        found = {State(state): count for state, count in self._ask(sql + " GROUP BY state", values)}
        return {state: found.get(state, 0) for state in State}

    def deliveries(
        self, *, release: str = "", edition: str = "", live: bool | None = None, states: Sequence[State] = (), limit: int = -1
    ) -> Iterator[Delivery]:
        """Deliveries, oldest first, of everything or of what is named."""
        clauses, values = ["1"], list[Any]()
        for clause, value in (("release = ?", release), ("edition = ?", edition), ("live = ?", live)):
            if value not in ("", None):
                clauses.append(clause)
                values.append(value)
        if release and states and not edition:  # lets the index be used to its end: a release has few editions
            clauses.append("edition IN (SELECT digest FROM edition WHERE release = ?)")
            values.append(release)
        if states:
            clauses.append(f"state IN ({', '.join('?' * len(states))})")
            values += states
        sql = f"SELECT {COLUMNS} FROM delivery WHERE {' AND '.join(clauses)} ORDER BY id LIMIT ?"
        try:
            for row in self._db.execute(sql, (*values, limit)):
                yield as_delivery(row)
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault

    def delivery(self, key: str) -> Delivery | None:
        """The delivery with this key, or whose key begins so if only one does."""
        rows = self._ask(f"SELECT {COLUMNS} FROM delivery WHERE key >= ? AND key < ? LIMIT 2", (key, key + "g"))
        return as_delivery(rows[0]) if len(rows) == 1 else None

    def attempts(self, delivery: Delivery) -> list[Attempt]:
        """Every attempt of a delivery with what ended it, and later events, in order."""
        claims = {
            number: (account, digest.hex(), at, batch)
            for number, account, digest, at, batch in self._ask(
                "SELECT number, account, digest, claimed_at, batch FROM attempt WHERE delivery = ?", (delivery.id,)
            )
        }
        events = self._ask(
            "SELECT attempt, at, move, evidence, status, provider_id, reason, answer FROM event WHERE delivery = ? ORDER BY id",
            (delivery.id,),
        )
        ended = {event[0] for event in events}
        events += [(number, None, "", "", 0, "", "", "") for number in claims if number not in ended]
        rows = []
        for event in events:
            account, digest, at, batch = claims.get(event[0], ("", "", 0.0, ""))
            ended_at, move, evidence, status, provider_id, reason, answer = event[1:]
            rows.append(
                Attempt(delivery.key, event[0], account, digest, at, ended_at, move, evidence, status, provider_id, reason, answer, batch)
            )
        return sorted(rows, key=lambda a: (a.number, a.at or 0))

    def first_claim(self, delivery: Delivery, account: str) -> tuple[float, bytes, str] | None:
        """When this delivery was first claimed by itself through this account, the digest of that request, `booted` of that run."""
        sql = f"SELECT claimed_at, digest, {BOOTED} FROM attempt WHERE delivery = ? AND account = ? AND batch = '' ORDER BY number LIMIT 1"
        rows = self._ask(sql, (delivery.id, account))
        return (float(rows[0][0]), bytes(rows[0][1]), str(rows[0][2])) if rows else None

    def batch(self, delivery: Delivery) -> Batch | None:
        """The batch that this delivery's last attempt left in; None where it left by itself."""
        found = self._ask("SELECT batch FROM attempt WHERE delivery = ? AND number = ? AND batch <> ''", (delivery.id, delivery.attempts))
        if not found:
            return None
        columns = ", ".join(f"d.{name}" for name in Delivery._fields)
        sql = f"""SELECT {columns}, max(a.number), min(a.digest), count(DISTINCT a.digest)
                  FROM attempt a JOIN delivery d ON d.id = a.delivery
                  WHERE a.batch = ? AND a.batch <> '' GROUP BY a.delivery ORDER BY a.delivery"""
        rows = self._ask(sql, found[0])
        members = tuple((as_delivery(row[:-3]), bytes(row[-2])) for row in rows)
        whole = all(one.attempts == row[-3] and row[-1] == 1 for row, (one, _) in zip(rows, members, strict=True))
        first = self._ask(
            f"""SELECT claimed_at, {BOOTED} FROM attempt WHERE account = ?
                AND delivery IN (SELECT delivery FROM attempt WHERE batch = ? AND batch <> '') ORDER BY claimed_at LIMIT 1""",
            (delivery.account, *found[0]),
        )
        return Batch(str(found[0][0]), members, whole, float(first[0][0]), str(first[0][1]))

    def document(self, release: str, edition: str) -> tuple[str, bytes] | None:
        """Digest and document of the edition as it was logged; `edition` may be the beginning of the digest, of one only."""
        rows = self._ask(
            "SELECT digest, document FROM edition WHERE release = ? AND digest >= ? AND digest < ?", (release, edition, edition + "g")
        )
        return (str(rows[0][0]), bytes(rows[0][1])) if len(rows) == 1 else None

    def editions(self, release: str, *, live: bool) -> list[tuple[str, int]]:
        """The editions of a release, newest first, each with the number of its deliveries that were ever claimed."""
        sql = """SELECT e.digest, (SELECT count(*) FROM delivery d WHERE d.release = e.release AND d.edition = e.digest
                                   AND d.live = ? AND d.attempts > 0)
                 FROM edition e WHERE e.release = ? ORDER BY e.added_at DESC, e.rowid DESC"""
        return [(digest, claimed) for digest, claimed in self._ask(sql, (live, release))]

    def latest(self, release: str) -> tuple[str, bool] | None:
        """Edition and live-or-rehearsal of the last run of a release."""
        rows = self._ask("SELECT edition, live FROM run WHERE release = ? ORDER BY id DESC LIMIT 1", (release,))
        return (rows[0][0], bool(rows[0][1])) if rows else None

    def accounts(self) -> set[str]:
        """The accounts that live deliveries went through, by their names in the configuration."""
        return {str(name).split(":")[0] for (name,) in self._ask("SELECT DISTINCT account FROM run WHERE live")}

    def by_provider_id(self, provider_id: str) -> Delivery | None:
        """The delivery that the provider knows by this id; None where there is none, or more than one.

        The ids are gathered here, from what has come since they were last asked for: an index over them, random as they are,
        would cost each message of each send as much as a third of all that is written down about it.
        """
        self._ask(
            "CREATE TEMP TABLE IF NOT EXISTS known (provider_id TEXT, delivery INTEGER, PRIMARY KEY (provider_id, delivery)) WITHOUT ROWID"
        )
        self._ask(
            "INSERT OR IGNORE INTO known SELECT provider_id, delivery FROM event WHERE id > ? AND id <= ? AND provider_id <> ''",
            (self._gathered, last := self._ask("SELECT coalesce(max(id), 0) FROM event")[0][0]),
        )
        self._gathered = last
        rows = self._ask(
            f"SELECT {COLUMNS} FROM delivery WHERE id IN (SELECT delivery FROM known WHERE provider_id = ?) AND provider_id = ? LIMIT 2",
            (provider_id, provider_id),
        )
        return as_delivery(rows[0]) if len(rows) == 1 else None

    def synced(self, account: str) -> float:
        """When this account's reports were last fetched whole; 0 for never."""
        rows = self._ask("SELECT value FROM meta WHERE name = ?", (f"synced {account}",))
        return float(rows[0][0]) if rows else 0.0

    def releases(self) -> list[str]:
        """The releases that the log knows, in the order of their first run."""
        return [row[0] for row in self._ask("SELECT release FROM run GROUP BY release ORDER BY min(id)")]

    def runs(self) -> int:
        """The number of the last run."""
        return int(self._ask("SELECT coalesce(max(id), 0) FROM run")[0][0])

    def steps(self) -> int:
        """How many steps were written, of all runs."""
        return int(self._ask("SELECT value FROM meta WHERE name = 'commits'")[0][0])

    def verify(self) -> list[str]:
        """What is wrong with the log, in words; empty when nothing is. Reads all of it."""
        from pressctl.delivery_log.invariants import wrong_with

        try:
            return wrong_with(self._db)
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault

    def received(self, recipients: Collection[str]) -> list[Delivery]:
        """Every delivery to these recipients, oldest first, by the index that each edition has."""
        sql = f"""SELECT {", ".join("d." + name for name in Delivery._fields)} FROM edition e
                  CROSS JOIN (SELECT 0 AS live UNION SELECT 1) l CROSS JOIN delivery d
                  ON d.release = e.release AND d.edition = e.digest AND d.live = l.live AND d.recipient = ?"""
        rows = [as_delivery(row) for recipient in recipients for row in self._ask(sql, (recipient,))]
        return sorted(rows, key=lambda row: row.id)
