"""The delivery log: the only database. Plan, claim, settle, recover, ask; each move durable before the next step.

SQLite in WAL mode with `synchronous=FULL`: NORMAL survives every killed process and loses deliveries in a power cut.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from pressctl.delivery import MOVES, Evidence, Move, Outcome, State, after
from pressctl.errors import LogError, Place
from pressctl.files import lock, private_folder, sync_folder
from pressctl.office_secret import key as key  # a delivery's name belongs to the log's face

T = TypeVar("T")
SCHEMA = 1
APPLICATION = 0x50524553  # "PRES": tells our file from any other SQLite database
NOT_NOW = 1e16  # seconds since 1970, as `due_at`: not in this run
QUICK_CHECK_LIMIT = 8 * 1024 * 1024  # bytes; a larger log is checked whole only after a run that did not end
DAMAGED = "put back a copy of it from a backup; keep the damaged file"
BUSY = 30.0  # seconds to wait for a reader or a backup tool that locks the file


@dataclass(frozen=True, slots=True)
class Entry:
    """What the plan puts into the log for one recipient. `personal` is JSON; `address` is what the request carries."""

    contact: str
    name: str
    outlet: str
    list: str
    recipient: str
    address: str
    channel: str
    wave: int
    personal: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as the log has it. Times are seconds since 1970, UTC; `settled_at` is None until it was tried."""

    id: int
    key: str
    release: str
    edition: str
    live: bool
    contact: str
    name: str
    outlet: str
    list: str
    recipient: str
    address: str
    channel: str
    wave: int
    personal: bytes = field(repr=False)
    state: State
    attempts: int
    counted: int
    account: str
    provider_id: str
    planned_at: float
    settled_at: float | None
    due_at: float
    reason: str
    event: str
    run: int

    @property
    def forgotten(self) -> bool:
        """Whether the recipient was erased: nothing can be sent or shown of it any more."""
        return self.recipient.startswith(f"{FORGOTTEN}:")


@dataclass(frozen=True, slots=True)
class Claim:
    """A wish to send: the delivery as it was read, and the digest of the request that would leave.

    In a batch the digest is that of the delivery's own message, and `batch` is the same for all that leave in one request.
    """

    delivery: Delivery
    account: str
    digest: bytes
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a claimed delivery's attempt went; `due_at` says when another may be made."""

    claim: Claim
    outcome: Outcome
    due_at: float = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt with its end, if it has one. `digest` is the SHA-256 of the request in hex."""

    delivery: str
    number: int
    account: str
    digest: str
    claimed_at: float
    at: float | None
    move: str
    evidence: str
    status: int
    provider_id: str
    reason: str
    answer: str
    batch: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries that left in one request, in its order, and the digests of that time.

    `whole` is False where one of them was tried otherwise since; `first` is when any of them was first claimed through
    the same account, in seconds since 1970.
    """

    id: str
    members: tuple[tuple[Delivery, bytes], ...]
    whole: bool
    first: float


# Which deliveries a claim may be refused for, at the very moment: None is yes, else why not (it becomes withdrawn
# where `final`, else it stays as it is).
@dataclass(frozen=True, slots=True)
class No:
    """Why a delivery must not leave now. `final` withdraws it; else it waits for a later run."""

    reason: str
    final: bool


Permit = Callable[[Delivery], "No | None"]

COLUMNS = ", ".join(Delivery.__dataclass_fields__)
ROWS = 128  # of values in one statement; each count is a statement of its own, kept ready by SQLite
PLAN = """INSERT INTO delivery (key, release, edition, live, contact, name, outlet, list, recipient, address, channel, wave,
          personal, planned_at, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (release, edition, live, recipient) DO UPDATE SET run = excluded.run, counted = 0, due_at = 0"""
CLAIM = """UPDATE delivery SET state = 'claimed', move = ?, attempts = attempts + 1, account = ?, reason = ''
           WHERE id = ? AND state = ? AND attempts = ?"""
SETTLE = """UPDATE delivery SET state = ?, move = ?, counted = counted + ?, provider_id = ?, settled_at = ?, due_at = ?, reason = ?
            WHERE id = ? AND state = ? AND attempts = ?"""
# The same for many at once: `…` stands for as many rows of values as there are.
CLAIM_ALL = """UPDATE delivery SET state = 'claimed', move = wish.move, attempts = wish.attempts + 1, account = wish.account, reason = ''
               FROM (SELECT column1 AS id, column2 AS move, column3 AS account, column4 AS state, column5 AS attempts
                     FROM (VALUES …(?, ?, ?, ?, ?))) AS wish
               WHERE delivery.id = wish.id AND delivery.state = wish.state AND delivery.attempts = wish.attempts"""
SETTLE_ALL = """UPDATE delivery SET state = result.state, move = result.move, counted = counted + result.counts, settled_at = ?,
                  provider_id = result.provider_id, due_at = result.due_at, reason = result.reason
                FROM (SELECT column1 AS id, column2 AS attempt, column3 AS state, column4 AS move, column5 AS counts,
                        column6 AS provider_id, column7 AS due_at, column8 AS reason
                      FROM (VALUES …(?, ?, ?, ?, ?, ?, ?, ?))) AS result
                WHERE delivery.id = result.id AND delivery.state = 'claimed' AND delivery.attempts = result.attempt"""
ATTEMPTS = "INSERT INTO attempt VALUES …(?, ?, ?, ?, ?, ?, ?)"
EVENTS = """INSERT INTO event (delivery, attempt, at, move, evidence, status, provider_id, reason, answer)
            VALUES …(?, ?, ?, ?, ?, ?, ?, ?, ?)"""
FORGOTTEN = "forgotten"
FORGET = """UPDATE delivery SET recipient = ?, contact = ?, name = ?, outlet = '', address = '', personal = x'7b7d', reason = ''
            WHERE id = ?"""
FORGET_EVENTS = "UPDATE event SET reason = '', answer = '' WHERE delivery = ?"
EVENT = """INSERT INTO event (delivery, attempt, at, move, evidence, status, provider_id, reason, answer)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class DeliveryLog:
    """An open log. One process sends at a time: it holds an operating-system lock for as long as it lives."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection
        self._lock: Lock | None = None
        meta = dict(self._db.execute("SELECT name, value FROM meta"))
        self.id: str = meta["id"]
        self.secret: bytes = meta["secret"]
        self._count = CommitCount(path.with_suffix(".count"))
        lacking = self._count.of(self.id) - int(meta["commits"])
        if lacking > 0:
            self._count.close()
            raise LogError(
                f"this is an older copy of the delivery log, or a part of it was lost: it lacks the last {lacking} steps that were written",
                Place(str(path)),
                f"put back the newest copy, together with its `-wal` file. Only if there is none: delete {self._count.path.name}, "
                "and what this copy does not know is sent again",
            )
        self._count.note(self.id, int(meta["commits"]))

    def close(self) -> None:
        """Close the file and let go of the lock."""
        self._db.close()
        self._count.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> DeliveryLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── the sending process ──────────────────────────────────────────────────────────────────────────────────────

    def hold(self, holder: str) -> None:
        """Become the one sender; raises LogError naming who is, and since when. Then nobody else's claims can be alive."""
        self._lock = Lock(self.path.with_suffix(".lock"), holder)

    def recover(self, now: float) -> int:
        """Call what a process that is gone had claimed *uncertain*; the number of them. Only for the one sender."""
        with self._transaction() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM delivery WHERE state = 'claimed' ORDER BY id").fetchall()
            lost = Outcome(Move.LOSE, Evidence.UNKNOWN, "the sending process ended before the outcome was known")
            for delivery in map(_delivery, rows):
                self._settle(db, Settled(Claim(delivery, delivery.account, b""), lost), now, delivery.attempts)
            db.execute("UPDATE run SET ended_at = ? WHERE ended_at IS NULL", (now,))  # opening this log has examined it whole
        return len(rows)

    def begin(
        self, release: str, digest: str, document: bytes, *, live: bool, account: str, holder: str, entries: Iterable[Entry], now: float
    ) -> int:
        """Put an edition and its deliveries into the log, all or nothing; the number of this run.

        A delivery that is there already is only marked as wanted by this run; its state stays.
        """
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO edition VALUES (?, ?, ?, ?)", (release, digest, document, now))
            cursor = db.execute(
                "INSERT INTO run (release, edition, live, account, holder, started_at) VALUES (?, ?, ?, ?, ?, ?)",
                (release, digest, live, account, holder, now),
            )
            run = int(cursor.lastrowid or 0)
            gone = self._forgotten(db, release, digest, live)  # they are written to again on their wish, and have this edition
            rows = (self._row(entry, release, digest, live, now, run) for entry in entries)
            db.executemany(PLAN, (row for row in rows if row[0] not in gone))
        return run

    def _forgotten(self, db: sqlite3.Connection, release: str, digest: str, live: bool) -> frozenset[str]:
        """The keys of an edition's deliveries whose recipients were forgotten."""
        sql = "SELECT key FROM delivery WHERE release = ? AND edition = ? AND live = ? AND recipient >= ? AND recipient < ?"
        return frozenset(row[0] for row in db.execute(sql, (release, digest, live, f"{FORGOTTEN}:", f"{FORGOTTEN};")))

    def _row(self, e: Entry, release: str, digest: str, live: bool, now: float, run: int) -> tuple[Any, ...]:
        name = key(self.secret, release, digest, e.recipient, live=live)
        return (
            name,
            release,
            digest,
            live,
            e.contact,
            e.name,
            e.outlet,
            e.list,
            e.recipient,
            e.address,
            e.channel,
            e.wave,
            e.personal,
            now,
            run,
        )

    def end(self, run: int, now: float) -> None:
        """Note that a run came to its own end."""
        with self._transaction() as db:
            db.execute("UPDATE run SET ended_at = ? WHERE id = ?", (now, run))

    def due(self, run: int, after: tuple[int, int], limit: int) -> list[Delivery]:
        """Planned deliveries of a run in the order of sending, from behind a wave and id. Read once, never again."""
        sql = f"SELECT {COLUMNS} FROM delivery WHERE run = ? AND state = 'planned' AND (wave, id) > (?, ?) ORDER BY wave, id LIMIT ?"
        return [_delivery(row) for row in self._ask(sql, (run, *after, limit))]

    def due_again(self, run: int, now: float, limit: int) -> list[Delivery]:
        """Deliveries of a run that wait for another attempt, or for a replay, and whose time has come."""
        sql = f"""SELECT {COLUMNS} FROM delivery WHERE run = ? AND state IN ('deferred', 'uncertain') AND due_at <= ?
                  ORDER BY due_at, id LIMIT ?"""
        return [_delivery(row) for row in self._ask(sql, (run, now, limit))]

    def shelve(self, until: float, *deliveries: Delivery) -> None:
        """Let deliveries that wait wait longer; their state stays."""
        with self._transaction() as db:
            values = ((until, delivery.id, delivery.state) for delivery in deliveries)
            db.executemany("UPDATE delivery SET due_at = ? WHERE id = ? AND state = ?", values)

    def commit(self, settled: Sequence[Settled], claims: Sequence[Claim], permit: Permit, now: float) -> list[Claim]:
        """One durable step: outcomes in, claims out. Returns the claims that were granted; only those may speak.

        `permit` is asked inside the transaction. A claim whose delivery has moved meanwhile is not granted.
        """
        with self._transaction() as db:
            for few in _chunks(settled):
                self._settle_all(db, few, now)
            permitted, broken = [], set[str]()
            for claim in claims:
                no = permit(claim.delivery)
                if no is None:
                    permitted.append(claim)
                else:
                    self._refuse(db, claim.delivery, no, now)
                    broken |= {claim.batch} if claim.batch and claim.delivery.state is State.UNCERTAIN else set()
            if broken:  # a batch is replayed as it was, or not at all
                permitted = [claim for claim in permitted if claim.batch not in broken]
            return [claim for few in _chunks(permitted) for claim in self._claim_all(db, few, now)]

    def _settle_all(self, db: sqlite3.Connection, settled: Sequence[Settled], now: float) -> None:
        """Many outcomes in two statements: SQLite then works beside the interpreter instead of taking turns with it."""
        moves, events = list[Any](), list[Any]()
        for one in settled:
            o, delivery = _proven(one), one.claim.delivery
            attempt = delivery.attempts + 1
            counts = int(o.counts and o.move is not Move.ACCEPT)
            moves += (delivery.id, attempt, after(State.CLAIMED, o.move), o.move, counts, o.provider_id, one.due_at, o.reason)
            events += (delivery.id, attempt, now, o.move, o.evidence, o.status, o.provider_id, o.reason, o.answer)
        if db.execute(_many(SETTLE_ALL, len(settled)), (now, *moves)).rowcount != len(settled):
            name = f"delivery {settled[0].claim.delivery.key}" if len(settled) == 1 else "a delivery"
            raise LogError(f"the log no longer has {name} as claimed", Place(str(self.path)), "run `pressctl log verify`")
        db.execute(_many(EVENTS, len(settled)), events)

    def _claim_all(self, db: sqlite3.Connection, claims: Sequence[Claim], now: float) -> Sequence[Claim]:
        moves, attempts = list[Any](), list[Any]()
        for claim in claims:
            delivery = claim.delivery
            move = Move.REPLAY if delivery.state is State.UNCERTAIN else Move.CLAIM
            after(delivery.state, move)
            moves += (delivery.id, move, claim.account, delivery.state, delivery.attempts)
            attempts += (delivery.id, delivery.attempts + 1, delivery.run, claim.account, claim.digest, now, claim.batch)
        db.execute("SAVEPOINT claims")
        if db.execute(_many(CLAIM_ALL, len(claims)), moves).rowcount == len(claims):
            db.execute(_many(ATTEMPTS, len(claims)), attempts)
            granted: Sequence[Claim] = claims
        else:  # somebody moved one of them meanwhile: find out which
            db.execute("ROLLBACK TO claims")
            granted = [claim for claim in claims if self._claim(db, claim, now)]
        db.execute("RELEASE claims")
        return granted

    def _refuse(self, db: sqlite3.Connection, delivery: Delivery, no: No, now: float) -> None:
        """A delivery that must not leave now: withdrawn, or left as it is until a later run, with the reason."""
        if no.final and delivery.state in (State.PLANNED, State.DEFERRED):
            self._withdraw(db, delivery, no.reason, now)
        else:
            reason = delivery.reason if delivery.state is State.UNCERTAIN else no.reason
            values = (NOT_NOW, reason, delivery.id, delivery.state, delivery.attempts)
            db.execute("UPDATE delivery SET due_at = ?, reason = ? WHERE id = ? AND state = ? AND attempts = ?", values)

    def _claim(self, db: sqlite3.Connection, claim: Claim, now: float) -> bool:
        delivery = claim.delivery
        move = Move.REPLAY if delivery.state is State.UNCERTAIN else Move.CLAIM
        after(delivery.state, move)
        cursor = db.execute(CLAIM, (move, claim.account, delivery.id, delivery.state, delivery.attempts))
        if cursor.rowcount != 1:
            return False
        row = (delivery.id, delivery.attempts + 1, delivery.run, claim.account, claim.digest, now, claim.batch)
        db.execute("INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return True

    def _settle(self, db: sqlite3.Connection, one: Settled, now: float, attempt: int) -> None:
        o, delivery = _proven(one), one.claim.delivery
        state = after(State.CLAIMED, o.move)
        values = (state, o.move, int(o.counts and o.move is not Move.ACCEPT), o.provider_id, now, one.due_at, o.reason)
        cursor = db.execute(SETTLE, (*values, delivery.id, State.CLAIMED, attempt))
        if cursor.rowcount != 1:
            raise LogError(f"the log no longer has delivery {delivery.key} as claimed", Place(str(self.path)), "run `pressctl log verify`")
        db.execute(EVENT, (delivery.id, attempt, now, o.move, o.evidence, o.status, o.provider_id, o.reason, o.answer))

    def _withdraw(self, db: sqlite3.Connection, delivery: Delivery, reason: str, now: float) -> None:
        after(delivery.state, Move.WITHDRAW)
        values = (State.WITHDRAWN, Move.WITHDRAW, 0, "", now, 0, reason, delivery.id, delivery.state, delivery.attempts)
        if db.execute(SETTLE, values).rowcount == 1:
            db.execute(EVENT, (delivery.id, delivery.attempts, now, Move.WITHDRAW, "", 0, "", reason, ""))

    def withdraw(self, deliveries: Iterable[Delivery], reason: str, now: float) -> None:
        """Take planned or deferred deliveries back; those that have moved meanwhile stay as they are."""
        with self._transaction() as db:
            for delivery in deliveries:
                self._withdraw(db, delivery, reason, now)

    def resolve(self, delivery: Delivery, outcome: Outcome, now: float) -> bool:
        """Settle an uncertain delivery by what the provider or a person says; False if it has moved meanwhile."""
        state = after(State.UNCERTAIN, outcome.move)
        with self._transaction() as db:
            values = (state, outcome.move, 0, outcome.provider_id, now, 0, outcome.reason, delivery.id, State.UNCERTAIN, delivery.attempts)
            if db.execute(SETTLE, values).rowcount != 1:
                return False
            o = outcome
            db.execute(EVENT, (delivery.id, delivery.attempts, now, o.move, o.evidence, o.status, o.provider_id, o.reason, o.answer))
        return True

    # ── forgetting somebody ──────────────────────────────────────────────────────────────────────────────────────

    def forget(self, recipients: Collection[str], now: float) -> int:
        """Erase everything that tells who these recipients are; the number of deliveries. Only for the one sender.

        What is still to be sent to them is withdrawn first. Keys, states and times stay, so that counts stay right and
        nothing is sent twice; `recipient` becomes a mark that only this log's secret can make for this very delivery.
        Afterwards no page of the file and no `-wal` holds the words. Raises LogError where a delivery is uncertain.
        """
        self.refuse_unsettled(recipients)
        rows = self.received(recipients)
        if rows:
            with self._transaction() as db:
                for row in rows:
                    if row.state in (State.PLANNED, State.DEFERRED):
                        self._withdraw(db, row, "forgotten", now)
                with _unguarded(db, "delivery_is_itself", "event_is_final"):
                    for row in rows:
                        mark = forgotten_mark(self.secret, row.key)
                        db.execute(FORGET, (mark, FORGOTTEN, FORGOTTEN, row.id))
                        db.execute(FORGET_EVENTS, (row.id,))
        self.compact()
        return len(rows)

    def refuse_unsettled(self, recipients: Collection[str]) -> None:
        """Raise LogError where a delivery to them may be on its way: without the address nobody could find out."""
        for row in self.received(recipients):
            if row.state in (State.UNCERTAIN, State.CLAIMED):
                text = "a delivery to them is uncertain, and could not be settled without the address"
                raise LogError(text, Place(str(self.path)), f"settle it first: `pressctl resolve {row.release}`")

    def compact(self) -> None:
        """Write the file anew, without what was deleted or changed, and empty the `-wal`. Raises LogError."""
        try:
            self._db.execute("VACUUM")
            busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault
        if busy:
            text = "another program reads the delivery log, so old pages could not be erased yet"
            raise LogError(text, Place(str(self.path)), "close it, then run the same command again")

    def received(self, recipients: Collection[str]) -> list[Delivery]:
        """Every delivery to these recipients, oldest first, by the index that each edition has."""
        sql = f"""SELECT {", ".join("d." + name for name in Delivery.__dataclass_fields__)} FROM edition e
                  CROSS JOIN (SELECT 0 AS live UNION SELECT 1) l CROSS JOIN delivery d
                  ON d.release = e.release AND d.edition = e.digest AND d.live = l.live AND d.recipient = ?"""
        rows = [_delivery(row) for recipient in recipients for row in self._ask(sql, (recipient,))]
        return sorted(rows, key=lambda row: row.id)

    # ── what the terminals on one account share ──────────────────────────────────────────────────────────────────

    def reserve(self, account: str, wanted: int, per_second: float, now: float) -> tuple[int, float]:
        """How many of `wanted` requests may leave now, and the seconds until the next one may.

        One request each 1/`per_second` seconds, so that no window of a second ever holds more than the rate.
        """
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO account (name) VALUES (?)", (account,))
            next_at, paused = db.execute("SELECT next_at, paused_until FROM account WHERE name = ?", (account,)).fetchone()
            if paused > now:
                return 0, paused - now
            if per_second <= 0:
                return wanted, 0.0
            gap = 1 / per_second
            if next_at > now + gap:  # the clock was set back: never wait longer than one gap for it
                next_at = now + gap
                db.execute("UPDATE account SET next_at = ? WHERE name = ?", (next_at, account))
            if next_at > now:
                return 0, next_at - now
            db.execute("UPDATE account SET next_at = ? WHERE name = ?", (now + gap, account))
        return min(1, wanted), gap

    def pause(self, account: str, until: float) -> None:
        """Let no request of this account leave before `until`, whoever sends it."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO account (name) VALUES (?)", (account,))
            db.execute("UPDATE account SET paused_until = max(paused_until, ?) WHERE name = ?", (until, account))

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────

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
                yield _delivery(row)
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault

    def delivery(self, key: str) -> Delivery | None:
        """The delivery with this key, or whose key begins so if only one does."""
        rows = self._ask(f"SELECT {COLUMNS} FROM delivery WHERE key >= ? AND key < ? LIMIT 2", (key, key + "g"))
        return _delivery(rows[0]) if len(rows) == 1 else None

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

    def first_claim(self, delivery: Delivery, account: str) -> tuple[float, bytes] | None:
        """When this delivery was first claimed by itself through this account, and the digest of the request of that time."""
        sql = "SELECT claimed_at, digest FROM attempt WHERE delivery = ? AND account = ? AND batch = '' ORDER BY number LIMIT 1"
        rows = self._ask(sql, (delivery.id, account))
        return (float(rows[0][0]), bytes(rows[0][1])) if rows else None

    def batch(self, delivery: Delivery) -> Batch | None:
        """The batch that this delivery's last attempt left in; None where it left by itself."""
        found = self._ask("SELECT batch FROM attempt WHERE delivery = ? AND number = ? AND batch <> ''", (delivery.id, delivery.attempts))
        if not found:
            return None
        columns = ", ".join(f"d.{name}" for name in Delivery.__dataclass_fields__)
        sql = f"""SELECT {columns}, max(a.number), min(a.digest), count(DISTINCT a.digest)
                  FROM attempt a JOIN delivery d ON d.id = a.delivery
                  WHERE a.batch = ? AND a.batch <> '' GROUP BY a.delivery ORDER BY a.delivery"""
        rows = self._ask(sql, found[0])
        members = tuple((_delivery(row[:-3]), bytes(row[-2])) for row in rows)
        whole = all(one.attempts == row[-3] and row[-1] == 1 for row, (one, _) in zip(rows, members, strict=True))
        first = self._ask(
            """SELECT min(claimed_at) FROM attempt WHERE account = ?
               AND delivery IN (SELECT delivery FROM attempt WHERE batch = ? AND batch <> '')""",
            (delivery.account, *found[0]),
        )
        return Batch(str(found[0][0]), members, whole, float(first[0][0]))

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
        """The delivery that the provider knows by this id; None where there is none, or more than one."""
        rows = self._ask(f"SELECT {COLUMNS} FROM delivery WHERE provider_id = ? AND provider_id <> '' LIMIT 2", (provider_id,))
        return _delivery(rows[0]) if len(rows) == 1 else None

    def note(self, delivery: Delivery, at: float, kind: str, event: str, detail: str) -> bool:
        """Add a provider's report; False where the same is there already. `event` is what the delivery shows from now on."""
        with self._transaction() as db:
            same = "SELECT 1 FROM event WHERE delivery = ? AND at = ? AND evidence = ? AND reason = ?"
            if db.execute(same, (delivery.id, at, Evidence.EVENT, kind)).fetchone():
                return False
            db.execute(EVENT, (delivery.id, delivery.attempts, at, "", Evidence.EVENT, 0, "", kind, detail))
            db.execute("UPDATE delivery SET event = ? WHERE id = ?", (event, delivery.id))
        return True

    def synced(self, account: str) -> float:
        """When this account's reports were last fetched whole; 0 for never."""
        rows = self._ask("SELECT value FROM meta WHERE name = ?", (f"synced {account}",))
        return float(rows[0][0]) if rows else 0.0

    def set_synced(self, account: str, at: float) -> None:
        """Remember until when this account's reports are known."""
        with self._transaction() as db:
            db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (f"synced {account}", at))

    def releases(self) -> list[str]:
        """The releases that the log knows, in the order of their first run."""
        return [row[0] for row in self._ask("SELECT release FROM run GROUP BY release ORDER BY min(id)")]

    def runs(self) -> int:
        """The number of the last run."""
        return int(self._ask("SELECT coalesce(max(id), 0) FROM run")[0][0])

    def verify(self) -> list[str]:
        """What is wrong with the log, in words; empty when nothing is. Reads all of it."""
        from pressctl.log_invariants import violations

        try:
            mark = partial(forgotten_mark, self.secret)
            return violations(self._db, lambda *duty, live: key(self.secret, *duty, live=live), mark)
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("UPDATE meta SET value = value + 1 WHERE name = 'commits'")
                commits = int(self._db.execute("SELECT value FROM meta WHERE name = 'commits'").fetchone()[0])
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # the first fault is the one to tell
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault
        self._count.note(self.id, commits)


def _proven(one: Settled) -> Outcome:
    """The outcome as far as it is proven: a replay that was not applied, or was refused, says nothing of the attempt before it."""
    o = one.outcome
    if one.claim.delivery.state is State.UNCERTAIN and o.move in (Move.DEFER, Move.REJECT):
        return replace(o, move=Move.LOSE, reason=f"{o.reason}; what became of the attempt before is still unknown")
    return o


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + ROWS] for start in range(0, len(values), ROWS))


@contextlib.contextmanager
def _unguarded(db: sqlite3.Connection, *names: str) -> Iterator[None]:
    """Without these guards, inside the transaction: it ends with them as they were, or with nothing changed."""
    guards = [db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (name,)).fetchone()[0] for name in names]
    for name in names:
        db.execute(f"DROP TRIGGER {name}")
    yield
    for guard in guards:
        db.execute(guard)


def forgotten_mark(secret: bytes, delivery: str) -> str:
    """What stands for the recipient of a delivery, by its key, once they were forgotten."""
    import hmac

    return f"{FORGOTTEN}:{hmac.digest(secret, b'forgotten' + delivery.encode(), 'sha256').hex()[:32]}"


@lru_cache(512)
def _many(sql: str, count: int) -> str:
    """The statement with so many rows of values."""
    head, row = sql.split("…")
    values, bracket, rest = row.partition(")")
    return head + ", ".join([values + bracket] * count) + rest


def _delivery(row: tuple[Any, ...]) -> Delivery:
    values = list(row)
    values[4], values[14] = bool(values[4]), State(values[14])
    return Delivery(*values)


def storage_error(path: Path, fault: sqlite3.Error) -> LogError:
    """What to tell of a database fault, and what to do about it."""
    text = str(fault)
    if "locked" in text or "busy" in text:
        return LogError(
            "another program has kept the delivery log locked",
            Place(str(path)),
            "close the backup or database program that has it open, then run the same command again",
        )
    if "full" in text:
        return LogError(
            "the disk is full, so the delivery log cannot be written; sending stopped",
            Place(str(path)),
            "free some space, then run the same command again",
        )
    if "readonly" in text or "unable to open" in text or "not permitted" in text or "denied" in text:
        return LogError(
            "the delivery log cannot be written; nothing is sent without it",
            Place(str(path)),
            "make the folder and the file writable for you",
        )
    if "malformed" in text or "not a database" in text or "no such" in text:
        return LogError("this file is damaged, or is not a delivery log", Place(str(path)), DAMAGED)
    return LogError(
        f"the delivery log failed: {text}; sending stopped", Place(str(path)), "run `pressctl log verify`, then the same command again"
    )


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, timeout=BUSY, isolation_level=None, check_same_thread=False, cached_statements=600)
    db.execute("PRAGMA secure_delete = ON")  # a person who is forgotten must not linger in free pages
    db.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE would delete past the triggers
    return db


def open_log(path: Path) -> DeliveryLog:
    """The log that is there. Raises LogError when it is missing, empty, newer, damaged or not a log."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        raise LogError("there is no delivery log yet", Place(str(path)), "`pressctl send` makes it") from None
    if not stat.S_ISREG(status.st_mode):  # nor a link: the lock of two offices on one log would be two locks
        raise LogError("the delivery log is not a regular file", Place(str(path)), "put the log itself here, not a link or a folder")
    _ours(path.parent)
    if status.st_size == 0:
        raise LogError(
            "the delivery log is empty: what was sent is no longer known",
            Place(str(path)),
            "put back a copy of it from a backup; if nothing was ever sent, delete the empty file",
        )
    db = None
    try:
        db = _connect(path, "rw")
        _examine(path, db, status.st_size)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        return DeliveryLog(path, db)
    except BaseException as fault:
        if db is not None:
            db.close()
        if isinstance(fault, KeyError):
            raise LogError("this file is damaged, or is not a delivery log", Place(str(path)), DAMAGED) from None
        if isinstance(fault, sqlite3.Error):
            raise storage_error(path, fault) from fault
        raise


def _ours(folder: Path) -> None:
    """Raise LogError where others could put another log in the place of ours."""
    status = folder.stat()
    if os.name == "posix" and (status.st_mode & 0o022 or (os.geteuid() not in (0, status.st_uid))):
        raise LogError(
            "others can write to the folder of the delivery log, and so replace it",
            Place(str(folder)),
            f"make it yours alone: `chmod 700 {folder}`",
        )


def _examine(path: Path, db: sqlite3.Connection, size: int) -> None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        raise LogError("this database is not a delivery log", Place(str(path)), "move it away, and put the log back from a backup")
    if version > SCHEMA:
        raise LogError(
            f"the delivery log was made by a newer pressctl (form {version}, this one knows {SCHEMA})",
            Place(str(path)),
            "update pressctl on this machine",
        )
    unfinished = db.execute("SELECT count(*) FROM run WHERE ended_at IS NULL").fetchone()[0]
    if size < QUICK_CHECK_LIMIT or unfinished:
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise LogError("the delivery log is damaged", Place(str(path)), DAMAGED)


def create_log(path: Path, secret: bytes) -> DeliveryLog:
    """A new log, readable by its owner only; made beside and renamed, so that half a log is never found."""
    private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with contextlib.suppress(FileNotFoundError):  # of a process that was killed: in a container the numbers come again
            temporary.unlink()
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        db = _connect(temporary, "rw")
        schema = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
        db.executescript(f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA}; BEGIN; {schema} COMMIT;")
        db.executemany("INSERT INTO move VALUES (?, ?, ?)", [(state, move, then) for (state, move), then in MOVES.items()])
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("id", os.urandom(8).hex()), ("secret", secret), ("commits", 0)])
        db.close()
        os.link(temporary, path)  # fails where another process was faster, which a rename would not
        sync_folder(path.parent)
    except FileExistsError:
        pass
    except OSError as fault:
        raise LogError(f"the delivery log cannot be made: {fault.strerror}", Place(str(path)), "make the folder writable for you") from None
    except sqlite3.Error as fault:
        raise storage_error(path, fault) from fault
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return open_log(path)


class CommitCount:
    """How many commits the log had, kept in a file of its own beside it: an older copy, or a lost `-wal` file, has fewer.

    It is written after the commit and never synced, so it can only lag behind: after a power cut it accuses nobody.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            self._handle = os.open(path, flags, 0o600)
        except OSError:
            self._handle = -1  # a folder that cannot be written stops the log itself, and with a better text

    def of(self, log: str) -> int:
        """The commits that were counted for the log with this id; 0 where nothing is known."""
        if self._handle < 0:
            return 0
        os.lseek(self._handle, 0, os.SEEK_SET)
        name, _, count = os.read(self._handle, 100).decode("ascii", "replace").strip().partition(" ")
        return int(count) if name == log and count.isascii() and count.isdigit() else 0

    def note(self, log: str, commits: int) -> None:
        """Count up to `commits`."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):  # the commit stands; a count that lags behind only protects less
                os.lseek(self._handle, 0, os.SEEK_SET)
                os.write(self._handle, f"{log} {commits:020d}\n".encode())

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class Lock:
    """The operating system's lock on a file: gone with its process, however that ends, so no stale lock can stay."""

    def __init__(self, path: Path, holder: str) -> None:
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as fault:
            raise LogError(
                f"the lock of the delivery log cannot be opened: {fault.strerror}", Place(str(path)), "make the folder writable for you"
            ) from None
        try:
            lock(self._handle)
        except OSError:
            said = os.read(self._handle, 300).decode("utf-8", "replace").strip()
            os.close(self._handle)
            raise LogError(
                f"another pressctl is sending: {said or 'it does not say which'}",
                Place(str(path)),
                "wait until it has ended, or end it; nothing was sent by this command",
            ) from None
        with contextlib.suppress(OSError):  # on a full disk nobody can read who holds it; it is held all the same
            os.ftruncate(self._handle, 0)
            os.write(self._handle, holder.encode())

    def release(self) -> None:
        """Let go of the lock."""
        os.close(self._handle)
