"""What can become of a delivery: states, moves between them, the evidence for a move, and the outcome of an attempt.

No I/O, no clock. The table of legal moves is data; the delivery log puts the same table into its database.

     planned ──claim──▶ claimed ──accept──▶ accepted
        │                  ├─────reject──▶ rejected
        │                  ├─────defer───▶ deferred ──claim──▶ …
        │                  └─────lose────▶ uncertain
        └──withdraw──▶ withdrawn ◀──withdraw── deferred
     uncertain ──replay──▶ claimed      same key, bytes and account, inside the key window
     uncertain ──accept──▶ accepted     the provider was asked, an event came, or a person says so
     uncertain ──defer───▶ deferred     the provider says it has nothing, after a quiet time; or a person says so

There is no way from claimed back to planned: once a request may have left, it cannot be taken back.
"""

from __future__ import annotations

from enum import StrEnum

from pressctl.values import dataclass


class State(StrEnum):
    """Where a delivery is. Each recipient of an edition is in exactly one."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What takes a delivery from one state to the next."""

    CLAIM = "claim"
    ACCEPT = "accept"
    REJECT = "reject"
    DEFER = "defer"
    LOSE = "lose"
    REPLAY = "replay"
    WITHDRAW = "withdraw"


MOVES: dict[tuple[State, Move], State] = {
    (State.PLANNED, Move.CLAIM): State.CLAIMED,
    (State.PLANNED, Move.WITHDRAW): State.WITHDRAWN,
    (State.CLAIMED, Move.ACCEPT): State.ACCEPTED,
    (State.CLAIMED, Move.REJECT): State.REJECTED,
    (State.CLAIMED, Move.DEFER): State.DEFERRED,
    (State.CLAIMED, Move.LOSE): State.UNCERTAIN,
    (State.DEFERRED, Move.CLAIM): State.CLAIMED,
    (State.DEFERRED, Move.WITHDRAW): State.WITHDRAWN,
    (State.UNCERTAIN, Move.REPLAY): State.CLAIMED,
    (State.UNCERTAIN, Move.ACCEPT): State.ACCEPTED,
    (State.UNCERTAIN, Move.DEFER): State.DEFERRED,
}

TERMINAL = frozenset({State.ACCEPTED, State.REJECTED, State.WITHDRAWN})


class IllegalMove(Exception):
    """A move that is not in the table: a mistake in pressctl, never something a person did."""


def after(state: State, move: Move) -> State:
    """The state that follows; raises IllegalMove for a move that is not in the table."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalMove(f"{move} is not possible for a delivery that is {state}") from None


class Evidence(StrEnum):
    """How far a request is known to have got; it decides what is safe to do next."""

    NEVER_LEFT = "never left"  # name, connection or TLS failed: nothing was written
    INCOMPLETE = "incomplete"  # the connection broke before the whole request was handed over
    UNKNOWN = "unknown"  # handed over, and no complete answer that can be understood
    REFUSED = "refused"  # a complete answer proves that it was not applied
    ACCEPTED = "accepted"  # a complete answer proves acceptance
    ASKED = "asked"  # the provider was asked afterwards
    PERSON = "person"  # a person says so
    EVENT = "event"  # the provider reported it later


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went. `move` is one of ACCEPT, REJECT, DEFER, LOSE.

    `retry_after` is in seconds and holds for the whole account. `stop` is the problem of the account or the set-up
    that makes further requests pointless; the run ends and the rest stays planned. `counts` is False where the
    attempt says nothing against this delivery (a 429, a wrong token). `answer` is the provider's answer, shortened.
    """

    move: Move
    evidence: Evidence
    reason: str = ""
    status: int = 0
    provider_id: str = ""
    retry_after: float | None = None
    stop: str = ""
    hint: str = ""
    counts: bool = True
    answer: str = ""


def accepted(provider_id: str, status: int = 200, reason: str = "") -> Outcome:
    """The provider's evidence of acceptance was read completely; `provider_id` names it there."""
    return Outcome(Move.ACCEPT, Evidence.ACCEPTED, reason, status, provider_id)


def rejected(reason: str, status: int = 0) -> Outcome:
    """This message will not be taken, now or later."""
    return Outcome(Move.REJECT, Evidence.REFUSED, reason, status)


def deferred(reason: str, status: int = 0, retry_after: float | None = None, *, counts: bool = True) -> Outcome:
    """Not applied, and worth another attempt, after `retry_after` seconds where the provider said so."""
    return Outcome(Move.DEFER, Evidence.REFUSED, reason, status, retry_after=retry_after, counts=counts)


def uncertain(reason: str, status: int = 0) -> Outcome:
    """It may have been applied. Never tried again blindly."""
    return Outcome(Move.LOSE, Evidence.UNKNOWN, reason, status)


def stop(problem: str, hint: str, status: int = 0) -> Outcome:
    """The account or the set-up is wrong: not applied, and no other request would fare better."""
    return Outcome(Move.DEFER, Evidence.REFUSED, problem, status, stop=problem, hint=hint, counts=False)
