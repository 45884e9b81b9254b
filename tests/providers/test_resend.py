"""Resend: requests as golden JSON, its own names of errors, a batch that is all or none, reports from the list of mails."""

from __future__ import annotations

import base64
import dataclasses
from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson
import pytest

from pressctl.config import Secret
from pressctl.delivery import Move
from pressctl.message import Attachment
from pressctl.provider import CannotCarry, Quota, Report
from pressctl.providers import resend
from providers.contract import KEY, LOGO, MESSAGE, NOW, PDF, Case

ID = "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"
MAILS = {
    "object": "list",
    "has_more": True,
    "data": [
        {
            "id": ID,
            "message_id": "<111-222@email.example>",
            "to": ["desk@recipient.example"],
            "from": "Acme <press@sender.example>",
            "created_at": "2026-07-03 14:00:42.674981+00",
            "subject": "Night bus",
            "last_event": "bounced",
        },
        {"id": "b", "to": ["a@one.example"], "created_at": "2026-07-03 14:00:41.1+00", "last_event": "delivered"},
        {"id": "c", "to": ["b@two.example"], "created_at": "2026-07-03 14:00:40+00", "last_event": "sent"},
    ],
}

CASE = Case(
    settings=resend.Settings(Secret("re_open_sesame")),
    success={"id": ID},
    provider_id=ID,
    secrets=("re_open_sesame",),
    environment={"RESEND_API_KEY": "re_open_sesame"},
    batched=lambda count: {"data": [{"id": f"id-{number}"} for number in range(count)]},
    reported=MAILS,
    silent={"object": "list", "has_more": False, "data": []},
    good={"data": [{"id": "d", "name": "sender.example", "status": "verified", "open_tracking": False}]},
    allowance={"object": "usage", "emails": {"daily": {"used": 40, "limit": 100}, "monthly": {"used": 400, "limit": 3000}}},
    quotas=(Quota(60, 100, "in 24 hours"), Quota(2600, 3000, "this month")),
)


def error(status: int, name: str, message: str = "no", **headers: str) -> httpx2.Response:
    return httpx2.Response(status, json={"statusCode": status, "name": name, "message": message}, headers=headers)


def test_the_whole_request() -> None:
    request = resend.request(MESSAGE, CASE.settings, KEY, NOW)
    assert str(request.url) == "https://api.resend.com/emails"
    assert (request.headers["authorization"], request.headers["idempotency-key"]) == ("Bearer re_open_sesame", KEY)
    assert orjson.loads(request.content) == {
        "from": "Key West Example Network <press@sender.example>",
        "to": ['"National desk, Zeitung für Überlingen" <desk@recipient.example>'],
        "reply_to": ["Press volunteer <answers@reply.example>"],
        "subject": MESSAGE.subject,
        "text": MESSAGE.text,
        "html": MESSAGE.html,
        "headers": dict(MESSAGE.headers),
        "tags": [{"name": "pressctl_key", "value": KEY}],
        "attachments": [
            {"filename": PDF.name, "content": base64.b64encode(PDF.data).decode(), "content_type": "application/pdf"},
            {
                "filename": "logo.png",
                "content": base64.b64encode(LOGO.data).decode(),
                "content_type": "image/png",
                "content_id": "logo@night-bus",
            },
        ],
    }


@pytest.mark.parametrize(
    ("response", "move", "stops"),
    [
        (error(400, "validation_error"), Move.REJECT, False),
        (error(400, "invalid_idempotency_key"), Move.DEFER, True),
        (error(401, "missing_api_key"), Move.DEFER, True),
        (error(403, "invalid_api_key"), Move.DEFER, True),
        (error(403, "validation_error", "verify a domain"), Move.DEFER, True),
        (error(409, "invalid_idempotent_request"), Move.DEFER, True),
        (error(409, "concurrent_idempotent_requests"), Move.LOSE, False),
        (error(409, "something_new"), Move.LOSE, False),
        (error(422, "invalid_to_address"), Move.REJECT, False),
        (error(429, "rate_limit_exceeded"), Move.DEFER, False),
        (error(429, "daily_quota_exceeded"), Move.DEFER, True),
        (error(429, "monthly_quota_exceeded"), Move.DEFER, True),
        (error(451, "security_error"), Move.DEFER, True),
        (error(500, "application_error"), Move.LOSE, False),
        (error(503, "daily_quota_exceeded"), Move.LOSE, False),
        (error(200, "validation_error"), Move.LOSE, False),
    ],
)
def test_its_own_names_of_errors_are_read_before_the_status(response: httpx2.Response, move: Move, stops: bool) -> None:
    outcome = resend.outcome(response)
    assert (outcome.move, bool(outcome.stop)) == (move, stops)


def test_its_own_words_are_the_reason() -> None:
    assert resend.outcome(error(422, "missing_required_field", "Missing `to`\nfield.")).reason == "Missing `to` field."


def test_its_wait_is_kept() -> None:
    assert resend.outcome(error(429, "rate_limit_exceeded", **{"retry-after": "1"})).retry_after == 1.0


def test_a_batch_is_one_array_under_a_key_of_its_own() -> None:
    plain = dataclasses.replace(MESSAGE, attachments=())
    request = resend.batch_request([(plain, "k1"), (plain, "k2")], CASE.settings, "batch-1", NOW)
    assert (str(request.url), request.headers["idempotency-key"]) == ("https://api.resend.com/emails/batch", "batch-1")
    assert [one["tags"][0]["value"] for one in orjson.loads(request.content)] == ["k1", "k2"]


@pytest.mark.parametrize("data", [[{"id": "a"}, {"id": "a"}, {"id": "b"}], [{"id": ""}, {}, {"id": "b"}], [{"id": 1.5}, None, {"id": "b"}]])
def test_an_id_that_is_missing_or_stands_twice_settles_nothing(data: list[Any]) -> None:
    outcomes = resend.batch_outcomes(httpx2.Response(200, json={"data": data}), 3)
    assert [(one.move, one.provider_id) for one in outcomes] == [(Move.LOSE, ""), (Move.LOSE, ""), (Move.ACCEPT, "b")]


@pytest.mark.parametrize("name", ["poster.html", "poster.PNG"])
def test_a_file_whose_name_belies_its_type_is_refused_since_the_mail_would_vanish(name: str) -> None:
    wrong = Attachment(name, "application/pdf", b"%PDF")
    with pytest.raises(CannotCarry, match=name):
        resend.request(dataclasses.replace(MESSAGE, attachments=(wrong,)), CASE.settings, KEY, NOW)


def test_the_list_of_mails_tells_bounces_and_deliveries() -> None:
    reports, after = resend.read_events(httpx2.Response(200, json=MAILS), "")
    at = datetime(2026, 7, 3, 14, 0, 42, 674981, UTC)
    assert reports is not None
    assert reports[0] == Report("bounced", at, "", ID, "111-222@email.example", "desk@recipient.example", "", "bounced")
    assert [(one.kind, one.provider_id) for one in reports] == [("bounced", ID), ("delivered", "b")]
    assert after == "c"
    assert str(resend.events(NOW, CASE.settings, after).url) == "https://api.resend.com/emails?limit=100&after=c"


def test_a_key_for_sending_only_is_good() -> None:
    assert resend.probed(error(401, "restricted_api_key")) == ""
    assert resend.probed(error(403, "invalid_api_key", "API key is invalid")) == "Resend refuses the credentials: API key is invalid"


def test_a_domain_that_tracks_is_named() -> None:
    answer = {"data": [{"name": "one.example", "click_tracking": True}, {"name": "two.example", "open_tracking": False}]}
    assert "one.example" in resend.probed(httpx2.Response(200, json=answer))
    assert "two.example" not in resend.probed(httpx2.Response(200, json=answer))
