"""Is the log as fast with a million deliveries in it as with a thousand? Prints a table; goal: each ratio under 1.3.

    python tests/benchmarks/log.py [MANY]

Two logs hold the same release of 1,000 deliveries, 500 of them done; the large one holds MANY more of older releases.
The same questions are put to both in turns, and the fastest of each counts: the rest is the noise of the machine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from log_samples import EDITION, claim, entry, new_log, yes

from pressctl.delivery import Move, Outcome, State, accepted
from pressctl.delivery_log import DeliveryLog, Settled, open_log

RELEASE, SIZE = "ferry", 1000
ENTRIES = [entry(f"desk-{number}x") for number in range(SIZE)]
ROUNDS = 15


# What claims and settles would write, for many rows at once; the triggers watch.
CHOSEN = "SELECT id FROM delivery WHERE run = :run ORDER BY id LIMIT :done"
DONE = (
    f"UPDATE delivery SET state = 'claimed', move = 'claim', attempts = 1, account = 'm' WHERE id IN ({CHOSEN})",
    f"INSERT INTO attempt SELECT id, 1, :run, 'm', zeroblob(32), 2, '' FROM ({CHOSEN})",
    f"UPDATE delivery SET state = 'accepted', move = 'accept', provider_id = 'id', settled_at = 3 WHERE id IN ({CHOSEN})",
    f"INSERT INTO event SELECT NULL, id, 1, 3, 'accept', 'accepted', 200, 'id', '', '' FROM ({CHOSEN})",
)


def fill(log: DeliveryLog, release: str, count: int, done: int) -> None:
    """A release with so many deliveries, of which so many are accepted."""
    entries = (entry(f"desk-{number}x") for number in range(count))
    run = log.begin(release, EDITION, b"document", live=True, account="m", holder="", entries=entries, now=1.0)
    for sql in DONE:
        log._db.execute(sql, {"run": run, "done": done})
    log.end(run, 4.0)


def build(folder: Path, others: int) -> Path:
    """A log with the release and so many deliveries of older ones."""
    with new_log(folder) as log:
        log._db.execute("PRAGMA synchronous = OFF")
        for number in range(0, others, 20_000):
            fill(log, f"old-{number}", min(20_000, others - number), 20_000)
        fill(log, RELEASE, SIZE, SIZE // 2)
        log._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "log.sqlite3"


def carry_on(log: DeliveryLog) -> int:
    return log.begin(RELEASE, EDITION, b"document", live=True, account="m", holder="", entries=ENTRIES, now=5.0)


def claim_and_settle(log: DeliveryLog) -> None:
    """One request's life in the log, as the loop does it, that leaves the delivery where it was: deferred."""
    run = log.runs()
    rows = log.due_again(run, 1e12, 8) or log.due(run, (0, 0), 8)
    log.commit([Settled(one, Outcome(Move.DEFER, accepted("").evidence)) for one in claim(log, rows)], [], yes, 6.0)


def reopen(log: DeliveryLog) -> None:
    open_log(log.path).close()


QUESTIONS: dict[str, Callable[[DeliveryLog], object]] = {
    "open": reopen,
    "recover": lambda log: log.recover(5.0),
    "count": lambda log: log.counts(RELEASE, EDITION, live=True),
    "editions": lambda log: log.editions(RELEASE, live=True),
    "already": lambda log: list(log.deliveries(release=RELEASE, edition=EDITION, live=True, states=[State.ACCEPTED, State.REJECTED])),
    "take back": lambda log: list(log.deliveries(release=RELEASE, live=True, states=[State.DEFERRED])),
    "log": lambda log: list(log.deliveries(release=RELEASE, edition=EDITION, live=True)),
    "one key": lambda log: log.delivery(next(log.deliveries(release=RELEASE, limit=1)).key),
    "carry on": carry_on,
    "due": lambda log: log.due(log.runs(), (0, 0), 32),
    "claim, settle": claim_and_settle,
    "next due": lambda log: log.next_due(log.runs()),
}


def main() -> int:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        small, large = build(Path(folder) / "small", 0), build(Path(folder) / "large", many)
        print(f"{SIZE:,} deliveries in {small.stat().st_size / 1e6:.1f} MB; {many + SIZE:,} in {large.stat().st_size / 1e6:.0f} MB")
        with open_log(small) as one, open_log(large) as other:
            best: dict[str, list[float]] = {}
            for name, ask in QUESTIONS.items():
                best[name] = [float("inf")] * 2
                for _ in range(ROUNDS):
                    for index, log in enumerate((one, other)):
                        begun = time.perf_counter()
                        ask(log)
                        best[name][index] = min(best[name][index], time.perf_counter() - begun)
    print(f"{'':16}{'thousand':>12}{'million':>12}{'ratio':>8}")
    for name, (few, lots) in [*best.items(), ("all", [sum(pair) for pair in zip(*best.values(), strict=True)])]:
        print(f"{name:16}{few * 1e3:>9.2f} ms{lots * 1e3:>9.2f} ms{lots / few:>8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
