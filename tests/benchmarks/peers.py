"""The same job by others, one message a request: mailmerge and the SDKs' own loops, each in a process of its own.

    python tests/benchmarks/peers.py NAME PORT COUNT < TEXTS     prints messages a second; in an interpreter that has the peer
    python tests/benchmarks/peers.py smtp                        a sink for mailmerge; prints its port

TEXTS is JSON with `text`, `html` and `subject`, `{name}` standing where the recipient's own name goes. None of them keeps a
log. Nothing of ours is imported here. See send.py, which runs them.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FROM = "press@harbour.example"


def by_sendgrid(port: int, count: int, texts: dict[str, str]) -> float:
    from sendgrid import SendGridAPIClient  # type: ignore[import-not-found]  # in the peers' interpreter only
    from sendgrid.helpers.mail import Mail  # type: ignore[import-not-found]  # as above

    client = SendGridAPIClient("secret", host=f"http://127.0.0.1:{port}")
    started = time.perf_counter()
    for n in range(count):
        words = own(texts, n)
        assert client.send(Mail(FROM, f"desk{n}@newsroom.example", words["subject"], words["text"], words["html"])).status_code == 200
    return time.perf_counter() - started


def by_resend(port: int, count: int, texts: dict[str, str]) -> float:
    import resend  # type: ignore[import-not-found]  # in the peers' interpreter only

    resend.api_key, resend.api_url = "secret", f"http://127.0.0.1:{port}"
    started = time.perf_counter()
    for n in range(count):
        assert resend.Emails.send({"from": FROM, "to": [f"desk{n}@newsroom.example"], **own(texts, n)})
    return time.perf_counter() - started


def by_postmarker(port: int, count: int, texts: dict[str, str]) -> float:
    from postmarker.core import PostmarkClient  # type: ignore[import-not-found]  # in the peers' interpreter only

    client = PostmarkClient(server_token="secret", root_api_url=f"http://127.0.0.1:{port}")
    started = time.perf_counter()
    for n in range(count):
        words = own(texts, n)
        to = f"desk{n}@newsroom.example"
        assert client.emails.send(From=FROM, To=to, Subject=words["subject"], TextBody=words["text"], HtmlBody=words["html"])
    return time.perf_counter() - started


def by_mailmerge(port: int, count: int, texts: dict[str, str]) -> float:
    """Its whole command, as a person runs it: a template, a table and an SMTP server."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        body = texts["text"].replace("{name}", "{{name}}")
        template = f"TO: {{{{email}}}}\nSUBJECT: {texts['subject']}\nFROM: {FROM}\n\n{body}\n"
        (folder / "template.txt").write_text(template, encoding="utf-8")
        rows = "".join(f"desk{n}@newsroom.example,Desk {n}\n" for n in range(count))
        (folder / "table.csv").write_text("email,name\n" + rows, encoding="utf-8")
        (folder / "server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\n", encoding="utf-8")
        command = [str(Path(sys.executable).with_name("mailmerge")), "--template", "template.txt", "--database", "table.csv"]
        command += ["--config", "server.conf", "--no-dry-run", "--no-limit"]
        started = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started


PEERS: dict[str, Callable[[int, int, dict[str, str]], float]] = {
    "mailmerge": by_mailmerge, "sendgrid SDK": by_sendgrid, "resend SDK": by_resend, "postmarker": by_postmarker,
}  # fmt: skip


def own(texts: dict[str, str], n: int) -> dict[str, str]:
    """The texts with the recipient's name in them."""
    return {name: text.replace("{name}", f"Desk {n}") for name, text in texts.items()}


class Mailbox(asyncio.Protocol):
    """Says yes to every line of SMTP (RFC 5321), and takes every message."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.data, self.inside = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.data += data
        while (end := self.data.find(b"\r\n.\r\n" if self.inside else b"\r\n")) >= 0:
            line, self.data = self.data[:end], self.data[end + (5 if self.inside else 2) :]
            self.inside = not self.inside and line.upper() == b"DATA"
            self.transport.write(b"354 go on\r\n" if self.inside else b"221 bye\r\n" if line.upper() == b"QUIT" else b"250 ok\r\n")


async def mailbox() -> None:
    server = await asyncio.get_running_loop().create_server(Mailbox, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "smtp":
        asyncio.run(mailbox())
    else:
        number = int(sys.argv[3])
        print(number / PEERS[sys.argv[1]](int(sys.argv[2]), number, json.load(sys.stdin)))
