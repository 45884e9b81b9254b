from __future__ import annotations

import base64
import dataclasses
import json
from datetime import timedelta
from typing import Any

import jsonschema
import orjson
import pytest

from pressctl.config import Secret
from pressctl.delivery import Move
from pressctl.message import Address
from pressctl.provider import CannotCarry
from pressctl.providers import mailpit
from providers.contract import DOUBT, KEY, MESSAGE, NOW, Case, oracle

SEARCH = {"messages": [{"ID": "iAfZVVe2UQfNSG5BAjgYwa", "MessageID": DOUBT.message_id.strip("<>")}]}

CASE = Case(
    settings=mailpit.Settings("http://127.0.0.1:8025", "press", Secret("open sesame")),
    success={"ID": "iAfZVVe2UQfNSG5BAjgYwa"},
    provider_id="iAfZVVe2UQfNSG5BAjgYwa",
    secrets=("open sesame", base64.b64encode(b"press:open sesame").decode()),
    environment={"MAILPIT_PASSWORD": "open sesame"},
    listed=SEARCH,
    nothing={"messages": []},
)


def body(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads(mailpit.request(dataclasses.replace(MESSAGE, **changes), CASE.settings, KEY, NOW).content)
    return made


def test_a_message_to_mailpit_counts_as_live() -> None:
    assert not mailpit.PROFILE.rehearsal


def test_the_request_fits_mailpits_own_description() -> None:
    file = oracle("specs/mailpit.json")
    if not file.exists():
        pytest.skip("Mailpit's API description is not beside the repository (PRESSCTL_ORACLES)")
    spec = json.loads(file.read_text("utf-8"))
    schema = spec["paths"]["/api/v1/send"]["post"]["parameters"][0]["schema"]
    for changes in ({}, {"reply_to": None, "attachments": ()}, {"to": Address("desk@recipient.example")}):
        made = body(**changes)
        jsonschema.Draft4Validator(schema).validate(made)
        assert set(made) <= set(schema["properties"])
        for part in made.get("Attachments", []):
            assert set(part) <= set(schema["properties"]["Attachments"]["items"]["properties"])


def test_the_account_is_sent_only_where_there_is_one() -> None:
    request = mailpit.request(MESSAGE, CASE.settings, KEY, NOW)
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"press:open sesame").decode()
    assert "authorization" not in mailpit.request(MESSAGE, mailpit.Settings(), KEY, NOW).headers


def test_the_message_id_is_ours_and_the_order_of_headers_stays() -> None:
    assert list(body()["Headers"].items()) == [("Message-ID", f"<{KEY}@id.sender.example>"), *MESSAGE.headers]


@pytest.mark.parametrize("name", ["Cc", "bcc", "Reply-To", "DATE", "Content-Type", "Message-Id"])
def test_a_header_that_mailpit_refuses_is_refused_here_by_name(name: str) -> None:
    with pytest.raises(CannotCarry, match=name):
        body(headers=((name, "x"),))


def test_a_header_that_stands_twice_is_refused_by_name() -> None:
    with pytest.raises(CannotCarry, match="list-help"):
        body(headers=(("List-Help", "a"), ("list-help", "b"), ("List-Help", "c")))


def test_mailpits_own_words_are_the_reason() -> None:
    import httpx2

    outcome = mailpit.outcome(httpx2.Response(400, json={"Error": "invalid\naddress"}))
    assert (outcome.move, outcome.reason) == (Move.REJECT, "invalid address")


def test_an_attachment_is_encoded_once_for_all_recipients() -> None:
    big = dataclasses.replace(MESSAGE.attachments[0], data=bytes(1_000_000))
    mailpit.request(dataclasses.replace(MESSAGE, attachments=(big,)), CASE.settings, KEY, NOW)
    from pressctl import mail_catcher

    before = mail_catcher._attachments.cache_info()
    mailpit.request(dataclasses.replace(MESSAGE, attachments=(big,), to=Address("b@c.example")), CASE.settings, KEY, NOW + timedelta(1))
    after = mail_catcher._attachments.cache_info()
    assert (after.misses, after.hits) == (before.misses, before.hits + 1)
    mail_catcher._attachments.cache_clear()
