from __future__ import annotations

import base64
import dataclasses
from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson
import pytest

from pressctl.config import Secret
from pressctl.message import Address
from pressctl.provider import CannotCarry, Report
from pressctl.providers import scaleway
from providers.contract import DOUBT, KEY, LOGO, MESSAGE, NOW, PDF, PLAIN_PDF, Case

ID = "f24c6a31-4c1b-4a7c-9a57-d1b6f0a2f0c1"
PROJECT = "11111111-2222-3333-4444-555555555555"
MAIL = {
    "id": ID,
    "message_id": "0a1b@scw-tem.example",
    "project_id": PROJECT,
    "mail_from": "press@sender.example",
    "mail_rcpt": "desk@recipient.example",
    "rcpt_type": "to",
    "subject": MESSAGE.subject,
    "created_at": "2026-07-03T14:00:01.123456Z",
    "updated_at": "2026-07-03T14:03:00.123456Z",
    "status": "failed",
    "status_details": None,
    "try_count": 1,
    "last_tries": [{"rank": 1, "tried_at": "2026-07-03T14:02:59Z", "code": 550, "message": "5.1.1 user unknown"}],
    "flags": ["hard_bounce", "mailbox_not_found"],
}
MAILS = {"total_count": 3, "emails": [MAIL, {**MAIL, "id": "b", "status": "sent", "flags": []}, {**MAIL, "id": "c", "status": "sending"}]}
EMPTY: dict[str, Any] = {"total_count": 0, "emails": []}

CASE = Case(
    settings=scaleway.Settings(Secret("open-sesame"), PROJECT),
    success={"emails": [{**MAIL, "status": "new", "last_tries": [], "flags": []}]},
    provider_id=ID,
    secrets=("open-sesame",),
    environment={"SCALEWAY_SECRET_KEY": "open-sesame"},
    attachments=(PLAIN_PDF,),
    listed=MAILS,
    nothing=EMPTY,
    reported=MAILS,
    silent=EMPTY,
    good=EMPTY,
)
URL = "https://api.scaleway.com/transactional-email/v1alpha1/regions/fr-par/emails"


def test_the_whole_request() -> None:
    request = scaleway.request(CASE.message, CASE.settings, KEY, NOW)
    assert str(request.url) == URL
    assert request.headers["x-auth-token"] == "open-sesame"
    assert orjson.loads(request.content) == {
        "project_id": PROJECT,
        "from": {"email": "press@sender.example", "name": "Key West Example Network"},
        "to": [{"email": "desk@recipient.example", "name": "National desk, Zeitung für Überlingen"}],
        "subject": MESSAGE.subject,
        "text": MESSAGE.text,
        "html": MESSAGE.html,
        "additional_headers": [
            *({"key": name, "value": value} for name, value in MESSAGE.headers),
            {"key": "X-Pressctl-Key", "value": KEY},
            {"key": "Reply-To", "value": "Press volunteer <answers@reply.example>"},
        ],
        "attachments": [{"name": "route-map.pdf", "content": base64.b64encode(PDF.data).decode(), "type": "application/pdf"}],
    }


def test_a_name_beyond_ascii_is_encoded_in_reply_to() -> None:
    message = dataclasses.replace(CASE.message, reply_to=Address("answers@reply.example", "Überlingen"))
    made = orjson.loads(scaleway.request(message, CASE.settings, KEY, NOW).content)
    assert made["additional_headers"][-1] == {"key": "Reply-To", "value": "=?utf-8?q?=C3=9Cberlingen?= <answers@reply.example>"}


@pytest.mark.parametrize(
    ("changes", "named"), [({"attachments": (LOGO,)}, "inline"), ({"headers": (("X-A", "ü"),)}, "X-A"), ({"attachments": (PDF,)}, "Karte")]
)
def test_what_it_cannot_carry_is_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(CannotCarry, match=named):
        scaleway.request(dataclasses.replace(MESSAGE, **changes), CASE.settings, KEY, NOW)


@pytest.mark.parametrize(
    ("status", "content", "move", "stops", "reason"),
    [
        (200, {"emails": [{**MAIL, "status": "sending"}]}, "accept", False, ""),
        (200, {"emails": [MAIL]}, "reject", False, "failed"),
        (200, {"emails": [{**MAIL, "status": "canceled"}]}, "reject", False, "canceled"),
        (200, {"emails": [MAIL, MAIL]}, "lose", False, "one mail"),
        (200, EMPTY, "lose", False, "one mail"),
        (400, {"type": "invalid_arguments", "message": "invalid argument(s)", "details": []}, "reject", False, "invalid argument(s)"),
        (401, {"type": "denied_authentication", "message": "authentication is denied"}, "defer", True, "authentication is denied"),
        (403, {"type": "permissions_denied", "message": "insufficient permissions"}, "defer", True, "insufficient permissions"),
        (403, {"type": "quotas_exceeded", "message": "quota(s) exceeded"}, "defer", True, "quota(s) exceeded"),
        (409, {"type": "transient_state", "message": "resource is in a transient state"}, "defer", False, "transient"),
        (412, {"type": "precondition_failed", "message": "domain is not checked"}, "defer", True, "domain is not checked"),
        (429, {"type": "too_many_requests", "message": "slow down"}, "defer", False, "slow down"),
        (500, {"message": "internal error"}, "lose", False, "internal error"),
    ],
)
def test_scaleways_own_words(status: int, content: dict[str, Any], move: str, stops: bool, reason: str) -> None:
    outcome = scaleway.outcome(httpx2.Response(status, json=content))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)
    assert reason in outcome.reason


def test_the_look_up_asks_for_recipient_and_subject_and_believes_no_other() -> None:
    asked = scaleway.lookup(DOUBT, CASE.settings)
    assert dict(asked.url.params) == {
        "project_id": PROJECT,
        "page_size": "100",
        "since": "2026-07-03T13:50:00Z",
        "mail_rcpt": "desk@recipient.example",
        "subject": MESSAGE.subject,
    }
    for other in ({"mail_rcpt": "else@recipient.example"}, {"subject": MESSAGE.subject + "!"}):
        outcome = scaleway.found(httpx2.Response(200, json={"emails": [{**MAIL, **other}]}), DOUBT)
        assert outcome is not None
        assert outcome.move == "defer"


def test_reports_tell_what_the_last_server_said() -> None:
    reports, after = scaleway.read_events(httpx2.Response(200, json=MAILS), "")
    at = datetime(2026, 7, 3, 14, 3, 0, 123456, tzinfo=UTC)
    assert reports == [
        Report("bounced", at, "", ID, "0a1b@scw-tem.example", "desk@recipient.example", "5.1.1", "5.1.1 user unknown"),
        Report("delivered", at, "", "b", "0a1b@scw-tem.example", "desk@recipient.example", "", "5.1.1 user unknown"),
    ]
    assert after == ""


def test_pages_are_counted() -> None:
    _, after = scaleway.read_events(httpx2.Response(200, json={"emails": [MAIL] * 100}), "")
    assert scaleway.events(NOW, CASE.settings, after).url.params["page"] == "2"
    assert scaleway.events(NOW, CASE.settings, "").url.params["since"] == "2026-06-28T14:00:00Z"
