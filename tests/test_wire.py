"""What a person can rely on when requests meet the network: real sockets on loopback, and every fault we could think of.

Names like S14 in a comment are rows of the project's catalogue of faults.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import os
import random
import resource
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
import trustme

from pressctl import delivery, http1, wire
from pressctl.delivery import Evidence, Move
from pressctl.wire import Answer, Broken, Wire

NEVER_LEFT, INCOMPLETE, UNKNOWN = Evidence.NEVER_LEFT, Evidence.INCOMPLETE, Evidence.UNKNOWN
LONG = bool(os.environ.get("PRESSCTL_LONG"))
SECRET = "s3cr3t-canary"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n" + b'{"id":"first"}'[:13]

SILENT = "the server closed the connection before it answered"
CUT = "the server closed the connection in the middle of its answer"
NO_HTTP = "the answer is not HTTP/1.1"
LONG_HEADER = "the answer's header block is too long"


class Caller:
    """One connection as the server sees it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.got = b""

    def read(self, most: int) -> bool:
        """Read on until `most` bytes have come in all; False where the connection ended before."""
        while len(self.got) < most:
            try:
                data = self.sock.recv(min(65536, most - len(self.got)))
            except OSError:
                return False
            if not data:
                return False
            self.got += data
        return True

    def request(self) -> bytes:
        """The next whole request, or an empty one where none comes."""
        while b"\r\n\r\n" not in self.got:
            if not self.read(len(self.got) + 1):
                return b""
        header, _, _ = self.got.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in header.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
        if not self.read(len(header) + 4 + length):
            return b""
        whole, self.got = self.got, b""
        return whole

    def say(self, data: bytes) -> None:
        with suppress(OSError):
            self.sock.sendall(data)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        with suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """Close without TLS's good-bye."""
        with suppress(OSError):
            socket.close(self.sock.detach())


class Server:
    """A server in threads; `behave` is called with each connection."""

    def __init__(self, behave: Callable[[Caller], object], tls: ssl.SSLContext | None = None, window: int = 0) -> None:
        self.behave, self.tls = behave, tls
        self.connections = 0
        self.socket = socket.socket()
        if window:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(64)
        self.port: int = self.socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://localhost:{self.port}/hook/{SECRET}?key={SECRET}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self.socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._talk, args=(sock,), daemon=True)
            thread.start()
            self._threads = [*(old for old in self._threads if old.is_alive()), thread]
            self.connections += 1  # last: who sees the number finds the thread

    def _talk(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        try:
            with self.tls.wrap_socket(sock, server_side=True) if self.tls else sock as spoken:
                self.behave(Caller(spoken))
        except OSError:
            sock.close()

    def came(self, least: int = 1) -> int:
        """How many connections have come: counted after they are served, so wait for those that surely came."""
        patience = time.monotonic() + 2
        while self.connections < least and time.monotonic() < patience:
            time.sleep(0.001)
        return self.connections

    def finish(self, connections: int = 0) -> None:
        """Wait until so many connections have come, and every one of them has ended."""
        self.came(connections)
        for thread in list(self._threads):
            thread.join(10)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.finish()


def answers(*parts: bytes, then: str = "") -> Callable[[Caller], None]:
    """A server that reads one whole request, says the parts, and closes, resets or reads on."""

    def behave(caller: Caller) -> None:
        if caller.request():
            for part in parts:
                caller.say(part)
            if then == "reset":
                time.sleep(0.02)  # let what was said arrive: a reset overtakes it
                caller.reset()
            elif not then:
                caller.request()

    return behave


def post(url: str, body: bytes = b"{}") -> httpx2.Request:
    return httpx2.Request("POST", url, content=body, headers={"Authorization": f"Bearer {SECRET}"})


T = TypeVar("T")


def go(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(make())


def ask(url: str, body: bytes = b"{}", **settings: Any) -> Answer | Broken:
    """One exchange on a wire of its own."""

    async def one() -> Answer | Broken:
        line = Wire(**{"concurrency": 4, "timeout": 5.0, **settings})
        try:
            return await line.exchange(post(url, body))
        finally:
            await line.close()

    result = go(one)
    assert SECRET not in repr(result)
    return result


def answer(url: str, body: bytes = b"{}", **settings: Any) -> Answer:
    result = ask(url, body, **settings)
    assert isinstance(result, Answer), result
    return result


def broken(url: str, body: bytes = b"{}", **settings: Any) -> Broken:
    result = ask(url, body, **settings)
    assert isinstance(result, Broken), result
    assert "\n" not in result.reason
    return result


@pytest.fixture(autouse=True)
def _quiet_asyncio(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """asyncio says nothing on stderr, whatever the network does."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


def serving(authority: trustme.CA, name: str = "localhost", until: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_before=until and until - timedelta(days=9), not_after=until).configure_cert(context)
    return context


# What arrives, and what comes back


def test_a_request_arrives_as_it_was_made_and_its_answer_comes_back_as_it_was_given() -> None:
    seen: list[bytes] = []

    def behave(caller: Caller) -> None:
        seen.append(caller.request())
        caller.say(b"HTTP/1.1 202 Whatever\r\nDate: Tue, 01 Sep 2026 04:00:00 GMT\r\nX-Id: 1\r\nX-Id: 2\r\nContent-Length: 2\r\n\r\nok")

    with Server(behave) as server:
        result = answer(server.url, b"body")
    assert seen == [
        (
            f"POST /hook/{SECRET}?key={SECRET} HTTP/1.1\r\nHost: localhost:{server.port}\r\nAccept-Encoding: identity\r\n"
            f"Authorization: Bearer {SECRET}\r\nContent-Length: 4\r\n\r\nbody"
        ).encode()
    ]
    assert (result.response.status_code, result.response.content, result.whole) == (202, b"ok", True)
    assert result.response.reason_phrase == "Accepted"  # the standard's words, not the server's
    assert result.response.headers["date"] == "Tue, 01 Sep 2026 04:00:00 GMT"
    assert result.response.headers.get_list("x-id") == ["1", "2"]


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 64 * 1024 + 1, 3_000_000])
@pytest.mark.parametrize("tls", [False, True])
def test_a_body_of_any_size_arrives_whole(size: int, tls: bool, authority: trustme.CA, trusted: Path) -> None:
    body = random.Random(size).randbytes(size)
    seen: list[bytes] = []

    def behave(caller: Caller) -> None:
        seen.append(caller.request())
        caller.say(OK)

    with Server(behave, serving(authority) if tls else None) as server:
        assert answer(server.url, body, ca=trusted).whole
    assert seen[0].partition(b"\r\n\r\n")[2] == body


@pytest.mark.parametrize(
    ("reply", "status", "content"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Id: trailer\r\n\r\n", 200, b"abcde"),
        (b"HTTP/1.1 202 Accepted\r\nX-Message-Id: 7\r\n\r\n", 202, b""),  # ends with the connection
        (b"HTTP/1.0 200 OK\r\n\r\nold and short", 200, b"old and short"),
        (b"HTTP/1.1 204 No Content\r\nX-Message-Id: 7\r\n\r\n", 204, b""),  # S53
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", 200, b"<html>"),  # S21
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\nnull", 200, b"null"),  # S22, S26
        (b"HTTP/1.1 200 \x1b]52;c;x\x07\r\nContent-Length: 0\r\n\r\n", 200, b""),  # S28
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK, 200, OK[-13:]),  # S29
    ],
)
def test_a_complete_answer_is_handed_on_whatever_it_says(reply: bytes, status: int, content: bytes) -> None:
    with Server(answers(reply, then="close")) as server:
        result = ask(server.url)
    if b"\x1b" in reply and isinstance(result, Broken):
        assert result.evidence is UNKNOWN  # the parser may refuse control characters
        return
    assert isinstance(result, Answer)
    assert (result.response.status_code, result.response.content) == (status, content)
    assert "x-id" not in result.response.headers  # a trailer is not a header
    assert result.response.reason_phrase.isprintable()


def test_the_wire_is_a_transport_for_the_client_too() -> None:
    async def through() -> tuple[int, type[Exception]]:
        async with httpx2.AsyncClient(transport=Wire(concurrency=1)) as client:
            response = await client.post(server.url, json={"a": 1})
            assert response.json() == [1]
            server.__exit__()
            try:
                await client.post(server.url, json={"a": 1})
            except httpx2.ConnectError as error:
                return response.status_code, type(error)
        raise AssertionError

    with Server(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n[1]", then="close")) as server:
        assert go(through) == (200, httpx2.ConnectError)


# Never left


def test_a_refused_connection_never_left() -> None:  # S11
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        result = broken(f"http://127.0.0.1:{closed.getsockname()[1]}/{SECRET}")
    assert result == Broken(NEVER_LEFT, "the server refused the connection")


def fill(listening: socket.socket) -> list[socket.socket]:
    """Nobody accepts and the queue is full: further connections hang."""
    listening.listen(0)
    full = []
    for _ in range(3):
        sock = socket.socket(listening.family)
        sock.setblocking(False)
        with suppress(BlockingIOError):
            sock.connect(listening.getsockname())
        full.append(sock)
    return full


def test_a_black_hole_never_left_and_ends_on_time() -> None:  # S11
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        full = fill(listening)
        started = time.monotonic()
        result = broken(f"http://127.0.0.1:{listening.getsockname()[1]}/", connect_timeout=0.3)
        assert time.monotonic() - started < 1
        for sock in full:
            sock.close()
    assert result == Broken(NEVER_LEFT, "no connection within 0.3 s")


@pytest.mark.parametrize("code", [socket.EAI_NONAME, socket.EAI_AGAIN])
def test_a_name_that_does_not_resolve_never_left_and_stops_nothing(code: int, monkeypatch: pytest.MonkeyPatch) -> None:  # S11
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(code, f"{SECRET}")

    monkeypatch.setattr(socket, "getaddrinfo", fails)  # a look-up that fails without leaving this computer
    assert broken("https://nobody.example/") == Broken(NEVER_LEFT, "the server's name could not be looked up")


def test_a_broken_ipv6_does_not_hide_a_working_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:  # S54
    def both(_: object, port: int, *__: object, **___: object) -> list[Any]:
        stream = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(socket.AF_INET6, *stream, ("::1", port, 0, 0)), (socket.AF_INET, *stream, ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with Server(answers(OK)) as server, socket.socket(socket.AF_INET6) as listening:
        try:
            listening.bind(("::1", server.port))
        except OSError:
            pytest.skip("no IPv6 here")
        full = fill(listening)
        started = time.monotonic()
        assert answer(server.url).response.status_code == 200
        assert time.monotonic() - started < 2
        for sock in full:
            sock.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"http://provider.example/{SECRET}", "http:// is spoken on this computer only"),
        (f"http://10.0.0.1/{SECRET}", "http:// is spoken on this computer only"),
        (f"http://localhost.evil.example/{SECRET}", "http:// is spoken on this computer only"),
        (f"ftp://provider.example/{SECRET}", "does not start with https://"),
        (f"/{SECRET}", "does not start with https://"),
    ],
)
def test_nothing_goes_out_in_the_clear_beyond_this_computer(url: str, says: str) -> None:
    result = broken(url)
    assert result.evidence is NEVER_LEFT
    assert says in result.stop


def test_a_localhost_that_is_elsewhere_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(answers(OK)) as server:
        monkeypatch.setattr(http1.Connection, "peer", lambda _: "192.0.2.1")
        result = broken(server.url)
    assert result.evidence is NEVER_LEFT
    assert "on this computer only" in result.stop


@pytest.mark.parametrize(
    "headers",
    [
        [(b"X-A", b"1\r\nX-B: 2")],
        [(b"X-A", b"1\n")],
        [(b"X-A", b"1\r")],
        [(b"X-A", b"\0")],
        [(b"X-A: 1\r\nX-B", b"2")],
        [(b"X A", b"2")],
        [(b"", b"2")],
    ],
)
def test_no_header_can_smuggle_in_another(headers: list[tuple[bytes, bytes]]) -> None:
    async def one() -> Answer | Broken:
        return await Wire(concurrency=1).exchange(httpx2.Request("POST", server.url, headers=headers, content=b"x"))

    with Server(answers(OK)) as server:
        result = go(one)
    assert isinstance(result, Broken)
    assert result.evidence is NEVER_LEFT
    assert result.stop
    assert server.connections == 0


def test_framing_and_encoding_are_the_wire_s_own_whatever_the_request_says() -> None:
    seen: list[bytes] = []

    def behave(caller: Caller) -> None:
        seen.append(caller.request())
        caller.say(OK)

    async def streamed() -> Answer | Broken:
        async def parts() -> AsyncIterator[bytes]:
            yield b"a"
            yield b"b"

        others = {"Accept-Encoding": "gzip", "Connection": "close", "Host": "other.example", "Expect": "100-continue"}
        return await Wire(concurrency=1).exchange(httpx2.Request("POST", server.url, headers=others, content=parts()))

    with Server(behave) as server:
        go(streamed)
    assert seen[0].endswith(f"\r\nHost: localhost:{server.port}\r\nAccept-Encoding: identity\r\nContent-Length: 2\r\n\r\nab".encode())


# TLS


def test_who_cannot_prove_who_they_are_gets_nothing_and_the_line_stops(authority: trustme.CA, trusted: Path) -> None:  # S50
    cases = {
        "unable to get local issuer certificate": serving(trustme.CA()),
        "certificate has expired": serving(authority, until=datetime.now(UTC) - timedelta(days=1)),
        "is not valid for 'localhost'": serving(authority, "other.example"),
    }
    seen: list[bytes] = []
    for says, context in cases.items():
        with Server(lambda caller: seen.append(caller.request()), context) as server:
            result = broken(server.url, ca=trusted)
        assert result.evidence is NEVER_LEFT
        assert says in result.stop
        assert "check `base_url`" in result.hint
    assert not any(seen)


def test_old_tls_and_no_tls_stop_the_line(authority: trustme.CA, trusted: Path) -> None:  # S50
    old = serving(authority)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with Server(answers(OK), old) as server:
        assert "TLS 1.2 or newer" in broken(server.url, ca=trusted).stop
    with Server(lambda caller: caller.say(b"HTTP/1.1 400 plain\r\n\r\n")) as server:
        result = broken(server.url.replace("http:", "https:"), ca=trusted)
    assert result.evidence is NEVER_LEFT
    assert "TLS 1.2 or newer" in result.stop


@pytest.mark.parametrize("how", ["reset", "close"])
def test_a_handshake_that_breaks_never_left(how: str, trusted: Path) -> None:  # S50
    def behave(caller: Caller) -> None:
        caller.read(1)
        getattr(caller, how)()

    with Server(behave) as server:
        result = broken(server.url.replace("http:", "https:"), ca=trusted)
    assert result == Broken(NEVER_LEFT, "the connection broke while it was being made")


def test_a_certificate_that_changes_on_the_way_stops_the_next_connection(authority: trustme.CA, trusted: Path) -> None:  # S51
    async def twice() -> tuple[Answer | Broken, Answer | Broken]:
        line = Wire(concurrency=1, ca=trusted)
        first = await line.exchange(post(server.url))
        await line.drop()
        server.tls = serving(trustme.CA())
        second = await line.exchange(post(server.url))
        await line.close()
        return first, second

    with Server(answers(OK), serving(authority)) as server:
        first, second = go(twice)
    assert isinstance(first, Answer)
    assert isinstance(second, Broken)
    assert second.stop


def test_there_is_no_way_to_switch_verification_off(authority: trustme.CA) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    with pytest.raises(ValueError, match="must verify"):
        Wire(concurrency=1, ca=context)
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ValueError, match="must verify"):
        Wire(concurrency=1, ca=context)
    with pytest.raises(FileNotFoundError):
        Wire(concurrency=1, ca="/nowhere/ca.pem")
    good = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(good)
    with Server(answers(OK), serving(authority)) as server:
        assert answer(server.url, ca=good)


def test_the_system_s_authorities_are_there() -> None:
    assert wire.trust().minimum_version is ssl.TLSVersion.TLSv1_2
    assert sys.platform != "linux" or wire._places()


def test_variables_of_the_environment_change_nothing(authority: trustme.CA, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(answers(OK)) as trap, Server(answers(OK)) as server, Server(answers(OK), serving(authority)) as secure:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
            monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{trap.port}")
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        monkeypatch.setenv("SSL_CERT_DIR", str(trusted.parent))
        assert answer(server.url)
        assert "cannot prove who it is" in broken(secure.url).stop  # its authority is in the variables only
        assert answer(secure.url, ca=trusted)
        assert trap.connections == 0


# Broken on the way, and after


def test_a_reset_in_the_middle_of_a_large_upload_cannot_have_been_complete() -> None:  # S13
    def behave(caller: Caller) -> None:
        caller.read(100_000)
        caller.reset()

    with Server(behave, window=8192) as server:
        result = broken(server.url, bytes(12_000_000))
    assert result == Broken(INCOMPLETE, SILENT)
    assert server.came() == 1


def test_a_server_that_stops_reading_cannot_have_got_it_all() -> None:
    with Server(lambda caller: time.sleep(0.5), window=8192) as server:
        result = broken(server.url, bytes(12_000_000), timeout=0.3)
    assert result == Broken(INCOMPLETE, "no complete answer within 0.3 s")


def test_a_reset_on_accept_is_never_an_answer_and_never_a_second_request() -> None:  # S12
    with Server(lambda caller: caller.reset()) as server:
        broken(server.url)
        server.finish(1)
        assert server.came() == 1


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (answers(then="reset"), SILENT),  # S14
        (answers(then="close"), SILENT),  # S15
        (answers(b"HTTP/1.1 200 OK\r\nContent-Le", then="reset"), CUT),  # S17
        (answers(b"HTTP/1.1 200 OK\r\nX-Message-Id: 1\r\n\r\npart", then="reset"), CUT),
        (answers(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + b"x" * 11, then="close"), CUT),  # S18
        (answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", then="close"), CUT),
        (answers(b"HTTP/1.1 100 Continue\r\n\r\n", then="close"), CUT),
        (answers(b"\x16\x03\x01 nothing like it\r\n\r\n"), NO_HTTP),  # S20
        (answers(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), NO_HTTP),
        (answers(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), NO_HTTP),
        (answers(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + bytes(300_000)), "the answer is longer than 262144 bytes"),  # S23
        (answers(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000), LONG_HEADER),  # S27
        (answers(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\nContent-Length: 0\r\n\r\n"), LONG_HEADER),
        (answers(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n"), LONG_HEADER),
        (answers(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + OK), "too many interim answers"),  # S29
    ],
)  # fmt: skip
def test_what_was_handed_over_and_not_answered_is_unknown(behave: Callable[[Caller], None], reason: str) -> None:
    with Server(behave) as server:
        assert broken(server.url) == Broken(UNKNOWN, reason)
        assert server.came() == 1


def test_a_cut_is_not_the_end_of_an_answer_over_tls(authority: trustme.CA, trusted: Path) -> None:
    def cut(caller: Caller) -> None:
        caller.request()
        caller.say(b"HTTP/1.1 200 OK\r\n\r\nwhole or not")
        caller.close()

    def ended(caller: Caller) -> None:
        caller.request()
        caller.say(b"HTTP/1.1 200 OK\r\n\r\nwhole or not")
        assert isinstance(caller.sock, ssl.SSLSocket)
        caller.sock.unwrap()

    with Server(cut, serving(authority)) as server:
        assert broken(server.url, ca=trusted).evidence is UNKNOWN
    with Server(ended, serving(authority)) as server:
        assert answer(server.url, ca=trusted).response.content == b"whole or not"


def drip(caller: Caller, start: bytes) -> None:
    caller.request()
    caller.say(start)
    with suppress(OSError):
        while True:
            time.sleep(0.02)
            caller.sock.sendall(b"x")


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_a_dripping_or_silent_server_ends_on_time(start: bytes) -> None:  # S16, S19
    with Server(lambda caller: drip(caller, start) if start else time.sleep(0.4)) as server:
        started = time.monotonic()
        assert broken(server.url, timeout=0.3) == Broken(UNKNOWN, "no complete answer within 0.3 s")
        assert 0.29 < time.monotonic() - started < 0.8


def test_a_gzip_bomb_and_an_endless_answer_are_cut_in_little_memory() -> None:  # S23, S24
    bomb = gzip.compress(bytes(100_000_000), 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def endless(caller: Caller) -> None:
        caller.request()
        with suppress(OSError):
            caller.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            for _ in range(1000):
                caller.sock.sendall(million)

    million = bytes(1_000_000)
    encoded = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with Server(answers(encoded, bomb)) as server:
        assert broken(server.url) == Broken(UNKNOWN, "the answer is compressed although that was refused")
    with Server(endless) as server:
        assert broken(server.url) == Broken(UNKNOWN, "the answer is longer than 262144 bytes")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KiB


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:  # S30, S31
    with Server(answers(OK)) as target:
        reply = f"HTTP/1.1 {status} Go\r\nLocation: {target.url}\r\nContent-Length: 0\r\n\r\n".encode()
        with Server(answers(reply)) as server:
            assert answer(server.url).response.status_code == status
        assert target.connections == 0


def test_an_answer_before_the_whole_request_says_so() -> None:  # S39
    reply = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"

    def early(caller: Caller) -> None:
        caller.read(1000)
        caller.say(reply)
        time.sleep(0.1)

    with Server(early, window=8192) as server:
        result = answer(server.url, bytes(12_000_000))
    assert (result.response.status_code, result.whole) == (408, False)
    with Server(answers(reply)) as server:
        result = answer(server.url, bytes(100_000))
    assert (result.response.status_code, result.whole) == (408, True)


# Connections that are kept


class Counting:
    """Answers every request with its number, in one connection or many."""

    def __init__(self, extra: bytes = b"", header: bytes = b"") -> None:
        self.requests, self.extra, self.header = 0, extra, header
        self.lock = threading.Lock()
        self.now = self.most = 0

    def __call__(self, caller: Caller) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        while caller.request():
            with self.lock:
                self.requests += 1
                number = b"%04d" % self.requests
            caller.say(b"HTTP/1.1 200 OK\r\n" + self.header + b"Content-Length: 4\r\n\r\n" + number + self.extra)
        with self.lock:
            self.now -= 1


async def numbers(line: Wire, url: str, count: int, between: Callable[[], Coroutine[Any, Any, object]] | None = None) -> list[bytes]:
    found = []
    for _ in range(count):
        result = await line.exchange(post(url))
        assert isinstance(result, Answer), result
        found.append(result.response.content)
        if between:
            await between()
    await line.close()
    return found


def test_a_connection_is_used_again() -> None:
    with Server(Counting()) as server:
        assert go(lambda: numbers(Wire(concurrency=1), server.url, 5)) == [b"0001", b"0002", b"0003", b"0004", b"0005"]
        assert server.came() == 1


def test_tls_connections_are_used_again(authority: trustme.CA, trusted: Path) -> None:
    with Server(Counting(), serving(authority)) as server:
        assert len(go(lambda: numbers(Wire(concurrency=1, ca=trusted), server.url, 5))) == 5
        assert server.came() == 1


@pytest.mark.parametrize(
    "behave",
    [
        Counting(extra=OK),  # S29: a second answer nobody asked for
        Counting(extra=b"xyz"),
        Counting(header=b"Connection: close\r\n"),
    ],
)
def test_a_connection_that_says_more_than_it_was_asked_is_not_used_again(behave: Counting) -> None:
    with Server(behave) as server:
        assert go(lambda: numbers(Wire(concurrency=1), server.url, 3)) == [b"0001", b"0002", b"0003"]
        assert server.connections == 3


def test_a_late_second_answer_is_nobody_s() -> None:  # S29
    def behave(caller: Caller) -> None:
        counting = Counting()
        if caller.request():
            caller.say(OK)
            time.sleep(0.03)
            caller.say(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        counting(caller)

    async def asleep() -> None:
        time.sleep(0.08)  # the loop itself does not see what comes meanwhile

    for between in (asleep, lambda: asyncio.sleep(0.08)):
        with Server(behave) as server:
            assert go(lambda between=between: numbers(Wire(concurrency=1), server.url, 3, between)) == [OK[-13:]] * 3  # type: ignore[misc]  # a loop variable
            assert server.connections == 3


def test_a_connection_that_went_stale_costs_nothing() -> None:  # S52
    async def asleep() -> None:
        time.sleep(0.05)

    with Server(answers(OK, then="close")) as server:
        assert len(go(lambda: numbers(Wire(concurrency=1), server.url, 3, asleep))) == 3
        assert server.connections == 3


@pytest.mark.parametrize("how", ["reset", "close"])
def test_a_kept_connection_that_breaks_under_a_request_is_unknown_and_not_tried_again(how: str) -> None:  # S52
    requests: list[bytes] = []

    def behave(caller: Caller) -> None:
        requests.append(caller.request())
        caller.say(OK)
        requests.append(caller.request())
        getattr(caller, how)()

    async def twice() -> Answer | Broken:
        line = Wire(concurrency=1)
        await line.exchange(post(server.url))
        result = await line.exchange(post(server.url))
        await line.close()
        return result

    with Server(behave) as server:
        assert go(twice) == Broken(UNKNOWN, SILENT)
    assert len(requests) == 2


def test_421_is_followed_by_a_new_connection() -> None:  # S42
    with Server(answers(b"HTTP/1.1 421 Misdirected\r\nContent-Length: 0\r\n\r\n")) as server:
        go(lambda: numbers(Wire(concurrency=1), server.url, 2))
        assert server.connections == 2


def test_connections_idle_for_long_or_dropped_are_not_used_again() -> None:
    now = [0.0]

    async def later() -> None:
        now[0] += 4.5

    async def dropped() -> None:
        await line.drop()

    with Server(Counting()) as server:
        go(lambda: numbers(Wire(concurrency=1, clock=lambda: now[0]), server.url, 3, later))
        assert server.connections == 3
        line = Wire(concurrency=1)
        go(lambda: numbers(line, server.url, 3, dropped))
        assert server.connections == 6


def test_no_more_connections_than_agreed() -> None:
    counting = Counting()

    async def many() -> None:
        line = Wire(concurrency=3)
        results = await asyncio.gather(*(line.exchange(post(server.url)) for _ in range(30)))
        assert sorted(result.response.content for result in results if isinstance(result, Answer)) == [b"%04d" % n for n in range(1, 31)]
        await line.close()

    with Server(counting) as server:
        go(many)
        assert server.connections <= 3
    assert counting.most <= 3


def test_what_is_under_way_while_connections_are_dropped_is_answered_and_not_kept() -> None:
    async def asleep() -> None:
        line = Wire(concurrency=1)
        task = asyncio.create_task(line.exchange(post(server.url)))
        await asyncio.sleep(0.03)
        await line.drop()
        assert isinstance(await task, Answer)
        assert await numbers(line, server.url, 1) == [b"0001"]

    def slow(caller: Caller) -> None:
        if not first.is_set():
            first.set()
            caller.request()
            time.sleep(0.06)
            caller.say(OK)
        counting(caller)

    first, counting = threading.Event(), Counting()
    with Server(slow) as server:
        go(asleep)
        assert server.connections == 2


def test_a_cancelled_exchange_takes_its_connection_with_it() -> None:
    ended = threading.Event()

    def behave(caller: Caller) -> None:
        caller.request()
        if not caller.request():
            ended.set()

    async def cancelled() -> None:
        line = Wire(concurrency=1)
        task = asyncio.create_task(line.exchange(post(server.url)))
        await asyncio.sleep(0.03)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(ended.wait, 2)
        await line.close()

    with Server(behave) as server:
        go(cancelled)


def test_closing_ends_what_is_under_way() -> None:
    async def closed() -> Answer | Broken:
        line = Wire(concurrency=1)
        task = asyncio.create_task(line.exchange(post(server.url)))
        await asyncio.sleep(0.05)
        await line.close()
        return await task

    def silent(caller: Caller) -> None:
        caller.request()
        time.sleep(0.2)

    with Server(silent) as server:
        assert go(closed) == Broken(UNKNOWN, "the exchange was ended here")


# What follows from it


def test_the_evidence_decides_what_becomes_of_a_delivery() -> None:
    def move(evidence: Evidence, *, keyed: bool) -> Move:
        outcome = wire.judge(Broken(evidence, "why"), keyed=keyed)
        assert (outcome.evidence, outcome.reason, outcome.stop) == (evidence, "why", "")
        return outcome.move

    assert move(NEVER_LEFT, keyed=False) is move(NEVER_LEFT, keyed=True) is Move.DEFER
    assert move(INCOMPLETE, keyed=False) is Move.DEFER
    assert move(INCOMPLETE, keyed=True) is Move.LOSE  # and is replayed under its key
    assert move(UNKNOWN, keyed=False) is move(UNKNOWN, keyed=True) is Move.LOSE
    stopped = wire.judge(Broken(NEVER_LEFT, "why", stop="the problem", hint="the way out"), keyed=False)
    assert stopped == delivery.Outcome(Move.DEFER, NEVER_LEFT, "the problem", stop="the problem", hint="the way out", counts=False)


# What must never happen: "it cannot have been complete" about a request that the server has


class Faults:
    """Breaks each connection at a chosen byte of the request or of the answer, and knows whether the request was whole."""

    def __init__(self) -> None:
        self.whole = False
        self.plan: tuple[str, int, int, int] = ("", 0, 0, 0)

    def __call__(self, caller: Caller) -> None:
        how, stop, total, told = self.plan
        caller.read(min(stop, total))
        if stop >= total:
            caller.say(OK[:told])
        elif how == "garbage":
            caller.say(b"nonsense\r\n\r\n")
        if how in ("stall", "garbage"):  # read on for as long as anything comes: whatever has left counts
            time.sleep(0.03)
            caller.read(total)
        self.whole = len(caller.got) >= total
        if how == "reset":
            caller.reset()
        caller.close()


@contextmanager
def several(authority: trustme.CA, faults: Faults) -> Iterator[list[Server]]:
    with (
        Server(faults, window=4096) as narrow,
        Server(faults) as wide,
        Server(faults, serving(authority), window=4096) as narrow_tls,
        Server(faults, serving(authority)) as wide_tls,
    ):
        yield [narrow, wide, narrow_tls, wide_tls]


def test_no_request_that_arrived_is_ever_called_incomplete(authority: trustme.CA, trusted: Path) -> None:
    dice = random.Random(os.environ.get("PRESSCTL_SEED", "20260901"))
    faults = Faults()
    verdicts: dict[tuple[str, bool], int] = {}

    async def run(servers: list[Server], count: int) -> None:
        line = Wire(concurrency=1, timeout=10, ca=trusted)
        hasty = Wire(concurrency=1, timeout=0.02, connect_timeout=5, ca=trusted)
        for _ in range(count):
            server = dice.choice(servers)
            body = bytes(dice.choice([0, 100, 12_000, 70_000, 300_000, 1_000_000, 2_000_000]))
            request = post(server.url, body)
            total = len(http1.head(request, len(body))) + len(body)
            stop = dice.choice([0, dice.randrange(total), dice.randrange(total), max(0, total - dice.randrange(200)), total])
            how = dice.choice(["reset", "close", "stall", "garbage"])
            faults.plan = (how, stop, total, dice.choice([dice.randrange(len(OK)), len(OK)]))
            faults.whole, before = False, server.connections
            result = await (hasty if how == "stall" else line).exchange(request)
            await line.drop()
            await hasty.drop()
            await asyncio.to_thread(server.finish, before + 1)
            name = result.evidence.value if isinstance(result, Broken) else "answered" if result.whole else "answered early"
            verdicts[name, faults.whole] = verdicts.get((name, faults.whole), 0) + 1
            assert (name, faults.whole) not in {("incomplete", True), ("never left", True), ("answered", False)}, faults.plan

    with several(authority, faults) as servers:
        go(lambda: run(servers, 3000 if LONG else 100))
    print(verdicts)
    assert verdicts["incomplete", False] > sum(verdicts.values()) * 0.08, verdicts  # else the test could not fail
    assert verdicts["unknown", True] > 0
    assert verdicts["answered", True] > 0


def test_the_wire_brings_nothing_of_the_terminal_with_it() -> None:
    code = "import sys, pressctl.wire; print(sorted({'rich', 'typer', 'click', 'jinja2', 'aiohttp'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
