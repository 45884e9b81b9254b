"""What one step of a send writes, as one statement: outcomes in, claims out, by itself a whole transaction.

The thread of the log waits for the interpreter before and after each thing that it asks of SQLite, while the loop that sends
keeps it busy; so a step asks for one thing. Its rows go into a view, whose triggers move the deliveries and add attempts and
events. The view is temporary: it belongs to the connection, and changes nothing about the file's form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pressctl.delivery import MOVES, IllegalMove, Move, Outcome, State
from pressctl.delivery_log.rows import Claim, Settled

MOST = 128  # outcomes, and claims, in one statement
FEW = 8  # rows are filled up to a multiple of it with empty ones, so that SQLite can keep the statements ready
MOVED, REFUSED = "moved meanwhile", "not permitted"  # why nothing of a statement stands
INTAKE = f"""
CREATE TEMP VIEW step AS SELECT '' AS kind, 0 AS delivery, 0 AS attempt, 0 AS at, '' AS move, '' AS state,
  0 AS run, '' AS account, x'' AS digest, '' AS batch,
  '' AS evidence, 0 AS status, '' AS provider_id, '' AS reason, '' AS answer, 0 AS counts, 0 AS due_at;
CREATE TEMP TRIGGER step_itself INSTEAD OF INSERT ON step WHEN NEW.kind = 'step' BEGIN
  SELECT RAISE(ABORT, '{REFUSED}') WHERE NOT NEW.state;
  UPDATE meta SET value = value + 1 WHERE name = 'commits';
END;
CREATE TEMP TRIGGER step_outcome INSTEAD OF INSERT ON step WHEN NEW.kind = 'outcome' AND NEW.delivery IS NOT NULL BEGIN
  UPDATE delivery SET state = NEW.state, move = NEW.move, counted = counted + NEW.counts, provider_id = NEW.provider_id,
      settled_at = NEW.at, due_at = NEW.due_at, reason = NEW.reason
    WHERE id = NEW.delivery AND state = 'claimed' AND attempts = NEW.attempt;
  SELECT RAISE(ABORT, '{MOVED}') WHERE changes() <> 1;
  INSERT INTO event (delivery, attempt, at, move, evidence, status, provider_id, reason, answer)
    VALUES (NEW.delivery, NEW.attempt, NEW.at, NEW.move, NEW.evidence, NEW.status, NEW.provider_id, NEW.reason, NEW.answer);
END;
CREATE TEMP TRIGGER step_claim INSTEAD OF INSERT ON step WHEN NEW.kind = 'claim' AND NEW.delivery IS NOT NULL BEGIN
  UPDATE delivery SET state = 'claimed', move = NEW.move, attempts = NEW.attempt, account = NEW.account, reason = ''
    WHERE id = NEW.delivery AND state = NEW.state AND attempts = NEW.attempt - 1;
  SELECT RAISE(ABORT, '{MOVED}') WHERE changes() <> 1;
  INSERT INTO attempt VALUES (NEW.delivery, NEW.attempt, NEW.run, NEW.account, NEW.digest, NEW.at, NEW.batch);
END;
"""
STEP = f"('step', {'NULL, ' * 4}permitted(){', NULL' * 11})"
OUTCOME = f"('outcome', ?, ?, ?, ?, ?{', NULL' * 4}, ?, ?, ?, ?, ?, ?, ?)"
CLAIM = f"('claim', ?, ?, ?, ?, ?, ?, ?, ?, ?{', NULL' * 7})"

# Members of an enumeration go in as plain text: sqlite3 asks each other kind of value how it would like to be stored.
ENDS = {move: (str(move), str(state)) for (before, move), state in MOVES.items() if before is State.CLAIMED}
STARTS = {state: (str(move), str(state)) for (state, move), then in MOVES.items() if then is State.CLAIMED}


def statement(settled: Sequence[Settled], claims: Sequence[Claim], now: float, *, whole: bool) -> tuple[str, list[Any]]:
    """The statement with its values, for at most MOST of each. `whole` is one that asks whether it is permitted, and counts itself.

    Raises IllegalMove for a move that is not in the table.
    """
    values = list[Any]()
    for claim, outcome, due_at in settled:
        delivery = claim.delivery
        if delivery.state is State.UNCERTAIN:
            outcome = proven(outcome)
        if outcome.move not in ENDS:
            raise IllegalMove(f"{outcome.move} is not how an attempt ends")
        move, state = ENDS[outcome.move]
        counts = int(outcome.counts and outcome.move is not Move.ACCEPT)
        values += (delivery.id, delivery.attempts + 1, now, move, state, outcome.evidence._value_, outcome.status, outcome.provider_id,
                   outcome.reason, outcome.answer, counts, due_at)  # fmt: skip
    values += [None] * (-len(settled) % FEW * OUTCOME.count("?"))
    for delivery, account, digest, batch in claims:
        if delivery.state not in STARTS:
            raise IllegalMove(f"nothing that is {delivery.state} can be claimed")
        move, state = STARTS[delivery.state]
        values += (delivery.id, delivery.attempts + 1, now, move, state, delivery.run, account, digest, batch)
    values += [None] * (-len(claims) % FEW * CLAIM.count("?"))
    return _sql(-(-len(settled) // FEW), -(-len(claims) // FEW), whole), values


@lru_cache(512)
def _sql(outcomes: int, claims: int, whole: bool) -> str:
    return f"INSERT INTO step VALUES {', '.join([STEP] * whole + [OUTCOME] * (outcomes * FEW) + [CLAIM] * (claims * FEW))}"


def proven(replayed: Outcome) -> Outcome:
    """The outcome of a replay as far as it is proven: one that was not applied, or was refused, says nothing of the attempt before it."""
    if replayed.move in (Move.DEFER, Move.REJECT):
        return replace(replayed, move=Move.LOSE, reason=f"{replayed.reason}; what became of the attempt before is still unknown")
    return replayed
