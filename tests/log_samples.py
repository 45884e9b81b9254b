"""Deliveries for the tests of the log: an edition planned in one line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pressctl.delivery import Evidence, Move, Outcome
from pressctl.delivery_log import Claim, Delivery, DeliveryLog, Entry, No, Settled, create_log

SECRET = bytes(range(32))
EDITION = "e" * 64
DIGEST = bytes(32)  # of a request
BACKUP = "put back a copy of it from a backup; keep the damaged file"


def entry(name: str, wave: int = 1) -> Entry:
    address = f"{name}@wire.example"
    return Entry(name, f"Desk {name}", "A wire", "national", address, address, "email", wave, b'{"text":[],"html":[]}')


def new_log(folder: Path) -> DeliveryLog:
    return create_log(folder / "log.sqlite3", SECRET)


def plan(
    log: DeliveryLog, names: Iterable[str], *, release: str = "ferry", edition: str = EDITION, live: bool = True, now: float = 1.0
) -> int:
    """Begin a run; the wave of a name is its last character where that is a digit above 0."""
    entries = [entry(name, int(name[-1]) if name[-1].isdigit() and name[-1] != "0" else 1) for name in names]
    return log.begin(release, edition, b"document", live=live, account="mailpit", holder="a test", entries=entries, now=now)


def yes(_: Delivery) -> No | None:
    return None


def claim(log: DeliveryLog, rows: Iterable[Delivery], now: float = 2.0, account: str = "mailpit:1") -> list[Claim]:
    return list(log.commit([], [Claim(row, account, DIGEST) for row in rows], yes, now))


def settle(log: DeliveryLog, claims: Iterable[Claim], move: Move, now: float = 3.0, due_at: float = 0.0) -> None:
    outcome = Outcome(move, Evidence.UNKNOWN, "because", 200, "p-1")
    log.commit([Settled(one, outcome, due_at) for one in claims], [], yes, now)


def everything(log: DeliveryLog) -> dict[str, Delivery]:
    """All deliveries by contact."""
    return {row.contact: row for row in log.deliveries()}
