"""The embedded inbox: a loopback HTTP server that takes deliveries and shows them as a journalist would see them.

It takes Mailpit's `POST /api/v1/send` for mail and `POST /webhook/HOST` for what a webhook would get, keeps each in a
private file (`inbox`), answers Mailpit's questions about them, and shows a page (`inbox_page`). Nothing leaves from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pressctl import __version__, inbox_page, mail_catcher, mail_view
from pressctl.inbox import Delivery, Inbox
from pressctl.loopback import Answer, Request, Server, refusal

_MESSAGE = re.compile(r"/api/v1/message/([0-9a-f-]+|latest)(/raw)?")
_WEBHOOK = re.compile(r"/webhook/([A-Za-z0-9._:\[\]-]+)(/.*)?")
_MOST = 1000  # deliveries in one answer


class Sandbox:
    """The inbox of `folder` (made with mode 0700) served on 127.0.0.1; a context manager. Port 0 means any free one.

    `now` gives the time of arrival; it is asked once a delivery.
    """

    def __init__(self, folder: Path, port: int = 0, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.inbox = Inbox(folder, now)
        self._server = Server(self._answer, port)

    def start(self) -> str:
        """Start serving in a thread; returns the base URL. Raises ConfigError where the port is taken."""
        return self._server.start()

    def stop(self) -> None:
        """Stop serving. What was taken in stays."""
        self._server.stop()

    def wait(self) -> None:
        """Block until the server ends; Ctrl-C raises KeyboardInterrupt here."""
        self._server.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answer(self, request: Request) -> Answer:
        if request.method == "POST":
            return self._take(request)
        if request.method not in ("GET", "HEAD"):
            return Answer(405, b'{"Error":"only GET, and POST to send"}', headers=(("allow", "GET, HEAD, POST"),))
        if request.path.startswith("/api/"):
            return self._api(request)
        return inbox_page.answer(self.inbox, request)

    def _take(self, request: Request) -> Answer:
        import orjson

        webhook = _WEBHOOK.fullmatch(request.path)
        if request.path != mail_catcher.SEND and not webhook:
            return refusal(404, "deliveries go to /api/v1/send or /webhook/HOST")
        try:
            sent = orjson.loads(request.body)
        except ValueError:
            return refusal(400, "the body is not JSON")
        if webhook:
            if not isinstance(sent, dict):
                return refusal(400, "the body is not a JSON object")
            return _json({"id": self.inbox.add(sent, host=webhook[1])})
        wrong = mail_catcher.problem(sent)
        if wrong:
            return refusal(400, wrong)
        return _json({"ID": self.inbox.add(sent)})

    def _api(self, request: Request) -> Answer:
        """Mailpit's questions, as far as they help to look something up; the same names, so that either can be asked."""
        if request.path == "/api/v1/messages":
            names = self.inbox.names()
            start, limit = _number(request, "start", 0), min(_number(request, "limit", 50), _MOST)
            return _summaries(self.inbox.list(start, limit), start, len(names), len(names))
        if request.path == "/api/v1/search":
            query = request.query.get("query", "")
            if not query.startswith("message-id:"):
                return refusal(400, "the sandbox can be searched by message-id:… only")
            found = self.inbox.find(query.removeprefix("message-id:").strip('"'))
            return _summaries([found] if found else [], 0, int(found is not None), len(self.inbox.names()))
        if request.path == "/api/v1/info":
            return _json({"Version": f"pressctl {__version__}", "Messages": len(self.inbox.names()), "Unread": 0, "Tags": {}})
        return self._message(request)

    def _message(self, request: Request) -> Answer:
        wanted = _MESSAGE.fullmatch(request.path)
        delivery = None
        if wanted:
            delivery = next(iter(self.inbox.list(0, 1)), None) if wanted[1] == "latest" else self.inbox.get(wanted[1])
        if delivery is None:
            return refusal(404, "there is no such message")
        if wanted and wanted[2]:
            return Answer(200, mail_view.raw(delivery, self.inbox), "text/plain; charset=utf-8")
        return _json(mail_view.detail(delivery))


def _json(value: Any) -> Answer:
    import orjson

    return Answer(200, orjson.dumps(value))


def _summaries(deliveries: Sequence[Delivery], start: int, count: int, total: int) -> Answer:
    messages = [mail_view.summary(delivery) for delivery in deliveries]
    return _json(
        {"messages": messages, "messages_count": count, "messages_unread": 0, "start": start, "tags": [], "total": total, "unread": 0}
    )


def _number(request: Request, name: str, otherwise: int) -> int:
    value = request.query.get(name, "")
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else otherwise
