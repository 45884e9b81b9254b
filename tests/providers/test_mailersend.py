from __future__ import annotations

import base64
import dataclasses
import mimetypes
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson
import pytest

from pressctl.config import Secret
from pressctl.provider import CannotCarry, Quota, Report
from pressctl.providers import mailersend
from providers.contract import KEY, LOGO, MESSAGE, NOW, PDF, Case, texts

ID = "6888dfbaf3cba3da787e6017"
BOUNCES = {
    "data": [
        {
            "id": "67efa6f1b810e35168ead88e",
            "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
            "created_at": "2026-07-03T14:01:29.000000Z",
            "recipient": {"id": "67efa6b06eebb6cf5947ec61", "email": "desk@recipient.example", "deleted_at": ""},
        },
        {"id": "b", "created_at": "2026-07-03T14:02:00.000000Z", "recipient": {"email": "a@one.example"}},
        {"id": "c", "reason": "no date", "recipient": {"email": "b@two.example"}},
    ],
    "links": {"next": None},
    "meta": {"current_page": 1, "per_page": 100},
}


def shown(request: httpx2.Request) -> Iterator[str]:
    """The texts as a reader gets them; a file's type is told by its name."""
    for text in texts(request):
        yield text.replace("\u2060", "").replace("&#123;", "{")
    for part in orjson.loads(request.content).get("attachments", []):
        yield str(mimetypes.guess_type(part["filename"])[0])


CASE = Case(
    settings=mailersend.Settings(Secret("mlsn.sesame")),
    success=b"",
    status=202,
    headers={"x-message-id": ID, "content-type": "text/html; charset=UTF-8"},
    provider_id=ID,
    secrets=("mlsn.sesame",),
    environment={"MAILERSEND_API_TOKEN": "mlsn.sesame"},
    texts=shown,
    replaced=frozenset({"List-Unsubscribe", "List-Unsubscribe-Post"}),
    reported=BOUNCES,
    silent={"data": [], "links": {"next": None}},
    good={"quota": 100_000, "remaining": 99_999, "reset": "2026-07-04T00:00:00Z"},
    allowance={"quota": 1000, "remaining": 752, "reset": "2023-04-15T00:00:00Z"},
    quotas=(Quota(752, 1000, "requests today"),),
)


def body(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads(mailersend.request(dataclasses.replace(MESSAGE, **changes), CASE.settings, KEY, NOW).content)
    return made


def test_the_whole_request() -> None:
    request = mailersend.request(MESSAGE, CASE.settings, KEY, NOW)
    assert str(request.url) == "https://api.mailersend.com/v1/email"
    assert request.headers["authorization"] == "Bearer mlsn.sesame"
    assert orjson.loads(request.content) == {
        "from": {"email": "press@sender.example", "name": "Key West Example Network"},
        "to": [{"email": "desk@recipient.example", "name": "National desk, Zeitung für Überlingen"}],
        "reply_to": {"email": "answers@reply.example", "name": "Press volunteer"},
        "subject": MESSAGE.subject,
        "text": MESSAGE.text.replace("{{", "{\u2060{"),
        "html": MESSAGE.html,
        "tags": [KEY],
        "settings": {"track_clicks": False, "track_opens": False, "track_content": False},
        "headers": [],
        "list_unsubscribe": "https://unsubscribe.example/leave",
        "attachments": [
            {"filename": PDF.name, "content": base64.b64encode(PDF.data).decode(), "disposition": "attachment"},
            {"filename": "logo.png", "content": base64.b64encode(LOGO.data).decode(), "id": "logo@night-bus", "disposition": "inline"},
        ],
    }


def test_what_has_a_place_of_its_own_goes_there_and_the_rest_into_the_headers() -> None:
    made = body(
        headers=(("List-Unsubscribe", "<mailto:leave@unsubscribe.example>"), ("List-Id", "<x.sender.example>"), ("Precedence", "bulk"))
    )
    assert made["list_unsubscribe"] == "mailto:leave@unsubscribe.example"
    assert made["headers"] == [{"name": "List-Id", "value": "<x.sender.example>"}]
    assert made["precedence_bulk"] is True


def test_a_plan_without_headers_of_ones_own_can_send() -> None:
    settings = dataclasses.replace(CASE.settings, custom_headers=False)
    made = orjson.loads(mailersend.request(MESSAGE, settings, KEY, NOW).content)
    assert not {"headers", "list_unsubscribe", "precedence_bulk"} & set(made)


def test_template_syntax_in_the_text_stays_text() -> None:
    made = body(subject="{$name} {x}", text="{% if x %} {{{ a }}}", html="<p>{{ unsubscribe }} { b }</p>")
    assert (made["subject"], made["text"]) == ("{\u2060$name} {x}", "{\u2060% if x %} {\u2060{\u2060{ a }}}")
    assert made["html"] == "<p>&#123;{ unsubscribe }} { b }</p>"


def test_a_file_whose_name_tells_another_type_is_refused_by_name() -> None:
    with pytest.raises(CannotCarry, match=r"map\.txt"):
        body(attachments=(dataclasses.replace(PDF, name="map.txt"),))


def suppressed(kind: str) -> dict[str, Any]:
    return {
        "message": "There are some warnings for your request.",
        "warnings": [
            {
                "type": kind,
                "warning": "Some of the recipients have been suppressed.",
                "recipients": [{"email": "desk@recipient.example", "name": "Desk", "reason": ["hard_bounced", "unsubscribed"]}],
            }
        ],
    }


@pytest.mark.parametrize("kind", ["ALL_SUPPRESSED", "SOME_SUPPRESSED"])
def test_a_202_for_a_suppressed_address_is_a_refusal(kind: str) -> None:
    outcome = mailersend.outcome(httpx2.Response(202, json=suppressed(kind)))
    assert (outcome.move, outcome.reason) == ("reject", "MailerSend suppresses the address: hard_bounced, unsubscribed")


def test_a_202_of_a_paused_domain_is_accepted_and_stops_the_line() -> None:
    outcome = mailersend.outcome(httpx2.Response(202, headers={"x-message-id": ID, "x-send-paused": "true"}))
    assert (outcome.move, outcome.provider_id) == ("accept", ID)
    assert "paused" in outcome.stop
    assert outcome.hint


@pytest.mark.parametrize(
    ("status", "content", "move", "stops", "reason"),
    [
        (202, {}, "lose", False, "X-Message-Id"),
        (401, {"message": "Unauthenticated."}, "defer", True, "Unauthenticated."),
        (403, {"message": "This action is unauthorized."}, "defer", True, "unauthorized"),
        (
            422,
            {"message": "The from.email domain must be verified. #MS42207", "errors": {"from.email": ["…"]}},
            "reject",
            False,
            "#MS42207",
        ),
        (429, {"message": "Too Many Attempts."}, "defer", False, "Too Many"),
        (500, {"message": "Server Error"}, "lose", False, "Server Error"),
    ],
)
def test_mailersends_own_words(status: int, content: dict[str, Any], move: str, stops: bool, reason: str) -> None:
    outcome = mailersend.outcome(httpx2.Response(status, json=content))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)
    assert reason in outcome.reason


def test_bounces_and_complaints_are_read_from_two_lists() -> None:
    reports, after = mailersend.read_events(httpx2.Response(200, json=BOUNCES), "")
    at = datetime(2026, 7, 3, 14, 1, 29, tzinfo=UTC)
    assert reports is not None
    assert reports[0] == Report(
        "bounced", at, "", "", "", "desk@recipient.example", "5.1.1", "550 5.1.1 The email account that you tried to reach does not exist."
    )
    assert [(report.kind, report.recipient) for report in reports] == [
        ("bounced", "desk@recipient.example"),
        ("complained", "a@one.example"),
    ]
    assert (
        str(mailersend.events(NOW, CASE.settings, after).url)
        == "https://api.mailersend.com/v1/suppressions/spam-complaints?limit=100&page=1"
    )
    full = {"data": [BOUNCES["data"][0]] * 100}  # type: ignore[index]  # a list
    _, after = mailersend.read_events(httpx2.Response(200, json=full), "")
    assert (
        str(mailersend.events(NOW, CASE.settings, after).url) == "https://api.mailersend.com/v1/suppressions/hard-bounces?limit=100&page=2"
    )
