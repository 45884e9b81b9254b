"""A provider for tests that takes batches, with keys or without, and its adapter.

    with Batching(["took 500"], keyed=True) as server:       what each request gets, as with `Faulty`
    Batching(fates={"desk2@newsroom.example": "no"})         what single members get: "no", "later", "what"

Beside the words of `Faulty` a batch knows: missing, extra, alike: it is taken, and the results are wrong so.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from faulty import Faulty, whole

from pressctl import mail_fields
from pressctl.delivery import Outcome, accepted, deferred, rejected, uncertain
from pressctl.message import Message
from pressctl.provider import by_status, post
from pressctl.providers import mailpit

if TYPE_CHECKING:
    import httpx2


def batch_request(items: Sequence[tuple[Message, str]], settings: mailpit.Settings, key: str, now: datetime) -> httpx2.Request:
    """An object with the batch's own key and an array of what Mailpit gets for one message."""
    messages = [orjson.loads(mailpit.request(message, settings, own, now).content) for message, own in items]
    return post(f"{settings.base_url}/api/v1/batch", {"Key": key, "Messages": messages}, {})


def _result(result: Any) -> Outcome:
    name, code = mail_fields.member(result, "ID"), mail_fields.member(result, "Code")
    if code:
        return deferred("come again", 200) if code == "later" else rejected(f"not this one: {code}", 200)
    return accepted(name) if isinstance(name, str) and name else uncertain("the answer holds no `ID`", 200)


batch_outcomes = mail_fields.in_order(lambda response: by_status(response), _result, "Results")


class Batching(Faulty):
    """The provider. `batches` are the recipients of each request in order, whether it was one message or many."""

    def __init__(self, *given: Any, fates: Mapping[str, str] | None = None, bad: str = "", **named: Any) -> None:
        self.fates, self.bad = fates or {}, bad
        self.batches: list[list[str]] = []
        self.known: dict[str, tuple[bytes, bytes]] = {}  # a batch's key → its body and its answer
        super().__init__(*given, **named)

    def _answer(self, sock: socket.socket, sent: dict[str, Any]) -> bool:
        if "Messages" not in sent:
            self.batches.append([sent["To"][0]["Email"]])
            if self.bad and self.batches[-1] == [self.bad]:
                self.order.append(self.bad)
                return self._say(sock, "422", "")
            return super()._answer(sock, sent)
        recipients = [message["To"][0]["Email"] for message in sent["Messages"]]
        with self._lock:
            number = len(self.batches)
            self.batches.append(recipients)
            self.order.append(f"{len(recipients)} at once")
            self.now += 1
            self.most = max(self.most, self.now)
            word = self.says(number, recipients[0]) if callable(self.says) else self.says[number] if number < len(self.says) else "ok"
            word = "422" if self.bad in recipients else word  # all or none, as some providers do
            done = word.removeprefix("took ")
            wrong = done in ("missing", "extra", "alike")
            answer = self._apply(sent, recipients) if word == "ok" or wrong or word != done else b""
        time.sleep(self.delay)
        with self._lock:
            self.now -= 1
        self.after(number)
        if wrong or word == "ok":
            sock.sendall(whole(_mangled(answer, done)))
            return True
        return self._say(sock, done, "")

    def _apply(self, sent: dict[str, Any], recipients: list[str]) -> bytes:
        """Take each member by its fate, or nothing under a known key; the answer."""
        body = orjson.dumps(sent)
        if self.keyed and sent["Key"] in self.known:
            before, answer = self.known[sent["Key"]]
            self.changed += [sent["Key"]] * (before != body)
            return answer
        results = []
        for to, message in zip(recipients, sent["Messages"], strict=True):
            fate = self.fates.get(to, "ok")
            self.took[to] += fate in ("ok", "what")
            name = f"id-{message['Headers']['Message-ID'][1:9]}"
            results.append({"ok": {"ID": name}, "what": {"Status": "?"}}.get(fate, {"Code": fate}))
        answer = json.dumps({"Results": results}).encode()
        self.known[sent["Key"]] = body, answer
        return answer


def _mangled(answer: bytes, how: str) -> bytes:
    results = json.loads(answer)["Results"]
    if how == "missing":
        results.pop(0)
    elif how == "extra":
        results.append({"ID": "of-nobody"})
    elif how == "alike":
        results = [{"ID": "the-same"} if "ID" in result else result for result in results]
    return json.dumps({"Results": results}).encode()
