"""Batches: whole messages, one recipient each, that leave in one request; the same again when it is lost.

What is the same for all batches of an edition is made once, as a sample with difficult words. A member's digest is that of
the sample and of its own key, address and words, which together make its message: a batch whose members have the digests
that they had is the request that it was, byte for byte.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pressctl.delivery import Move, Outcome, uncertain
from pressctl.delivery_log import Claim, Delivery
from pressctl.edition import Edition, Personal, compose, unpack
from pressctl.message import Address, Message
from pressctl.provider import CannotCarry

if TYPE_CHECKING:
    import httpx2

    from pressctl.provider import Account
    from pressctl.wire import Answer

LARGEST = 4 * 1024 * 1024  # bytes of one request: a slow line carries them within its time, and a few at once fit in memory
ROOM = 0.8  # of the largest request is planned for, since what a message takes is an estimate
_SAMPLE, _WORDS = Address("a@sample.example", 'A "sample", really'), '{{ it\'s }} "Łódź" & <b>co</b>\n\t%recipient%'


@dataclass(frozen=True, slots=True)
class Form:
    """What all batches of an edition have in common through one account.

    `most` is how many messages one may hold, `size` the bytes that one message takes before its own words, `largest`
    the bytes that a request may have.
    """

    account: Account
    edition: Edition
    most: int
    size: int
    largest: int
    _start: Any = field(repr=False)  # a SHA-256 that has taken in what is the same for all

    def room_for(self, delivery: Delivery) -> int:
        """Bytes that this one takes in a request, by estimate: its words are counted twice, for what JSON escapes."""
        return self.size + 2 * len(delivery.personal)

    def claim(self, delivery: Delivery, account: str, batch: str) -> Claim:
        """The wish to send this one in a batch. Its digest is that of the form and of all that is its own."""
        digest = self._start.copy()
        digest.update(f"{delivery.key}\0{delivery.address}\0{delivery.name}\0".encode() + delivery.personal)
        return Claim(delivery, account, digest.digest(), batch)

    def request(self, claims: Sequence[Claim], now: float) -> httpx2.Request:
        """The one request for all of these, in their order. Raises `CannotCarry`, also where it became too large."""
        items = [(_message(claim.delivery, self.edition), claim.delivery.key) for claim in claims]
        made = _made(self.account, items, key_of(claim.delivery.key for claim in claims), now)
        if len(made.content) > self.account.module.PROFILE.size_limit:
            raise CannotCarry("the batch became larger than the provider takes")
        return made


def form_of(edition: Edition, account: Account) -> Form | None:
    """How the edition goes in batches through this account; None where it cannot."""
    if not hasattr(account.module, "batch_request"):
        return None
    try:
        samples = [_sample(edition, version, account) for version in (edition, *edition.translations)]
    except CannotCarry:
        return None
    start = hashlib.sha256(f"{samples[0].method}\0{samples[0].url}\0{edition.digest}\0".encode())
    for sample in samples:
        start.update(f"{len(sample.content)}\0".encode() + sample.content)
    largest = int(ROOM * min(LARGEST, account.module.PROFILE.size_limit))
    return Form(account, edition, account.batch, max(len(sample.content) for sample in samples), largest, start)


def _sample(edition: Edition, version: Edition, account: Account) -> httpx2.Request:
    """A batch of one message with difficult words, in one of the edition's languages."""
    slots = [len(part.pieces) - 1 for part in (version.text, version.html)]
    words = Personal((_WORDS,) * slots[0], (_WORDS,) * slots[1], version.language)
    key = "0" * 32
    return _made(account, [(compose(edition, words, _SAMPLE, key), key)], key, 0.0)


def key_of(keys: Any) -> str:
    """The batch's own key: 32 hex digits, the same for the same members and for no others."""
    return hashlib.sha256("\0".join(sorted(keys)).encode()).hexdigest()[:32]


def new_id() -> str:
    """A name for a batch in the log. Its key cannot be that: who is in it is decided while it is written down."""
    return secrets.token_hex(8)


def outcomes(account: Account, answer: Answer, count: int) -> list[Outcome]:
    """What an answer means for each of so many messages, in their order."""
    module: Any = account.module
    found: list[Outcome] = module.batch_outcomes(answer.response, count)
    if len(found) != count:
        return [uncertain("the answer does not hold one result for each message", answer.response.status_code)] * count
    return found


def of_the_whole(found: Sequence[Outcome]) -> bool:
    """Whether all failed as one, so that it says nothing about any one of them."""
    first = found[0]
    alike = first.move is not Move.ACCEPT and all(one == first for one in found)
    return alike and (first.move is Move.LOSE or not 200 <= first.status < 300)


def smaller(outcome: Outcome) -> Outcome:
    """What the refusal of a whole batch means for its members: not applied, and to be tried in a smaller one.

    One bad address may be the reason, and then the others must not suffer for it.
    """
    return replace(outcome, move=Move.DEFER, reason=f"refused as a batch, to be tried in smaller ones: {outcome.reason}", counts=False)


def _made(account: Account, items: Sequence[tuple[Message, str]], key: str, now: float) -> httpx2.Request:
    module: Any = account.module
    request: httpx2.Request = module.batch_request(items, account.settings, key, datetime.fromtimestamp(now, UTC))
    return request


def _message(delivery: Delivery, edition: Edition) -> Message:
    return compose(edition, unpack(delivery.personal), Address(delivery.address, delivery.name), delivery.key)
