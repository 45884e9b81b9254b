"""Messages a second of a whole run with its log, of the same without a log, of bare aiohttp and of peers, in one go.

Run: python tests/benchmarks/send.py [--count 10000] [--rounds 3] [--peers PYTHON]

One message per request, 32 at once, to a loopback server in a process of its own, rivals taking turns, and turns at being
first. Seconds differ from machine to machine and hour to hour: the ratios are what counts, and those of the fastest rounds
tell what is left where nobody else disturbs. `with the log` is `send.Sender` with the log on this folder's disk, claims and
outcomes durable; planning is timed apart. `without a log` is the same Sender, whose log keeps nothing and grants every claim.
`the wire alone` makes the same requests from the same rows and hands them to the same wire, and does nothing else. aiohttp
posts bytes that were made before. PYTHON is an interpreter that has mailmerge, `sendgrid`, `resend` or `postmarker` (see
peers.py). Memory is that of a process that only plans and sends, beyond that of an interpreter that does nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import orjson

sys.path.insert(0, str(Path(__file__).parent.parent))

from render_samples import office, release

from pressctl import edition as editions
from pressctl import render
from pressctl.clock import SystemClock
from pressctl.contacts import Contact
from pressctl.delivery import Move, State
from pressctl.delivery_log import Claim, Delivery, DeliveryLog, Entry, Settled, create_log
from pressctl.edition import Edition, Personal, compose
from pressctl.message import Address
from pressctl.outgoing import Route, request_for
from pressctl.provider import Account, find
from pressctl.send import Sender
from pressctl.wire import Answer, Wire

SCRIPTS, AT_ONCE = Path(__file__).parent, 32
BODY = "\n\n".join(["The board **will** meet on Tuesday to hear residents, and the network asks newsrooms to come. " * 6] * 8)
PEERS = 500  # messages of each peer: they are steady from the first on


class Sink(asyncio.Protocol):
    """Answers each POST whose length is given, after a while; looks at nothing else."""

    latency = 0.0  # seconds
    named = 0

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
            if self.latency:
                asyncio.get_running_loop().call_later(self.latency, self.transport.write, self.reply())
            else:
                self.transport.write(self.reply())

    def reply(self) -> bytes:
        """A name for each message, as random as theirs are, under the words of all APIs that are spoken here."""
        Sink.named += 1
        name = b"%08x%08x" % (Sink.named * 2654435761 & 0xFFFFFFFF, Sink.named)
        body = b'{"ID":"%b","id":"%b","MessageID":"%b","ErrorCode":0}' % (name, name, name)
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


class NoLog:
    """What a run asks of its log, kept nowhere: rows are given out once, every claim is granted."""

    def __init__(self, rows: list[Delivery]) -> None:
        self.rows = iter(rows)

    def reserve(self, *_: object) -> tuple[int, float]:
        return 0, 0.0

    def due(self, run: int, after: tuple[int, int], limit: int) -> list[Delivery]:
        return list(itertools.islice(self.rows, limit))

    def due_again(self, *_: object) -> list[Delivery]:
        return []

    def next_due(self, run: int) -> None:
        return None

    def step(self, settled: list[Settled], claims: list[Claim], *_: object) -> Callable[[], list[Claim]]:
        return lambda: claims


async def serve(latency: float) -> None:
    Sink.latency = latency
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def account(url: str, at_once: int) -> Account:
    module = find("mailpit")
    return Account("mailpit", "mailpit", module, module.Settings(base_url=url), 30.0, at_once, 0.0, 1)


def entries(edition: Edition, count: int) -> Iterator[Entry]:
    for n in range(count):
        address = f"desk{n}@newsroom.example"
        contact = Contact(f"desk-{n}", f"Desk {n}", "desks", f"Newsroom {n}", address, recipient=address)
        words = render.personal(edition, contact)
        personal = orjson.dumps({"text": words.text, "html": words.html})
        yield Entry(contact.id, contact.name, contact.outlet, contact.list, address, address, "email", 1, personal)


def planned(folder: Path, count: int) -> tuple[DeliveryLog, int, Edition, float]:
    """A log with a plan of so many deliveries, its run, and the seconds that planning took."""
    edition = render.prepare(release(folder, BODY), office(folder))
    log = create_log(folder / "state" / f"log{time.monotonic_ns()}.sqlite3", b"s" * 32)
    document, started = editions.encode(edition), time.perf_counter()
    run = log.begin(
        "night-bus", edition.digest, document, live=True, account="mailpit", holder="", entries=entries(edition, count), now=1e9
    )
    return log, run, edition, time.perf_counter() - started


async def sending(log: DeliveryLog, run: int, edition: Edition, url: str, at_once: int) -> float:
    via = account(url, at_once)
    wire, started = Wire(concurrency=at_once, timeout=30), time.perf_counter()
    sender = Sender(log, run, edition, {"email": Route(via, "mailpit:00")}, wire, lambda _: None, SystemClock(), lambda _: None)
    ended = await sender.send()
    seconds = time.perf_counter() - started
    await wire.close()
    assert ended.error is None, ended
    return seconds


async def wire_alone(rows: list[Delivery], edition: Edition, url: str, at_once: int) -> float:
    route, wire, left = Route(account(url, at_once), "mailpit:00"), Wire(concurrency=at_once, timeout=30), iter(rows)

    async def one_after_another() -> None:
        for row in left:
            result = await wire.exchange(request_for(row, edition, route, 1e9))
            assert isinstance(result, Answer)
            assert route.account.module.outcome(result.response).move is Move.ACCEPT

    started = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    seconds = time.perf_counter() - started
    await wire.close()
    return seconds


def bodies(rows: list[Delivery], edition: Edition, url: str) -> list[bytes]:
    """Ready-made: 157 MB for 10,000, which are there in their turn only."""
    route = Route(account(url, 1), "")
    return [request_for(row, edition, route, 1e9).content for row in rows]


async def by_aiohttp(ready: list[bytes], url: str, at_once: int) -> float:
    import aiohttp

    left, headers = iter(ready), {"content-type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def one_after_another() -> None:
            for body in left:
                async with session.post(f"{url}/api/v1/send", data=body, headers=headers) as response:
                    assert (await response.json())["ID"]

        started = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        return time.perf_counter() - started


def one_round(folder: Path, url: str, count: int, at_once: int, turn: int) -> dict[str, float]:
    """Seconds of each rival. Who begins changes with `turn`: what the one before left to the machine is nobody's lot alone."""
    log, run, edition, planning = planned(folder, count)
    with log:
        rows = list(log.deliveries())

        def with_the_log() -> float:
            seconds = asyncio.run(sending(log, run, edition, url, at_once))
            counts = log.counts("night-bus", edition.digest, live=True)
            assert counts[State.ACCEPTED] == count, counts
            assert log.verify() == []
            return seconds

        rivals: dict[str, Callable[[], float]] = {
            "with the log": with_the_log,
            "without a log": lambda: asyncio.run(sending(cast(DeliveryLog, NoLog(rows)), run, edition, url, at_once)),
            "the wire alone": lambda: asyncio.run(wire_alone(rows, edition, url, at_once)),
        }
        if find_spec("aiohttp"):
            rivals["bare aiohttp"] = lambda: asyncio.run(by_aiohttp(bodies(rows, edition, url), url, at_once))
        names = list(rivals)
        first = turn % len(names)
        seconds = {name: rivals[name]() for name in names[first:] + names[:first]}
    return {"planning": planning, **{name: seconds[name] for name in names}}


def peak() -> float:
    """The most memory that this process has had since it started, in megabytes: VmHWM of proc_pid_status(5)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes on macOS
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def memory(url: str, count: int) -> float:
    """Megabytes of a process that only plans and sends, beyond those of one that does nothing."""
    bare, sending = (float(subprocess.check_output([sys.executable, __file__, "alone", url, str(number)])) for number in (0, count))
    return sending - bare


def alone(url: str, count: int) -> None:
    """Print this process's peak after planning and sending so many; for none, that of an interpreter."""
    if not count:
        code = "print(next(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        subprocess.run([sys.executable, "-c", code], check=True)
        return
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        log, run, edition, _ = planned(Path(folder), count)
        with log:
            asyncio.run(sending(log, run, edition, url, AT_ONCE))
    print(peak())


def show(rounds: list[dict[str, float]], count: int, size: int) -> float:
    last = list(rounds[0])[-1]
    speeds = {name: [count / each[name] for each in rounds] for name in rounds[0]}
    medians = {name: statistics.median(each) for name, each in speeds.items()}
    rival = "bare aiohttp" if "bare aiohttp" in medians else last
    print(f"{count} messages of {size:,} bytes, {AT_ONCE} at once, medians of {len(rounds)} rounds")
    print(f"{'':16}{'messages/s':>12}{'of ' + rival:>18}")
    for name, speed in medians.items():
        print(f"{name:16}{speed:12,.0f}{speed / medians[rival]:18.2f}")
    fastest = {name: max(each) for name, each in speeds.items()}
    ratio = statistics.median(each["without a log"] / each["with the log"] for each in rounds)
    print(f"goals: {ratio:.2f} of itself without, 0.85 wanted; {medians['with the log'] / medians[rival]:.2f} of {rival}, 0.8 wanted")
    best = [fastest["with the log"] / fastest[name] for name in ("without a log", rival)]
    print(f"of the fastest rounds, which others on this machine disturbed least: {best[0]:.2f} and {best[1]:.2f}")
    return medians["with the log"]


def by_peers(python: str, url: str, texts: str, ours: float) -> None:
    """The peers that are installed, and how many times as fast we are."""
    mailbox = subprocess.Popen([sys.executable, str(SCRIPTS / "peers.py"), "smtp"], stdout=subprocess.PIPE, text=True)
    assert mailbox.stdout
    ports = {"mailmerge": mailbox.stdout.readline().strip()}
    try:
        for name in ("mailmerge", "sendgrid SDK", "resend SDK", "postmarker"):
            command = [python, str(SCRIPTS / "peers.py"), name, ports.get(name, url.rpartition(":")[2]), str(PEERS)]
            done = subprocess.run(command, input=texts, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{name:16}  not here: {done.stderr.strip().splitlines()[-1]}")
            else:
                print(f"{name:16}{float(done.stdout):12,.0f}   ours is {ours / float(done.stdout):.1f} times as fast")
    finally:
        mailbox.terminate()
        mailbox.wait()


def sample(edition: Edition) -> str:
    """What the peers send, with {name} where the recipient's is, as JSON."""
    words = Personal(("{name}",) * (len(edition.text.pieces) - 1), ("{name}",) * (len(edition.html.pieces) - 1))
    message = compose(edition, words, Address("a@newsroom.example"), "k")
    return json.dumps({"text": message.text, "html": message.html, "subject": message.subject})


def started(latency: float) -> tuple[subprocess.Popen[str], str]:
    server = subprocess.Popen([sys.executable, __file__, "serve", str(latency)], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    return server, f"http://127.0.0.1:{int(server.stdout.readline())}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    given = parser.parse_args()
    server, url = started(0.0)
    slow, slow_url = started(0.1)
    try:
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            log, run, edition, _ = planned(Path(folder), given.count)
            size = len(*bodies([next(iter(log.deliveries()))], edition, url))
            rounds = [one_round(Path(folder), url, given.count, AT_ONCE, turn) for turn in range(given.rounds)]
            ours = show(rounds, given.count, size)
            print(f"memory beyond the interpreter: {memory(url, given.count):.0f} MB, 64 wanted")
            by_peers(given.peers, url, sample(edition), ours)
            with log:
                seconds = asyncio.run(sending(log, run, edition, slow_url, 128))
            print(f"100 ms of latency, 128 at once: {given.count / seconds:,.0f} a second")
            print(f"goal: {given.count / seconds / 1280:.2f} of the ideal, 0.85 wanted")
    finally:
        for child in (server, slow):
            child.terminate()
            child.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(float(sys.argv[2])))
    elif sys.argv[1:2] == ["alone"]:
        alone(sys.argv[2], int(sys.argv[3]))
    else:
        main()
