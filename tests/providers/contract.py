"""What the contract suite needs to know of a provider: each adapter's own test file offers one `CASE`."""

from __future__ import annotations

import base64
import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import orjson

from pressctl.message import Address, Attachment, Endpoint, Message
from pressctl.provider import Doubt, Quota

NOW = datetime(2026, 7, 3, 14, 0, tzinfo=UTC)
KEY = "5f0c7d1e9ab34c6f8d2e"

PDF = Attachment("route map – Karte.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256)))
PLAIN_PDF = dataclasses.replace(PDF, name="route-map.pdf")
LOGO = Attachment("logo.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(255, -1, -1)), "logo@night-bus")

MESSAGE = Message(
    to=Address("desk@recipient.example", "National desk, Zeitung für Überlingen"),
    sender=Address("press@sender.example", "Key West Example Network"),
    reply_to=Address("answers@reply.example", "Press volunteer"),
    subject="Residents ask city to keep the night bus – “we need it”",
    text="KEY WEST, Fla. — the plain body, with %recipient.name% and {{ braces }}\n\n###\n",
    html='<!doctype html><html lang="en"><body><p>The <b>HTML</b> body &amp; <img src="cid:logo@night-bus" alt=""></p></body></html>',
    headers=(
        ("List-Unsubscribe", "<mailto:leave@unsubscribe.example?subject=leave>, <https://unsubscribe.example/leave>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ),
    attachments=(PDF, LOGO),
    message_id=f"<{KEY}@id.sender.example>",
    date=datetime(2026, 7, 3, 9, 0, tzinfo=UTC),
    release={"slug": "night-bus", "headline": "Residents ask city to keep the night bus", "languages": ["en"]},
)
OTHER = Address("news@other.example", "Other desk")
DOUBT = Doubt(KEY, MESSAGE.message_id, "desk@recipient.example", "night-bus", NOW, MESSAGE.subject)
ENDPOINT = Endpoint("https://intake.recipient.example/press?desk=national", "Newsroom intake")

ADDRESSES = frozenset({"desk@recipient.example", "press@sender.example", "answers@reply.example", "leave@unsubscribe.example"})
"""Every mail address that the message holds; nobody else's may be in a request."""


def texts(request: httpx2.Request) -> Iterator[str]:
    """Every text that a request with a JSON body holds: URL, header values, keys and values, and decoded base64."""
    yield str(request.url)
    yield from (value.decode("latin-1") for _, value in request.headers.raw)
    yield from _strings(orjson.loads(request.content))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str):
        yield value
        try:
            yield base64.b64decode(value, validate=True).decode("latin-1")
        except ValueError:  # it was no base64
            return


@dataclass(frozen=True)
class Case:
    """What a provider needs in order to be held to the contract.

    `settings` as an account would have them, with every secret filled in; `secrets` are those texts; `environment` what
    the sample of its manual names. `success` is the body of an answer that proves acceptance (bytes as they are, all else
    as JSON), with the status `status` and the headers `headers`. `notice` is true for a room, which gets a notice of the
    release and not the whole message. `unproven` is the move for a 2xx without evidence. `moves` are the statuses that mean
    something else here than for most, with the move, or "stop". `moving` are the headers that may change with the time.
    `texts` reads a request; `attachments` are those of the full message, for a provider that cannot carry all;
    `replaced` are headers with a place of their own, which the provider's own tests look at.

    For what a provider may offer: `batched` gives the successful answer for a number of messages, `listed` is the answer
    to a look-up that shows the message, `nothing` one that shows none; `reported` is a page of reports, `silent` one without any,
    `good` the answer to a probe with good credentials, `allowance` that to the question for the quota, and `quotas` what
    it says. `asks` is the method of a look-up.
    """

    settings: Any
    success: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    provider_id: str = ""
    notice: bool = False
    to: Address | Endpoint = MESSAGE.to
    secrets: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    unproven: str = "lose"
    moves: Mapping[int, str] = field(default_factory=dict)
    moving: frozenset[str] = frozenset()
    texts: Callable[[httpx2.Request], Iterator[str]] = texts
    attachments: tuple[Attachment, ...] = MESSAGE.attachments
    asks: str = "GET"
    replaced: frozenset[str] = frozenset()
    batched: Callable[[int], Any] | None = None
    listed: Any = None
    nothing: Any = None
    reported: Any = None
    silent: Any = None
    good: Any = None
    allowance: Any = None
    quotas: tuple[Quota, ...] = ()

    @property
    def answer(self) -> httpx2.Response:
        """The answer that proves acceptance."""
        content = self.success if isinstance(self.success, bytes) else orjson.dumps(self.success)
        return httpx2.Response(self.status, headers={"content-type": "application/json", **self.headers}, content=content)

    @property
    def message(self) -> Message:
        """The full message, to a recipient that this provider reaches."""
        return dataclasses.replace(MESSAGE, to=self.to, attachments=self.attachments)


def oracle(name: str) -> Path:
    """A file of the oracles that lie beside the repository (or in PRESSCTL_ORACLES); it may be missing."""
    beside = Path(__file__).resolve().parents[2].parent
    return Path(os.environ.get("PRESSCTL_ORACLES", beside / "shared/oracles")) / name
