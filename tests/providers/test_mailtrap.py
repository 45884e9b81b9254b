from __future__ import annotations

import base64
import dataclasses
from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson
import pytest

from pressctl import __version__
from pressctl.config import Secret
from pressctl.provider import CannotCarry, Quota, Report
from pressctl.providers import mailtrap
from providers.contract import DOUBT, KEY, LOGO, MESSAGE, NOW, PDF, PLAIN_PDF, Case

ID = "0c7fd939-02cf-11ed-88c2-0a58a9feac02"
ROW = {
    "message_id": ID,
    "status": "not_delivered",
    "subject": MESSAGE.subject,
    "from": "press@sender.example",
    "to": "desk@recipient.example",
    "sent_at": "2026-07-03T14:00:05Z",
    "client_ip": None,
    "category": None,
    "custom_variables": {"pressctl_key": KEY},
    "sending_stream": "bulk",
    "domain_id": 3938,
}
LOG = {"messages": [ROW], "total_count": 1, "next_page_cursor": None}
EMPTY = {"messages": [], "total_count": 0, "next_page_cursor": None}
DOMAIN = {"id": 3938, "domain_name": "sender.example", "open_tracking_enabled": False, "click_tracking_enabled": False}

CASE = Case(
    settings=mailtrap.Settings(Secret("open-sesame")),
    success={"success": True, "message_ids": [ID]},
    provider_id=ID,
    secrets=("open-sesame",),
    environment={"MAILTRAP_API_TOKEN": "open-sesame"},
    attachments=(PLAIN_PDF, LOGO),
    batched=lambda count: {"success": True, "responses": [{"success": True, "message_ids": [f"id-{number}"]} for number in range(count)]},
    listed=LOG,
    nothing=EMPTY,
    reported=LOG,
    silent=EMPTY,
    good={"data": [DOMAIN]},
    allowance={"testing": {"usage": {}}, "sending": {"usage": {"sent_messages_count": {"current": 3900, "limit": 4000}}}},
    quotas=(Quota(100, 4000, "this billing cycle"),),
)

BODY = {
    "from": {"email": "press@sender.example", "name": "Key West Example Network"},
    "to": [{"email": "desk@recipient.example", "name": "National desk, Zeitung für Überlingen"}],
    "reply_to": {"email": "answers@reply.example", "name": "Press volunteer"},
    "subject": MESSAGE.subject,
    "text": MESSAGE.text,
    "html": MESSAGE.html,
    "headers": dict(MESSAGE.headers),
    "custom_variables": {"pressctl_key": KEY},
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


def test_the_whole_request() -> None:
    request = mailtrap.request(CASE.message, CASE.settings, KEY, NOW)
    assert str(request.url) == "https://bulk.api.mailtrap.io/api/send"
    assert (request.headers["authorization"], request.headers["user-agent"]) == ("Bearer open-sesame", f"pressctl/{__version__}")
    assert orjson.loads(request.content) == BODY


def test_a_batch_is_an_array_of_whole_messages() -> None:
    request = mailtrap.batch_request([(CASE.message, KEY)], CASE.settings, "batch", NOW)
    assert str(request.url) == "https://bulk.api.mailtrap.io/api/batch"
    assert orjson.loads(request.content) == {"requests": [BODY]}


def test_a_name_that_would_be_spoiled_is_refused_by_name() -> None:
    with pytest.raises(CannotCarry, match="route map – Karte"):
        mailtrap.request(dataclasses.replace(MESSAGE, attachments=(PDF,)), CASE.settings, KEY, NOW)


@pytest.mark.parametrize(
    ("status", "content", "move", "stops", "reason"),
    [
        (200, {"success": False, "errors": ["'to' address is invalid", "'from' too"]}, "reject", False, "'to' address is invalid"),
        (200, {"success": False, "message_ids": [ID]}, "lose", False, "message_ids"),
        (200, {"success": True, "message_ids": [ID, "another"]}, "lose", False, "message_ids"),
        (200, {"success": True, "message_ids": []}, "lose", False, "message_ids"),
        (200, {"message_ids": [ID]}, "lose", False, "message_ids"),
        (400, {"success": False, "errors": ["'subject' is required"]}, "reject", False, "'subject' is required"),
        (401, {"success": False, "errors": ["Unauthorized"]}, "defer", True, "Unauthorized"),
        (403, {"errors": "Forbidden"}, "defer", True, "Forbidden"),
        (429, {"errors": "Rate limit exceeded"}, "defer", False, "Rate limit exceeded"),
        (500, {"success": False, "errors": ["Internal Server Error"]}, "lose", False, "Internal Server Error"),
    ],
)
def test_mailtraps_own_words(status: int, content: dict[str, Any], move: str, stops: bool, reason: str) -> None:
    outcome = mailtrap.outcome(httpx2.Response(status, json=content))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)
    assert reason in outcome.reason


def test_in_a_batch_one_can_fail_while_others_are_taken() -> None:
    results = [{"success": True, "message_ids": ["a"]}, {"success": False, "errors": ["'to' is invalid"]}, {"success": True}]
    outcomes = mailtrap.batch_outcomes(httpx2.Response(200, json={"success": True, "responses": results}), 3)
    assert [outcome.move for outcome in outcomes] == ["accept", "reject", "lose"]
    assert outcomes[1].reason == "'to' is invalid"


def test_the_look_up_asks_for_the_recipient_and_takes_only_our_key() -> None:
    asked = mailtrap.lookup(DOUBT, CASE.settings)
    assert dict(asked.url.params) == {
        "filters[sent_after]": "2026-07-03T13:50:00Z",
        "filters[to][operator]": "ci_equal",
        "filters[to][value]": "desk@recipient.example",
    }
    other = {**LOG, "messages": [{**ROW, "custom_variables": {"pressctl_key": "another"}}]}
    outcome = mailtrap.found(httpx2.Response(200, json=other), DOUBT)
    assert outcome is not None
    assert outcome.move == "defer"


def test_each_kind_of_event_is_asked_for_page_by_page() -> None:
    asked = mailtrap.events(NOW, CASE.settings, "")
    assert asked.url.params["filters[sent_after]"] == "2026-06-28T14:00:00Z"
    assert (asked.url.params["filters[events][operator]"], asked.url.params["filters[events][value]"]) == ("include_event", "delivery")
    _, after = mailtrap.read_events(httpx2.Response(200, json={**LOG, "next_page_cursor": ID}), "")
    assert mailtrap.events(NOW, CASE.settings, after).url.params["search_after"] == ID
    stages = []
    while after:
        stages.append(after.split()[0])
        _, after = mailtrap.read_events(httpx2.Response(200, json=LOG), after)
    assert stages == ["delivery", "bounce", "soft_bounce", "spam"]


@pytest.mark.parametrize(
    ("page", "kind", "status"),
    [("", "delivered", ""), ("bounce", "bounced", "5.0.0"), ("soft_bounce x", "bounced", "4.0.0"), ("spam", "complained", "")],
)
def test_a_report_has_our_key_and_the_class_of_a_bounce(page: str, kind: str, status: str) -> None:
    reports, _ = mailtrap.read_events(httpx2.Response(200, json=LOG), page)
    at = datetime(2026, 7, 3, 14, 0, 5, tzinfo=UTC)
    assert reports == [Report(kind, at, KEY, ID, "", "desk@recipient.example", status, page.split()[0] if page else "delivery")]


def test_the_probe_names_the_domains_that_track() -> None:
    tracked = {"data": [DOMAIN, {**DOMAIN, "domain_name": "other.example", "click_tracking_enabled": True}]}
    assert mailtrap.probed(httpx2.Response(200, json=tracked)) == "Mailtrap tracks the readers of other.example: switch that off there"
