"""Mailjet: requests as golden JSON, results one by one behind 200 and 400, ids beyond 2^53, search by CustomID."""

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
from pressctl.provider import Report
from pressctl.providers import mailjet
from providers.contract import DOUBT, KEY, LOGO, MESSAGE, NOW, PDF, Case

ID = 576460756513665525  # beyond 2^53: a float would be another message
TOO_BIG = "576460756513665525"


def success(name: int = ID) -> dict[str, Any]:
    to = {"Email": "desk@recipient.example", "MessageUUID": "5b9e4d2a", "MessageID": name, "MessageHref": "https://api.mailjet.com/v3/…"}
    return {"Status": "success", "CustomID": KEY, "To": [to], "Cc": [], "Bcc": []}


def failure(code: str, status: int) -> dict[str, Any]:
    told = {"ErrorIdentifier": "f987008f", "ErrorCode": code, "StatusCode": status, "ErrorMessage": "no", "ErrorRelatedTo": ["To[0].Email"]}
    return {"Status": "error", "Errors": [told]}


MESSAGES = {
    "Count": 1,
    "Data": [
        {
            "ArrivedAt": "2026-07-03T14:00:05Z",
            "ContactAlt": "desk@recipient.example",
            "CustomID": KEY,
            "ID": ID,
            "StateID": 1,
            "Status": "hardbounced",
            "UUID": "5b9e4d2a",
        }
    ],
    "Total": 1,
}

CASE = Case(
    settings=mailjet.Settings(Secret("open"), Secret("sesame")),
    success={"Messages": [success()]},
    provider_id=TOO_BIG,
    secrets=("sesame", base64.b64encode(b"open:sesame").decode()),
    environment={"MAILJET_API_KEY": "open", "MAILJET_SECRET_KEY": "sesame"},
    batched=lambda count: {"Messages": [success(number + 1) for number in range(count)]},
    listed=MESSAGES,
    nothing={"Count": 0, "Data": [], "Total": 0},
    reported=MESSAGES,
    silent={"Count": 0, "Data": [], "Total": 0},
    good={"Count": 1, "Data": [{"Email": "*@sender.example", "Status": "Active"}], "Total": 1},
)


def test_the_whole_request() -> None:
    message = dataclasses.replace(MESSAGE, headers=(*MESSAGE.headers, ("List-Id", "<press.sender.example>")))
    request = mailjet.request(message, CASE.settings, KEY, NOW)
    assert str(request.url) == "https://api.mailjet.com/v3.1/send"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"open:sesame").decode()
    assert orjson.loads(request.content) == {
        "Messages": [
            {
                "From": {"Email": "press@sender.example", "Name": "Key West Example Network"},
                "To": [{"Email": "desk@recipient.example", "Name": "National desk, Zeitung für Überlingen"}],
                "ReplyTo": {"Email": "answers@reply.example", "Name": "Press volunteer"},
                "Subject": MESSAGE.subject,
                "TextPart": MESSAGE.text,
                "HTMLPart": MESSAGE.html,
                "TemplateLanguage": False,
                "CustomID": KEY,
                "TrackOpens": "disabled",
                "TrackClicks": "disabled",
                "Headers": dict(MESSAGE.headers),
                "Attachments": [
                    {"Filename": PDF.name, "Base64Content": base64.b64encode(PDF.data).decode(), "ContentType": "application/pdf"}
                ],
                "InlinedAttachments": [
                    {
                        "Filename": "logo.png",
                        "Base64Content": base64.b64encode(LOGO.data).decode(),
                        "ContentType": "image/png",
                        "ContentID": "logo@night-bus",
                    }
                ],
            }
        ]
    }


WHOLE = {"ErrorIdentifier": "f987008f", "ErrorCode": "mj-0002", "StatusCode": 400, "ErrorMessage": "Malformed JSON"}


@pytest.mark.parametrize(
    ("status", "answer", "move", "stops"),
    [
        (200, {"Messages": [success()]}, Move.ACCEPT, False),
        (201, {"Messages": [success()]}, Move.ACCEPT, False),
        (400, {"Messages": [success()]}, Move.LOSE, False),
        (200, {"Messages": [failure("mj-0013", 400)]}, Move.REJECT, False),
        (400, {"Messages": [failure("mj-0013", 400)]}, Move.REJECT, False),
        (400, {"Messages": [failure("send-0008", 403)]}, Move.DEFER, True),
        (200, {"Messages": [failure("mj-0001", 500)]}, Move.LOSE, False),
        (200, {"Messages": [success(), success(2)]}, Move.LOSE, False),
        (200, {"Messages": [success(0)]}, Move.LOSE, False),
        (200, {"Messages": [{"Status": "success", "To": []}]}, Move.LOSE, False),
        (200, {"Messages": [{"Status": "error"}]}, Move.LOSE, False),
        (400, WHOLE, Move.REJECT, False),
        (401, {"StatusCode": 401, "ErrorMessage": "API key authentication/authorization failure."}, Move.DEFER, True),
        (403, WHOLE, Move.DEFER, True),
        (429, WHOLE, Move.DEFER, False),
        (500, {"Messages": [failure("mj-0013", 400)]}, Move.LOSE, False),
    ],
)
def test_each_result_is_read_before_the_status(status: int, answer: dict[str, Any], move: Move, stops: bool) -> None:
    outcome = mailjet.outcome(httpx2.Response(status, json=answer))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)


def test_its_own_words_and_code_are_the_reason() -> None:
    assert mailjet.outcome(httpx2.Response(400, json={"Messages": [failure("mj-0013", 400)]})).reason == "no (mj-0013)"
    assert mailjet.outcome(httpx2.Response(400, json=WHOLE)).reason == "Malformed JSON"


@pytest.mark.parametrize("status", [200, 400])
def test_good_messages_of_a_batch_are_accepted_beside_bad_ones(status: int) -> None:
    answer = {"Messages": [success(1), failure("mj-0013", 400), {"Status": "?"}, success(2)]}
    outcomes = mailjet.batch_outcomes(httpx2.Response(status, json=answer), 4)
    assert [(one.move, one.provider_id) for one in outcomes] == [
        (Move.ACCEPT, "1"),
        (Move.REJECT, ""),
        (Move.LOSE, ""),
        (Move.ACCEPT, "2"),
    ]


def test_a_batch_is_one_array_of_whole_messages() -> None:
    made = orjson.loads(mailjet.batch_request([(MESSAGE, "k1"), (MESSAGE, "k2")], CASE.settings, "batch-1", NOW).content)
    assert [(one["CustomID"], len(one["To"])) for one in made["Messages"]] == [("k1", 1), ("k2", 1)]


def test_the_search_asks_for_our_key_and_keeps_the_id_exact() -> None:
    assert str(mailjet.lookup(DOUBT, CASE.settings).url) == f"https://api.mailjet.com/v3/REST/message?CustomID={KEY}"
    outcome = mailjet.found(httpx2.Response(200, json=MESSAGES), DOUBT)
    assert outcome is not None
    assert (outcome.move, outcome.provider_id) == (Move.ACCEPT, TOO_BIG)


def test_states_become_reports_with_our_key() -> None:
    reports, _ = mailjet.read_events(httpx2.Response(200, json=MESSAGES), "")
    at = datetime(2026, 7, 3, 14, 0, 5, tzinfo=UTC)
    assert reports == [Report("bounced", at, KEY, TOO_BIG, "", "desk@recipient.example", "5.1.1", "hardbounced")]


@pytest.mark.parametrize(
    ("state", "number", "told"),
    [
        ("sent", 0, [("delivered", "")]),
        ("clicked", 1, [("delivered", "")]),
        ("spam", 0, [("complained", "")]),
        ("softbounced", 3, [("bounced", "5.2.2")]),
        ("blocked", 18, [("bounced", "")]),
        ("queued", 0, []),
        ("deferred", 0, []),
        ("unknown", 0, []),
    ],
)
def test_each_state_has_one_meaning(state: str, number: int, told: list[tuple[str, str]]) -> None:
    row = {"ID": 5, "ArrivedAt": "2026-07-03T14:00:05Z", "Status": state, "StateID": number}
    reports, _ = mailjet.read_events(httpx2.Response(200, json={"Data": [row]}), "")
    assert [(one.kind, one.status) for one in reports or []] == told
