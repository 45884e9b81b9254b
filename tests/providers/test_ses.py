from __future__ import annotations

import base64
import dataclasses
import importlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from pressctl.config import Secret
from pressctl.delivery import Move, Outcome
from pressctl.message import as_bytes
from pressctl.provider import CannotCarry, Quota
from pressctl.providers import ses
from providers import mime
from providers.contract import KEY, MESSAGE, NOW, Case

SETTINGS = ses.Settings("us-east-1", "AKIAIOSFODNN7EXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
CASE = Case(
    settings=SETTINGS,
    success={"MessageId": "0100019c-8f6d-4b5e-000000"},
    provider_id="0100019c-8f6d-4b5e-000000",
    secrets=("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",),
    environment={"AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"},
    moving=frozenset({"x-amz-date", "authorization"}),
    good={"SendingEnabled": True, "ProductionAccessEnabled": True},
    allowance={"SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 20.0}, "SendingEnabled": True},
    quotas=(Quota(180, 200, "in 24 hours"),),
    texts=lambda request: mime.in_json(request, "Content", "Raw", "Data"),
)


def test_the_request_is_our_own_bytes_to_one_recipient_with_our_key_as_a_tag() -> None:
    request = ses.request(MESSAGE, SETTINGS, KEY, NOW)
    assert str(request.url) == "https://email.us-east-1.amazonaws.com/v2/email/outbound-emails"
    assert orjson.loads(request.content) == {
        "Content": {"Raw": {"Data": base64.b64encode(as_bytes(MESSAGE)).decode()}},
        "Destination": {"ToAddresses": ["desk@recipient.example"]},
        "EmailTags": [{"Name": "pressctl_key", "Value": KEY}],
    }
    scope = "AKIAIOSFODNN7EXAMPLE/20260703/us-east-1/ses/aws4_request"
    assert request.headers["x-amz-date"] == "20260703T140000Z"
    assert f"Credential={scope}, SignedHeaders=content-type;host;x-amz-date, Signature=" in request.headers["authorization"]


def test_a_configuration_set_and_a_passing_key_are_in_the_request() -> None:
    settings = dataclasses.replace(SETTINGS, configuration_set="press", session_token=Secret("passing"))
    request = ses.request(MESSAGE, settings, "a.b", NOW)
    made = orjson.loads(request.content)
    assert (made["ConfigurationSetName"], made["EmailTags"][0]["Value"]) == ("press", "a_b")
    assert request.headers["x-amz-security-token"] == "passing"


def test_a_message_beyond_the_limit_is_refused_by_size() -> None:
    big = dataclasses.replace(MESSAGE.attachments[0], data=bytes(24 * 1024 * 1024))
    with pytest.raises(CannotCarry, match="40 MB"):
        ses.request(dataclasses.replace(MESSAGE, attachments=(big,)), SETTINGS, KEY, NOW)


def said(status: int, kind: str, message: str, *, header: bool = True) -> Outcome:
    body = {"message": message} if header else {"__type": f"com.amazonaws.sesv2#{kind}", "Message": message}
    headers = {"x-amzn-errortype": f"{kind}:http://internal.amazon.com/"} if header else {}
    return ses.outcome(httpx2.Response(status, json=body, headers=headers))


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize(
    ("status", "kind", "message", "what"),
    [
        (429, "TooManyRequestsException", "Maximum sending rate exceeded.", "defer"),
        (400, "ThrottlingException", "Maximum sending rate exceeded.", "defer"),
        (400, "Throttling", "Rate exceeded", "defer"),
        (429, "TooManyRequestsException", "Daily message quota exceeded.", "stop"),
        (400, "ThrottlingException", "Daily message quota exceeded.", "stop"),
        (400, "LimitExceededException", "Daily sending quota exceeded.", "stop"),
        (400, "AccountSuspendedException", "restricted", "stop"),
        (400, "SendingPausedException", "paused", "stop"),
        (400, "MailFromDomainNotVerifiedException", "no MX", "stop"),
        (404, "NotFoundException", "Configuration set <press> does not exist.", "stop"),
        (403, "InvalidSignatureException", "Signature expired: 20260703T140000Z is now earlier than …", "stop"),
        (400, "ExpiredTokenException", "The security token included in the request is expired", "stop"),
        (400, "UnrecognizedClientException", "The security token included in the request is invalid.", "stop"),
        (403, "AccessDeniedException", "not authorized to perform: ses:SendEmail", "stop"),
        (400, "MessageRejected", "Email address is not verified. The following identities failed the check in region", "stop"),
        (400, "MessageRejected", "Transaction failed: Attachment file type not supported", "reject"),
        (400, "BadRequestException", "Missing final '@domain'", "reject"),
        (413, "", "", "reject"),
        (500, "InternalFailure", "rate exceeded", "lose"),
        (503, "ServiceUnavailable", "", "lose"),
    ],
)
def test_an_error_is_told_by_its_name_and_its_words(status: int, kind: str, message: str, what: str, header: bool) -> None:
    outcome = said(status, kind, message, header=header)
    assert ("stop" if outcome.stop else outcome.move) == what
    assert kind in outcome.reason
    assert outcome.counts is (what in ("reject", "lose"))


def test_addresses_that_are_not_verified_are_not_repeated() -> None:
    text = "Email address is not verified. The following identities failed the check in region US-EAST-1: press@sender.example"
    outcome = said(400, "MessageRejected", text)
    assert outcome.stop == "Amazon SES refuses: MessageRejected: Email address is not verified."
    assert "sandbox" not in outcome.stop
    assert "production access" in outcome.hint


GOOD = {"SendingEnabled": True, "ProductionAccessEnabled": True, "SendQuota": {"Max24HourSend": 50000.0}}


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (httpx2.Response(200, json=GOOD), ""),
        (httpx2.Response(200, json=GOOD | {"SendingEnabled": False}), "has paused sending"),
        (httpx2.Response(200, json=GOOD | {"ProductionAccessEnabled": False}), "in the sandbox"),
        (httpx2.Response(200, json={}), "has paused sending"),
        (
            httpx2.Response(403, json={"message": "The security token is invalid."}),
            "refuses the credentials: The security token is invalid.",
        ),
        (httpx2.Response(500), "cannot be asked"),
    ],
)
def test_the_probe_tells_what_keeps_the_account_from_sending(response: httpx2.Response, words: str) -> None:
    told = ses.probed(response)
    assert (told == "") == (words == "")
    assert words in told


def test_the_probe_is_signed_for_the_time_it_is_made() -> None:
    request = ses.probe(SETTINGS, NOW)
    assert (request.method, str(request.url)) == ("GET", "https://email.us-east-1.amazonaws.com/v2/email/account")
    assert request.headers["x-amz-date"] == "20260703T140000Z"
    made = datetime.strptime(ses.probe(SETTINGS).headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=1)


# --- against moto, which checks the signature as AWS does


@dataclasses.dataclass(frozen=True)
class Moto:
    url: str
    settings: ses.Settings

    def sent(self) -> list[dict[str, Any]]:
        """The raw messages that arrived."""
        with urllib.request.urlopen(f"{self.url}/moto-api/data.json") as answer:
            found: list[dict[str, Any]] = json.load(answer)["ses"].get("RawMessage", [])
        return found


def call(request: httpx2.Request) -> httpx2.Response:
    plain = urllib.request.Request(str(request.url), request.content or None, dict(request.headers), method=request.method)
    try:
        with urllib.request.urlopen(plain) as answer:
            return httpx2.Response(answer.status, headers=dict(answer.headers), content=answer.read())
    except urllib.error.HTTPError as refused:
        return httpx2.Response(refused.code, headers=dict(refused.headers), content=refused.read())


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    pytest.importorskip("moto", reason="moto is not installed (pip install 'pressctl[real]')")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("moto") / "log").open("w")
    environment = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "4"}
    program = Path(sys.executable).with_name("moto_server")
    server = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log, env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Moto(url, account(url))
    finally:
        server.terminate()
        server.wait(10)
        log.close()


def account(url: str) -> ses.Settings:
    """A user with a key that may do everything with SES, and a verified sender: the four calls that are not checked."""
    boto3: Any = importlib.import_module("boto3")  # it has no types
    names = {"endpoint_url": url, "region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    iam = boto3.client("iam", **names)
    iam.create_user(UserName="press")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="press", PolicyName="send", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="press")["AccessKey"]
    boto3.client("sesv2", **names).create_email_identity(EmailIdentity="sender.example")
    return ses.Settings("us-east-1", key["AccessKeyId"], Secret(key["SecretAccessKey"]), base_url=url)


def test_moto_accepts_our_signature_and_holds_our_bytes(moto: Moto) -> None:
    before = len(moto.sent())
    outcome = ses.outcome(call(ses.request(MESSAGE, moto.settings, KEY, datetime.now(UTC))))
    assert (outcome.move, bool(outcome.provider_id)) == (Move.ACCEPT, True)
    (sent,) = moto.sent()[before:]
    assert sent["id"] == outcome.provider_id
    assert {parseaddr(one)[1] for one in sent["destinations"]} == {"desk@recipient.example"}  # moto adds those of the header To
    assert sent["raw_data"].encode() == as_bytes(MESSAGE)


@pytest.mark.parametrize("change", [{"secret_access_key": Secret("guess")}, {"access_key_id": "AKIAGUESSED"}])
def test_moto_refuses_another_key(moto: Moto, change: dict[str, Any]) -> None:
    before = len(moto.sent())
    outcome = ses.outcome(call(ses.request(MESSAGE, dataclasses.replace(moto.settings, **change), KEY, datetime.now(UTC))))
    assert (outcome.move, bool(outcome.stop), len(moto.sent())) == (Move.DEFER, True, before)


def test_moto_refuses_a_changed_body(moto: Moto) -> None:
    before = len(moto.sent())
    request = ses.request(MESSAGE, moto.settings, KEY, datetime.now(UTC))
    other = ses.request(dataclasses.replace(MESSAGE, subject="Another"), moto.settings, KEY, datetime.now(UTC))
    headers = {**request.headers, "content-length": str(len(other.content))}
    forged = httpx2.Request("POST", request.url, headers=headers, content=other.content)
    assert ses.outcome(call(forged)).stop
    assert len(moto.sent()) == before
