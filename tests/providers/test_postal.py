from __future__ import annotations

import base64
from typing import Any

import httpx2
import orjson
import pytest

from pressctl.config import Secret
from pressctl.message import as_bytes
from pressctl.providers import postal
from providers import mime
from providers.contract import KEY, MESSAGE, NOW, Case

CASE = Case(
    settings=postal.Settings("https://postal.example.org", Secret("open-sesame")),
    success={
        "status": "success",
        "time": 0.02,
        "flags": {},
        "data": {"message_id": f"{KEY}@id.sender.example", "messages": {"desk@recipient.example": {"id": 153, "token": "Ncsxw9yM1VKW"}}},
    },
    provider_id="153",
    secrets=("open-sesame",),
    environment={"POSTAL_API_KEY": "open-sesame"},
    texts=lambda request: mime.in_json(request, "data"),
    good={"status": "parameter-error", "time": 0.0, "flags": {}, "data": {"message": "`id` parameter is required but is missing"}},
)


def test_the_whole_request() -> None:
    request = postal.request(MESSAGE, CASE.settings, KEY, NOW)
    assert str(request.url) == "https://postal.example.org/api/v1/send/raw"
    assert request.headers["x-server-api-key"] == "open-sesame"
    assert orjson.loads(request.content) == {
        "mail_from": "press@sender.example",
        "rcpt_to": ["desk@recipient.example"],
        "data": base64.b64encode(as_bytes(MESSAGE)).decode(),
        "bounce": False,
    }


def error(code: str, message: str = "") -> dict[str, Any]:
    return {"status": "error", "time": 0.0, "flags": {}, "data": {"code": code, "message": message, "token": "open-sesame"}}


@pytest.mark.parametrize(
    ("content", "move", "stops", "reason"),
    [
        (error("AccessDenied", "Must be authenticated as a server."), "defer", True, "AccessDenied"),
        (error("InvalidServerAPIKey", "The API token provided was not valid."), "defer", True, "InvalidServerAPIKey"),
        (error("ServerSuspended"), "defer", True, "suspended"),
        (error("UnauthenticatedFromAddress"), "defer", True, "not verified"),
        (error("NoRecipients", "There are no recipients defined"), "reject", False, "NoRecipients: There are no recipients"),
        (error("NoContent"), "reject", False, "NoContent"),
        (error(""), "lose", False, "no number"),
        ({"status": "parameter-error", "data": {"message": "`data` parameter is required"}}, "reject", False, "`data` parameter"),
        ({"status": "success", "data": {"messages": {}}}, "lose", False, "no number"),
        ({"status": "success", "data": {"messages": {"a": {"id": 1}, "b": {"id": 2}}}}, "lose", False, "no number"),
        ({"status": "success", "data": {"messages": {"a": {"id": "x\ny"}}}}, "accept", False, ""),
        ({"status": "maintenance", "data": {"messages": {"a": {"id": 1}}}}, "lose", False, "no number"),
    ],
)
def test_a_200_is_read_before_it_is_believed(content: dict[str, Any], move: str, stops: bool, reason: str) -> None:
    outcome = postal.outcome(httpx2.Response(200, json=content))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)
    assert reason in outcome.reason
    assert "open-sesame" not in repr(outcome)  # Postal sends a wrong key back


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (error("InvalidServerAPIKey", "no"), "Postal refuses the credentials: the API key is not valid"),
        (error("Other"), "Postal refuses the credentials: Other"),
        ({"status": "?"}, "Postal cannot be asked: HTTP 200: is `base_url` right?"),
    ],
)
def test_the_probe_tells_what_is_wrong_without_the_key(content: dict[str, Any], problem: str) -> None:
    assert postal.probed(httpx2.Response(200, json=content)) == problem
