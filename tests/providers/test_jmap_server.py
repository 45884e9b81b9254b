"""The JMAP adapter against a real server: Cyrus IMAP with a recording SMTP sink behind it (tools/jmap-server.sh)."""

from __future__ import annotations

import asyncio
import dataclasses
import email.policy
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from pressctl import discovery, provider
from pressctl.config import Secret
from pressctl.delivery import Move, Outcome
from pressctl.errors import ProviderStop
from pressctl.message import Address, Message
from pressctl.provider import Account, Doubt
from pressctl.providers import jmap
from pressctl.wire import Answer, Wire
from providers.contract import LOGO, MESSAGE, NOW, PDF

TOOL = Path(os.environ.get("PRESSCTL_TOOLS_DIR", Path(__file__).resolve().parents[2].parent / "shared/tools")) / "jmap-server.sh"
PORT = 8008
SETTINGS = jmap.Settings(f"http://127.0.0.1:{PORT}/.well-known/jmap", username="press", password=Secret("secret"))

pytestmark = pytest.mark.xdist_group("jmap")


def missing() -> str:
    """Why the server cannot run here, "" where it can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "Cyrus needs root to start"
    if not Path("/usr/lib/cyrus/bin/httpd").exists():
        return "Cyrus IMAP is not installed (cyrus-imapd, cyrus-caldav)"
    return "" if TOOL.exists() else "tools/jmap-server.sh is not beside the repository (PRESSCTL_TOOLS_DIR)"


@dataclasses.dataclass(frozen=True)
class Server:
    sink: Path

    def arrived(self, key: str) -> list[tuple[EmailMessage, list[str]]]:
        """The mails with this key that reached the SMTP server behind, with the recipients of their envelopes."""
        found = []
        for file in sorted(self.sink.glob("*.json")):  # the envelope is written after the mail
            mail = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(file.with_suffix(".eml").read_bytes())
            if key in mail["Message-ID"]:
                found.append((mail, json.loads(file.read_text("utf-8"))["to"]))
        return found


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if missing():
        pytest.skip(missing())
    import fcntl

    place = Path("/var/tmp")  # where the server's own user gets to, whatever TMPDIR says
    with (place / "pressctl-jmap.lock").open("w") as lock:  # the ports are fixed: one at a time on a machine
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = Path(tempfile.mkdtemp(prefix="pressctl-jmap-", dir=place))
        folder.chmod(0o755)  # the server runs as another user
        try:
            # the sink needs aiosmtpd: from here where it is installed, else the tool makes an environment of its own
            own = {"VENV": sys.prefix} if importlib.util.find_spec("aiosmtpd") else {}
            started = subprocess.run(
                ["bash", str(TOOL), str(folder)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **own},
                timeout=180,
                check=False,
            )
            assert started.returncode == 0, f"bash {TOOL} {folder} ended with {started.returncode}"
            yield Server(folder / "sink")
        finally:
            subprocess.run(["bash", str(TOOL), str(folder), "stop"], timeout=30, check=False)
            shutil.rmtree(folder, ignore_errors=True)


async def exchanged(request: httpx2.Request) -> httpx2.Response:
    wire = Wire(concurrency=1, timeout=30)
    try:
        result = await wire.exchange(request)
    finally:
        await wire.close()
    assert isinstance(result, Answer)
    return result.response


def exchange(request: httpx2.Request) -> httpx2.Response:
    return asyncio.run(exchanged(request))


@pytest.fixture(scope="module")
def account(server: Server) -> jmap.Settings:
    """The settings with everything that is to be learned, as a run learns it."""
    return learned(SETTINGS)


def learned(settings: jmap.Settings, made: Message | None = None) -> jmap.Settings:
    async def ask() -> jmap.Settings:
        wire = Wire(concurrency=1, timeout=30)
        try:
            via = Account("jmap", "jmap", provider.find("jmap"), settings, 30, 1, 0, 1)
            found: jmap.Settings = await discovery.learned(via, wire, made)
        finally:
            await wire.close()
        return found

    return asyncio.run(ask())


def message(to: str, key: str, **changes: object) -> Message:
    made = dataclasses.replace(MESSAGE, to=Address(to, "National desk, Zeitung"), message_id=f"<{key}@id.sender.example>", attachments=())
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # names of fields


def send(settings: jmap.Settings, made: Message, key: str) -> Outcome:
    return jmap.outcome(exchange(jmap.request(made, settings, key, NOW)))


def asked(settings: jmap.Settings, key: str) -> Outcome | None:
    doubt = Doubt(key, f"<{key}@id.sender.example>", "desk@recipient.example", "night-bus", datetime.now(UTC), MESSAGE.subject)
    return jmap.found(exchange(jmap.lookup(doubt, settings)), doubt)


def test_a_mail_is_accepted_and_reaches_one_recipient(server: Server, account: jmap.Settings) -> None:
    key = uuid4().hex
    outcome = send(account, message("desk@recipient.example", key), key)
    assert (outcome.move, bool(outcome.provider_id)) == (Move.ACCEPT, True)
    ((mail, recipients),) = server.arrived(key)
    assert recipients == ["desk@recipient.example"]
    assert mail["Message-ID"] == f"<{key}@id.sender.example>"
    assert mail["From"] == "Key West Example Network <press@sender.example>"
    assert [one.addr_spec for one in mail["To"].addresses] == ["desk@recipient.example"]
    assert mail["To"].addresses[0].display_name == "National desk, Zeitung"
    assert mail["Reply-To"] == "Press volunteer <answers@reply.example>"
    assert mail["Subject"] == MESSAGE.subject
    assert mail["Date"].datetime == MESSAGE.date
    assert "Cc" not in mail
    assert "Bcc" not in mail


def test_a_refused_recipient_is_rejected(server: Server, account: jmap.Settings) -> None:
    key = uuid4().hex
    outcome = send(account, message("bounce@recipient.example", key), key)
    assert (outcome.move, outcome.reason, server.arrived(key)) == (Move.REJECT, "invalidRecipients", [])


@pytest.mark.parametrize("to", ["bounce@recipient.example", "defer@recipient.example"])
def test_the_draft_of_a_refused_mail_is_destroyed_and_nothing_else(server: Server, account: jmap.Settings, to: str) -> None:
    sent, refused = uuid4().hex, uuid4().hex
    assert send(account, message("desk@recipient.example", sent), sent).move is Move.ACCEPT
    answer = exchange(jmap.request(message(to, refused), account, refused, NOW))
    assert jmap.outcome(answer).move is not Move.ACCEPT
    request = jmap.tidy(answer, account)
    assert request is not None
    assert b'"destroyed":["' in exchange(request).content.replace(b" ", b"")
    gone, still = asked(account, refused), asked(account, sent)
    assert gone is not None
    assert still is not None
    assert (gone.reason, still.move) == ("the mailbox has nothing with this Message-ID", Move.ACCEPT)


def test_a_temporary_refusal_is_deferred_and_can_be_tried_again(server: Server, account: jmap.Settings) -> None:
    key = uuid4().hex
    made = message("defer@recipient.example", key)
    for _ in range(2):
        outcome = send(account, made, key)
        assert (outcome.move, outcome.reason, outcome.stop) == (Move.DEFER, "forbiddenToSend: try later", "")
    verdict = asked(account, key)
    assert verdict is not None
    assert (verdict.move, verdict.reason) == (Move.DEFER, "it is in Drafts, and was not submitted")


def test_attachment_image_and_headers_arrive_intact(server: Server, account: jmap.Settings) -> None:
    key = uuid4().hex
    made = message("desk@recipient.example", key, attachments=(PDF, LOGO))
    settings = learned(account, made)
    assert jmap.upload(made, settings) is None
    assert send(settings, made, key).move is Move.ACCEPT
    ((mail, _),) = server.arrived(key)
    for name, value in MESSAGE.headers:
        assert mail.get_all(name) == [value]
    parts = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
    assert list(parts) == ["text/plain", "text/html", "image/png", "application/pdf"]
    for kind, text in (("text/plain", MESSAGE.text), ("text/html", MESSAGE.html)):
        assert parts[kind].get_content().splitlines() == text.splitlines()
    assert parts["application/pdf"].get_content() == PDF.data
    assert (parts["application/pdf"].get_filename(), parts["application/pdf"].get_content_disposition()) == (PDF.name, "attachment")
    assert (parts["image/png"].get_content(), parts["image/png"]["Content-ID"]) == (LOGO.data, f"<{LOGO.cid}>")
    assert parts["image/png"].get_content_disposition() == "inline"
    assert [part.get_content_type() for part in mail.walk() if part.is_multipart()] == [
        "multipart/mixed",
        "multipart/alternative",
        "multipart/related",
    ]


def test_a_long_list_unsubscribe_stays_one_header(server: Server, account: jmap.Settings) -> None:
    key = uuid4().hex
    value = f"<mailto:leave@unsubscribe.example?subject={'x' * 460}>, <https://unsubscribe.example/{'y' * 480}>"
    assert send(account, message("desk@recipient.example", key, headers=(("List-Unsubscribe", value),)), key).move is Move.ACCEPT
    ((mail, _),) = server.arrived(key)
    assert mail.get_all("List-Unsubscribe") == [value]


def test_a_lost_answer_is_found_again_by_message_id_and_nothing_is_doubled(server: Server, account: jmap.Settings) -> None:
    key = uuid4().hex
    request = jmap.request(message("desk@recipient.example", key), account, key, NOW)
    head = f"POST {request.url.raw_path.decode()} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection(("127.0.0.1", PORT)) as connection:
        connection.sendall(head.encode() + b"\r\n" + request.content)
        deadline = time.monotonic() + 10
        while not server.arrived(key) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(server.arrived(key)) == 1  # and nobody here has read the answer
    while (verdict := asked(account, key)) is not None and verdict.move is not Move.ACCEPT and time.monotonic() < deadline:
        time.sleep(0.05)
    assert verdict is not None
    assert (verdict.move, bool(verdict.provider_id), len(server.arrived(key))) == (Move.ACCEPT, True, 1)


def test_what_was_never_sent_is_not_there(server: Server, account: jmap.Settings) -> None:
    verdict = asked(account, uuid4().hex)
    assert verdict is not None
    assert verdict.move is Move.DEFER


def test_the_probe_tells_a_wrong_password(server: Server) -> None:
    settings = dataclasses.replace(SETTINGS, base_url=f"http://127.0.0.1:{PORT}/jmap")
    assert jmap.probed(exchange(jmap.probe(settings))) == ""
    wrong = dataclasses.replace(settings, password=Secret("guess"))
    assert "refuses the account" in jmap.probed(exchange(jmap.probe(wrong)))
    with pytest.raises(ProviderStop, match="refuses the account"):
        learned(wrong)
