"""The table of moves: what is in it happens, what is not in it cannot, neither by `after` nor in the database."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator

import pytest

from pressctl import delivery
from pressctl.delivery import MOVES, TERMINAL, Evidence, IllegalMove, Move, State, after
from pressctl.delivery_log import Claim, DeliveryLog, Entry, Settled, create_log

LEGAL = sorted(MOVES)
ILLEGAL = sorted(set(itertools.product(State, Move)) - set(MOVES))
GO = ("claim", "replay")


def entry(name: str) -> Entry:
    return Entry(name, name, "Outlet", "list", f"{name}@wire.example", f"{name}@wire.example", "email", 1, b"{}")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeliveryLog]:
    """A log with one delivery in each state; the contact's name is the state's. No test here changes it."""
    with create_log(tmp_path_factory.mktemp("office") / "log.sqlite3", bytes(32)) as made:
        names = [str(state) for state in State]
        run = made.begin("r", "e" * 64, b"", live=True, account="a", holder="h", entries=map(entry, names), now=1.0)
        rows = {row.contact: row for row in made.due(run, (0, 0), 10)}
        made.withdraw([rows.pop("withdrawn")], "gone", 2.0)
        del rows["planned"]
        claims = {name: Claim(row, "a", bytes(32)) for name, row in rows.items()}
        made.commit([], list(claims.values()), lambda _: None, 2.0)
        ends = {"accepted": Move.ACCEPT, "rejected": Move.REJECT, "deferred": Move.DEFER, "uncertain": Move.LOSE}
        outcomes = [Settled(claims[name], delivery.Outcome(move, Evidence.UNKNOWN)) for name, move in ends.items()]
        made.commit(outcomes, [], lambda _: None, 3.0)
        yield made


def raw(log: DeliveryLog) -> sqlite3.Connection:
    """The database as any other program sees it."""
    return sqlite3.connect(log.path, isolation_level=None)


def test_the_table_is_the_one_that_was_designed() -> None:
    assert {f"{state} {move} {then}" for (state, move), then in MOVES.items()} == {
        "planned claim claimed", "planned withdraw withdrawn", "claimed accept accepted", "claimed reject rejected",
        "claimed defer deferred", "claimed lose uncertain", "deferred claim claimed", "deferred withdraw withdrawn",
        "uncertain replay claimed", "uncertain accept accepted", "uncertain defer deferred",
    }  # fmt: skip


@pytest.mark.parametrize(("state", "move"), ILLEGAL)
def test_a_move_that_is_not_in_the_table_is_an_error(state: State, move: Move) -> None:
    with pytest.raises(IllegalMove, match=f"{move} is not possible for a delivery that is {state}"):
        after(state, move)


@pytest.mark.parametrize(("state", "move"), LEGAL)
def test_a_move_of_the_table_leads_where_it_says(state: State, move: Move) -> None:
    assert after(state, move) is MOVES[state, move]


def test_nothing_leads_out_of_a_terminal_state_and_nothing_back_to_planned() -> None:
    assert {state for state in State if not any(s is state for s, _ in MOVES)} == TERMINAL
    assert State.PLANNED not in MOVES.values()


def test_the_database_lets_only_the_moves_of_the_table_happen(log: DeliveryLog) -> None:
    db = raw(log)
    for state, move, then in itertools.product(State, Move, State):
        step = int(move in GO and then == "claimed" and state != "claimed")
        db.execute("BEGIN")
        happened = True
        try:
            db.execute("UPDATE delivery SET state = ?, move = ?, attempts = attempts + ? WHERE state = ?", (then, move, step, state))
        except sqlite3.IntegrityError:
            happened = False
        db.execute("ROLLBACK")
        assert happened == (MOVES.get((state, move)) is then), (state, move, then)


@pytest.mark.parametrize("state", State)
def test_the_database_keeps_a_state_from_changing_without_a_move(log: DeliveryLog, state: State) -> None:
    db = raw(log)
    for then in State:
        last = db.execute("SELECT move FROM delivery WHERE state = ?", (state,)).fetchone()[0]
        if MOVES.get((state, last)) is not then:
            with pytest.raises(sqlite3.IntegrityError, match="illegal move"):
                db.execute("UPDATE delivery SET state = ? WHERE state = ?", (then, state))


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM delivery",
        "DELETE FROM attempt",
        "DELETE FROM event",
        "UPDATE attempt SET number = 9",
        "UPDATE attempt SET digest = x'00'",
        "UPDATE attempt SET claimed_at = 0",
        "UPDATE event SET move = 'accept'",
        "UPDATE event SET evidence = 'person'",
        "UPDATE delivery SET id = id + 1000",
        "UPDATE delivery SET key = 'other' WHERE state = 'planned'",
        "UPDATE delivery SET release = 'other' WHERE state = 'planned'",
        "UPDATE delivery SET edition = 'other' WHERE state = 'planned'",
        "UPDATE delivery SET live = 0 WHERE state = 'planned'",
        "UPDATE delivery SET recipient = 'other' WHERE state = 'planned'",
        "UPDATE delivery SET personal = x'00' WHERE state = 'planned'",
        "UPDATE delivery SET address = 'other' WHERE state = 'planned'",
        "UPDATE delivery SET channel = 'webhook' WHERE state = 'uncertain'",
        "UPDATE delivery SET name = 'Other' WHERE state = 'deferred'",
        "UPDATE delivery SET attempts = 0 WHERE state = 'accepted'",
        "UPDATE delivery SET state = 'claimed', move = 'claim' WHERE state = 'planned'",  # a claim that is no attempt
        "INSERT INTO delivery (key, release, edition, live, contact, name, outlet, list, recipient, address, channel, wave, personal,"
        " planned_at, run, state) SELECT 'k', 'r2', edition, 1, '', '', '', '', '', '', '', 1, x'', 1, 1, 'accepted' FROM delivery LIMIT 1",
    ],
)
def test_the_database_refuses_to_forget_or_to_rewrite(log: DeliveryLog, sql: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="illegal move"):
        raw(log).execute(sql)


@pytest.mark.parametrize("table", ["delivery", "attempt", "event"])
def test_a_row_cannot_be_replaced_by_this_program(log: DeliveryLog, table: str) -> None:
    # REPLACE deletes without asking the triggers unless a connection says otherwise; ours does
    with pytest.raises(sqlite3.IntegrityError, match="illegal move"):
        log._db.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_somebody_can_be_forgotten_once_the_delivery_is_finished(log: DeliveryLog) -> None:
    db = raw(log)
    db.execute("BEGIN")
    db.execute("UPDATE delivery SET name = '', address = '' WHERE state IN ('accepted', 'rejected', 'withdrawn')")
    assert db.execute("SELECT count(*) FROM delivery WHERE address = ''").fetchone() == (3,)
    db.execute("ROLLBACK")
