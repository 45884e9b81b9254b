"""A small HTTP/1.1 server for this machine only, with the guards that a page showing private data needs.

It binds 127.0.0.1, and refuses before anything else a request whose Host is not its own (DNS rebinding), then one that a
foreign page made (Origin, Sec-Fetch-Site), then a path that could mean another (`..`, percent signs). What is left goes
to one function, Request → Answer. It runs in a thread with an event loop of its own, so a sender in the same process is
served while it works: 32 kept connections are answered at several thousand requests a second. An answer may stay open
and go on with whatever is broadcast later; it holds up no other.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self, cast
from urllib.parse import parse_qs

import httptools

from pressctl.errors import ConfigError

BODY_LIMIT = 30 * 1024 * 1024  # bytes
HEAD_LIMIT = 64 * 1024  # bytes of request line and headers
LINGER = 1.0  # seconds given to a refused sender to read why, before the connection is cut
BEHIND = 256 * 1024  # bytes of a broadcast that a listener may leave unread, before the connection is cut

_PATH = re.compile(rb"/[A-Za-z0-9._~:\[\]/-]*")
_GUARDS = (
    b"x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n"
    b"cross-origin-resource-policy: same-origin\r\ncache-control: no-store\r\n"
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that passed the guards. `query` keeps the last value of each name; `headers` have lower-case names."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[bytes, bytes]
    body: bytes


class Broadcast:
    """What goes on after an answer's body: each `send` reaches everybody who is listening then."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: set[asyncio.Transport] = set()

    def send(self, data: bytes) -> None:
        """Give `data` to the listeners; from any thread, at any time, without waiting for them."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the server has ended, and with it the listeners
                self._loop.call_soon_threadsafe(self._write, data)

    def join(self, transport: asyncio.Transport) -> None:
        """Take a connection in; called in the server's loop, which writes the body before it sends on."""
        self._loop = asyncio.get_running_loop()
        self._listeners.add(transport)

    def leave(self, transport: asyncio.Transport) -> None:
        """Let a connection go."""
        self._listeners.discard(transport)

    def _write(self, data: bytes) -> None:
        for transport in list(self._listeners):
            if transport.get_write_buffer_size() > BEHIND:
                transport.abort()
            else:
                transport.write(data)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `headers` beside Content-Type, Content-Length and the guards that every answer has.

    With `then` the body is only the beginning: the answer has no length, and ends with the connection.
    """

    status: int
    body: bytes = field(repr=False)
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    then: Broadcast | None = None


def refusal(status: int, why: str) -> Answer:
    """An error in the form that Mailpit uses: `{"Error": why}`."""
    import orjson

    return Answer(status, orjson.dumps({"Error": why}))


class Server:
    """Serves `answer` on 127.0.0.1 from a thread of its own; a context manager. Port 0 means any free one."""

    def __init__(self, answer: Callable[[Request], Answer], port: int = 0) -> None:
        self._answer = answer
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.connections: set[asyncio.Transport] = set()
        self.hosts: frozenset[bytes] = frozenset()

    def start(self) -> str:
        """Start unless it is running; returns the base URL. Raises ConfigError where the port is taken."""
        if self._thread is not None:
            return f"http://127.0.0.1:{self._port}"
        ready = threading.Event()
        trouble: list[OSError] = []
        self._thread = threading.Thread(target=self._run, args=(ready, trouble), name="pressctl loopback server", daemon=True)
        self._thread.start()
        ready.wait()
        if trouble:
            self._thread.join()
            self._thread = None
            raise ConfigError(f"port {self._port} cannot be used: {trouble[0].strerror}", hint="choose another port, or 0 for any free one")
        return f"http://127.0.0.1:{self._port}"

    def stop(self) -> None:
        """Stop taking requests, cut what is open, wait for the thread. Doing it twice does no harm."""
        if self._thread is None or self._loop is None:
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._thread = None

    def wait(self) -> None:
        """Block until the server ends, for a command that does nothing else; Ctrl-C raises KeyboardInterrupt here."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(0.5)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, request: Request) -> Answer:
        """The function's answer; a bug or a full disk there is a 500, not a dead server."""
        try:
            return self._answer(request)
        except OSError as fault:
            return refusal(500, f"not stored: {fault.strerror}")
        except Exception as fault:  # whatever one request runs into, the next must be served
            return refusal(500, f"a bug in pressctl: {type(fault).__name__}")

    def _run(self, ready: threading.Event, trouble: list[OSError]) -> None:
        loop = self._loop = asyncio.new_event_loop()
        try:
            server = loop.run_until_complete(loop.create_server(lambda: _Connection(self), "127.0.0.1", self._port, backlog=256))
        except OSError as fault:
            trouble.append(fault)
            loop.close()
            return
        finally:
            if trouble:
                ready.set()
        self._port = server.sockets[0].getsockname()[1]
        self.hosts = frozenset(f"{host}:{self._port}".encode() for host in ("127.0.0.1", "localhost"))
        ready.set()
        try:
            loop.run_forever()
        finally:
            server.close()
            for transport in list(self.connections):
                transport.abort()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()


class _Connection(asyncio.Protocol):
    """One connection: bytes in, guards, answers out, in order."""

    transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self.server = server
        self.refused = False
        self.joined: Broadcast | None = None
        self.parser = httptools.HttpRequestParser(self)
        self.on_message_begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # asyncio sets TCP_NODELAY itself
        self.server.connections.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.connections.discard(self.transport)
        if self.joined is not None:
            self.joined.leave(self.transport)

    def data_received(self, data: bytes) -> None:
        if self.refused:
            return  # let the sender finish talking, so that it reads why it was refused
        self.head_bytes += len(data) if self.in_head else 0
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.refuse(400, "this is not an HTTP/1.1 request that can be understood")
        if self.in_head and self.head_bytes > HEAD_LIMIT:
            self.refuse(431, "the headers are too large")

    def on_message_begin(self) -> None:
        self.in_head = True
        self.head_bytes = 0
        self.target = b""
        self.headers: dict[bytes, bytes] = {}
        self.parts: list[bytes] = []

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        # a second Host or Origin must not hide behind the first
        self.headers[name] = self.headers[name] + b", " + value if name in self.headers else value

    def on_headers_complete(self) -> None:
        self.in_head = False
        refused = guard(self.server.hosts, self.parser.get_method(), self.target, self.headers)
        if refused is not None:
            self.refuse(*refused)
        elif self.headers.get(b"expect", b"").lower() == b"100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if not self.refused:
            self.parts.append(body)

    def on_message_complete(self) -> None:
        if self.refused:
            return
        path, _, query = self.target.decode("ascii").partition("?")
        values = {name: found[-1] for name, found in parse_qs(query, errors="replace").items()} if query else {}
        request = Request(self.parser.get_method().decode("ascii"), path, values, self.headers, b"".join(self.parts))
        self.in_head, self.head_bytes = True, 0  # what follows is the next request's head
        keep = self.parser.should_keep_alive()
        answer = self.server.answer(request)
        if answer.then is not None and request.method != "HEAD":
            self.refused = True  # nothing more is asked on this connection
            self.joined = answer.then
            self.joined.join(self.transport)  # first: whoever reads the body may rely on hearing what is sent from then on
            self.write(answer, keep=False)
            return
        self.write(answer, keep, request.method == "HEAD")
        if not keep:
            self.refused = True
            self.transport.close()

    def refuse(self, status: int, why: str) -> None:
        """Answer, then take no more from this connection and cut it soon."""
        if self.refused:
            return
        self.refused = True
        self.write(refusal(status, why), keep=False)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER, self.transport.close)

    def write(self, answer: Answer, keep: bool, without_body: bool = False) -> None:
        extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
        length = f"content-length: {len(answer.body)}\r\n" if answer.then is None else ""
        head = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\ncontent-type: {answer.content_type}\r\n"
            f"{length}{extra}{'' if keep else 'connection: close' + chr(13) + chr(10)}"
        )
        self.transport.write(head.encode("latin-1") + _GUARDS + b"\r\n" + (b"" if without_body else answer.body))


def guard(hosts: frozenset[bytes], method: bytes, target: bytes, headers: dict[bytes, bytes]) -> tuple[int, str] | None:
    """Why a request is refused from its head alone: status and reason; None where it may go on.

    Host first: a name that an attacker points at 127.0.0.1 makes a foreign page "same-origin", and only Host tells.
    """
    if headers.get(b"host", b"").lower() not in hosts:
        return 403, "this server answers only to its own address on this machine"
    origin = headers.get(b"origin")
    if origin is not None and origin.lower().removeprefix(b"http://") not in hosts:
        return 403, "another page may not use this server"
    # following a link from elsewhere shows the page to a person, and nothing to the other page
    link = method == b"GET" and headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") == b"document"
    if headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin") and not link:
        return 403, "another page may not use this server"
    path = target.partition(b"?")[0]
    if not _PATH.fullmatch(path) or b".." in path:
        return 403, "this path is not one of ours"
    if b"transfer-encoding" in headers or (method in (b"POST", b"PUT", b"PATCH") and b"content-length" not in headers):
        return 411, "Content-Length is required"
    if int(headers.get(b"content-length", b"0") or b"0") > BODY_LIMIT:
        return 413, f"the body is larger than {BODY_LIMIT:,} bytes"
    return None
