"""A provider that misbehaves in every way of the fault catalogue, a clock that tests turn, and a line to send along.

    server = Faulty(["took 500", "429;Retry-After: 7"])      what each request gets, in order; "ok" after the end
    line = Line(tmp_path, server.url, count=10)              a log with a plan, an account, a clock
    ended = line.send()                                      the real Sender over real loopback HTTP

A word starts with "took" where the provider applies the message before it misbehaves. What follows is a status with
headers (`429;Retry-After: 7`), or a name in `MISCHIEF`.
"""

from __future__ import annotations

import asyncio
import io
import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self, cast

import orjson

from pressctl import edition as editions
from pressctl import show_run
from pressctl.clock import booted
from pressctl.delivery import State
from pressctl.delivery_log import Delivery, DeliveryLog, Entry, No, Settled, create_log, open_log
from pressctl.distribute import Summary
from pressctl.edition import Edition, Part
from pressctl.message import Address, Attachment
from pressctl.outgoing import Route
from pressctl.provider import Account, Provider
from pressctl.providers import mailpit
from pressctl.send import Ended, Sender, Waiting
from pressctl.wire import Wire

START = datetime(2026, 7, 3, 12, tzinfo=UTC).timestamp()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def whole(body: bytes, kind: str = "application/json") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind.encode(), len(body)) + body


def reset(sock: socket.socket) -> None:
    """Close with RST, once what was said has arrived."""
    time.sleep(0.02)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Ty")
    reset(sock)


def drip(sock: socket.socket) -> None:
    for byte in whole(b'{"ID":"slow"}'):
        sock.sendall(bytes([byte]))
        time.sleep(0.02)


def pour(sock: socket.socket) -> None:
    sock.sendall(OK + b"Content-Length: 2000000000\r\n\r\n")
    while True:
        sock.sendall(b"x" * 65536)


def chunks(sock: socket.socket) -> None:
    sock.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


def silence(sock: socket.socket) -> None:
    time.sleep(1.2)


# What is said instead of an answer: bytes, after which the connection is closed, or something done with the socket.
MISCHIEF: Mapping[str, bytes | Callable[[socket.socket], None]] = {
    "close": b"",
    "reset": reset,
    "silence": silence,
    "half a header": half,
    "short": OK + b'Content-Length: 400\r\n\r\n{"ID": "abc',
    "drip": drip,
    "garbage": b"\x16\x03\x01 this is not HTTP at all\r\n\r\n" * 4,
    "html": whole(b"<html><h1>Welcome to the hotel</h1></html>", "text/html"),
    "no id": whole(b'{"status": "fine"}'),
    "null": whole(b"null"),
    "id of another kind": whole(b'{"ID": 7}'),
    "empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    "pour": pour,
    "chunks": chunks,
    "gzip": OK + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + b"\x1f\x8b" + b"\0" * 18,
    "deep": whole(b"[" * 100_000),
    "nan": whole(b'{"ID": NaN}'),
    "plain text": whole(b'{"ID": "abc"}', "text/plain"),
    "duplicate": whole(b'{"ID": "abc", "ID": null}'),
    "escape": b"HTTP/1.1 400 No\r\nContent-Length: 37\r\n\r\n" + b'{"Error":"\\u001b]52;c;ZQ==\\u0007 no"}',
    "bom": whole(b'\xef\xbb\xbf{"ID": "abc"}'),
    "utf-16": whole('{"ID": "abc"}'.encode("utf-16")),
    "long header": OK + b"X-Long: " + b"x" * 100_000 + b"\r\n\r\n",
    "many headers": OK + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\n",
    "interim flood": b"HTTP/1.1 102 Processing\r\n\r\n" * 50 + whole(b'{"ID": "late"}'),
}

# Those that are complete answers, after which the connection is kept.
COMPLETE = frozenset(("html", "no id", "null", "id of another kind", "empty", "deep", "nan", "plain text", "duplicate", "escape", "bom",
                      "utf-16"))  # fmt: skip


class Faulty:
    """Serves `says` in order, then "ok"; a callable is asked with the number of the request and its recipient.

    With `keyed` a request under a known key is answered like the first and applied once; `changed` names keys that came
    again with another body. `first` is what the first so many connections get before a byte is read: "reset" or "cut".
    """

    def __init__(
        self,
        says: Sequence[str] | Callable[[int, str], str] = (),
        *,
        keyed: bool = False,
        delay: float = 0.0,
        stops: Sequence[str] = (),
        after: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.says, self.keyed, self.delay, self.stops, self.after = says, keyed, delay, list(stops), after
        self.took: Counter[str] = Counter()  # recipient → how often a message was applied
        self.order: list[str] = []  # recipients in the order of arrival
        self.bodies: dict[str, bytes] = {}
        self.times: list[float] = []
        self.changed: list[str] = []
        self.most = self.now = self.connections = 0
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        with sock, suppress(OSError):
            stop = self.stops.pop(0) if self.stops else ""
            if stop == "reset":
                return reset(sock)
            got = b""
            while True:
                while b"\r\n\r\n" not in got:
                    data = sock.recv(65536)
                    if not data:
                        return None
                    got += data
                head, _, body = got.partition(b"\r\n\r\n")
                if stop == "cut":
                    return reset(sock)
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                while len(body) < length:
                    data = sock.recv(1 << 20)
                    if not data:
                        return None
                    body += data
                got = body[length:]
                if not self._answer(sock, json.loads(body[:length])):
                    return None

    def _answer(self, sock: socket.socket, sent: dict[str, Any]) -> bool:
        """Do what is said; False where the connection ends with it."""
        to, key = sent["To"][0]["Email"], sent["Headers"]["Message-ID"]
        with self._lock:
            number = len(self.order)
            self.order.append(to)
            self.now += 1
            self.most = max(self.most, self.now)
            word = self.says(number, to) if callable(self.says) else self.says[number] if number < len(self.says) else "ok"
            if word == "ok" or word.startswith("took "):
                self._take(to, key, orjson.dumps(sent))
        time.sleep(self.delay)
        with self._lock:
            self.now -= 1
        self.after(number)
        return self._say(sock, word.removeprefix("took "), f"id-{key[1:9]}")

    def _take(self, to: str, key: str, body: bytes) -> None:
        if self.keyed and key in self.bodies:
            self.changed += [key] * (self.bodies[key] != body)
            return
        self.bodies[key] = body
        self.took[to] += 1

    def _say(self, sock: socket.socket, word: str, name: str) -> bool:
        if word == "ok":
            sock.sendall(whole(json.dumps({"ID": name}).encode()))
            return True
        if word == "twice":
            sock.sendall(whole(json.dumps({"ID": name}).encode()) + whole(b'{"ID": "of-nobody"}'))
            return True
        if word == "stale":  # answers, and closes the kept connection as the next request is on its way
            sock.sendall(whole(json.dumps({"ID": name}).encode()))
            return False
        if word in MISCHIEF:
            done = MISCHIEF[word]
            if callable(done):
                done(sock)
            else:
                sock.sendall(done)
            return word in COMPLETE
        status, *headers = word.split(";")
        body = json.dumps({"Error": f"told to say {status}"}).encode()
        lines = [f"HTTP/1.1 {status} Said", *headers, f"Content-Length: {len(body)}", "", ""]
        sock.sendall("\r\n".join(lines).encode() + body)
        return True


class Clock:
    """Time that passes only by sleeping, or by being turned. `slept` tells what was waited for, in seconds."""

    def __init__(self, now: float = START) -> None:
        self.wall, self.passed, self.asleep, self.slept = now, 0.0, 0.0, list[float]()
        self.at: list[tuple[float, Callable[[], None]]] = []  # passed seconds → what happens then

    def now(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def suspended(self) -> float:
        return self.asleep

    def boot(self) -> str:
        return "one"

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.passed += seconds

    def suspend(self, seconds: float) -> None:
        """The machine sleeps: the wall clock goes on, the monotonic one does not."""
        self.wall += seconds
        self.asleep += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.turn(seconds)
        await asyncio.sleep(0.001)


def module(key_window: timedelta | None = None, **changes: Any) -> Provider:
    """The Mailpit adapter, as a provider that remembers keys where `key_window` is given; `changes` replace its functions."""
    parts = {"Settings": mailpit.Settings, "request": mailpit.request, "outcome": mailpit.outcome} | changes
    return cast(Provider, SimpleNamespace(__name__="test", PROFILE=replace(mailpit.PROFILE, key_window=key_window), **parts))


DAY = timedelta(hours=24)


def an_edition(digest: str = "", attachment: int = 0) -> Edition:
    """A small edition with one slot; `attachment` is a size in bytes."""
    files = (Attachment("map.bin", "application/octet-stream", bytes(attachment)),) if attachment else ()
    part = Part(("Dear ", ", the night ferry."), ("contact.name",))
    sender = Address("press@harbour.example", "Press desk")
    date = datetime(2026, 7, 3, tzinfo=UTC)
    edition = Edition("night-ferry", "", "en", "Keep the ferry", part, part, sender, None, (), files, date, {"headline": "Keep"})
    return replace(edition, digest=digest) if digest else editions.sealed(edition)


def an_entry(number: int, wave: int = 1) -> Entry:
    address = f"desk{number}@newsroom.example"
    personal = orjson.dumps({"text": [f"Desk {number}"], "html": [f"Desk {number}"]})
    return Entry(f"desk-{number}", f"Desk {number}", "", "desks", address, address, "email", wave, personal)


@dataclass(frozen=True, slots=True)
class Told:
    """What a run said while it went on."""

    settled: list[Settled]
    waits: list[Waiting]


class Line:
    """A log with a plan for so many desks and everything that a run needs. Each `send` is a run of its own."""

    def __init__(self, folder: Path, url: str, count: int = 5, *, waves: Sequence[int] = (), attachment: int = 0) -> None:
        self.path, self.clock = folder / "state" / "log.sqlite3", Clock()
        self.batch = 1
        self.settings: mailpit.Settings | None = None
        self.url, self.edition, self.chance = url, an_edition(attachment=attachment), 0.0
        self.entries = [an_entry(n, waves[n] if waves else 1) for n in range(count)]
        self.permit: Callable[[Delivery], No | None] = lambda _: None
        self.identity, self.timeout, self.told = "test:0000", 1.0, Told([], [])
        self.watch: Callable[[Settled | Waiting], None] = lambda _: None
        self.sender: Sender | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        create_log(self.path, b"s" * 32).close()

    def account(self, provider: Provider, concurrency: int, per_second: float) -> Account:
        settings = self.settings or mailpit.Settings(base_url=self.url)
        return Account("test", "test", provider, settings, self.timeout, concurrency, per_second, self.batch)

    def send(self, provider: Provider | None = None, *, concurrency: int = 4, per_second: float = 0.0) -> Ended:
        """One run, from recovery to its end."""
        account = self.account(provider or module(), concurrency, per_second)
        return asyncio.run(self._send(Route(account, self.identity), concurrency))

    async def _send(self, route: Route, concurrency: int) -> Ended:
        self.loop = asyncio.get_running_loop()
        with open_log(self.path) as log:
            log.hold("a test")
            log.recover(self.clock.now())
            run = self.plan(log)
            wire = Wire(concurrency=concurrency, timeout=self.timeout)
            chance = lambda: self.chance  # noqa: E731  # read anew each time
            self.sender = Sender(log, run, self.edition, {"email": route}, wire, self.permit, self.clock, self.hear, chance=chance)
            try:
                return await self.sender.send()
            finally:
                await wire.close()

    def plan(self, log: DeliveryLog) -> int:
        document = editions.encode(self.edition)
        return log.begin(
            "night-ferry", self.edition.digest, document, live=True, account="test", holder="", entries=self.entries,
            now=self.clock.now(), booted=booted(self.clock),
        )  # fmt: skip

    def hear(self, note: Settled | Waiting) -> None:
        if isinstance(note, Settled):
            self.told.settled.append(note)
        else:
            self.told.waits.append(note)
        self.watch(note)

    # what there is to see afterwards

    def rows(self) -> list[Delivery]:
        """The log's deliveries; what the log may never be is looked for each time."""
        with open_log(self.path) as log:
            assert [text for text in log.verify() if "wrong form" not in text] == []
            return list(log.deliveries())

    def states(self) -> dict[str, int]:
        """How many deliveries are in each state that any is in."""
        return {str(state): count for state, count in sorted(Counter(row.state for row in self.rows()).items())}

    def code(self, ended: Ended) -> int:
        """The exit code that `pressctl send` would give."""
        with open_log(self.path) as log:
            counts = log.counts("night-ferry", self.edition.digest, live=True)
        return int(show_run.code(Summary(cast(Any, None), counts, 0, ended)))

    def words(self, ended: Ended) -> str:
        """What `pressctl send` prints at the end: the counts, and what to do next; as one line, however wide a terminal is."""
        with open_log(self.path) as log:
            counts = log.counts("night-ferry", self.edition.digest, live=True)
        job, said = cast(Any, SimpleNamespace(release=SimpleNamespace(slug="night-ferry"), live=True)), io.StringIO()
        show_run.summary(Summary(job, counts, 0, ended), said)
        return " ".join(said.getvalue().split())


def never_two(server: Faulty) -> None:
    """Nobody got it twice."""
    assert [to for to, count in server.took.items() if count > 1] == []


def agree(server: Faulty, line: Line) -> None:
    """The property of the log: accepted there is applied at the provider, planned and deferred there is not; nobody got two."""
    never_two(server)
    for row in line.rows():
        taken = server.took[row.address]
        assert row.state is not State.CLAIMED, row
        if row.state is State.ACCEPTED:
            assert taken == 1, row
        if row.state in (State.PLANNED, State.DEFERRED, State.REJECTED, State.WITHDRAWN):
            assert taken == 0, row
