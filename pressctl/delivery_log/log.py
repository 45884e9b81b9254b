"""The delivery log: the only database. Plan, claim, settle, recover; each move durable before the next step."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pressctl.delivery import Evidence, Move, Outcome, State, after
from pressctl.delivery_log import step
from pressctl.delivery_log.guards import CommitCount, Lock, storage_error
from pressctl.delivery_log.questions import Questions
from pressctl.delivery_log.rows import COLUMNS, FORGOTTEN, Claim, Delivery, Entry, No, Permit, Settled, as_delivery, forgotten_mark, key
from pressctl.errors import LogError, Place

T = TypeVar("T")
NOT_NOW = 1e16  # seconds since 1970, as `due_at`: not in this run
PLAN = """INSERT INTO delivery (key, release, edition, live, contact, name, outlet, list, recipient, address, channel, wave,
          personal, planned_at, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (release, edition, live, recipient) DO UPDATE SET run = excluded.run, counted = 0, due_at = 0"""
SETTLE = """UPDATE delivery SET state = ?, move = ?, counted = counted + ?, provider_id = ?, settled_at = ?, due_at = ?, reason = ?
            WHERE id = ? AND state = ? AND attempts = ?"""
FORGET = """UPDATE delivery SET recipient = ?, contact = ?, name = ?, outlet = '', address = '', personal = x'7b7d', reason = ''
            WHERE id = ?"""
FORGET_EVENTS = "UPDATE event SET reason = '', answer = '' WHERE delivery = ?"
EVENT = """INSERT INTO event (delivery, attempt, at, move, evidence, status, provider_id, reason, answer)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
Granted = Sequence[Claim]


class _Surprise(Exception):
    """A delivery has moved since it was read, or a claim is not permitted: nothing of the statement stands."""


class DeliveryLog(Questions):
    """An open log. One process sends at a time: it holds an operating-system lock for as long as it lives."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection
        self._lock: Lock | None = None
        self._intake = False  # whether this connection has the view that steps are written through
        self._permitted: Callable[[], bool] = bool  # whether all claims of the step that is being written may leave
        meta = dict(self._db.execute("SELECT name, value FROM meta"))
        self.id: str = meta["id"]
        self.secret: bytes = meta["secret"]
        self._count = CommitCount(path.with_suffix(".count"))
        counted = self._count.of(self.id)  # before the commits: another process may be sending, and counts what it has written
        commits = int(dict(self._db.execute("SELECT name, value FROM meta"))["commits"])
        lacking = counted - commits
        if lacking > 0:
            self._count.close()
            raise LogError(
                f"this is an older copy of the delivery log, or a part of it was lost: it lacks the last {lacking} steps that were written",
                Place(str(path)),
                f"put back the newest copy, together with its `-wal` file. Only if there is none: delete {self._count.path.name}, "
                "and what this copy does not know is sent again",
            )
        self._steps = commits  # or fewer: another process may have written since
        self._count.note(self.id, commits)

    def close(self) -> None:
        """Close the file and let go of the lock."""
        if self._reader is not None:
            self._reader.close()
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
            self._settle([Settled(Claim(_before(delivery), delivery.account, b""), lost) for delivery in map(as_delivery, rows)], now)
            db.execute("UPDATE run SET ended_at = ? WHERE ended_at IS NULL", (now,))  # opening this log has examined it whole
        return len(rows)

    def begin(
        self, release: str, digest: str, document: bytes, *, live: bool, account: str, holder: str, entries: Iterable[Entry], now: float,
        booted: str = "",
    ) -> int:  # fmt: skip
        """Put an edition and its deliveries into the log, all or nothing; the number of this run.

        A delivery that is there already is only marked as wanted by this run; its state stays. `booted` is of `clock.booted`.
        """
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO edition VALUES (?, ?, ?, ?)", (release, digest, document, now))
            cursor = db.execute(
                "INSERT INTO run (release, edition, live, account, holder, started_at) VALUES (?, ?, ?, ?, ?, ?)",
                (release, digest, live, account, holder, now),
            )
            run = int(cursor.lastrowid or 0)
            db.execute("INSERT INTO meta VALUES (?, ?)", (f"booted {run}", booted))
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

    def shelve(self, until: float, *deliveries: Delivery) -> None:
        """Let deliveries that wait wait longer; their state stays."""
        with self._transaction() as db:
            values = ((until, delivery.id, delivery.state) for delivery in deliveries)
            db.executemany("UPDATE delivery SET due_at = ? WHERE id = ? AND state = ?", values)

    def commit(self, settled: Sequence[Settled], claims: Sequence[Claim], permit: Permit, now: float) -> Granted:
        """One durable step: outcomes in, claims out. Returns the claims that were granted; only those may speak.

        `permit` is asked inside the transaction. A claim whose delivery has moved meanwhile is not granted.
        """
        return self.step(settled, claims, permit, now)()

    def step(self, settled: Sequence[Settled], claims: Sequence[Claim], permit: Permit, now: float) -> Callable[[], Granted]:
        """The same, made ready here, to be written by whoever calls what is returned."""
        with_care = partial(self._with_care, settled, claims, permit, now)
        if max(len(settled), len(claims)) > step.MOST:
            return with_care
        sql, values = step.statement(settled, claims, now, whole=True)

        def write() -> Granted:
            self._permitted = lambda: all(permit(claim.delivery) is None for claim in claims)
            try:
                self._open_intake()
                self._put(sql, values)
            except _Surprise:  # each by itself tells which one, and why
                return with_care()
            except sqlite3.Error as fault:
                raise storage_error(self.path, fault) from fault
            self._steps += 1
            self._count.note(self.id, self._steps)
            return claims

        return write

    def _with_care(self, settled: Sequence[Settled], claims: Sequence[Claim], permit: Permit, now: float) -> Granted:
        """A step of many statements, or of one in which something was not as it was when its deliveries were read."""
        try:
            return self._transact(settled, claims, permit, now, step.MOST)
        except _Surprise:
            return self._transact(settled, claims, permit, now, 1)

    def _transact(self, settled: Sequence[Settled], claims: Sequence[Claim], permit: Permit, now: float, most: int) -> Granted:
        """In one transaction. So many claims in one statement; a single one whose delivery has moved is left out."""
        with self._transaction() as db:
            self._settle(settled, now)
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
            granted = list[Claim]()
            for few in _chunks(permitted, most):
                try:
                    self._put(*step.statement([], few, now, whole=False))
                except _Surprise:
                    if most > 1:
                        raise
                else:
                    granted += few
            return granted

    def _settle(self, settled: Sequence[Settled], now: float) -> None:
        for few in _chunks(settled, step.MOST):
            try:
                self._put(*step.statement(few, [], now, whole=False))
            except _Surprise:
                name = f"delivery {few[0].claim.delivery.key}" if len(few) == 1 else "a delivery"
                raise LogError(f"the log no longer has {name} as claimed", Place(str(self.path)), "run `pressctl log verify`") from None

    def _put(self, sql: str, values: Sequence[Any]) -> None:
        """One statement of the intake. Raises _Surprise where a delivery is not as it was read; nothing of it stands then."""
        try:
            self._db.execute(sql, values)
        except sqlite3.IntegrityError as fault:
            if str(fault) not in (step.MOVED, step.REFUSED):
                raise
            raise _Surprise from None

    def _open_intake(self) -> None:
        if not self._intake:
            self._db.executescript(step.INTAKE)
            self._db.create_function("permitted", 0, self._ask_permit)
            self._intake = True

    def _ask_permit(self) -> bool:
        """Asked by the statement, once the transaction has begun. What fails here is asked again where it can be told."""
        try:
            return self._permitted()
        except Exception:
            return False

    def _refuse(self, db: sqlite3.Connection, delivery: Delivery, no: No, now: float) -> None:
        """A delivery that must not leave now: withdrawn, or left as it is until a later run, with the reason."""
        if no.final and delivery.state in (State.PLANNED, State.DEFERRED):
            self._withdraw(db, delivery, no.reason, now)
        else:
            reason = delivery.reason if delivery.state is State.UNCERTAIN else no.reason
            values = (NOT_NOW, reason, delivery.id, delivery.state, delivery.attempts)
            db.execute("UPDATE delivery SET due_at = ?, reason = ? WHERE id = ? AND state = ? AND attempts = ?", values)

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

    # ── what providers report ────────────────────────────────────────────────────────────────────────────────────

    def note(self, delivery: Delivery, at: float, kind: str, event: str, detail: str) -> bool:
        """Add a provider's report; False where the same is there already. `event` is what the delivery shows from now on."""
        with self._transaction() as db:
            same = "SELECT 1 FROM event WHERE delivery = ? AND at = ? AND evidence = ? AND reason = ?"
            if db.execute(same, (delivery.id, at, Evidence.EVENT, kind)).fetchone():
                return False
            db.execute(EVENT, (delivery.id, delivery.attempts, at, "", Evidence.EVENT, 0, "", kind, detail))
            db.execute("UPDATE delivery SET event = ? WHERE id = ?", (event, delivery.id))
        return True

    def set_synced(self, account: str, at: float) -> None:
        """Remember until when this account's reports are known."""
        with self._transaction() as db:
            db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (f"synced {account}", at))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._open_intake()
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                sql = "UPDATE meta SET value = value + 1 WHERE name = 'commits' RETURNING value"
                steps = int(self._db.execute(sql).fetchone()[0])
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # the first fault is the one to tell
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault
        self._steps = steps
        self._count.note(self.id, self._steps)


def _before(claimed: Delivery) -> Delivery:
    """A delivery that is claimed, as it was before: what an outcome refers to."""
    return claimed._replace(state=State.PLANNED, attempts=claimed.attempts - 1)


def _chunks(values: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    return (values[start : start + most] for start in range(0, len(values), most))


@contextlib.contextmanager
def _unguarded(db: sqlite3.Connection, *names: str) -> Iterator[None]:
    """Without these guards, inside the transaction: it ends with them as they were, or with nothing changed."""
    guards = [db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (name,)).fetchone()[0] for name in names]
    for name in names:
        db.execute(f"DROP TRIGGER {name}")
    yield
    for guard in guards:
        db.execute(guard)
