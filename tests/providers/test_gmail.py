from __future__ import annotations

import base64
import dataclasses
from typing import Any
from urllib.parse import parse_qs

import httpx2
import orjson
import pytest

from pressctl.config import Secret
from pressctl.delivery import Move
from pressctl.message import as_bytes
from pressctl.provider import CannotCarry, Doubt
from pressctl.providers import gmail
from providers import mime
from providers.contract import KEY, MESSAGE, NOW, PDF, Case

TOKEN = "ya29.a0AfB_byC0123456789"
SETTINGS = gmail.Settings(Secret(TOKEN))
CASE = Case(
    settings=SETTINGS,
    success={"id": "19850a3c2b7f1e4d", "threadId": "19850a3c2b7f1e4d", "labelIds": ["SENT"]},
    provider_id="19850a3c2b7f1e4d",
    secrets=(TOKEN,),
    environment={"GMAIL_TOKEN": TOKEN},
    texts=lambda request: mime.in_json(request, "raw"),
    listed={"messages": [{"id": "19850a3c2b7f1e4d", "threadId": "19850a3c2b7f1e4d"}], "resultSizeEstimate": 1},
    nothing={"resultSizeEstimate": 0},
    good={"emailAddress": "press@sender.example", "messagesTotal": 1},
)
DOUBT = Doubt(KEY, MESSAGE.message_id, "desk@recipient.example", "night-bus", NOW, MESSAGE.subject)


def test_the_request_is_our_own_bytes() -> None:
    request = gmail.request(MESSAGE, SETTINGS, KEY, NOW)
    assert str(request.url) == "https://gmail.googleapis.com/gmail/v1/users/me/messages/send"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert orjson.loads(request.content) == {"raw": base64.urlsafe_b64encode(as_bytes(MESSAGE)).decode()}


def test_a_large_message_goes_to_the_address_for_uploads() -> None:
    message = dataclasses.replace(MESSAGE, attachments=(dataclasses.replace(PDF, data=bytes(3_000_000)),))
    request = gmail.request(message, SETTINGS, KEY, NOW)
    assert str(request.url) == "https://gmail.googleapis.com/upload/gmail/v1/users/me/messages/send?uploadType=media"
    assert (request.headers["content-type"], request.content) == ("message/rfc822", as_bytes(message))


def test_a_message_beyond_the_limit_is_refused_by_size() -> None:
    with pytest.raises(CannotCarry, match="36700160 bytes"):
        gmail.request(dataclasses.replace(MESSAGE, attachments=(dataclasses.replace(PDF, data=bytes(27_000_000)),)), SETTINGS, KEY, NOW)


def error(status: int, reason: str, message: str = "the reason", *, newer: bool = False) -> httpx2.Response:
    told = {"details": [{"@type": "x", "reason": reason}]} if newer else {"errors": [{"domain": "global", "reason": reason}]}
    return httpx2.Response(status, json={"error": {"code": status, "message": message, **told}})


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize(
    ("status", "reason", "what"),
    [
        (403, "rateLimitExceeded", "defer"),
        (403, "userRateLimitExceeded", "defer"),
        (429, "rateLimitExceeded", "defer"),
        (429, "RATE_LIMIT_EXCEEDED", "defer"),
        (429, "", "defer"),
        (403, "dailyLimitExceeded", "stop"),
        (403, "quotaExceeded", "stop"),
        (401, "authError", "stop"),
        (403, "insufficientPermissions", "stop"),
        (403, "accessNotConfigured", "stop"),
        (400, "failedPrecondition", "stop"),
        (400, "invalidArgument", "reject"),
        (400, "badRequest", "reject"),
        (403, "domainPolicy", "stop"),
        (500, "backendError", "lose"),
        (503, "backendError", "lose"),
    ],
)
def test_an_error_is_told_by_its_reason(status: int, reason: str, what: str, newer: bool) -> None:
    outcome = gmail.outcome(error(status, reason, newer=newer))
    assert ("stop" if outcome.stop else outcome.move) == what
    assert "the reason" in outcome.reason
    assert outcome.counts is (what in ("reject", "lose"))


@pytest.mark.parametrize(
    ("message", "headers", "seconds"),
    [
        ("User-rate limit exceeded.  Retry after 2026-07-03T15:00:00.500Z (Mail sending)", {}, 3600.5),
        ("User-rate limit exceeded.  Retry after 2026-07-03T13:00:00.000Z", {}, 0.0),
        ("User-rate limit exceeded.  Retry after later", {"retry-after": "7"}, 7.0),
        ("Too many concurrent requests for user", {"retry-after": "9"}, 9.0),
        ("Too many concurrent requests for user", {}, None),
        ("User-rate limit exceeded.  Retry after 2026-07-03T15:00:00.500Z", {"date": "noon"}, None),
    ],
)
def test_the_time_to_wait_stands_in_the_words(message: str, headers: dict[str, str], seconds: float | None) -> None:
    response = error(429, "rateLimitExceeded", message)
    response.headers.update({"date": "Fri, 03 Jul 2026 14:00:00 GMT"} | headers)
    assert gmail.outcome(response).retry_after == seconds


def test_the_look_up_searches_for_our_message_id_everywhere() -> None:
    request = gmail.lookup(DOUBT, SETTINGS)
    assert (request.method, request.url.path) == ("GET", "/gmail/v1/users/me/messages")
    assert parse_qs(request.url.query.decode()) == {"q": [f"rfc822msgid:{KEY}@id.sender.example"], "includeSpamTrash": ["true"]}


@pytest.mark.parametrize(
    ("status", "content", "move"),
    [
        (200, {"messages": [{"id": "19850a3c2b7f1e4d", "threadId": "x"}], "resultSizeEstimate": 1}, Move.ACCEPT),
        (200, {"resultSizeEstimate": 0}, Move.DEFER),
        (200, {}, None),
        (200, {"messages": "many", "resultSizeEstimate": 0}, None),
        (200, [], None),
        (403, {"error": {"errors": [{"reason": "insufficientPermissions"}]}}, None),
        (500, {"resultSizeEstimate": 0}, None),
    ],
)
def test_what_the_search_finds_is_proof_and_a_token_that_may_not_read_settles_nothing(status: int, content: Any, move: Move | None) -> None:
    verdict = gmail.found(httpx2.Response(status, json=content), DOUBT)
    assert (verdict.move if verdict else None) is move
    assert not gmail.PROFILE.lookup_authoritative


def test_the_probe_takes_a_token_that_may_only_send() -> None:
    assert str(gmail.probe(SETTINGS).url) == "https://gmail.googleapis.com/gmail/v1/users/me/profile"
    assert gmail.probed(httpx2.Response(200, json={"emailAddress": "press@sender.example"})) == ""
    assert gmail.probed(error(403, "insufficientPermissions")) == ""
    assert "refuses the credentials" in gmail.probed(error(401, "authError"))
    assert "refuses the credentials" in gmail.probed(error(403, "accessNotConfigured"))
