"""Mailgun: the form as another parser reads it, template marks kept as text, events by key, recipient and page."""

from __future__ import annotations

import base64
import dataclasses
import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from pressctl.config import Secret
from pressctl.delivery import Move
from pressctl.message import Address, Attachment
from pressctl.provider import Report
from pressctl.providers import mailgun
from providers.contract import DOUBT, KEY, LOGO, MESSAGE, NOW, OTHER, PDF, Case

EVENT = {
    "event": "failed",
    "id": "G9Bn5sl1TC6nu79C8C0bwg",
    "timestamp": 1783087523.5,
    "severity": "permanent",
    "reason": "bounce",
    "recipient": "desk@recipient.example",
    "delivery-status": {"attempt-no": 1, "code": 550, "message": "5.1.1 no such user", "enhanced-code": "5.1.1", "description": ""},
    "message": {"headers": {"to": "desk@recipient.example", "message-id": f"{KEY}@id.sender.example", "subject": "Night bus"}, "size": 1},
    "user-variables": {"pressctl_key": KEY},
}
NEXT = "https://api.mailgun.net/v3/mg.sender.example/events/W3siYSI6IGZhbHNlfQ=="
EVENTS = {"items": [EVENT], "paging": {"next": NEXT, "first": "x", "last": "y", "previous": "z"}}

CASE = Case(
    settings=mailgun.Settings(Secret("open-sesame"), "mg.sender.example"),
    success={"id": "<20260703140005.1.abc@mg.sender.example>", "message": "Queued. Thank you."},
    provider_id="20260703140005.1.abc@mg.sender.example",
    secrets=("open-sesame", base64.b64encode(b"api:open-sesame").decode()),
    environment={"MAILGUN_API_KEY": "open-sesame"},
    texts=lambda request: read(request),
    listed=EVENTS,
    nothing={"items": [], "paging": {"next": NEXT}},
    reported=EVENTS,
    silent={"items": [], "paging": {"next": NEXT}},
    good={"domain": {"name": "mg.sender.example", "state": "active"}},
)


def parts(request: httpx2.Request) -> list[tuple[str, str, str, bytes]]:
    """Field name, file name, type and value of each part, by the standard library's parser of MIME."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parsed: Any = email.message_from_bytes(head + request.content, policy=email.policy.HTTP)
    assert parsed.defects == []
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename() or "",
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in parsed.iter_parts()
    ]


def read(request: httpx2.Request) -> Iterator[str]:
    """The texts as a reader sees them: what was kept from the template language set back."""
    yield str(request.url)
    yield from (value.decode("latin-1") for _, value in request.headers.raw)
    for name, file, kind, value in parts(request):
        yield from (name, file, kind, value.decode("latin-1"))
        yield value.decode("utf-8", "replace").replace("\r\n", "\n").replace("\u2060", "").replace("&#37;", "%")


def fields(**changes: Any) -> dict[str, str]:
    made = mailgun.request(dataclasses.replace(MESSAGE, **changes), CASE.settings, KEY, NOW)
    return {name: value.decode() for name, file, _, value in parts(made) if not file}


def test_the_whole_request() -> None:
    request = mailgun.request(MESSAGE, CASE.settings, KEY, NOW)
    assert str(request.url) == "https://api.mailgun.net/v3/mg.sender.example/messages"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"api:open-sesame").decode()
    assert fields() == {
        "from": "Key West Example Network <press@sender.example>",
        "subject": MESSAGE.subject,
        "o:tracking": "no",
        "o:tracking-clicks": "no",
        "o:tracking-opens": "no",
        "h:Reply-To": "Press volunteer <answers@reply.example>",
        **{f"h:{name}": value for name, value in MESSAGE.headers},
        "to": '"National desk, Zeitung für Überlingen" <desk@recipient.example>',
        "h:Message-Id": f"<{KEY}@id.sender.example>",
        "v:pressctl_key": KEY,
        "text": MESSAGE.text.replace("%recipient", "%\u2060recipient"),
        "html": MESSAGE.html,
    }
    assert [(name, file, kind, value) for name, file, kind, value in parts(request) if file] == [
        ("attachment", PDF.name, "application/pdf", PDF.data),
        ("inline", "logo@night-bus", "image/png", LOGO.data),
    ]


def test_each_field_stands_once_and_there_is_one_recipient() -> None:
    names = [name for name, file, _, _ in parts(mailgun.request(MESSAGE, CASE.settings, KEY, NOW)) if not file]
    assert sorted(names) == sorted(set(names))
    assert {"cc", "bcc", "recipient-variables", "template"} & set(names) == set()


def test_template_marks_in_the_text_stay_text() -> None:
    made = fields(subject="%recipient.name%", text="%unsubscribe_url% 50% %recipient_email%", html='<a href="?q=%recipient%">100%</a>')
    assert made["subject"] == "%\u2060recipient.name%"
    assert made["text"] == "%\u2060unsubscribe_url% 50% %\u2060recipient_email%"
    assert made["html"] == '<a href="?q=&#37;recipient%">100%</a>'


def test_a_name_of_a_file_cannot_open_another_field() -> None:
    sly = Attachment('a"; name="to"\r\n\r\nx.pdf', "application/pdf", b"%PDF")
    names = [part[0] for part in parts(mailgun.request(dataclasses.replace(MESSAGE, attachments=(sly,)), CASE.settings, KEY, NOW))]
    assert names.count("to") == 1
    assert names.count("attachment") == 1


def test_what_all_share_is_made_once_and_what_is_theirs_is_not_shared() -> None:
    mailgun._shared.cache_clear()
    one = mailgun.request(MESSAGE, CASE.settings, KEY, NOW)
    two = mailgun.request(dataclasses.replace(MESSAGE, to=OTHER), CASE.settings, "other", NOW)
    assert mailgun._shared.cache_info().misses == 1
    assert OTHER.email.encode() not in one.content
    assert b"desk@recipient.example" not in two.content


@pytest.mark.parametrize(
    ("status", "answer", "move", "stops"),
    [
        (200, {"id": "<a@b>", "message": "Queued. Thank you."}, Move.ACCEPT, False),
        (200, {"id": "", "message": "Queued. Thank you."}, Move.LOSE, False),
        (200, {"message": "Queued. Thank you."}, Move.LOSE, False),
        (400, {"message": "to parameter is not a valid address. please check documentation"}, Move.REJECT, False),
        (401, "Forbidden", Move.DEFER, True),
        (402, {"message": "upgrade"}, Move.DEFER, True),
        (403, {"message": "Domain is not allowed to send"}, Move.DEFER, True),
        (404, {"message": "Domain not found"}, Move.DEFER, True),
        (413, {"message": "too large"}, Move.REJECT, False),
        (429, {"message": "slow down"}, Move.DEFER, False),
        (500, {"id": "<a@b>"}, Move.LOSE, False),
    ],
)
def test_an_id_is_the_only_evidence(status: int, answer: Any, move: Move, stops: bool) -> None:
    outcome = mailgun.outcome(httpx2.Response(status, json=answer))
    assert (outcome.move, bool(outcome.stop)) == (move, stops)


def test_the_search_begins_before_the_attempt_since_clocks_differ() -> None:
    url = mailgun.lookup(DOUBT, CASE.settings).url
    assert (url.path, url.params["recipient"]) == ("/v3/mg.sender.example/events", "desk@recipient.example")
    assert (url.params["begin"], url.params["ascending"]) == (str(int(NOW.timestamp()) - 600), "yes")


@pytest.mark.parametrize(
    ("changes", "move"),
    [
        ({}, Move.ACCEPT),
        ({"event": "accepted"}, Move.ACCEPT),
        ({"user-variables": {}}, Move.ACCEPT),
        ({"message": {}, "event": "delivered"}, None),
        ({"user-variables": {}, "message": {"headers": {"message-id": "other@sender.example"}}}, Move.DEFER),
        ({"event": "rejected"}, Move.DEFER),
    ],
)
def test_our_key_or_our_message_id_is_what_counts(changes: dict[str, Any], move: Move | None) -> None:
    outcome = mailgun.found(httpx2.Response(200, json={"items": [EVENT | changes]}), DOUBT)
    assert (outcome.move if outcome else None) == move


def test_a_list_that_may_go_on_proves_nothing() -> None:
    others = [EVENT | {"user-variables": {}, "message": {}}] * 300
    assert mailgun.found(httpx2.Response(200, json={"items": others}), DOUBT) is None


def test_events_become_reports_with_our_key() -> None:
    reports, after = mailgun.read_events(httpx2.Response(200, json=EVENTS), "")
    at = datetime(2026, 7, 3, 14, 5, 23, 500000, UTC)
    name = f"{KEY}@id.sender.example"
    assert reports == [Report("bounced", at, KEY, name, name, "desk@recipient.example", "5.1.1", "5.1.1 no such user")]
    assert str(mailgun.events(NOW, CASE.settings, after).url) == NEXT


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"severity": "temporary"}, []),
        ({"event": "delivered"}, [("delivered", "")]),
        ({"event": "complained", "delivery-status": None}, [("complained", "")]),
        ({"event": "opened"}, []),
        ({"delivery-status": {"message": "gone"}}, [("bounced", "5.0.0")]),
    ],
)
def test_each_event_has_one_meaning(changes: dict[str, Any], told: list[tuple[str, str]]) -> None:
    reports, _ = mailgun.read_events(httpx2.Response(200, json={"items": [EVENT | changes]}), "")
    assert [(one.kind, one.status) for one in reports or []] == told


def test_the_next_page_cannot_lead_to_another_server() -> None:
    sly = {"items": [EVENT], "paging": {"next": "https://evil.example/x/../../y?z#@host\\n"}}
    _, after = mailgun.read_events(httpx2.Response(200, json=sly), "")
    assert mailgun.events(NOW, CASE.settings, after).url.host == "api.mailgun.net"


def test_a_domain_that_may_not_send_is_a_problem() -> None:
    assert "unverified" in mailgun.probed(httpx2.Response(200, json={"domain": {"state": "unverified"}}))


def test_a_recipient_without_a_name_is_only_an_address() -> None:
    assert fields(to=Address("desk@recipient.example"))["to"] == "desk@recipient.example"
