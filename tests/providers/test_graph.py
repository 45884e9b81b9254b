from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from pressctl.config import Secret
from pressctl.delivery import Move
from pressctl.message import as_bytes
from pressctl.provider import CannotCarry, Doubt
from pressctl.providers import graph
from providers import mime
from providers.contract import KEY, MESSAGE, NOW, PDF, Case

TOKEN = "eyJ0eXAiOiJKV1QiLCJub25jZSI6"
SETTINGS = graph.Settings(Secret(TOKEN))
DOUBT = Doubt(KEY, MESSAGE.message_id, "desk@recipient.example", "night-bus", NOW, MESSAGE.subject)


def texts(request: httpx2.Request) -> Iterator[str]:
    yield from mime.around(request)
    yield from mime.texts(base64.b64decode(request.content, validate=True))


CASE = Case(
    settings=SETTINGS,
    success=b"",
    status=202,
    headers={"request-id": "0b8f4d6e-1c55-4c9a-9c3e-7f2f7a0d9a11"},
    provider_id="0b8f4d6e-1c55-4c9a-9c3e-7f2f7a0d9a11",
    secrets=(TOKEN,),
    environment={"GRAPH_TOKEN": TOKEN},
    texts=texts,
    listed={"value": [{"id": "AAMk", "internetMessageId": MESSAGE.message_id}]},
    nothing={"value": []},
    good={"id": "AAMk"},
)


def test_the_request_is_our_own_bytes_in_base64_as_text() -> None:
    request = graph.request(MESSAGE, SETTINGS, KEY, NOW)
    assert str(request.url) == "https://graph.microsoft.com/v1.0/me/sendMail"
    assert (request.headers["content-type"], request.headers["authorization"]) == ("text/plain", f"Bearer {TOKEN}")
    assert request.content == base64.b64encode(as_bytes(MESSAGE))


def test_an_application_names_the_mailbox() -> None:
    request = graph.request(MESSAGE, dataclasses.replace(SETTINGS, mailbox="press/desk@sender.example"), KEY, NOW)
    assert request.url.raw_path == b"/v1.0/users/press%2Fdesk@sender.example/sendMail"


def test_a_message_beyond_the_limit_is_refused_by_size() -> None:
    with pytest.raises(CannotCarry, match="4 MB"):
        graph.request(dataclasses.replace(MESSAGE, attachments=(dataclasses.replace(PDF, data=bytes(2_400_000)),)), SETTINGS, KEY, NOW)


@pytest.mark.parametrize(
    ("status", "headers", "move"),
    [
        (202, {"request-id": "a"}, Move.ACCEPT),
        (202, {}, Move.LOSE),
        (202, {"request-id": " "}, Move.LOSE),
        (200, {"request-id": "a"}, Move.LOSE),
        (204, {"request-id": "a"}, Move.LOSE),
    ],
)
def test_a_202_from_graph_itself_is_the_only_evidence(status: int, headers: dict[str, str], move: Move) -> None:
    assert graph.outcome(httpx2.Response(status, headers=headers)).move is move


def error(status: int, code: str, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = {"error": {"code": code, "message": "the reason", "innerError": {"request-id": "a"}}}
    return httpx2.Response(status, json=content, headers={"request-id": "a", **named})


@pytest.mark.parametrize(
    ("status", "code", "what"),
    [
        (401, "InvalidAuthenticationToken", "stop"),
        (403, "ErrorAccessDenied", "stop"),
        (403, "ErrorSendAsDenied", "stop"),
        (400, "ErrorSendAsDenied", "stop"),
        (404, "MailboxNotEnabledForRESTAPI", "stop"),
        (404, "ErrorInvalidUser", "stop"),
        (400, "ErrorQuotaExceeded", "stop"),
        (429, "ErrorExceededMessageLimit", "stop"),
        (429, "ApplicationThrottled", "defer"),
        (400, "ErrorMimeContentInvalidBase64String", "reject"),
        (400, "ErrorInvalidRecipients", "reject"),
        (413, "ErrorMessageSizeExceeded", "reject"),
        (500, "ErrorInternalServerError", "lose"),
        (503, "ErrorServerBusy", "lose"),
        (504, "UnknownError", "lose"),
    ],
)
def test_an_error_is_told_by_its_code(status: int, code: str, what: str) -> None:
    outcome = graph.outcome(error(status, code))
    assert ("stop" if outcome.stop else outcome.move) == what
    assert f"{code}: the reason" in outcome.reason


def test_throttling_names_the_time_to_wait() -> None:
    outcome = graph.outcome(error(429, "ApplicationThrottled", retry_after="10"))
    assert (outcome.move, outcome.retry_after, outcome.counts) == (Move.DEFER, 10.0, False)
    outcome = graph.outcome(error(503, "ErrorServerBusy", retry_after="20"))
    assert (outcome.move, outcome.retry_after) == (Move.DEFER, 20.0)


def test_the_look_up_asks_sent_items_for_our_message_id() -> None:
    request = graph.lookup(dataclasses.replace(DOUBT, message_id="<o'clock@id.sender.example>"), SETTINGS)
    assert (request.method, request.url.path) == ("GET", "/v1.0/me/mailFolders/sentitems/messages")
    assert parse_qs(request.url.query.decode()) == {
        "$filter": ["internetMessageId eq '<o''clock@id.sender.example>'"],
        "$select": ["id,internetMessageId"],
    }


@pytest.mark.parametrize(
    ("status", "content", "move"),
    [
        (200, {"value": [{"id": "AAMk", "internetMessageId": MESSAGE.message_id}]}, Move.ACCEPT),
        (200, {"value": []}, Move.DEFER),
        (200, {}, None),
        (403, {"error": {"code": "ErrorAccessDenied"}}, None),
        (500, {"value": []}, None),
    ],
)
def test_what_lies_in_sent_items_is_proof(status: int, content: Any, move: Move | None) -> None:
    verdict = graph.found(httpx2.Response(status, json=content), DOUBT)
    assert (verdict.move if verdict else None) is move
    assert not graph.PROFILE.lookup_authoritative


def test_the_probe_takes_a_token_that_may_only_send() -> None:
    assert str(graph.probe(SETTINGS).url) == "https://graph.microsoft.com/v1.0/me/mailFolders/sentitems?%24select=id"
    assert graph.probed(httpx2.Response(200, json={"id": "AAMk"})) == ""
    assert graph.probed(error(403, "ErrorAccessDenied")) == ""
    assert "refuses the credentials" in graph.probed(error(401, "InvalidAuthenticationToken"))
    assert "cannot be asked" in graph.probed(error(404, "MailboxNotEnabledForRESTAPI"))
