"""Requests a second of the wire, of aiohttp and of httpx2 as it comes, against one loopback server in a process of its own.

Run: python tests/benchmarks/wire.py [requests a round] [rounds]

32 at once, 12 KB of JSON each, keep-alive, rivals taking turns; each answer is read and checked. Seconds differ from
machine to machine and hour to hour: the ratios are what counts. The wire's column includes making the `httpx2.Request`.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import httpx2

from pressctl.wire import Answer, Wire

AT_ONCE = 32
BODY = b'{"html":"' + b"x" * 12_000 + b'"}'
HEADERS = {"authorization": "Bearer none", "content-type": "application/json"}
REPLY = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"id":"abc"}'

Rival = Callable[[str, int], Awaitable[None]]


class Sink(asyncio.Protocol):
    """Answers each POST whose length is given; counts bytes and looks at nothing else."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.head, self.missing = transport, b"", 0

    def data_received(self, data: bytes) -> None:
        if not self.missing:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            length = int(self.head[:end].lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            self.missing, data, self.head = length, self.head[end + 4 :], b""
        self.missing -= len(data)
        if not self.missing:
            self.transport.write(REPLY)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def spread(send: Callable[[], Awaitable[None]], count: int) -> None:
    left = iter(range(count))

    async def one_after_another() -> None:
        for _ in left:
            await send()

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


async def by_wire(url: str, count: int) -> None:
    line, target = Wire(concurrency=AT_ONCE), httpx2.URL(url)

    async def send() -> None:
        result = await line.exchange(httpx2.Request("POST", target, content=BODY, headers=HEADERS))
        assert isinstance(result, Answer)
        assert result.response.json() == {"id": "abc"}

    await spread(send, count)
    await line.close()


async def by_wire_lean(url: str, count: int) -> None:
    line, target = Wire(concurrency=AT_ONCE), httpx2.URL(url)

    async def send() -> None:
        request = httpx2.Request("POST", target, stream=httpx2.ByteStream(BODY), headers=HEADERS)
        result = await line.exchange(request)
        assert isinstance(result, Answer)
        assert result.response.json() == {"id": "abc"}

    await spread(send, count)
    await line.close()


async def by_httpx2(url: str, count: int) -> None:
    async with httpx2.AsyncClient(trust_env=False, limits=httpx2.Limits(max_connections=AT_ONCE)) as client:

        async def send() -> None:
            response = await client.post(url, content=BODY, headers=HEADERS)
            assert response.json() == {"id": "abc"}

        await spread(send, count)


async def by_aiohttp(url: str, count: int) -> None:
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def send() -> None:
            async with session.post(url, data=BODY, headers=HEADERS) as response:
                assert await response.json() == {"id": "abc"}

        await spread(send, count)


def rivals() -> dict[str, Rival]:
    found: dict[str, Rival] = {"wire": by_wire, "wire, lean requests": by_wire_lean, "httpx2": by_httpx2}
    try:
        import aiohttp  # noqa: F401  # only to see whether it is here
    except ImportError:
        print("aiohttp is not installed: left out")
    else:
        found["aiohttp"] = by_aiohttp
    return found


def main(count: int = 4000, rounds: int = 5) -> None:
    server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    url = f"http://127.0.0.1:{int(server.stdout.readline())}/send"
    speeds: dict[str, list[float]] = {name: [] for name in rivals()}
    try:
        for _ in range(rounds):
            for name, rival in rivals().items():
                share = count // 4 if name == "httpx2" else count
                started = time.perf_counter()
                asyncio.run(rival(url, share))  # type: ignore[arg-type]  # every rival is a coroutine function
                speeds[name].append(share / (time.perf_counter() - started))
    finally:
        server.terminate()
        server.wait()
    medians = {name: statistics.median(each) for name, each in speeds.items()}
    print(f"{'':22}{'requests/s':>12}{'of ' + list(medians)[-1]:>14}")
    for name, speed in medians.items():
        print(f"{name:22}{speed:12,.0f}{speed / list(medians.values())[-1]:14.2f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        main(*(int(argument) for argument in sys.argv[1:3]))
