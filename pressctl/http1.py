"""One HTTP/1.1 connection: a request at a time, and sound evidence of how far it got (RFC 9112).

**The evidence.** A request is handed to the operating system's side in pieces, and its last piece is held back until
those before it have left this process. As long as the last piece has not been handed over, nobody can have the whole
request: that is INCOMPLETE, and it holds for plain and TLS connections alike because it rests on nothing but our own
order of writing. From the moment that the last piece is handed over, a lost connection proves nothing: UNKNOWN. What
fits into one piece has no such middle. The price is that INCOMPLETE is said less often than it is true, never more.

**The answer** is parsed by llhttp (httptools), bounded in every direction, and complete or nothing.
"""

from __future__ import annotations

import asyncio
import re
import select
import socket
import ssl
import sys
from asyncio.trsock import TransportSocket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

import httpx2
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from pressctl.delivery import Evidence

PIECE = 64 * 1024  # bytes handed over at once
HEAD_LIMIT = 64 * 1024  # bytes of an answer's header block
HEADERS_LIMIT = 200  # fields in it
READING = 0.1  # seconds past the deadline in which an answer that has come is read
INTERIM_LIMIT = 10  # 1xx answers before the real one (RFC 9110, section 15.2)

# Written by ourselves, or of no business to whoever makes a request: connection management and framing.
_OURS = frozenset(
    b"host accept-encoding connection content-length expect keep-alive proxy-authorization proxy-connection te trailer "
    b"transfer-encoding upgrade".split()
)
_WITH_BODY = frozenset({b"POST", b"PUT", b"PATCH"})  # Content-Length: 0 is said for these (RFC 9110, section 8.6)


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer, its body read. `whole` is False where it came before the whole request was handed over."""

    response: httpx2.Response
    whole: bool = True


class _Read(httpx2.Response):
    """A response that has been read already: httpx2's own way of reading takes eight times as long as the rest of it."""

    def __init__(self, status: int, header: list[tuple[bytes, bytes]] | None, body: bytes) -> None:
        super().__init__(status, headers=header, stream=httpx2.ByteStream(body))
        self._whole = body

    @property
    def content(self) -> bytes:
        return self._whole


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer that can be used, and what is proven about the request: NEVER_LEFT, INCOMPLETE or UNKNOWN.

    `reason` is one line without path, query, credential or address. `stop` names a problem of the set-up that every
    other request would meet too; `hint` is what to do about it. `bug` is a mistake in pressctl, where that is the reason.
    """

    evidence: Evidence
    reason: str
    stop: str = ""
    hint: str = ""
    bug: Exception | None = field(default=None, repr=False)


def head(request: httpx2.Request, length: int) -> bytes:
    """The request line and header block of a request whose body has `length` bytes.

    Raises ValueError for what cannot be said in HTTP/1.1: a line break in a value, a name that is no token.
    """
    start, always = _block(request.method, request.url.raw_path, request.url.netloc, tuple(request.headers.raw))
    return start + (b"Content-Length: %d\r\n\r\n" % length if length or always else b"\r\n")


@lru_cache(256)
def _block(method_name: str, path: bytes, host: bytes, fields: tuple[tuple[bytes, bytes], ...]) -> tuple[bytes, bool]:
    """What `head` says but for the length, and whether a length is always said; kept, since thousands of requests share it."""
    method = method_name.encode("ascii")
    lines = [b"%s %s HTTP/1.1" % (method, path), b"Host: " + host, b"Accept-Encoding: identity"]
    lines += [name + b": " + value for name, value in fields if _passes(name)]
    block = b"\r\n".join(lines)
    breaks = len(lines) - 1
    if method in (b"HEAD", b"CONNECT"):
        raise ValueError("HEAD and CONNECT are not spoken here: their answers are framed differently")
    if block.count(b"\r") != breaks or block.count(b"\n") != breaks or b"\0" in block or lines[0].count(b" ") != 2:
        raise ValueError("a header of the request holds a line break or a character that HTTP does not allow")
    return block + b"\r\n", method in _WITH_BODY


@lru_cache(256)
def _passes(name: bytes) -> bool:
    """Whether a header is the caller's to set; raises ValueError where the name is no token (RFC 9110, section 5.6.2)."""
    if not re.fullmatch(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", name):
        raise ValueError("a header of the request has a name that HTTP does not allow")
    return name.lower() not in _OURS


class Connection(asyncio.Protocol):
    """A connection to one origin. `exchange` may be called again as long as `reusable` is true."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limit: int) -> None:
        """`limit` is the most bytes of an answer's body."""
        self._loop = loop
        self._limit = limit
        self._parser = HttpResponseParser(self)
        self._tell: Callable[[Answer | Broken], None] | None = None  # set while an exchange is under way
        self._rest: memoryview | None = None  # what has not been handed over: while there is some, nobody has it all
        self._paused = False
        self.reusable = False  # nothing is under way and nothing speaks against another exchange
        self.closed = False
        self._fresh()

    def _fresh(self) -> None:
        self._fields: list[tuple[bytes, bytes]] = []
        self._header: list[tuple[bytes, bytes]] | None = None  # of the answer, once its block is complete
        self._status = 0
        self._body: list[bytes] = []
        self._size = 0  # of the body
        self._received = 0  # bytes of this answer, header and body, as they came
        self._interim = 0
        self._framed = False  # its end is marked by a length or by chunks
        self._done = False
        self._surplus = False  # more came than was asked for
        self._flaw = ""

    # What the owner calls

    def exchange(self, header: bytes, body: bytes, tell: Callable[[Answer | Broken], None]) -> None:
        """Send a request; `tell` is called exactly once with how it went, and must not raise."""
        self._fresh()
        self.reusable = False
        self._tell = tell
        if len(header) + len(body) <= PIECE:
            self._transport.write(header + body)
        else:
            self._rest = memoryview(body)
            self._transport.write(header)
            self._hand_over()

    def expire(self, reason: str) -> None:
        """The time is up. What has come is read first: a process that was stopped, or starved, finds the answer waiting."""
        if self._tell is not None and not self.closed and self._readable():
            self._loop.call_later(READING, self._expire, self._tell, reason)
        else:
            self.give_up(reason)

    def _expire(self, tell: Callable[[Answer | Broken], None], reason: str) -> None:
        if self._tell is tell:  # and not of the next exchange
            self.give_up(reason)

    def give_up(self, reason: str) -> None:
        """End an exchange without an answer; nothing more of the request leaves."""
        tell, self._tell = self._tell, None
        evidence = Evidence.INCOMPLETE if self._rest else Evidence.UNKNOWN
        self._rest = None
        self.abort()
        if tell is not None:
            tell(Broken(evidence, reason))

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self._rest = None
        self.reusable = False
        if not self.closed:
            self.closed = True
            # Not from within a callback: asyncio's TLS protocol does not expect to be closed while it reads.
            self._loop.call_soon(self._transport.abort)

    def quiet(self) -> bool:
        """Whether the connection is open and nothing has come that nobody asked for; asks the system, not the loop."""
        if self.closed or self._transport.is_closing():
            return False
        return not self._readable()

    def peer(self) -> str:
        """The other end's IP address, or an empty string."""
        name = self._transport.get_extra_info("peername")
        return str(name[0]) if name else ""

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection, TLS included, is there."""
        self._transport = cast(asyncio.Transport, transport)
        sock: TransportSocket = transport.get_extra_info("socket")
        self._readable = _reader(sock.fileno())
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            # Else the system swallows megabytes at once, and a cut upload that could be proven incomplete is unknown.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, PIECE)
        # 1 and not 0: for TLS, asyncio pauses at `size >= high`, with 0 even when nothing is waiting.
        self._transport.set_write_buffer_limits(high=1, low=0)

    def pause_writing(self) -> None:
        """Something waits in this process."""
        self._paused = True

    def resume_writing(self) -> None:
        """Nothing waits any more."""
        self._paused = False
        self._hand_over()

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        if self._tell is None:
            self.abort()  # nobody asked: never let it be taken for the next request's answer
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self._surplus = True
            self._flaw = self._flaw or "the answer is not HTTP/1.1"
        if self._done:
            self._settle()
        elif self._flaw:
            self.give_up(self._flaw)
        elif self._header is None and self._received > HEAD_LIMIT:
            self.give_up("the answer's header block is too long")

    def eof_received(self) -> None:
        """The other end has no more to say."""
        if self._tell is not None and self._header is not None and not self._framed and self._ended():
            self._surplus = True
            self._settle()  # an answer whose end is the connection's end (RFC 9112, section 6.3, rule 8)
        else:
            self._lost()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self.closed = True
        self._lost()

    # What the parser calls

    def on_message_begin(self) -> None:
        """An answer starts."""
        if self._done:
            self._surplus = True
        self._fields = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field; trailers come here too, into a list that nobody reads."""
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        """The block is there: check what has to be known before the body."""
        if self._done:
            return
        self._header, self._status = self._fields, self._parser.get_status_code()
        self._fields = []
        if len(self._header) > HEADERS_LIMIT or (
            self._received > HEAD_LIMIT and sum(len(name) + len(value) + 4 for name, value in self._header) > HEAD_LIMIT
        ):
            self._flaw = "the answer's header block is too long"
        for name, value in self._header:
            size = len(name)
            if size == 16 and name.lower() == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
                self._flaw = "the answer is compressed although that was refused"
            elif (size == 14 and name.lower() == b"content-length") or (size == 17 and name.lower() == b"transfer-encoding"):
                self._framed = True

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._done:
            return
        self._size += len(body)
        if self._size > self._limit:
            self._flaw = f"the answer is longer than {self._limit} bytes"
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """An answer ends; 1xx are answers before the answer."""
        if self._done:
            return
        if self._status < 200:
            self._header, self._framed = None, False
            self._interim += 1
            if self._interim > INTERIM_LIMIT:
                self._flaw = "too many interim answers"
            return
        self._done = not self._flaw
        # After 408 and 421 the connection is not the one to go on with (RFC 9110, sections 15.5.9 and 15.5.20).
        self._surplus = not self._parser.should_keep_alive() or self._status in (408, 421)

    # Ours

    def _ended(self) -> bool:
        """Whether the other end said that this is its end; over TLS anybody can cut, but only it can say so (close_notify)."""
        tls: ssl.SSLObject | None = self._transport.get_extra_info("ssl_object")
        if tls is None:
            return True
        try:
            return tls.read(1) == b""
        except ssl.SSLError:
            return False

    def _lost(self) -> None:
        came = "in the middle of its answer" if self._received else "before it answered"
        self.give_up(f"the server closed the connection {came}")

    def _hand_over(self) -> None:
        """One piece at a time and a turn of the loop between: so a loss is seen before the last piece is given away."""
        if self._rest and not self._paused and not self._transport.is_closing():
            piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
            self._transport.write(piece)
            self._loop.call_soon(self._hand_over)

    def _settle(self) -> None:
        tell, self._tell = self._tell, None
        whole = not self._rest
        if self._surplus or self._paused or not whole:
            self.abort()
        else:
            self.reusable = not self.closed
        if tell is not None:
            # The reason phrase is left out on purpose: it is the server's free text; the status has a standard one.
            tell(Answer(_Read(self._status, self._header, b"".join(self._body)), whole))


if sys.platform == "win32":  # pragma: no cover  # no poll() there; select() has no limit on a descriptor's value

    def _reader(descriptor: int) -> Callable[[], bool]:
        return lambda: bool(select.select([descriptor], [], [], 0)[0])

else:

    def _reader(descriptor: int) -> Callable[[], bool]:
        """What tells whether something has come, or the end: asks the system, and waits for nothing."""
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return lambda: bool(poll.poll(0))
