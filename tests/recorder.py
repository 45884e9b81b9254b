"""A provider for tests: speaks Mailpit's send API on loopback, and writes down what it took before it answers.

In a thread of the test, or in a process of its own that outlives the killed sender:

    with Recorder() as provider:                    provider.url, provider.accepts()
    with process(folder / "record.jsonl") as url:   accepts(folder / "record.jsonl")

`says` is a list of words, one for each request in the order of arrival; after its end everything is accepted:

    accept    take it, answer 200 with an ID           silent    take it, close without an answer
    html      take it, answer 200 with a web page      broken    take it, answer 500
    hang      take it, never answer                    drop      do not take it, close without an answer
    late      take it after `LATE` seconds, though the sender may be gone by then
    422, 503, 429;retry-after=2 …                      do not take it, answer so

With `keyed` a second request under the same key (Idempotency-Key, else the Message-ID) is answered like the first and
written down as a replay, or as `changed` where its body is another one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

LATE = 0.5  # seconds
TAKING = frozenset({"accept", "silent", "html", "broken", "hang", "late"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the record. `what` is request, accept, replay or changed; `at` is CLOCK_MONOTONIC, alike in all processes."""

    what: str
    at: float
    number: int
    to: str
    key: str
    said: str


def read(record: Path) -> list[Seen]:
    """Everything that was written down so far, in order; a line that is being written may be there in part, and comes later."""
    lines = record.read_text(encoding="utf-8").splitlines(keepends=True) if record.exists() else []
    return [Seen(**json.loads(line)) for line in lines if line.endswith("\n")]


def accepts(record: Path) -> Counter[str]:
    """How often each recipient's message was taken: more than once is a double."""
    return Counter(seen.to for seen in read(record) if seen.what == "accept")


class Recorder:
    """The provider, in a thread of its own. `word` is asked for each request, instead of `says`, where it is given."""

    def __init__(
        self,
        record: Path | None = None,
        says: Sequence[str] = (),
        *,
        keyed: bool = False,
        delay: float = 0.0,
        word: Callable[[Seen], str] | None = None,
        port: int = 0,
    ) -> None:
        self.says, self.keyed, self.delay, self.word, self.port = list(says), keyed, delay, word, port
        self.seen: list[Seen] = read(record) if record else []
        self.known: dict[str, tuple[str, str]] = {s.key: ("", s.key) for s in self.seen if s.what == "accept"}
        self.batches = dict[str, str]()  # the key of each batch that was taken → SHA-256 of its body
        self.requests = sum(s.what == "request" for s in self.seen)
        self._file = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if record else -1
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self.url = ""

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="recorder", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join()
        if self._file >= 0:
            os.close(self._file)

    def accepts(self) -> Counter[str]:
        """How often each recipient's message was taken."""
        return Counter(seen.to for seen in list(self.seen) if seen.what == "accept")

    def _run(self, ready: threading.Event) -> None:
        server = self._loop.run_until_complete(self._loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port, backlog=256))
        self.port = server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def note(self, what: str, to: str, key: str, said: str) -> Seen:
        """Write a line down; it is in the file when this returns."""
        seen = Seen(what, time.monotonic(), self.requests, to, key, said)
        self.seen.append(seen)
        if self._file >= 0:
            line = {name: getattr(seen, name) for name in Seen.__dataclass_fields__}
            os.write(self._file, json.dumps(line).encode() + b"\n")
        return seen

    def take(self, to: str, key: str, body: bytes, said: str) -> str:
        """Accept a message; its ID. Under a known key nothing is accepted again."""
        digest = hashlib.sha256(body).hexdigest()
        if self.keyed and key in self.known:
            before, name = self.known[key]
            self.note("replay" if before in ("", digest) else "changed", to, key, said)
            return name
        name = f"{len(self.known) + 1:06d}{key[:10].strip('<>')}"
        self.known[key] = (digest, name)
        self.note("accept", to, key, said)
        return name

    def answer_batch(self, sent: dict[str, Any], digest: str) -> bytes:
        """The answer to a batch, which is taken as a whole, and under a known key not again. Its messages' own keys count for nothing."""
        self.requests += 1
        number = f"{len(sent['Messages'])} at once"
        self.note("request", number, sent["Key"], "accept")
        if self.keyed and sent["Key"] in self.batches:
            self.note("replay" if self.batches[sent["Key"]] == digest else "changed", number, sent["Key"], "accept")
        else:
            self.batches[sent["Key"]] = digest
            for message in sent["Messages"]:
                self.note("accept", message["To"][0]["Email"], message["Headers"]["Message-ID"], "accept")
        names = [f"batch-{message['Headers']['Message-ID'][1:11]}" for message in sent["Messages"]]
        return _answer("200 OK", json.dumps({"Results": [{"ID": name} for name in names]}).encode())

    def answer(self, headers: dict[str, str], body: bytes) -> tuple[bytes | None, float]:
        """The answer to a request, None for none, and the seconds to wait before it."""
        sent: dict[str, Any] = json.loads(body)
        if "Messages" in sent:
            return self.answer_batch(sent, hashlib.sha256(body).hexdigest()), self.delay
        to = sent["To"][0]["Email"]
        key = headers.get("idempotency-key") or sent["Headers"]["Message-ID"]
        said = self.says[self.requests] if self.requests < len(self.says) else "accept"
        self.requests += 1
        seen = self.note("request", to, key, said)
        if self.word is not None:
            said = self.word(seen)
        if said == "late":
            self._loop.call_later(LATE, self.take, to, key, body, said)
            return None, LATE * 4
        name = self.take(to, key, body, said) if said in TAKING else ""
        if said == "hang":
            return None, 3600.0
        if said in ("silent", "drop"):
            return None, self.delay
        if said == "html":
            return _answer("200 OK", b"<html>Welcome</html>", "text/html"), self.delay
        if said == "broken":
            return _answer("500 Internal Server Error", b'{"Error": "it broke"}'), self.delay
        if said == "accept":
            return _answer("200 OK", json.dumps({"ID": name}).encode()), self.delay
        status, _, extra = said.partition(";")
        header = extra.replace("=", ": ", 1)
        return _answer(f"{status} Said So", b'{"Error": "told to say %s"}' % status.encode(), extra=header), self.delay


def _answer(status: str, body: bytes, kind: str = "application/json", extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra + chr(13) + chr(10) if extra else ''}\r\n"
    return head.encode() + body


class _Connection(asyncio.Protocol):
    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        while True:
            head, end, rest = self.got.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", "0"))
            if not end or len(rest) < length:
                return
            body, self.got = rest[:length], rest[length:]
            answer, wait = self.recorder.answer(headers, body)
            if wait:
                asyncio.get_running_loop().call_later(wait, self.say, answer)
            else:
                self.say(answer)

    def say(self, answer: bytes | None) -> None:
        if answer is None:
            self.transport.close()
        else:
            self.transport.write(answer)


@contextlib.contextmanager
def process(record: Path, *arguments: str) -> Iterator[str]:
    """A recorder in a process of its own; gives its URL. `arguments` as on its command line, see below."""
    command = [sys.executable, __file__, str(record), *arguments]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield child.stdout.readline().strip()
    finally:
        child.kill()
        child.communicate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Run a recording provider until its standard input is closed.")
    parser.add_argument("record", type=Path)
    parser.add_argument("--keyed", action="store_true")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--says", default="", help="words, with commas between them")
    given = parser.parse_args()
    says = [word for word in given.says.split(",") if word]
    with Recorder(given.record, says, keyed=given.keyed, delay=given.delay, port=given.port) as provider:
        print(provider.url, flush=True)
        sys.stdin.read()  # ends with the test, however that ends


if __name__ == "__main__":
    main()
