"""Messages a second and peak memory of whole messages in batches with the full log, against the SDKs' own batch loops.

Run: python tests/benchmarks/batch.py [--count 20000] [--rounds 3] [--rivals PYTHON]

PYTHON is an interpreter that has `resend` and `postmarker`; those it lacks are left out. Everybody posts the same texts to
a loopback server in a process of its own, which names each message and looks at nothing else: 500 in a request for
Postmark's API, 100 for Resend's. Ours is `send.Sender` with the log on this folder's disk, each member claimed and settled
durably; planning is timed apart. The SDKs keep no log, and are handed rendered texts. Each runs in a process of its own,
in turns; memory is that process's peak. Seconds differ from machine to machine: the ratios are what counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BODY = "\n\n".join(["The board **will** meet on Tuesday to hear residents, and the network asks newsrooms to come. " * 6] * 8)
AT_ONCE = 8
GOAL, MEMORY = 3.0, 150  # times the fastest, megabytes
SIZES = {"postmark": 500, "resend": 100}


class Sink(asyncio.Protocol):
    """Answers each POST of a batch with one result for each of its messages."""

    named = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.head, self.missing, self.parts = transport, b"", 0, list[bytes]()

    def data_received(self, data: bytes) -> None:
        if not self.missing:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            head, data = self.head[:end].lower(), self.head[end + 4 :]
            self.missing, self.parts, self.head = int(head.partition(b"content-length:")[2].split(b"\r\n")[0]), [], head
        self.missing -= len(data)
        self.parts.append(data)
        if not self.missing:
            resend = b" /emails/batch " in self.head
            count = b"".join(self.parts).count(b'"from":' if resend else b'"From":')
            self.parts, self.head = [], b""
            self.answer(count, resend=resend)

    def answer(self, count: int, *, resend: bool) -> None:
        names = range(Sink.named, Sink.named + count)
        Sink.named += count
        if resend:
            body = json.dumps({"data": [{"id": f"id-{n}"} for n in names]})
        else:
            body = json.dumps([{"ErrorCode": 0, "Message": "OK", "MessageID": f"id-{n}", "To": "a@newsroom.example"} for n in names])
        self.transport.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def peak() -> float:
    """The most memory that this process has had, in megabytes."""
    return next(int(line.split()[1]) / 1024 for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))


# Ours


def planned(folder: Path, count: int) -> tuple[Any, int, Any]:
    """A log with a plan of so many deliveries, its run, and the edition."""
    sys.path[0:1] = [str(Path(__file__).parent.parent)]  # in place of this folder, whose files are called like modules of ours
    import orjson
    from render_samples import office, release

    from pressctl import edition as editions
    from pressctl import render
    from pressctl.contacts import Contact
    from pressctl.delivery_log import Entry, create_log

    edition = render.prepare(release(folder, BODY), office(folder))
    log = create_log(folder / "state" / "log.sqlite3", b"s" * 32)

    def entry(n: int) -> Entry:
        address = f"desk{n}@newsroom.example"
        contact = Contact(f"desk-{n}", f"Desk {n}", "desks", f"Newsroom {n}", address, recipient=address)
        words = render.personal(edition, contact)
        personal = orjson.dumps({"text": words.text, "html": words.html})
        return Entry(contact.id, contact.name, contact.outlet, contact.list, address, address, "email", 1, personal)

    run = log.begin(
        "night-bus", edition.digest, editions.encode(edition), live=True, account="a", holder="", entries=map(entry, range(count)), now=1e9
    )
    return log, run, edition


def ours(kind: str, url: str, count: int) -> float:
    """Seconds of a whole run through our adapter, its end checked."""
    from pressctl.clock import SystemClock
    from pressctl.config import Secret
    from pressctl.delivery import State
    from pressctl.outgoing import Route
    from pressctl.provider import Account, find
    from pressctl.send import Sender
    from pressctl.wire import Wire

    async def run_it() -> float:
        module = find(kind)
        token = {"postmark": "server_token", "resend": "api_key"}[kind]
        settings = module.Settings(**{token: Secret("secret"), "base_url": url})
        route = Route(Account(kind, kind, module, settings, 30.0, AT_ONCE, 0.0, SIZES[kind]), f"{kind}:00")
        wire, started = Wire(concurrency=AT_ONCE, timeout=30), time.perf_counter()
        ended = await Sender(log, run, edition, {"email": route}, wire, lambda _: None, SystemClock(), lambda _: None).send()
        seconds = time.perf_counter() - started
        await wire.close()
        assert ended.error is None, ended
        return seconds

    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        log, run, edition = planned(Path(folder), count)
        with log:
            seconds = asyncio.run(run_it())
            counts = log.counts("night-bus", edition.digest, live=True)
            assert counts[State.ACCEPTED] == count, counts
            if count <= 20_000:
                assert log.verify() == []
    return seconds


# The others: nothing of ours is imported there


def by_postmarker(url: str, count: int, text: str, html: str, subject: str) -> float:
    from postmarker.core import PostmarkClient  # type: ignore[import-not-found]  # in the rivals' interpreter only

    client = PostmarkClient(server_token="secret", root_api_url=url)
    started = time.perf_counter()
    for start in range(0, count, 500):
        batch = [
            {"From": "press@harbour.example", "To": f"desk{n}@newsroom.example", "Subject": subject, "MessageStream": "broadcast",
             "TextBody": text.replace("{name}", f"Desk {n}"), "HtmlBody": html.replace("{name}", f"Desk {n}")}
            for n in range(start, min(start + 500, count))
        ]  # fmt: skip
        answers = client.emails.send_batch(*batch)
        assert len(answers) == len(batch)
        assert all(answer["ErrorCode"] == 0 for answer in answers)
    return time.perf_counter() - started


def by_resend(url: str, count: int, text: str, html: str, subject: str) -> float:
    import resend  # type: ignore[import-not-found]  # in the rivals' interpreter only

    resend.api_key, resend.api_url = "secret", url
    started = time.perf_counter()
    for start in range(0, count, 100):
        batch = [
            {"from": "press@harbour.example", "to": [f"desk{n}@newsroom.example"], "subject": subject,
             "text": text.replace("{name}", f"Desk {n}"), "html": html.replace("{name}", f"Desk {n}")}
            for n in range(start, min(start + 100, count))
        ]  # fmt: skip
        assert len(resend.Batch.send(batch)["data"]) == len(batch)
    return time.perf_counter() - started


RIVALS: dict[str, Callable[[str, int, str, str, str], float]] = {"postmarker": by_postmarker, "resend SDK": by_resend}


def sample(folder: Path) -> dict[str, str]:
    """The texts that everybody sends, with {name} where the recipient's is."""
    from pressctl.edition import Personal, compose
    from pressctl.message import Address

    _, _, edition = planned(folder, 0)
    words = Personal(("{name}",) * (len(edition.text.pieces) - 1), ("{name}",) * (len(edition.html.pieces) - 1))
    message = compose(edition, words, Address("a@newsroom.example"), "k")
    return {"text": message.text, "html": message.html, "subject": message.subject}


def measured(python: str, *arguments: str, texts: str = "") -> tuple[float, float] | None:
    """Seconds and megabytes of one of them in a process of its own; None where it is not installed."""
    done = subprocess.run([python, __file__, *arguments], input=texts, capture_output=True, text=True, check=False)
    if "ModuleNotFoundError" in done.stderr:
        return None
    assert done.returncode == 0, done.stderr
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rivals", default=sys.executable, metavar="PYTHON")
    given = parser.parse_args()
    server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    url, count = f"http://127.0.0.1:{int(server.stdout.readline())}", str(given.count)
    found: dict[str, list[tuple[float, float]]] = {}
    try:
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            texts = json.dumps(sample(Path(folder)))
        for _ in range(given.rounds):
            for kind in SIZES:
                one = measured(sys.executable, "ours", kind, url, count)
                assert one is not None, "ours could not be started"
                found.setdefault(f"pressctl, {kind}", []).append(one)
            for name in RIVALS:
                if (one := measured(given.rivals, "rival", name, url, count, texts=texts)) is not None:
                    found.setdefault(name, []).append(one)
    finally:
        server.terminate()
        server.wait()
    show(found, given.count, len(texts), given.rounds)


def show(found: dict[str, list[tuple[float, float]]], count: int, size: int, rounds: int) -> None:
    speeds = {name: count / statistics.median(seconds for seconds, _ in each) for name, each in found.items()}
    fastest = max((speeds[name] for name in RIVALS if name in speeds), default=0.0)
    print(f"{count} messages of {size:,} bytes and more in batches, medians of {rounds} rounds")
    print(f"{'':20}{'messages/s':>12}{'of the fastest':>18}{'peak MB':>10}")
    for name, speed in speeds.items():
        print(f"{name:20}{speed:12,.0f}{speed / fastest if fastest else 0:18.2f}{max(memory for _, memory in found[name]):10.0f}")
    if fastest:
        ratio, memory = speeds["pressctl, postmark"] / fastest, max(megabytes for _, megabytes in found["pressctl, postmark"])
        print(f"goals: {ratio:.1f} x the fastest, {GOAL:g} wanted; {memory:.0f} MB, under {MEMORY} wanted")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve())
    elif sys.argv[1:2] == ["ours"]:
        print(ours(sys.argv[2], sys.argv[3], int(sys.argv[4])), peak())
    elif sys.argv[1:2] == ["rival"]:
        given = json.load(sys.stdin)
        print(RIVALS[sys.argv[2]](sys.argv[3], int(sys.argv[4]), given["text"], given["html"], given["subject"]), peak())
    else:
        main()
