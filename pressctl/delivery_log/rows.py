"""What stands in the delivery log, as values: a delivery, its attempts, a wish to send, how it went; and a delivery's key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, NamedTuple

from pressctl.delivery import Outcome, State
from pressctl.office_secret import key as key  # the name of a delivery belongs to the face of the log
from pressctl.values import dataclass

FORGOTTEN = "forgotten"  # what stands for a person who was erased begins so


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


class Delivery(NamedTuple):
    """One delivery as the log has it. Times are seconds since 1970, UTC; `settled_at` is None until it was tried.

    A tuple, since one is made for every row that is sent: a frozen dataclass of so many fields takes ten times as long.
    """

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
    personal: bytes
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

    def __repr__(self) -> str:
        """Without what is somebody's: a trace of a fault may be pasted into a report."""
        return f"Delivery({self.key}, {self.state}, attempts={self.attempts})"

    @property
    def forgotten(self) -> bool:
        """Whether the recipient was erased: nothing can be sent or shown of it any more."""
        return self.recipient.startswith(f"{FORGOTTEN}:")


class Claim(NamedTuple):
    """A wish to send: the delivery as it was read, and the digest of the request that would leave.

    In a batch the digest is that of the delivery's own message, and `batch` is the same for all that leave in one request.
    """

    delivery: Delivery
    account: str
    digest: bytes
    batch: str = ""


class Settled(NamedTuple):
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
    the same account, in seconds since 1970, and `booted` is of the run that did.
    """

    id: str
    members: tuple[tuple[Delivery, bytes], ...]
    whole: bool
    first: float
    booted: str


# Which deliveries a claim may be refused for, at the very moment: None is yes, else why not (it becomes withdrawn
# where `final`, else it stays as it is).
@dataclass(frozen=True, slots=True)
class No:
    """Why a delivery must not leave now. `final` withdraws it; else it waits for a later run."""

    reason: str
    final: bool


Permit = Callable[[Delivery], "No | None"]

COLUMNS = ", ".join(Delivery._fields)
STATES = {str(state): state for state in State}


def as_delivery(row: tuple[Any, ...]) -> Delivery:
    """A row of COLUMNS as a value."""
    return Delivery._make((*row[:4], bool(row[4]), *row[5:14], STATES[row[14]], *row[15:]))


def forgotten_mark(secret: bytes, delivery: str) -> str:
    """What stands for the recipient of a delivery, by its key, once they were forgotten."""
    import hmac

    return f"{FORGOTTEN}:{hmac.digest(secret, b'forgotten' + delivery.encode(), 'sha256').hex()[:32]}"
