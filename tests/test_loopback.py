from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from pressctl.errors import ConfigError
from pressctl.loopback import BODY_LIMIT, Answer, Broadcast, Request, Server


def echo(request: Request) -> Answer:
    if request.path == "/bug":
        raise LookupError("x")
    if request.path == "/full":
        raise OSError(28, "No space left on device")
    return Answer(200, f"{request.method} {request.path} {request.query} {len(request.body)}".encode(), "text/plain")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = Server(echo)
    yield int(server.start().rpartition(":")[2])
    server.stop()


def ask(port: int, method: str = "GET", path: str = "/", body: bytes | None = None, **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, path, skip_host="host" in named, skip_accept_encoding=True)
    if body is not None and "content-length" not in named:
        named["content-length"] = str(len(body))
    for name, value in named.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    answer = response.status, response.read().decode()
    connection.close()
    return answer


def talk(port: int, data: bytes) -> bytes:
    """Everything that comes back for these bytes, until the server hangs up or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plug:
        plug.sendall(data)
        plug.shutdown(socket.SHUT_WR)
        found = b""
        while part := plug.recv(65536):
            found += part
        return found


def test_a_request_is_answered_and_the_connection_is_kept(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    for number in range(3):
        connection.request("POST", f"/a?n={number}", body=b"x" * number)
        assert connection.getresponse().read() == f"POST /a {{'n': '{number}'}} {number}".encode()
    connection.close()


def test_requests_sent_at_once_are_answered_in_order(port: int) -> None:
    found = talk(port, b"".join(f"GET /{n} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode() for n in range(5)))
    assert [f"GET /{n} " in found.decode() for n in range(5)] == [True] * 5
    assert [found.decode().index(f"GET /{n} ") for n in range(5)] == sorted(found.decode().index(f"GET /{n} ") for n in range(5))


def test_every_answer_has_the_guards_of_a_private_page(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    response = connection.getresponse()
    response.read()
    wanted = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"}
    assert {name: response.headers[name] for name in wanted} == wanted
    assert response.headers["Cache-Control"] == "no-store"
    connection.close()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "0.0.0.0:{port}",
        "127.0.0.1:{port}.evil.example",
        "127.1:{port}",
        "",
    ],
)
def test_a_foreign_host_is_refused_before_anything_else(port: int, host: str) -> None:
    assert ask(port, path="/../../bug", host=host.format(port=port))[0] == 403


def test_two_hosts_are_refused(port: int) -> None:
    data = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n\r\n".encode()
    assert talk(port, data).startswith((b"HTTP/1.1 403", b"HTTP/1.1 400"))


def test_a_missing_host_is_refused(port: int) -> None:
    assert talk(port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_origin_is_refused(port: int, method: str, origin: str) -> None:
    assert ask(port, method, body=b"", origin=origin.format(port=port))[0] == 403


def test_our_own_origin_is_served(port: int) -> None:
    assert ask(port, "POST", body=b"", origin=f"http://127.0.0.1:{port}", sec_fetch_site="same-origin")[0] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "junk"])
def test_what_a_foreign_page_loads_is_refused(port: int, site: str) -> None:
    assert ask(port, sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="image")[0] == 403
    assert ask(port, sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="iframe")[0] == 403
    assert ask(port, "POST", body=b"", sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="document")[0] == 403


def test_a_link_from_elsewhere_may_be_followed(port: int) -> None:
    assert ask(port, sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document")[0] == 200


@pytest.mark.parametrize("path", ["/../x", "/a/..%2fb", "/%2e%2e/x", "/a%00", "/a\\b", "/a;b", "*", "http://evil.example/", "//../x"])
def test_a_path_that_could_mean_another_is_refused(port: int, path: str) -> None:
    assert ask(port, path=path)[0] in (400, 403)


def test_a_body_without_length_is_refused(port: int) -> None:
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    assert talk(port, f"{head}\r\n".encode()).startswith(b"HTTP/1.1 411")
    assert talk(port, f"{head}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n".encode()).startswith(b"HTTP/1.1 411")


def test_a_body_too_large_is_refused_before_it_is_read(port: int) -> None:
    assert ask(port, "POST", body=b"x", content_length=str(BODY_LIMIT + 1))[0] == 413


def test_a_sender_reads_why_its_large_body_was_refused(port: int) -> None:
    assert ask(port, "POST", body=bytes(BODY_LIMIT + 1)) == (413, '{"Error":"the body is larger than 31,457,280 bytes"}')


def test_a_body_at_the_limit_is_taken(port: int) -> None:
    assert ask(port, "POST", body=bytes(BODY_LIMIT)) == (200, f"POST / {{}} {BODY_LIMIT}")


def test_a_short_body_is_never_handed_on(port: int) -> None:
    assert talk(port, f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 100\r\n\r\nshort".encode()) == b""


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 100, b"SSH-2.0-x\r\n"]
)
def test_what_is_not_http_gets_a_400_and_no_more(port: int, data: bytes) -> None:
    assert talk(port, data).startswith(b"HTTP/1.1 400")


def test_endless_headers_are_refused(port: int) -> None:
    data = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: ".encode() + b"x" * 200_000
    assert talk(port, data).startswith(b"HTTP/1.1 431")


def test_a_sender_that_waits_for_leave_gets_it(port: int) -> None:
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plug:
        plug.sendall(head.encode())
        assert plug.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        plug.sendall(b"x")
        assert plug.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_bug_behind_one_request_leaves_the_server_running(port: int) -> None:
    assert ask(port, path="/bug") == (500, '{"Error":"a bug in pressctl: LookupError"}')
    assert ask(port, path="/full") == (500, '{"Error":"not stored: No space left on device"}')
    assert ask(port)[0] == 200


def test_a_head_request_gets_no_body(port: int) -> None:
    found = talk(port, f"HEAD / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    assert found.startswith(b"HTTP/1.1 200")
    assert found.endswith(b"\r\n\r\n")


def test_a_port_that_is_taken_is_an_error_with_a_hint(port: int) -> None:
    with pytest.raises(ConfigError, match=f"port {port} cannot be used") as caught:
        Server(echo, port).start()
    assert caught.value.problems[0].hint


def test_it_listens_on_loopback_only(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
        try:
            plug.connect(("192.0.2.1", 9))  # sends nothing: it asks which address of this machine would be used
        except OSError:
            pytest.skip("this machine has no other address")
        address = plug.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError):
        socket.create_connection((address, port), timeout=2)


def test_starting_twice_is_starting_once() -> None:
    server = Server(echo)
    assert server.start() == server.start()
    server.stop()


def test_stopping_twice_does_no_harm_and_ends_open_connections() -> None:
    server = Server(echo)
    port = int(server.start().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plug:
        plug.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert plug.recv(1000).startswith(b"HTTP/1.1 200")
        server.stop()
        server.stop()
        with contextlib.suppress(ConnectionResetError):
            assert plug.recv(1000) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


# --- answers that go on


@pytest.fixture
def station() -> Iterator[tuple[int, Broadcast]]:
    """A server whose /news goes on, and what it sends there."""
    news = Broadcast()
    server = Server(lambda request: Answer(200, b"now;", "text/plain", then=news if request.path == "/news" else None))
    yield int(server.start().rpartition(":")[2]), news
    server.stop()


def listen(port: int) -> socket.socket:
    plug = socket.create_connection(("127.0.0.1", port), timeout=10)
    plug.sendall(f"GET /news HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    hear(plug, b"now;")
    return plug


def hear(plug: socket.socket, end: bytes) -> bytes:
    found = b""
    while not found.endswith(end):
        part = plug.recv(65536)
        assert part, found
        found += part
    return found


def test_an_answer_goes_on_for_everybody_who_listens_and_holds_up_nobody(station: tuple[int, Broadcast]) -> None:
    port, news = station
    with listen(port) as one, listen(port) as two:
        assert ask(port) == (200, "now;")
        news.send(b"then;")
        assert hear(one, b"then;") == hear(two, b"then;") == b"then;"
        news.send(b"later;")
        assert hear(one, b"later;") == b"later;"


def test_an_answer_that_goes_on_says_no_length_and_takes_no_second_request(station: tuple[int, Broadcast]) -> None:
    port, news = station
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plug:
        plug.sendall(f"GET /news HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode() * 2)
        head = hear(plug, b"now;")
        news.send(b"end;")
        assert hear(plug, b"end;") == b"end;"
    assert b"content-length" not in head
    assert b"connection: close" in head
    assert head.count(b"HTTP/1.1") == 1


def test_a_listener_that_reads_nothing_is_cut_off(station: tuple[int, Broadcast]) -> None:
    port, news = station
    with listen(port) as deaf, listen(port) as good:
        for number in range(200):
            news.send(b"x" * 65536 + f"{number};".encode())
            hear(good, f"{number};".encode())
        with contextlib.suppress(ConnectionResetError):
            while deaf.recv(1 << 20):
                pass
        news.send(b"still;")
        assert hear(good, b"still;") == b"still;"


def test_sending_without_listeners_and_after_the_end_does_no_harm(station: tuple[int, Broadcast]) -> None:
    port, news = station
    news.send(b"nobody")
    Broadcast().send(b"nobody")
    listen(port).close()
    news.send(b"gone")
    assert ask(port)[0] == 200


def test_news_sent_after_the_server_has_ended_reaches_nobody() -> None:
    news = Broadcast()
    server = Server(lambda _: Answer(200, b"now;", "text/plain", then=news))
    port = int(server.start().rpartition(":")[2])
    with listen(port) as plug:
        server.stop()
        news.send(b"late")
        with contextlib.suppress(ConnectionResetError):
            assert plug.recv(100) == b""
