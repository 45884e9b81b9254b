from __future__ import annotations

import base64
import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl.config import Secret
from pressctl.delivery import Move, Outcome
from pressctl.errors import ConfigError, ProviderStop
from pressctl.jmap_account import BLOB, CORE, MAIL, SUBMISSION, Account
from pressctl.message import Address, Message
from pressctl.provider import CannotCarry, Doubt
from pressctl.providers import jmap
from providers.contract import KEY, LOGO, MESSAGE, NOW, PDF, Case
from providers.test_contract import spoiled

TOKEN = "fmu1-0123456789abcdef"
SETTINGS = jmap.Settings("https://jmap.provider.example/session", Secret(TOKEN))
ACCOUNT = Account(
    base_url=SETTINGS.base_url,
    token=SETTINGS.token,
    api_url="https://jmap.provider.example/api/",
    upload_url="https://jmap.provider.example/upload/u1/",
    account="u1",
    using=(CORE, MAIL, SUBMISSION),
    size_limit=10_000_000,
    identities=(("other@sender.example", "i0"), ("Press@Sender.example", "i1")),
    drafts="d1",
    sent="s1",
)
UPLOADED = {hashlib.sha256(one.data).hexdigest(): name for one, name in ((PDF, "Gpdf"), (LOGO, "Gpng"))}
READY = dataclasses.replace(ACCOUNT, blobs=UPLOADED)


def answer(*results: list[Any]) -> dict[str, Any]:
    return {"methodResponses": list(results), "sessionState": "0"}


def shown(*mails: Any) -> dict[str, Any]:
    """What a look-up answers: these mails, and which folders are Drafts and Sent."""
    return answer(
        ["Email/query", {"ids": [one["id"] for one in mails]}, "query"],
        ["Email/get", {"list": list(mails)}, "mails"],
        ["Mailbox/get", {"list": [{"id": "d1", "role": "drafts"}, {"id": "s1", "role": "sent"}]}, "folders"],
    )


CREATED = answer(
    ["Email/set", {"created": {"mail": {"id": "M1"}}, "notCreated": None}, "mail"],
    ["EmailSubmission/set", {"created": {"sending": {"id": "S1", "undoStatus": "final"}}, "notCreated": None}, "sending"],
    ["Email/set", {"updated": {"M1": None}}, "sending"],
    ["EmailSubmission/get", {"list": [], "notFound": ["#sending"]}, "status"],
)
CASE = Case(
    settings=dataclasses.replace(ACCOUNT, using=(CORE, MAIL, SUBMISSION, BLOB)),
    success=CREATED,
    provider_id="S1",
    secrets=(TOKEN,),
    environment={"JMAP_TOKEN": TOKEN},
    asks="POST",
    listed=shown({"id": "M1", "messageId": [MESSAGE.message_id.strip("<>")], "mailboxIds": {"s1": True}}),
    nothing=shown(),
    good={
        "apiUrl": "/api/",
        "uploadUrl": "/u/",
        "capabilities": {CORE: {}, MAIL: {}, SUBMISSION: {}},
        "primaryAccounts": {MAIL: "u", SUBMISSION: "u"},
    },
)


def body(settings: jmap.Settings = READY, message: Message = MESSAGE) -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads(jmap.request(message, settings, KEY, NOW).content)
    return made


def said(status: int, content: Any) -> Outcome:
    return jmap.outcome(httpx2.Response(status, json=content))


# --- before the first message

SESSION: dict[str, Any] = {
    "apiUrl": "/api/",
    "uploadUrl": "/upload/{accountId}/",
    "capabilities": {CORE: {"maxSizeRequest": 5000}, MAIL: {}, SUBMISSION: {}, "https://vendor.example/x": {}},
    "primaryAccounts": {MAIL: "u/1", SUBMISSION: "u/1"},
}
FOLDERS = answer(
    ["Identity/get", {"list": [{"id": "i1", "email": "press@sender.example"}, {"id": "i2", "email": "*@wide.example"}]}, "identities"],
    ["Mailbox/get", {"list": [{"id": "d1", "role": "drafts"}, {"id": "s1", "role": "sent"}, {"id": "x", "role": None}]}, "folders"],
)


def learned(session: Any = SESSION, folders: Any = FOLDERS, settings: jmap.Settings = SETTINGS) -> Account:
    first = jmap.discovered(httpx2.Response(200, json=session), settings)
    second = jmap.discovered(httpx2.Response(200, json=folders), first)
    assert jmap.discover(second) is None
    assert isinstance(second, Account)
    return second


def test_session_identities_and_folders_are_learned_in_two_requests() -> None:
    request = jmap.discover(SETTINGS)
    assert request is not None
    assert (request.method, str(request.url), request.headers["authorization"]) == ("GET", SETTINGS.base_url, f"Bearer {TOKEN}")
    first = jmap.discovered(httpx2.Response(200, json=SESSION), SETTINGS)
    request = jmap.discover(first)
    assert request is not None
    assert str(request.url) == "https://jmap.provider.example/api/"
    assert orjson.loads(request.content) == {
        "using": [CORE, MAIL, SUBMISSION],
        "methodCalls": [
            ["Identity/get", {"accountId": "u/1", "ids": None}, "identities"],
            ["Mailbox/get", {"accountId": "u/1", "ids": None, "properties": ["role"]}, "folders"],
        ],
    }
    account = learned()
    assert (account.upload_url, account.size_limit) == ("https://jmap.provider.example/upload/u%2F1/", 5000)
    assert (account.drafts, account.sent, account.identities) == ("d1", "s1", (("press@sender.example", "i1"), ("*@wide.example", "i2")))


def test_the_well_known_address_may_redirect_on_its_own_server_only() -> None:
    known = dataclasses.replace(SETTINGS, base_url="https://jmap.provider.example/.well-known/jmap")
    moved = httpx2.Response(301, headers={"location": "/session"})
    assert jmap.discovered(moved, known) == SETTINGS
    for settings, place in ((known, "https://jmap.thief.example/session"), (known, "http://jmap.provider.example/x"), (SETTINGS, "/other")):
        with pytest.raises(ProviderStop, match="redirect"):
            jmap.discovered(httpx2.Response(301, headers={"location": place}), settings)


@pytest.mark.parametrize("place", ["http://jmap.provider.example/api/", "http://10.0.0.1/api/", "ftp://jmap.provider.example/"])
@pytest.mark.parametrize("name", ["apiUrl", "uploadUrl"])
def test_a_session_cannot_send_the_token_over_a_plain_line(name: str, place: str) -> None:
    with pytest.raises(ProviderStop, match="neither its own server nor https"):
        learned(SESSION | {name: place})


@pytest.mark.parametrize(
    ("session", "words"),
    [
        ("<html>", "no JMAP session"),
        ([], "no JMAP session"),
        (SESSION | {"capabilities": {CORE: {}, MAIL: {}}}, f"may not use {SUBMISSION}"),
        (SESSION | {"primaryAccounts": {}}, "does not say where to send"),
        (SESSION | {"apiUrl": 7}, "does not say where to send"),
    ],
)
def test_a_session_that_cannot_send_mail_stops_in_words(session: Any, words: str) -> None:
    with pytest.raises(ProviderStop, match=words):
        learned(session)


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        ({}, "no list of JMAP results"),
        (answer(FOLDERS["methodResponses"][0]), "no folders"),
        (answer(FOLDERS["methodResponses"][1]), "no identity"),
        (answer(["error", {"type": "accountNotFound"}, "identities"], FOLDERS["methodResponses"][1]), "no identity"),
    ],
)
def test_an_account_without_folders_or_identities_stops_in_words(folders: Any, words: str) -> None:
    with pytest.raises(ProviderStop, match=words):
        learned(folders=folders)


def test_a_wrong_token_stops_in_words_at_each_step() -> None:
    for settings in (SETTINGS, dataclasses.replace(ACCOUNT, drafts="")):
        with pytest.raises(ProviderStop, match="refuses the account") as stopped:
            jmap.discovered(httpx2.Response(401), settings)
        assert TOKEN not in str(stopped.value)


def test_a_message_before_discovery_is_refused() -> None:
    with pytest.raises(ProviderStop, match="not been asked"):
        jmap.request(MESSAGE, SETTINGS, KEY, NOW)


@pytest.mark.parametrize(
    ("identities", "identity"),
    [
        ((("*@sender.example", "wide"), ("press@sender.example", "exact")), "exact"),
        ((("*@sender.example", "wide"), ("", "any")), "wide"),
        ((("x@sender.example", "x"), ("", "any")), "any"),  # Cyrus has one identity without address
    ],
)
def test_the_identity_is_the_nearest_to_the_sender(identities: tuple[tuple[str, str], ...], identity: str) -> None:
    submission = body(dataclasses.replace(READY, identities=identities))["methodCalls"][1][1]
    assert submission["create"]["sending"]["identityId"] == identity


def test_a_sender_without_identity_stops_and_names_no_address() -> None:
    with pytest.raises(ProviderStop, match=r"it has some at private\.example") as stopped:
        body(dataclasses.replace(READY, identities=(("somebody@private.example", "i1"),)))
    assert "somebody" not in str(stopped.value)
    assert "press@" not in str(stopped.value)


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"username": "press"},
        {"password": Secret("x")},
        {"token": Secret("x"), "username": "press"},
        {"token": Secret("x"), "username": "press", "password": Secret("x")},
    ],
)
def test_an_account_has_a_token_or_a_user_with_a_password(keys: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="token"):
        jmap.Settings(**keys)


def test_user_and_password_go_as_basic_authentication() -> None:
    request = jmap.probe(jmap.Settings("http://127.0.0.1:8008/jmap", None, "press", Secret("open sesame")))
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"press:open sesame").decode()


# --- attachments


def test_each_attachment_is_uploaded_once() -> None:
    settings: jmap.Settings = ACCOUNT
    seen = []
    while (request := jmap.upload(MESSAGE, settings)) is not None:
        seen.append((str(request.url), request.content, request.headers["content-type"], request.headers["authorization"]))
        settings = jmap.uploaded(httpx2.Response(201, json={"blobId": f"G{len(seen)}"}), MESSAGE, settings)
    to = "https://jmap.provider.example/upload/u1/"
    assert seen == [(to, one.data, "application/octet-stream", f"Bearer {TOKEN}") for one in (PDF, LOGO)]
    assert isinstance(settings, Account)
    assert list(settings.blobs.values()) == ["G1", "G2"]
    assert jmap.upload(dataclasses.replace(MESSAGE, to=Address("other@recipient.example")), settings) is None


def test_where_files_can_come_along_nothing_is_uploaded_before() -> None:
    assert jmap.upload(MESSAGE, CASE.settings) is None
    made = body(CASE.settings)
    assert made["using"] == [CORE, MAIL, SUBMISSION, BLOB]
    assert made["methodCalls"][0][0] == "Blob/upload"
    assert len(made["methodCalls"][0][1]["create"]) == 2


@pytest.mark.parametrize("response", [httpx2.Response(413), httpx2.Response(201, json={}), httpx2.Response(500, json={"blobId": "G1"})])
def test_a_refused_upload_stops_before_any_message(response: httpx2.Response) -> None:
    with pytest.raises(ProviderStop, match="took no attachment"):
        jmap.uploaded(response, MESSAGE, ACCOUNT)


@pytest.mark.parametrize(("file", "words"), [(PDF, "attachment route map"), (LOGO, "inline image logo.png")])
def test_a_file_that_is_not_at_the_server_is_refused_by_name(file: Any, words: str) -> None:
    with pytest.raises(CannotCarry, match=words):
        body(ACCOUNT, dataclasses.replace(MESSAGE, attachments=(file,)))


def test_a_request_larger_than_the_session_allows_is_refused_by_size() -> None:
    with pytest.raises(CannotCarry, match="at most 900 bytes"):
        body(dataclasses.replace(READY, size_limit=900))


# --- the request


def test_the_request_makes_a_draft_submits_it_and_moves_it_to_sent() -> None:
    made = body()
    assert made["using"] == [CORE, MAIL, SUBMISSION]
    draft, submission, status = made["methodCalls"]
    assert draft[:1] + draft[2:] == ["Email/set", "mail"]
    assert draft[1]["create"]["mail"] == {
        "mailboxIds": {"d1": True},
        "keywords": {"$draft": True, "$seen": True},
        "from": [{"email": "press@sender.example", "name": "Key West Example Network"}],
        "to": [{"email": "desk@recipient.example", "name": "National desk, Zeitung für Überlingen"}],
        "replyTo": [{"email": "answers@reply.example", "name": "Press volunteer"}],
        "subject": MESSAGE.subject,
        "messageId": [f"{KEY}@id.sender.example"],
        "sentAt": "2026-07-03T09:00:00+00:00",
        **{f"header:{name}:asRaw": f" {value}" for name, value in MESSAGE.headers},
        "bodyStructure": {
            "type": "multipart/mixed",
            "subParts": [
                {
                    "type": "multipart/alternative",
                    "subParts": [
                        {"type": "text/plain", "partId": "text"},
                        {
                            "type": "multipart/related",
                            "subParts": [
                                {"type": "text/html", "partId": "html"},
                                {"type": "image/png", "name": "logo.png", "blobId": "Gpng", "disposition": "inline", "cid": LOGO.cid},
                            ],
                        },
                    ],
                },
                {"type": "application/pdf", "name": PDF.name, "blobId": "Gpdf", "disposition": "attachment"},
            ],
        },
        "bodyValues": {"text": {"value": MESSAGE.text}, "html": {"value": MESSAGE.html}},
    }
    assert submission == [
        "EmailSubmission/set",
        {
            "accountId": "u1",
            "create": {
                "sending": {
                    "emailId": "#mail",
                    "identityId": "i1",
                    "envelope": {"mailFrom": {"email": "press@sender.example"}, "rcptTo": [{"email": "desk@recipient.example"}]},
                }
            },
            "onSuccessUpdateEmail": {"#sending": {"mailboxIds/d1": None, "mailboxIds/s1": True, "keywords/$draft": None}},
        },
        "sending",
    ]
    assert status == ["EmailSubmission/get", {"accountId": "u1", "ids": ["#sending"], "properties": ["deliveryStatus"]}, "status"]


def test_a_header_that_the_mail_has_already_is_refused_by_name() -> None:
    with pytest.raises(CannotCarry, match="Reply-To"):
        body(READY, dataclasses.replace(MESSAGE, headers=(("Reply-To", "x@y.example"),)))


# --- the answer


def refused(kind: str, *, step: str = "sending", **more: Any) -> dict[str, Any]:
    """An answer in which the draft, or its submission, was not created."""
    failed = {"notCreated": {step: {"type": kind, **more}}}
    if step == "mail":
        absent = {"notCreated": {"sending": {"type": "invalidProperties", "properties": ["emailId"]}}}
        return answer(["Email/set", failed, "mail"], ["EmailSubmission/set", absent, "sending"])
    return answer(CREATED["methodResponses"][0], ["EmailSubmission/set", {"created": None, **failed}, "sending"])


@pytest.mark.parametrize(
    ("kind", "more", "move", "stop"),
    [
        ("invalidRecipients", {"invalidRecipients": ["desk@recipient.example"]}, Move.REJECT, False),
        ("noRecipients", {}, Move.REJECT, False),
        ("invalidEmail", {}, Move.REJECT, False),
        ("tooLarge", {"maxSize": 10}, Move.REJECT, False),
        ("invalidProperties", {"properties": ["envelope"]}, Move.REJECT, False),
        ("forbiddenToSend", {"description": "try later"}, Move.DEFER, False),  # Cyrus, for 451 4.3.0
        ("forbiddenToSend", {"description": "451 4.3.0 try later"}, Move.DEFER, False),
        ("forbiddenToSend", {"description": "550 5.7.1 go away"}, Move.REJECT, False),
        ("forbiddenToSend", {}, Move.DEFER, False),
        ("tooManyRecipients", {"maxRecipients": 0}, Move.DEFER, False),  # Cyrus, for 450 and 550 of a server without enhanced codes
        ("forbiddenFrom", {}, Move.DEFER, True),
        ("forbiddenMailFrom", {}, Move.DEFER, True),
        ("forbidden", {}, Move.DEFER, True),
        ("overQuota", {}, Move.DEFER, True),
        ("rateLimit", {}, Move.DEFER, False),
        ("serverFail", {}, Move.LOSE, False),
        ("serverPartialFail", {}, Move.LOSE, False),
    ],
)
def test_a_submission_that_was_not_created_means_what_its_error_says(kind: str, more: dict[str, Any], move: Move, stop: bool) -> None:
    outcome = said(200, refused(kind, **more))
    assert (outcome.move, bool(outcome.stop)) == (move, stop)
    assert kind in outcome.reason


@pytest.mark.parametrize(
    ("kind", "move", "stop"),
    [
        ("blobNotFound", Move.DEFER, True),
        ("overQuota", Move.DEFER, True),
        ("serverFail", Move.DEFER, False),
        ("invalidProperties", Move.REJECT, False),
        ("tooLarge", Move.REJECT, False),
        ("alreadyExists", Move.LOSE, False),  # Cyrus, for the same bytes twice: an earlier attempt may have been submitted
    ],
)
def test_a_draft_that_was_not_created_was_not_submitted_either(kind: str, move: Move, stop: bool) -> None:
    outcome = said(200, refused(kind, step="mail"))
    assert (outcome.move, bool(outcome.stop)) == (move, stop)


@pytest.mark.parametrize(
    ("kind", "draft", "sending"),
    [
        ("stateMismatch", Move.DEFER, Move.DEFER),
        ("serverUnavailable", Move.DEFER, Move.DEFER),
        ("serverFail", Move.DEFER, Move.LOSE),
        ("serverPartialFail", Move.DEFER, Move.LOSE),
        ("accountReadOnly", "stop", "stop"),
        ("accountNotFound", "stop", "stop"),
        ("unknownMethod", "stop", "stop"),
        ("invalidArguments", Move.REJECT, Move.REJECT),
    ],
)
def test_an_error_of_a_method_is_read_before_anything_else(kind: str, draft: str, sending: str) -> None:
    error = {"type": kind, "description": "the\nreason"}
    first = said(200, answer(["error", error, "mail"], ["EmailSubmission/set", {"notCreated": {"sending": {"type": "x"}}}, "sending"]))
    second = said(200, answer(CREATED["methodResponses"][0], ["error", error, "sending"]))
    for outcome, expected in ((first, draft), (second, sending)):
        assert ("stop" if outcome.stop else outcome.move) == expected
        assert f"{kind}: the reason" in outcome.reason


@pytest.mark.parametrize(
    ("status", "move"),
    [
        ({"delivered": "no", "smtpReply": "550 5.1.1 no such user"}, Move.REJECT),
        ({"delivered": "no", "smtpReply": "451 4.3.0 try later"}, Move.DEFER),
        ({"delivered": "queued", "smtpReply": "250 2.0.0 queued"}, Move.ACCEPT),
        ({"delivered": "unknown"}, Move.ACCEPT),
        (None, Move.ACCEPT),
    ],
)
def test_a_created_submission_whose_recipient_was_refused_is_no_success(status: Any, move: Move) -> None:
    told = ["EmailSubmission/get", {"list": [{"id": "S1", "deliveryStatus": status and {"desk@recipient.example": status}}]}, "status"]
    assert said(200, answer(*CREATED["methodResponses"][:3], told)).move is move


@pytest.mark.parametrize(
    ("problem", "move", "stop"),
    [
        ({"type": "urn:ietf:params:jmap:error:unknownCapability", "detail": "no blob"}, Move.DEFER, True),
        ({"type": "urn:ietf:params:jmap:error:limit", "limit": "maxConcurrentRequests"}, Move.DEFER, False),
        ({"type": "urn:ietf:params:jmap:error:limit", "limit": "maxSizeRequest"}, Move.REJECT, False),
        ({"type": "urn:ietf:params:jmap:error:notRequest"}, Move.REJECT, False),
    ],
)
def test_a_request_that_was_not_understood_as_a_whole(problem: Any, move: Move, stop: bool) -> None:
    outcome = said(400, problem)
    assert (outcome.move, bool(outcome.stop)) == (move, stop)


# --- after a time-out

DOUBT = Doubt(KEY, MESSAGE.message_id, "desk@recipient.example", "night-bus", datetime(2026, 7, 3, 9, tzinfo=UTC), MESSAGE.subject)
ROLES = ["Mailbox/get", {"list": [{"id": "d1", "role": "drafts"}, {"id": "s1", "role": "sent"}]}, "folders"]


def search(*mails: tuple[str, list[str]], roles: Any = ROLES) -> dict[str, Any]:
    """The answer of a look-up that found these mails: Message-ID without brackets, ids of folders."""
    rows = [{"id": f"M{n}", "messageId": [name], "mailboxIds": dict.fromkeys(ids, True)} for n, (name, ids) in enumerate(mails)]
    ids = [row["id"] for row in rows]
    return answer(["Email/query", {"ids": ids}, "query"], ["Email/get", {"list": rows}, "mails"], roles)


OURS = f"{KEY}@id.sender.example"


@pytest.mark.parametrize(
    ("content", "move"),
    [
        (search((OURS, ["s1"])), Move.ACCEPT),
        (search((OURS, ["d1"]), (OURS, ["s1"])), Move.ACCEPT),
        (search((OURS, ["d1"])), Move.DEFER),
        (search(), Move.DEFER),
        (search((f"x{OURS}", ["s1"])), Move.DEFER),  # the search finds parts of an id
        (search((OURS, ["inbox"])), None),
        (search((OURS, ["d1", "archive"])), None),
        (search((OURS, [])), None),
        (search(roles=["Mailbox/get", {"list": []}, "folders"]), None),
        (answer(["error", {"type": "unsupportedFilter"}, "query"], ["error", {"type": "invalidResultReference"}, "mails"], ROLES), None),
        (answer(["Email/query", {"ids": ["M0"]}, "query"], ["Email/get", {"list": []}, "mails"], ROLES), None),
        ({}, None),
    ],
)
def test_the_folder_of_the_mail_says_what_became_of_it(content: Any, move: Move | None) -> None:
    verdict = jmap.found(httpx2.Response(200, json=content), DOUBT)
    assert (verdict.move if verdict else None) is move
    assert jmap.found(httpx2.Response(500, json=content), DOUBT) is None


def test_the_look_up_asks_for_our_message_id() -> None:
    calls = orjson.loads(jmap.lookup(DOUBT, READY).content)["methodCalls"]
    assert calls[0] == ["Email/query", {"accountId": "u1", "filter": {"header": ["Message-ID", OURS]}}, "query"]
    assert calls[1][1]["#ids"] == {"resultOf": "query", "name": "Email/query", "path": "/ids"}
    assert calls[2][1]["ids"] == ["d1", "s1"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([OURS, "s1", "M0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "messageId", "mailboxIds", "role"]), inner),
    max_leaves=9,
)


@given(content=JSON, roles=JSON)
def test_no_answer_makes_the_look_up_fail(content: Any, roles: Any) -> None:
    folders = ["Mailbox/get", {"list": roles}, "folders"]
    shaped = answer(["Email/query", {"ids": content}, "query"], ["Email/get", {"list": content}, "mails"], folders)
    for whole in (content, shaped):
        verdict = jmap.found(httpx2.Response(200, content=orjson.dumps(whole)), DOUBT)
        assert verdict is None or verdict.move in (Move.DEFER, Move.ACCEPT)


def test_the_probe_reads_the_session() -> None:
    assert jmap.probed(httpx2.Response(200, json=SESSION)) == ""
    assert "only points to /session" in jmap.probed(httpx2.Response(301, headers={"location": "/session"}))
    assert "may not use" in jmap.probed(httpx2.Response(200, json=SESSION | {"capabilities": {}}))
    assert "refuses the account" in jmap.probed(httpx2.Response(401))


@pytest.mark.parametrize("folders", [5, True, "s1", ["s1"], [{}], None])
def test_folders_in_another_form_are_no_verdict(folders: Any) -> None:
    mail = {"id": "M1", "messageId": [MESSAGE.message_id.strip("<>")], "mailboxIds": folders}
    assert jmap.found(httpx2.Response(200, json=shown(mail)), DOUBT) is None


def test_a_role_in_another_form_is_no_verdict() -> None:
    strange = shown()
    strange["methodResponses"][2][1]["list"][0]["role"] = []
    assert jmap.found(httpx2.Response(200, json=strange), DOUBT) is None


# --- what a refusal leaves behind


def left(status: int, content: Any) -> list[Any]:
    """The calls by which what was left is taken back; none where there is nothing to be sure of."""
    request = jmap.tidy(httpx2.Response(status, content=orjson.dumps(content)), READY)
    calls: list[Any] = orjson.loads(request.content)["methodCalls"] if request else []
    return calls


@pytest.mark.parametrize("kind", ["invalidRecipients", "forbiddenToSend", "tooLarge", "forbiddenFrom", "rateLimit"])
def test_the_draft_of_a_refused_submission_is_destroyed_by_its_id(kind: str) -> None:
    assert left(200, refused(kind)) == [["Email/set", {"accountId": READY.account, "destroy": ["M1"]}, "tidy"]]


def test_nothing_is_destroyed_that_may_have_been_submitted() -> None:
    draft, created, moved, _ = CREATED["methodResponses"]
    undelivered = ["EmailSubmission/get", {"list": [{"deliveryStatus": {"a@b": {"delivered": "no", "smtpReply": "550 no"}}}]}, "status"]
    both = ["EmailSubmission/set", {**created[1], "notCreated": {"sending": {"type": "tooLarge"}}}, "sending"]
    for said in (
        CREATED,
        answer(draft, created, moved, undelivered),  # a refusal, but the mail is in Sent
        answer(draft),
        answer(draft, both),
        refused("serverFail"),
        refused("serverPartialFail"),
        answer(draft, ["error", {"type": "serverFail"}, "sending"]),
        refused("tooLarge", step="mail"),
    ):
        assert left(200, said) == [], said
    for status in (201, 400, 500, 504):
        assert left(status, refused("tooLarge")) == []


@given(content=spoiled(refused("tooLarge")))
def test_no_answer_makes_tidying_up_fail(content: Any) -> None:
    for name, arguments, _ in left(200, content):
        assert name == "Email/set"
        assert [type(one) for one in arguments["destroy"]] == [str]
        assert arguments["destroy"] != [""]
