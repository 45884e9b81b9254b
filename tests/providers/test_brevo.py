"""Brevo: requests as golden JSON, the idempotency key as UUID, its error codes, events by tag, what it cannot carry."""

from __future__ import annotations

import base64
import dataclasses
import email.header
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import orjson
import pytest

from pressctl.config import Secret
from pressctl.delivery import Move
from pressctl.message import Address
from pressctl.provider import CannotCarry, Quota, Report
from pressctl.providers import brevo
from providers.contract import DOUBT, KEY, LOGO, MESSAGE, NOW, PDF, PLAIN_PDF, Case, texts

ID = "202607031345.5175703452@smtp-relay.mailin.example"
EVENTS = {
    "events": [
        {
            "email": "desk@recipient.example",
            "date": "2026-07-03T16:05:23.000+02:00",
            "subject": "Night bus",
            "messageId": f"<{ID}>",
            "event": "hardBounces",
            "reason": "550 5.1.1 user unknown",
            "tag": f'["{KEY}"]',
            "from": "press@sender.example",
        },
        {"email": "desk@recipient.example", "date": "2026-07-03T16:05:01+02:00", "messageId": f"<{ID}>", "event": "requests", "tag": KEY},
    ]
}


def read(request: httpx2.Request) -> Iterator[str]:
    """The texts as a reader sees them: encoded names and what was kept from the template language set back."""
    for text in texts(request):
        shown = "".join(part if isinstance(part, str) else part.decode(kind or "ascii") for part, kind in email.header.decode_header(text))
        yield (shown if "=?utf-8?" in text else text).replace("\u2060", "").replace("&#123;", "{")


CASE = Case(
    settings=brevo.Settings(Secret("xkeysib-open-sesame")),
    success={"messageId": f"<{ID}>"},
    status=201,
    provider_id=ID,
    secrets=("xkeysib-open-sesame",),
    environment={"BREVO_API_KEY": "xkeysib-open-sesame"},
    texts=read,
    attachments=(PLAIN_PDF,),
    listed=EVENTS,
    nothing={"events": []},
    reported=EVENTS,
    silent={"events": []},
    good={"email": "press@sender.example", "plan": [{"type": "free", "credits": 300}]},
    allowance={"plan": [{"type": "sms", "credits": 9}, {"type": "free", "creditsType": "sendLimit", "credits": 281}]},
    quotas=(Quota(281, 0, "of the plan's credits"),),
)


def body(**changes: Any) -> Any:
    return orjson.loads(brevo.request(dataclasses.replace(CASE.message, **changes), CASE.settings, KEY, NOW).content)


def test_the_whole_request() -> None:
    request = brevo.request(dataclasses.replace(CASE.message, text="Plain."), CASE.settings, KEY, NOW)
    assert (str(request.url), request.headers["api-key"]) == ("https://api.brevo.com/v3/smtp/email", "xkeysib-open-sesame")
    assert orjson.loads(request.content) == {
        "sender": {"email": "press@sender.example", "name": "Key West Example Network"},
        "to": [
            {
                "email": "desk@recipient.example",
                "name": "=?utf-8?q?National_desk=2C_Zeitung_f=C3=BCr_=C3=9Cberlingen?=",
            }
        ],
        "replyTo": {"email": "answers@reply.example", "name": "Press volunteer"},
        "tags": [KEY],
        "subject": MESSAGE.subject,
        "textContent": "Plain.",
        "htmlContent": MESSAGE.html,
        "headers": {**dict(MESSAGE.headers), "idempotencyKey": "83096254-f410-57da-8b67-60bdac764a33"},
        "attachment": [{"name": "route-map.pdf", "content": base64.b64encode(PDF.data).decode()}],
    }


def test_the_key_is_a_uuid_that_stays_the_same_for_the_same_delivery() -> None:
    one, other = body()["headers"]["idempotencyKey"], orjson.loads(brevo.request(CASE.message, CASE.settings, "other", NOW).content)
    assert UUID(one).version == 5
    assert one == body(to=Address("x@y.example"))["headers"]["idempotencyKey"]
    assert one != other["headers"]["idempotencyKey"]


def test_its_template_language_finds_nothing_in_our_text() -> None:
    made = body(subject="{{ params.a }}", text="{% if x %} {{{ a }}} { b }", html='<a href="{{ unsubscribe }}">{{ contact.NAME }}</a>')
    assert made["subject"] == "{\u2060{ params.a }}"
    assert made["textContent"] == "{\u2060% if x %} {\u2060{\u2060{ a }}} { b }"
    assert made["htmlContent"] == '<a href="&#123;{ unsubscribe }}">&#123;{ contact.NAME }}</a>'


@pytest.mark.parametrize(("changes", "named"), [({"attachments": (LOGO,)}, "inline image: logo.png"), ({"attachments": (PDF,)}, PDF.name)])
def test_what_it_would_spoil_is_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(CannotCarry, match=named):
        body(**changes)


def test_a_header_beyond_ascii_is_refused_by_name() -> None:
    with pytest.raises(CannotCarry, match="Comments"):
        body(headers=(("Comments", "Überlingen"),))


@pytest.mark.parametrize(
    ("status", "code", "message", "move", "stops"),
    [
        (400, "invalid_parameter", "email is not valid in to", Move.REJECT, False),
        (400, "duplicate_parameter", "Idempotency key is already used", Move.LOSE, False),
        (400, "duplicate_parameter", "another parameter", Move.REJECT, False),
        (401, "unauthorized", "Key not found", Move.DEFER, True),
        (400, "not_enough_credits", "no", Move.DEFER, True),
        (402, "not_enough_credits", "no", Move.DEFER, True),
        (403, "permission_denied", "no", Move.DEFER, True),
        (404, "document_not_found", "no", Move.DEFER, True),
        (429, "too_many_requests", "no", Move.DEFER, False),
        (500, "not_enough_credits", "no", Move.LOSE, False),
        (503, "", "no", Move.LOSE, False),
        (201, "invalid_parameter", "no", Move.LOSE, False),
    ],
)
def test_its_own_codes_are_read_before_the_status(status: int, code: str, message: str, move: Move, stops: bool) -> None:
    outcome = brevo.outcome(httpx2.Response(status, json={"code": code, "message": message}))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)


def test_the_events_of_the_recipient_are_searched_for_our_tag() -> None:
    params = brevo.lookup(DOUBT, CASE.settings).url.params
    assert (params["email"], params["days"]) == ("desk@recipient.example", "90")
    outcome = brevo.found(httpx2.Response(200, json=EVENTS), DOUBT)
    assert outcome is not None
    assert (outcome.move, outcome.provider_id) == (Move.ACCEPT, ID)
    others = {"events": [row | {"tag": "another"} for row in EVENTS["events"]]}
    verdict = brevo.found(httpx2.Response(200, json=others), DOUBT)
    assert verdict is not None
    assert verdict.move is Move.DEFER


def test_events_become_reports_with_our_key() -> None:
    reports, _ = brevo.read_events(httpx2.Response(200, json=EVENTS), "")
    at = datetime(2026, 7, 3, 14, 5, 23, tzinfo=UTC)
    assert reports == [Report("bounced", at, KEY, ID, ID, "desk@recipient.example", "5.1.1", "550 5.1.1 user unknown")]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("delivered", [("delivered", "")]),
        ("spam", [("complained", "")]),
        ("softBounces", [("bounced", "4.0.0")]),
        ("hardBounce", [("bounced", "5.0.0")]),
        ("blocked", [("bounced", "")]),
        ("deferred", []),
        ("opened", []),
    ],
)
def test_each_event_has_one_meaning(event: str, told: list[tuple[str, str]]) -> None:
    row = {"email": "a@b.example", "date": "2026-07-03T16:05:23.000+02:00", "event": event, "messageId": "x"}
    reports, _ = brevo.read_events(httpx2.Response(200, json={"events": [row]}), "")
    assert [(one.kind, one.status) for one in reports or []] == told
