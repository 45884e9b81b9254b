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
from pressctl.provider import CannotCarry, Quota, Report
from pressctl.providers import sparkpost
from providers.contract import DOUBT, KEY, LOGO, MESSAGE, NOW, PDF, Case

ID = "11668787484950529"
BOUNCE = {
    "type": "bounce",
    "bounce_class": "10",
    "campaign_id": "night-bus",
    "error_code": "550",
    "event_id": "92356927693813856",
    "message_id": "000443ee14578172be22",
    "raw_rcpt_to": "desk@recipient.example",
    "raw_reason": "550 5.1.1 <desk@recipient.example>: user\nunknown",
    "rcpt_meta": {"pressctl_key": KEY},
    "rcpt_to": "desk@recipient.example",
    "timestamp": "2026-07-03T14:01:07.000+00:00",
    "transmission_id": ID,
}
EVENTS = {
    "results": [
        BOUNCE,
        {**BOUNCE, "type": "delivery", "raw_reason": None},
        {**BOUNCE, "type": "spam_complaint", "raw_reason": ""},
        {**BOUNCE, "bounce_class": "60"},
        {**BOUNCE, "type": "open"},
    ],
    "total_count": 5,
    "links": {"next": "/api/v1/events/message?events=delivery&per_page=1000&cursor=WycyMDE4LTEx%3D"},
}
EMPTY: dict[str, Any] = {"results": [], "total_count": 0, "links": {}}

CASE = Case(
    settings=sparkpost.Settings(Secret("open-sesame")),
    success={"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": ID}},
    provider_id=ID,
    secrets=("open-sesame",),
    environment={"SPARKPOST_API_KEY": "open-sesame"},
    listed=EVENTS,
    nothing=EMPTY,
    reported=EVENTS,
    silent=EMPTY,
    good={"results": {"customer_id": 123, "status": "active"}},
    allowance={"results": {"usage": {"day": {"used": 22003, "limit": 50000}, "month": {"used": 122596, "limit": 1500000}}}},
    quotas=(Quota(27997, 50000, "today"), Quota(1377404, 1500000, "this month")),
)


def body(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads(sparkpost.request(dataclasses.replace(MESSAGE, **changes), CASE.settings, KEY, NOW).content)
    return made


def test_the_whole_request() -> None:
    request = sparkpost.request(MESSAGE, CASE.settings, KEY, NOW)
    assert str(request.url) == "https://api.sparkpost.com/api/v1/transmissions"
    assert request.headers["authorization"] == "open-sesame"
    assert orjson.loads(request.content) == {
        "options": {"open_tracking": False, "click_tracking": False, "transactional": False, "perform_substitutions": False},
        "recipients": [
            {
                "address": {"email": "desk@recipient.example", "name": "National desk, Zeitung für Überlingen"},
                "metadata": {"pressctl_key": KEY},
            }
        ],
        "content": {
            "from": {"email": "press@sender.example", "name": "Key West Example Network"},
            "subject": MESSAGE.subject,
            "text": MESSAGE.text,
            "html": MESSAGE.html,
            "headers": dict(MESSAGE.headers),
            "reply_to": "Press volunteer <answers@reply.example>",
            "attachments": [{"name": PDF.name, "data": base64.b64encode(PDF.data).decode(), "type": "application/pdf"}],
            "inline_images": [{"name": "logo@night-bus", "data": base64.b64encode(LOGO.data).decode(), "type": "image/png"}],
        },
    }


def test_braces_that_would_be_evaluated_are_kept_apart() -> None:
    made = body(
        subject="{{{ a }}} { b }",
        sender=Address("press@sender.example", "{{ name }}"),
        to=Address("desk@recipient.example", "{{to}}"),
        reply_to=Address("answers@reply.example", "{{ reply }}"),
    )
    assert made["content"]["subject"] == "{\u2060{\u2060{ a }}} { b }"
    assert made["content"]["from"]["name"] == "{\u2060{ name }}"
    assert made["recipients"][0]["address"]["name"] == "{\u2060{to}}"
    assert made["content"]["reply_to"] == "{\u2060{ reply }} <answers@reply.example>"
    assert made["content"]["text"] == MESSAGE.text  # substitutions are off there


def test_a_header_with_braces_is_refused_by_name() -> None:
    with pytest.raises(CannotCarry, match="List-Help"):
        body(headers=(("List-Help", "<https://help.example/{{x}}>"),))


def result(accepted: Any, rejected: Any, **more: Any) -> dict[str, Any]:
    return {"results": {"total_accepted_recipients": accepted, "total_rejected_recipients": rejected, "id": ID, **more}}


@pytest.mark.parametrize(
    ("status", "content", "move", "stops", "reason"),
    [
        (
            200,
            {
                "errors": [{"message": "transmission created, but with validation errors", "code": "2000"}],
                **result(0, 1, rcpt_to_errors=[{"message": "required field is missing", "description": "address.email", "code": "1400"}]),
            },
            "reject",
            False,
            "required field is missing: address.email",
        ),
        (200, result(1, 1), "lose", False, "count"),
        (200, result(2, 0), "lose", False, "count"),
        (200, result(0, 0), "lose", False, "count"),
        (200, result(True, False), "lose", False, "count"),
        (200, {"results": {"id": ID}}, "lose", False, "count"),
        (
            400,
            {"errors": [{"message": "Message generation rejected", "description": "recipient address suppressed", "code": "1902"}]},
            "reject",
            False,
            "Message generation rejected: recipient address suppressed",
        ),
        (401, {"errors": [{"message": "Unauthorized."}]}, "defer", True, "Unauthorized."),
        (403, {"errors": [{"message": "Forbidden."}]}, "defer", True, "Forbidden."),
        (420, {"errors": [{"message": "Exceed Sending Limit (hourly)", "code": "2101"}]}, "defer", True, "Exceed Sending Limit (hourly)"),
        (422, {"errors": [{"message": "Subresource not found", "code": "1603"}]}, "reject", False, "Subresource not found"),
        (429, {"errors": [{"message": "Too many requests"}]}, "defer", False, "Too many requests"),
        (503, {}, "lose", False, "503"),
    ],
)
def test_sparkposts_own_words_and_counts(status: int, content: dict[str, Any], move: str, stops: bool, reason: str) -> None:
    outcome = sparkpost.outcome(httpx2.Response(status, json=content))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)
    assert reason in outcome.reason


def test_the_look_up_asks_for_any_event_of_the_recipient_and_takes_only_our_key() -> None:
    asked = sparkpost.lookup(DOUBT, CASE.settings)
    assert dict(asked.url.params) == {
        "from": "2026-07-03T13:50:00Z",
        "cursor": "initial",
        "recipients": "desk@recipient.example",
        "per_page": "1000",
    } | {"per_page": "1000"}
    other = {"results": [{**BOUNCE, "rcpt_meta": {"pressctl_key": "another"}}]}
    outcome = sparkpost.found(httpx2.Response(200, json=other), DOUBT)
    assert outcome is not None
    assert outcome.move == "defer"


def test_reports_have_our_key_and_the_servers_words() -> None:
    reports, after = sparkpost.read_events(httpx2.Response(200, json=EVENTS), "")
    at = datetime(2026, 7, 3, 14, 1, 7, tzinfo=UTC)
    said = "550 5.1.1 <desk@recipient.example>: user unknown"
    assert reports == [
        Report("bounced", at, KEY, ID, "", "desk@recipient.example", "5.1.1", said),
        Report("delivered", at, KEY, ID, "", "desk@recipient.example"),
        Report("complained", at, KEY, ID, "", "desk@recipient.example"),
    ]
    assert after == "WycyMDE4LTEx="
    assert sparkpost.events(NOW, CASE.settings, after).url.params["cursor"] == after
