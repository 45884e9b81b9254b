"""SendGrid: requests as golden JSON, the header that is its evidence, the paid search, three lists of addresses."""

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
from pressctl.provider import CannotCarry, Quota, Report
from pressctl.providers import sendgrid
from providers.contract import DOUBT, KEY, LOGO, MESSAGE, NOW, PDF, PLAIN_PDF, Case

ID = "Ua9z9lSTSaqYBWJe_Xfc-Q"
BOUNCE = {"created": 1783087523, "email": "desk@recipient.example", "reason": "550 5.1.1 No such user", "status": "5.1.1"}
SPAM = {"created": 1783087523, "email": "desk@recipient.example", "ip": "192.0.2.7"}
FOUND = {
    "messages": [
        {
            "from_email": "press@sender.example",
            "msg_id": f"{ID}.filter0307p1las1-16816-5A023E36-1.0",
            "subject": "Night bus",
            "to_email": "desk@recipient.example",
            "status": "processed",
            "opens_count": 0,
            "clicks_count": 0,
            "last_event_time": "2026-07-03T18:56:21Z",
        }
    ]
}

CASE = Case(
    settings=sendgrid.Settings(Secret("SG.open-sesame")),
    success=b"",
    status=202,
    provider_id=ID,
    secrets=("SG.open-sesame",),
    environment={"SENDGRID_API_KEY": "SG.open-sesame"},
    attachments=(PLAIN_PDF, LOGO),
    headers={"x-message-id": ID},
    listed=FOUND,
    nothing={"messages": []},
    reported=[BOUNCE],
    silent=[],
    good={"scopes": ["mail.send", "alerts.read"]},
    allowance={"remain": 150, "total": 200, "overage": 0, "used": 50, "reset_frequency": "monthly"},
    quotas=(Quota(150, 200, "until the credits are reset"),),
)


def test_the_whole_request() -> None:
    request = sendgrid.request(CASE.message, CASE.settings, KEY, NOW)
    assert (str(request.url), request.headers["authorization"]) == ("https://api.sendgrid.com/v3/mail/send", "Bearer SG.open-sesame")
    assert orjson.loads(request.content) == {
        "personalizations": [
            {
                "to": [{"email": "desk@recipient.example", "name": "National desk, Zeitung für Überlingen"}],
                "custom_args": {"pressctl_key": KEY},
            }
        ],
        "from": {"email": "press@sender.example", "name": "Key West Example Network"},
        "reply_to": {"email": "answers@reply.example", "name": "Press volunteer"},
        "subject": MESSAGE.subject,
        "content": [{"type": "text/plain", "value": MESSAGE.text}, {"type": "text/html", "value": MESSAGE.html}],
        "headers": dict(MESSAGE.headers),
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
            "ganalytics": {"enable": False},
        },
        "attachments": [
            {
                "filename": "route-map.pdf",
                "content": base64.b64encode(PDF.data).decode(),
                "type": "application/pdf",
                "disposition": "attachment",
            },
            {
                "filename": "logo.png",
                "content": base64.b64encode(LOGO.data).decode(),
                "type": "image/png",
                "content_id": "logo@night-bus",
                "disposition": "inline",
            },
        ],
    }


def test_a_file_name_that_it_would_garble_is_refused_by_name() -> None:
    with pytest.raises(CannotCarry, match=PDF.name):
        sendgrid.request(dataclasses.replace(MESSAGE, attachments=(PDF,)), CASE.settings, KEY, NOW)


@pytest.mark.parametrize(
    ("status", "headers", "move", "stops"),
    [
        (202, {"x-message-id": ID}, Move.ACCEPT, False),
        (202, {}, Move.LOSE, False),
        (202, {"x-message-id": " "}, Move.LOSE, False),
        (200, {"x-message-id": ID}, Move.LOSE, False),
        (400, {}, Move.REJECT, False),
        (401, {}, Move.DEFER, True),
        (403, {}, Move.DEFER, True),
        (413, {}, Move.REJECT, False),
        (429, {}, Move.DEFER, False),
        (500, {"x-message-id": ID}, Move.LOSE, False),
        (503, {}, Move.LOSE, False),
    ],
)
def test_only_its_own_header_with_202_is_evidence(status: int, headers: dict[str, str], move: Move, stops: bool) -> None:
    outcome = sendgrid.outcome(httpx2.Response(status, headers=headers))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)


def test_its_own_words_are_the_reason() -> None:
    said = {"errors": [{"message": "The from address does not match a verified Sender Identity.", "field": "from", "help": None}]}
    assert "verified Sender Identity" in sendgrid.outcome(httpx2.Response(403, json=said)).stop
    assert sendgrid.outcome(httpx2.Response(400, json=said)).reason == said["errors"][0]["message"]


def test_the_search_asks_for_our_key() -> None:
    asked = sendgrid.lookup(DOUBT, CASE.settings)
    assert asked.url.path == "/v3/messages"
    assert asked.url.params["query"] == f"unique_args['pressctl_key']=\"{KEY}\""
    outcome = sendgrid.found(httpx2.Response(200, json=FOUND), DOUBT)
    assert outcome is not None
    assert outcome.provider_id.startswith(ID)


def test_a_search_that_ignored_our_key_settles_nothing() -> None:
    others: dict[str, Any] = {"messages": [FOUND["messages"][0] | {"to_email": "somebody@else.example"}]}
    outcome = sendgrid.found(httpx2.Response(200, json=others), DOUBT)
    assert outcome is not None
    assert outcome.move is Move.DEFER


def test_three_lists_are_read_one_after_another() -> None:
    at = datetime(2026, 7, 3, 14, 5, 23, tzinfo=UTC)
    page, seen = "", []
    for rows in ([BOUNCE] * 500, [BOUNCE], [], [SPAM]):
        url = sendgrid.events(NOW, CASE.settings, page).url
        reports, page = sendgrid.read_events(httpx2.Response(200, json=rows), page)
        seen.append((url.path.rpartition("/")[2], url.params["offset"], url.params["start_time"], len(reports or [])))
    start = str(int(NOW.timestamp()))
    assert seen == [("bounces", "0", start, 500), ("bounces", "500", start, 1), ("blocks", "0", start, 0), ("spam_reports", "0", start, 1)]
    assert page == ""
    assert sendgrid.read_events(httpx2.Response(200, json=[BOUNCE]), "")[0] == [
        Report("bounced", at, "", "", "", "desk@recipient.example", "5.1.1", "550 5.1.1 No such user")
    ]
    assert sendgrid.read_events(httpx2.Response(200, json=[SPAM]), "")[0] == [Report("complained", at, recipient="desk@recipient.example")]


def test_a_key_without_the_right_to_send_is_a_problem() -> None:
    assert "mail.send" in sendgrid.probed(httpx2.Response(200, json={"scopes": ["alerts.read"]}))
