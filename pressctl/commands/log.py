"""The delivery log: one row per delivery, and everything that happened to it"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pressctl.delivery import State

if TYPE_CHECKING:
    from pressctl.delivery_log import Attempt, Delivery, DeliveryLog

app = typer.Typer(rich_markup_mode=None, add_completion=False)
FIELDS = ("key", "release", "edition", "contact", "outlet", "list", "recipient", "provider", "state", "attempts", "provider_id",
          "planned_at", "settled_at", "reason")  # fmt: skip

ANSWER = 80  # characters of an answer in the table; --json has all that is kept
OPTIONAL = 8  # columns of attempts before those that most logs hold nothing for


@app.command()
def log(
    release: Annotated[
        str, typer.Argument(metavar="[RELEASE]", help="A release; all of them where none is named. `verify` checks the log.")
    ] = "",
    state: Annotated[list[State] | None, typer.Option("--state", help="Only deliveries in this state.")] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Only recipients that have no accepted delivery.")] = False,
    attempts: Annotated[bool, typer.Option("--attempts", help="Every attempt, with its evidence.")] = False,
    editions: Annotated[bool, typer.Option("--editions", help="The editions of the release that the log keeps.")] = False,
    message: Annotated[str, typer.Option("--message", metavar="KEY", help="Print the exact message of this delivery.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Older editions and rehearsals, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet.")] = False,
) -> None:
    """Show the delivery log.

    Without --all it shows, of each release, the edition that the last run sent. Example: pressctl log night-bus --missing
    """
    from pressctl import office
    from pressctl.delivery_log import open_log

    file = office.find(Path.cwd())
    with open_log(office.log_path(file.parent)) as book:
        if message:
            sys.stdout.flush()
            sys.stdout.buffer.write(_message(file, book, message))
            return
        if release == "verify":
            raise typer.Exit(_verify(book))
        slug = Path(release).stem if release else ""
        if editions:
            _editions(book, slug)
            return
        open_states = set(State) - {State.ACCEPTED, State.WITHDRAWN}
        states: list[State] = sorted(open_states) if missing else list(state or ())
        rows = _chosen(book, slug, states, every=every)
        _print(book, rows, attempts=attempts, as_json=as_json, as_csv=as_csv, missing=missing)


def _chosen(book: DeliveryLog, slug: str, states: list[State], *, every: bool) -> Iterator[Delivery]:
    if every:
        yield from book.deliveries(release=slug, states=states)
        return
    for name in [slug] if slug else book.releases():
        latest = book.latest(name)
        if latest is not None:
            yield from book.deliveries(release=name, edition=latest[0], live=latest[1], states=states)


def _print(book: DeliveryLog, rows: Iterable[Delivery], *, attempts: bool, as_json: bool, as_csv: bool, missing: bool) -> None:
    from pressctl import show

    items: Iterator[dict[str, Any]] = (
        (attempt_data(attempt) for row in rows for attempt in book.attempts(row)) if attempts else (delivery_data(row) for row in rows)
    )
    if as_json:
        for item in items:
            show.json_line(item)
    elif as_csv:
        _csv(items)
    elif attempts:
        _attempts_table(book, rows)
    else:
        _table(rows, missing=missing)


def _table(rows: Iterable[Delivery], *, missing: bool) -> None:
    from pressctl import show

    lines, counts = [], dict.fromkeys(State, 0)
    for row in rows:
        counts[row.state] += 1
        who = f"{row.name}, {row.outlet}" if row.outlet and row.outlet != row.name else row.name
        live = "" if row.live else "rehearsal"
        lines.append(
            (
                row.key[:8],
                row.release,
                who,
                row.event or row.state,
                show.local(row.settled_at),
                live or row.account.split(":")[0],
                row.reason,
            )
        )
    if not lines:
        show.say("nobody is missing" if missing else "nothing is logged yet; `pressctl send` does that")
        return
    show.table(("key", "release", "contact", "state", "since", "through", "reason"), lines, sys.stdout, show.STATE_STYLES)
    show.emit()
    show.emit(f"{len(lines)} deliveries: " + ", ".join(f"{count} {state}" for state, count in counts.items() if count))


def _attempts_table(book: DeliveryLog, rows: Iterable[Delivery]) -> None:
    from pressctl import show

    lines = []
    for row in rows:
        for a in book.attempts(row):
            status = str(a.status or "")
            lines.append(
                (
                    row.key[:8],
                    row.contact,
                    str(a.number),
                    show.local(a.claimed_at),
                    a.move or "claimed",
                    a.evidence,
                    status,
                    a.provider_id or a.reason,
                    a.batch[:8],
                    a.answer[:ANSWER],
                )
            )
    if not lines:
        show.say("nothing was tried yet")
        return
    head = ("key", "contact", "attempt", "claimed", "ended", "evidence", "status", "id or reason", "batch", "answer")
    shown = [number for number in range(len(head)) if number < OPTIONAL or any(line[number] for line in lines)]
    show.table([head[number] for number in shown], [[line[number] for number in shown] for line in lines], sys.stdout)


def delivery_data(row: Delivery) -> dict[str, Any]:
    """A delivery as data; the fields are fixed."""
    from pressctl import show

    return {
        "key": row.key, "release": row.release, "edition": row.edition, "contact": row.contact, "outlet": row.outlet, "list": row.list,
        "recipient": row.recipient, "provider": row.account.split(":")[0], "state": row.state, "attempts": row.attempts,
        "provider_id": row.provider_id, "planned_at": show.when(row.planned_at), "settled_at": show.when(row.settled_at),
        "reason": row.reason,
    }  # fmt: skip


def attempt_data(a: Attempt) -> dict[str, Any]:
    """An attempt as data."""
    from pressctl import show

    return {
        "key": a.delivery, "attempt": a.number, "provider": a.account.split(":")[0], "digest": a.digest,
        "claimed_at": show.when(a.claimed_at), "at": show.when(a.at), "move": a.move, "evidence": a.evidence, "status": a.status,
        "provider_id": a.provider_id, "reason": a.reason, "answer": a.answer, "batch": a.batch,
    }  # fmt: skip


def _csv(items: Iterator[dict[str, Any]]) -> None:
    import csv

    from pressctl.spreadsheet import formula_safe

    writer = csv.writer(sys.stdout, quoting=csv.QUOTE_ALL)
    for number, item in enumerate(items):
        if number == 0:
            writer.writerow(item)
        writer.writerow([formula_safe(value) for value in item.values()])


def _message(file: Path, book: DeliveryLog, key: str) -> bytes:
    from pressctl import config, distribute
    from pressctl.errors import LogError

    row = book.delivery(key)
    if row is None:
        raise LogError(f"the log has no delivery, or more than one, whose key begins with {key}", hint="see the keys: `pressctl log`")
    return distribute.message_of(config.load(file), book, row)


def _verify(book: DeliveryLog) -> int:
    from pressctl import show
    from pressctl.errors import Exit

    found = book.verify()
    for text in found:
        show.emit(text)
    if not found:
        show.emit(f"the log {book.id} is whole")
    return Exit.NO if found else Exit.DONE


def _editions(book: DeliveryLog, slug: str) -> None:
    from pressctl import show

    for live in (True, False):
        for digest, claimed in book.editions(slug, live=live):
            if claimed:
                show.emit(f"{digest[:8]}  {'live' if live else 'rehearsal'}  {claimed} deliveries tried")
