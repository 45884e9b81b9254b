"""The only module that opens a connection: a request goes in, an answer or proof of how far it got comes out.

No redirect is followed, no proxy and no environment variable is looked at, nothing is sent twice, and there is no way
to switch verification off. An attempt ends on time whatever the server does. Speed comes from doing little: one write
and one timer a request, on a connection that is kept.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import httpx2

from pressctl import delivery, http1
from pressctl.delivery import Evidence, Move, Outcome
from pressctl.http1 import Answer, Broken, Connection

__all__ = ["Answer", "Broken", "Wire", "judge", "trust"]

Origin = tuple[str, str, int]  # scheme, host in ASCII, port

# Where systems keep their certificates when OpenSSL was built to look elsewhere: Debian, Fedora, SUSE, Alpine.
_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)

_PLAIN = "http:// is spoken on this computer only, since elsewhere everybody on the way could read it: write https://"


def judge(broken: Broken, *, keyed: bool) -> Outcome:
    """What an attempt without an answer means for its delivery.

    What never left is deferred. What cannot have been complete is deferred at a provider without keys, and left to be
    replayed under its key (`keyed`) at one with. Anything else is uncertain.
    """
    if broken.stop:
        return replace(delivery.stop(broken.stop, broken.hint), evidence=broken.evidence)
    if broken.evidence is Evidence.NEVER_LEFT or (broken.evidence is Evidence.INCOMPLETE and not keyed):
        return Outcome(Move.DEFER, broken.evidence, broken.reason)
    return Outcome(Move.LOSE, broken.evidence, broken.reason)


class Exchange:
    """A request under way: what is still to be said and heard of it."""

    __slots__ = ("body", "connection", "header", "origin", "still", "task", "tell")

    def __init__(
        self, origin: Origin, header: bytes, body: bytes, tell: Callable[[Answer | Broken], None], still: Callable[[], bool] | None
    ) -> None:
        self.origin, self.header, self.body, self.still = origin, header, body, still
        self.tell: Callable[[Answer | Broken], None] | None = tell  # None once it was told
        self.connection: Connection | None = None  # from its first byte to its end
        self.task: asyncio.Task[None] | None = None  # where a connection has to be made first

    def end(self, result: Answer | Broken) -> None:
        """Tell how it went, once."""
        tell, self.tell, self.connection = self.tell, None, None
        if tell is not None:
            tell(result)

    def give_up(self, reason: str) -> None:
        """End it without an answer, unless it has ended: what is proven by then is told."""
        if self.connection is not None:
            self.connection.give_up(reason)
        elif self.task is not None and not self.task.done():
            self.task.cancel()
            self.end(Broken(Evidence.NEVER_LEFT, reason))


class Wire(httpx2.AsyncBaseTransport):
    """Connections to providers, kept and reused. Belongs to the event loop in which it is first used."""

    def __init__(
        self,
        *,
        concurrency: int,
        timeout: float = 60.0,
        connect_timeout: float = 5.0,
        idle_limit: float = 4.0,
        answer_limit: int = 256 * 1024,
        ca: ssl.SSLContext | Path | str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`concurrency` bounds the exchanges, and so the connections, at one time.

        `timeout` is in seconds for a whole attempt, `connect_timeout` for its connection, TLS included. A connection
        idle for more than `idle_limit` seconds is not used again: the common servers close theirs after 5 or more.
        `answer_limit` is in bytes of body. `ca` replaces the system's authorities: a file or folder of certificates,
        or a context that verifies; raises ValueError for one that does not, and what `trust` raises.
        """
        self._free = concurrency  # places for exchanges
        self._queue: deque[asyncio.Future[None]] = deque()  # of those who wait for a place
        self._timeout = timeout
        self._late = f"no complete answer within {timeout:g} s"
        self._connect_timeout = connect_timeout
        self._idle_limit = idle_limit
        self._answer_limit = answer_limit
        self._trust = _verifying(ca) if isinstance(ca, ssl.SSLContext) else trust(ca) if ca else None
        self._clock = clock
        self._leads: tuple[httpx2.URL | None, Origin] = (None, ("", "", 0))  # the last URL, and to where it leads
        self._idle: dict[Origin, list[tuple[Connection, float]]] = {}
        self._busy: set[Connection] = set()  # to be kept when their exchange has ended
        self._deadlines: dict[Connection, float] = {}  # of all exchanges under way, by the loop's clock
        self._watch: asyncio.TimerHandle | None = None  # one timer for all: one for each costs more than reading its answer

    def begin(self, request: httpx2.Request, tell: Callable[[Answer | Broken], None], still: Callable[[], bool] | None = None) -> Exchange:
        """Send a request, whose body must have been read, once. `tell` is called exactly once, later, and must not raise.

        `still` is asked right before the first byte leaves, however long a free place or a connection took, and whatever
        the machine did meanwhile: where it says no, nothing does.
        """
        loop = asyncio.get_running_loop()
        try:
            if (url := request.url) is not self._leads[0]:  # thousands of requests go to one
                self._leads = url, _origin(url.scheme, url.raw_host, url.port)
            origin = self._leads[1]
            body = request.content
            under_way = Exchange(origin, http1.head(request, len(body)), body, tell, still)
        except ValueError as error:
            under_way = Exchange(("", "", 0), b"", b"", tell, still)
            loop.call_soon(under_way.end, _unsendable(str(error)))
            return under_way
        if self._free and (connection := self._kept(origin)) is not None:  # the way of nearly all, without another step of the loop
            self._free -= 1
            self._speak(under_way, connection, loop.time() + self._timeout)
        else:
            under_way.task = loop.create_task(self._place(under_way))
        return under_way

    async def exchange(self, request: httpx2.Request, still: Callable[[], bool] | None = None) -> Answer | Broken:
        """The same, and wait for its end; raises nothing but CancelledError, and what is a mistake in pressctl."""
        ended: asyncio.Future[Answer | Broken] = asyncio.get_running_loop().create_future()

        def tell(result: Answer | Broken) -> None:
            if not ended.done():
                ended.set_result(result)

        await _read(request)
        under_way = self.begin(request, tell, still)
        try:
            result = await ended
        finally:
            under_way.give_up("the exchange was ended here")
        if isinstance(result, Broken) and result.bug is not None:
            raise result.bug
        return result

    async def _place(self, under_way: Exchange) -> None:
        """Wait for a free place, and make a connection."""
        try:
            await self._enter()
            deadline = asyncio.get_running_loop().time() + self._timeout
            connection: Connection | Broken | None = None
            try:
                connection = self._kept(under_way.origin) or await self._open(under_way.origin)
            finally:
                if not isinstance(connection, Connection):
                    self._leave()
            if isinstance(connection, Broken):
                under_way.end(connection)
            else:
                self._speak(under_way, connection, deadline)
        except Exception as bug:
            under_way.end(Broken(Evidence.UNKNOWN, f"a mistake in pressctl ({type(bug).__name__})", bug=bug))

    async def _enter(self) -> None:
        """Wait for a place, in the order of asking."""
        if self._free:
            self._free -= 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # it was given at the same moment
                self._leave()
            raise

    def _leave(self) -> None:
        """Give the place to who has waited longest."""
        while self._queue:
            if not (first := self._queue.popleft()).done():
                first.set_result(None)
                return
        self._free += 1

    def _speak(self, under_way: Exchange, connection: Connection, deadline: float) -> None:
        """Say it, with a place and a connection."""
        loop = asyncio.get_running_loop()
        if under_way.still is not None and not under_way.still():
            connection.abort()
            self._leave()
            loop.call_soon(under_way.end, Broken(Evidence.NEVER_LEFT, "its time was over before it could leave"))
            return
        under_way.connection = connection
        self._busy.add(connection)
        self._deadlines[connection] = deadline
        if self._watch is None or deadline < self._watch.when():  # the latter after a connection that took long to make
            self._arm(loop, deadline)
        connection.exchange(under_way.header, under_way.body, partial(self._heard, under_way, connection))

    def _heard(self, under_way: Exchange, connection: Connection, result: Answer | Broken) -> None:
        """The exchange has ended: its place and its connection are for the next one."""
        del self._deadlines[connection]
        self._keep(under_way.origin, connection)
        self._leave()
        under_way.end(result)

    def _arm(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = loop.call_at(when, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what is over its time, and look again when the next one's comes."""
        self._watch, now = None, loop.time()
        for connection in [one for one, deadline in self._deadlines.items() if deadline <= now]:
            connection.expire(self._late)
        if later := [deadline for deadline in self._deadlines.values() if deadline > now]:
            self._arm(loop, min(later))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The transport's side of httpx2: for use with `httpx2.AsyncClient`, whose exceptions say less than `Broken`."""
        result = await self.exchange(request)
        if isinstance(result, Answer):
            return result.response
        kinds = {Evidence.NEVER_LEFT: httpx2.ConnectError, Evidence.INCOMPLETE: httpx2.WriteError}
        raise kinds.get(result.evidence, httpx2.ReadError)(result.reason, request=request)

    async def drop(self) -> None:
        """Close what is idle, and keep nothing that is under way now: for when the machine has been asleep."""
        for kept in self._idle.values():
            for connection, _ in kept:
                connection.abort()
        self._idle.clear()
        self._busy.clear()
        await asyncio.sleep(0)  # the closing itself

    async def close(self) -> None:
        """Close everything. Exchanges under way end without an answer."""
        busy = list(self._busy)
        await self.drop()
        for connection in busy:
            connection.give_up("the exchange was ended here")
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        await asyncio.sleep(0)

    aclose = close

    def _kept(self, origin: Origin) -> Connection | None:
        """The connection used last, if it is young, open and silent; others are closed on the way."""
        kept = self._idle.get(origin)
        while kept:
            connection, since = kept.pop()
            if self._clock() - since <= self._idle_limit and connection.quiet():
                return connection
            connection.abort()
        return None

    def _keep(self, origin: Origin, connection: Connection) -> None:
        if connection.reusable and connection in self._busy:
            self._idle.setdefault(origin, []).append((connection, self._clock()))
        else:
            connection.abort()  # used up, given up, cancelled in the middle, or from before `drop`
        self._busy.discard(connection)

    async def _open(self, origin: Origin) -> Connection | Broken:
        """A new connection; whatever goes wrong here, nothing of the request has been written."""
        scheme, host, port = origin
        loop = asyncio.get_running_loop()
        try:
            if scheme == "https" and self._trust is None:
                self._trust = trust()
            async with asyncio.timeout(min(self._connect_timeout, self._timeout)):
                _, connection = await loop.create_connection(
                    partial(Connection, loop, self._answer_limit),
                    host,
                    port,
                    ssl=self._trust if scheme == "https" else None,
                    server_hostname=host if scheme == "https" else None,
                    happy_eyeballs_delay=0.25,  # RFC 8305, section 8
                )
        except Exception as error:
            return self._unopened(error)
        if scheme == "http" and not _loopback(connection.peer()):
            connection.abort()
            return _unsendable(_PLAIN)
        if connection.closed:
            return Broken(Evidence.NEVER_LEFT, "the server closed the connection before anything was sent")
        return connection

    def _unopened(self, error: Exception) -> Broken:
        if isinstance(error, ssl.SSLCertVerificationError):
            return Broken(
                Evidence.NEVER_LEFT,
                "the server's certificate was not accepted",
                stop=f"the server cannot prove who it is: {error.verify_message or 'its certificate was not accepted'}",
                hint="check `base_url`, this computer's date, and whether this network wants a login first",
            )
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return Broken(
                Evidence.NEVER_LEFT,
                "TLS could not be agreed on",
                stop="the server and we cannot agree on TLS 1.2 or newer",
                hint="check `base_url`: its port may not speak TLS, or the server may be too old",
            )
        if isinstance(error, socket.gaierror):
            reason = "the server's name could not be looked up"
        elif isinstance(error, ConnectionRefusedError):
            reason = "the server refused the connection"
        elif isinstance(error, TimeoutError):
            reason = f"no connection within {min(self._connect_timeout, self._timeout):g} s"
        elif isinstance(error, ConnectionError | ssl.SSLError):
            reason = "the connection broke while it was being made"
        else:
            reason = "the server could not be reached"
        return Broken(Evidence.NEVER_LEFT, reason)


def trust(ca: Path | str | None = None) -> ssl.SSLContext:
    """A context that verifies certificates and host names, TLS 1.2 or newer.

    Authorities are those of `ca`, a file or a folder in OpenSSL's form, else the system's, read from the places built
    into OpenSSL. SSL_CERT_FILE and SSL_CERT_DIR are not looked at: whoever can set a variable must not become an
    authority. Raises OSError where `ca` cannot be read, ssl.SSLError where it holds no certificate.
    """
    if ca is None and sys.platform in ("win32", "darwin"):  # pragma: no cover  # the systems' own verification
        import truststore

        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for place in _places() if ca is None else [str(ca)]:
            context.load_verify_locations(capath=place) if os.path.isdir(place) else context.load_verify_locations(cafile=place)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _places() -> list[str]:
    built_in = ssl.get_default_verify_paths()
    file, folder = built_in.openssl_cafile, built_in.openssl_capath
    found = [place for place in (file, folder) if os.path.exists(place)]
    if file not in found:  # an OpenSSL that was built elsewhere, or a folder without OpenSSL's names for its files
        found += [place for place in _CERTIFICATES if os.path.isfile(place)][:1]
    return found


def _verifying(context: ssl.SSLContext) -> ssl.SSLContext:
    if context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname or context.minimum_version < ssl.TLSVersion.TLSv1_2:
        raise ValueError("a TLS context must verify certificates and host names, and speak TLS 1.2 or newer")
    return context


@lru_cache(64)
def _origin(scheme: str, raw_host: bytes, port: int | None) -> Origin:
    host = raw_host.decode("ascii")
    if scheme == "https" and host:
        return scheme, host, port or 443
    if scheme == "http" and (host == "localhost" or _loopback(host)):
        return scheme, host, port or 80
    raise ValueError(_PLAIN if scheme == "http" else "the address of the server does not start with https://")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unsendable(problem: str) -> Broken:
    return Broken(Evidence.NEVER_LEFT, problem, stop=problem, hint="check `base_url` and the provider's section in the configuration")


async def _read(request: httpx2.Request) -> None:
    """Have the request's body at hand."""
    try:
        request.content  # noqa: B018  # asks whether it was read
    except httpx2.RequestNotRead:
        await request.aread()
