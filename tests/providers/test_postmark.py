"""Postmark: requests as golden JSON, its own error codes behind 200 and 422, batch results one by one, search by metadata."""

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
from pressctl.providers import postmark
from providers.contract import DOUBT, KEY, LOGO, MESSAGE, NOW, PDF, Case

ID = "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"
OK = {"To": "desk@recipient.example", "SubmittedAt": "2026-07-03T10:00:01.1234567-04:00", "MessageID": ID, "ErrorCode": 0, "Message": "OK"}
BOUNCE = {
    "RecordType": "Bounce",
    "ID": 692560173,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "Tag": "",
    "MessageID": ID,
    "ServerID": 23,
    "MessageStream": "broadcast",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    "Email": "desk@recipient.example",
    "From": "press@sender.example",
    "BouncedAt": "2026-07-03T10:05:09.6421112-04:00",
    "Inactive": True,
}
FOUND = {"TotalCount": 1, "Messages": [{"Tag": None, "MessageID": ID, "To": [{"Email": "desk@recipient.example"}], "Status": "Sent"}]}

CASE = Case(
    settings=postmark.Settings(Secret("open-sesame-token")),
    success=OK,
    provider_id=ID,
    secrets=("open-sesame-token",),
    environment={"POSTMARK_SERVER_TOKEN": "open-sesame-token"},
    batched=lambda count: [OK | {"MessageID": f"id-{number}"} for number in range(count)],
    listed=FOUND,
    nothing={"TotalCount": 0, "Messages": []},
    reported={"TotalCount": 1, "Bounces": [BOUNCE]},
    silent={"TotalCount": 0, "Bounces": []},
    good={"ID": 1, "Name": "Press", "TrackOpens": False, "TrackLinks": "None"},
)


def body(**changes: Any) -> Any:
    return orjson.loads(postmark.request(dataclasses.replace(MESSAGE, **changes), CASE.settings, KEY, NOW).content)


def test_the_whole_request() -> None:
    request = postmark.request(MESSAGE, CASE.settings, KEY, NOW)
    assert (str(request.url), request.headers["x-postmark-server-token"]) == ("https://api.postmarkapp.com/email", "open-sesame-token")
    assert orjson.loads(request.content) == {
        "From": "Key West Example Network <press@sender.example>",
        "To": '"National desk, Zeitung für Überlingen" <desk@recipient.example>',
        "ReplyTo": "Press volunteer <answers@reply.example>",
        "Subject": MESSAGE.subject,
        "TextBody": MESSAGE.text,
        "HtmlBody": MESSAGE.html,
        "MessageStream": "broadcast",
        "Metadata": {"pressctl_key": KEY},
        "TrackOpens": False,
        "TrackLinks": "None",
        "Headers": [{"Name": name, "Value": value} for name, value in MESSAGE.headers],
        "Attachments": [
            {"Name": PDF.name, "Content": base64.b64encode(PDF.data).decode(), "ContentType": "application/pdf"},
            {
                "Name": "logo.png",
                "Content": base64.b64encode(LOGO.data).decode(),
                "ContentType": "image/png",
                "ContentID": "cid:logo@night-bus",
            },
        ],
    }


def test_a_placeholder_of_its_streams_in_the_text_stays_text() -> None:
    made = body(
        subject="{{{ pm:unsubscribe }}}", text="{{{pm:unsubscribe}}} {{ plain }}", html="<p>{{{ pm:unsubscribe_url }}} {{ plain }}</p>"
    )
    assert made["Subject"] == "{\u2060{\u2060{ pm:unsubscribe }}}"
    assert made["TextBody"] == "{\u2060{\u2060{pm:unsubscribe}}} {{ plain }}"
    assert made["HtmlBody"] == "<p>&#123;&#123;{ pm:unsubscribe_url }}} {{ plain }}</p>"


@pytest.mark.parametrize(
    ("status", "answer", "move", "stops"),
    [
        (200, OK, Move.ACCEPT, False),
        (200, {"MessageID": ID, "Message": "Message accepted, but delivery may be delayed."}, Move.ACCEPT, False),
        (
            200,
            OK | {"Message": "Message OK, but will not deliver to these inactive addresses: desk@recipient.example."},
            Move.REJECT,
            False,
        ),
        (200, OK | {"ErrorCode": 406, "Message": "inactive"}, Move.REJECT, False),
        (200, OK | {"MessageID": ""}, Move.LOSE, False),
        (422, {"ErrorCode": 10, "Message": "bad token"}, Move.DEFER, True),
        (401, {"ErrorCode": 10, "Message": "bad token"}, Move.DEFER, True),
        (422, {"ErrorCode": 100, "Message": "maintenance"}, Move.DEFER, False),
        (503, {"ErrorCode": 100, "Message": "maintenance"}, Move.DEFER, False),
        (503, {"ErrorCode": 300, "Message": "?"}, Move.LOSE, False),
        (422, {"ErrorCode": 300, "Message": "Invalid 'To' address"}, Move.REJECT, False),
        (422, {"ErrorCode": 400, "Message": "no signature"}, Move.DEFER, True),
        (422, {"ErrorCode": 401, "Message": "not confirmed"}, Move.DEFER, True),
        (422, {"ErrorCode": 402, "Message": "Invalid JSON"}, Move.REJECT, False),
        (422, {"ErrorCode": 405, "Message": "no credits"}, Move.DEFER, True),
        (422, {"ErrorCode": 406, "Message": "inactive"}, Move.REJECT, False),
        (422, {"ErrorCode": 411, "Message": "attachment"}, Move.REJECT, False),
        (422, {"ErrorCode": 412, "Message": "pending"}, Move.DEFER, True),
        (422, {"ErrorCode": 413, "Message": "may not send"}, Move.DEFER, True),
        (422, {"ErrorCode": 0, "MessageID": ID, "Message": "OK"}, Move.REJECT, False),
        (429, {"ErrorCode": 429, "Message": "slow down"}, Move.DEFER, False),
        (500, {"ErrorCode": 300, "Message": "?"}, Move.LOSE, False),
    ],
)
def test_its_own_codes_are_read_before_the_status(status: int, answer: dict[str, Any], move: Move, stops: bool) -> None:
    outcome = postmark.outcome(httpx2.Response(status, json=answer))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)


def test_each_message_of_a_batch_has_its_own_code_behind_one_200() -> None:
    codes = [
        OK,
        {"ErrorCode": 406, "Message": "inactive"},
        {"ErrorCode": 10, "Message": "token"},
        {"ErrorCode": 100, "Message": "later"},
        None,
    ]
    outcomes = postmark.batch_outcomes(httpx2.Response(200, json=codes), 5)
    assert [(one.move, bool(one.stop)) for one in outcomes] == [
        (Move.ACCEPT, False),
        (Move.REJECT, False),
        (Move.DEFER, True),
        (Move.DEFER, False),
        (Move.LOSE, False),
    ]


def test_the_search_asks_for_our_key() -> None:
    asked = postmark.lookup(DOUBT, CASE.settings)
    assert str(asked.url) == f"https://api.postmarkapp.com/messages/outbound?count=1&offset=0&metadata_pressctl_key={KEY}"
    assert asked.headers["x-postmark-server-token"] == "open-sesame-token"
    outcome = postmark.found(httpx2.Response(200, json=FOUND), DOUBT)
    assert outcome is not None
    assert outcome.provider_id == ID


def test_a_bounce_is_told_with_its_code() -> None:
    reports, after = postmark.read_events(httpx2.Response(200, json=CASE.reported), "")
    at = datetime(2026, 7, 3, 14, 5, 9, 642111, UTC)
    assert (reports, after) == ([Report("bounced", at, "", ID, "", "desk@recipient.example", "5.1.1", BOUNCE["Details"])], "")  # type: ignore[arg-type]  # texts of a mixed table


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("SpamComplaint", ["complained"]),
        ("SoftBounce", ["bounced"]),
        ("AutoResponder", []),
        ("Transient", []),
        ("", []),
        ("Blocked", ["bounced"]),
    ],
)
def test_not_every_row_of_its_list_is_a_bounce(kind: str, told: list[str]) -> None:
    reports, _ = postmark.read_events(httpx2.Response(200, json={"Bounces": [BOUNCE | {"Type": kind}]}), "")
    assert [one.kind for one in reports or []] == told


def test_pages_of_five_hundred_go_on_where_the_last_ended() -> None:
    full = httpx2.Response(200, json={"TotalCount": 501, "Bounces": [BOUNCE] * 500})
    _, after = postmark.read_events(full, "")
    params = postmark.events(NOW, CASE.settings, after).url.params
    assert (params["count"], params["offset"], params["fromdate"]) == ("500", "500", "2026-07-03")
    assert postmark.read_events(full, after)[1].endswith(" 1000")


def test_a_server_that_tracks_opens_is_a_problem() -> None:
    assert "tracks opens" in postmark.probed(httpx2.Response(200, json={"TrackOpens": True}))
