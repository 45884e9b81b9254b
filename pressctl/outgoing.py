"""What may leave: through which account, as which request, with which digest; made from the logged edition and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from pressctl import pace
from pressctl.delivery import State
from pressctl.delivery_log import Claim, Delivery
from pressctl.edition import Edition, compose, unpack
from pressctl.message import Address, Endpoint
from pressctl.provider import Account

if TYPE_CHECKING:
    import httpx2

# Bytes given to SHA-256 at once. Of more than 2,047 CPython lets go of the interpreter (hashlib, HASHLIB_GIL_MINSIZE) and has
# to win it back from the thread that writes the log, for each message, which takes longer than the hashing.
HASHED = 2047


@dataclass(frozen=True, slots=True)
class Route:
    """Through which account a channel goes. `identity` names account and credentials without revealing them.

    `redirect` gives the URL that a webhook's request goes to instead, in a rehearsal.
    """

    account: Account
    identity: str
    redirect: Callable[[str], str] | None = None

    @property
    def keyed(self) -> bool:
        """Whether the provider remembers our key, so that a request may be replayed."""
        return self.account.module.PROFILE.key_window is not None


@dataclass(slots=True)
class Ready:
    """What may be claimed before `until`, in seconds since 1970, and leave: a replay only inside its window.

    One claim with its request, or those of a batch, whose request is made when it is known who is in it.
    """

    claims: Sequence[Claim]
    route: Route
    request: httpx2.Request | None = field(repr=False)
    until: float = pace.NEVER
    whole: bool = True  # whether all of them were granted
    replay: bool = field(init=False)  # whether an attempt before this one may have been applied

    def __post_init__(self) -> None:
        self.replay = self.claims[0].delivery.state is State.UNCERTAIN

    @property
    def claim(self) -> Claim:
        """The only one, or the first."""
        return self.claims[0]

    @property
    def batch(self) -> str:
        """The batch's name in the log; "" for what leaves alone."""
        return self.claims[0].batch


def claims_of(several: Iterable[Ready]) -> list[Claim]:
    """All claims of several, in their order."""
    return [claim for ready in several for claim in ready.claims]


class Digests:
    """SHA-256 of what leaves: method, URL, body. Headers that carry a signature's time are not part of it."""

    def __init__(self) -> None:
        self._url: httpx2.URL | None = None
        self._started = hashlib.sha256()

    def of(self, request: httpx2.Request) -> bytes:
        """The digest of a request. What comes before the body is the same for thousands, and is not taken in anew."""
        if request.url is not self._url or request.method != "POST":
            self._url = request.url if request.method == "POST" else None
            self._started = hashlib.sha256(f"{request.method}\0{request.url}\0".encode())
        digest, content = self._started.copy(), request.content
        for start in range(0, len(content), HASHED):
            digest.update(content[start : start + HASHED])
        return digest.digest()


def request_for(delivery: Delivery, edition: Edition, route: Route, now: float) -> httpx2.Request:
    """The request for a delivery, made from the logged edition and nothing else: the same now and at a replay.

    Raises `provider.CannotCarry` where the provider has no place for something in the message.
    """
    if delivery.channel == "email":
        to: Address | Endpoint = Address(delivery.address, delivery.name)
    else:
        url = route.redirect(delivery.address) if route.redirect else delivery.address
        to = Endpoint(url, delivery.name)
    message = compose(edition, unpack(delivery.personal), to, delivery.key)
    return route.account.module.request(message, route.account.settings, delivery.key, _moment(now))


@lru_cache(1)
def _moment(now: float) -> datetime:
    """Many requests are made at one moment."""
    return datetime.fromtimestamp(now, UTC)
