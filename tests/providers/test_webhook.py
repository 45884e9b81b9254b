from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from types import MappingProxyType

import httpx2
import orjson
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from pressctl.config import Secret
from pressctl.delivery import Move
from pressctl.errors import ConfigError
from pressctl.message import Endpoint, Message
from pressctl.provider import CannotCarry
from pressctl.providers import webhook
from providers.contract import ENDPOINT, KEY, MESSAGE, NOW, Case

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

CASE = Case(
    settings=webhook.Settings(secret=Secret(SECRET)),
    success={"id": "intake-7"},
    provider_id="intake-7",
    to=ENDPOINT,
    secrets=(SECRET, SECRET.removeprefix("whsec_")),
    environment={"PRESS_WEBHOOK_SECRET": SECRET},
    unproven="accept",  # a newsroom's program owes us no form of answer, only a complete 2xx
    # each URL is its own account, so what is wrong there must not stop the others
    moves={301: "lose", 302: "lose", 303: "lose", **dict.fromkeys((307, 308, 401, 402, 403, 404, 405, 410), "reject")},
    moving=frozenset({"webhook-timestamp", "webhook-signature"}),
)


def to(url: str) -> Message:
    return dataclasses.replace(MESSAGE, to=Endpoint(url))


def test_an_independent_verifier_accepts_the_signature() -> None:
    request = webhook.request(CASE.message, CASE.settings, KEY, datetime.now(UTC))
    assert Webhook(SECRET).verify(request.content, dict(request.headers))["id"] == KEY


def test_the_verifier_refuses_another_secret_and_another_body() -> None:
    request = webhook.request(CASE.message, CASE.settings, KEY, datetime.now(UTC))
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").verify(request.content, dict(request.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.content.replace(b"night", b"day"), dict(request.headers))


def test_without_a_secret_nothing_is_signed() -> None:
    request = webhook.request(CASE.message, webhook.Settings(), KEY, NOW)
    assert "webhook-signature" not in request.headers
    assert request.headers["webhook-id"] == KEY


@pytest.mark.parametrize("secret", ["whsec_", "", "whsec_not base64!", "whsec_ü"])
def test_a_secret_that_cannot_be_one_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(ConfigError, match="whsec_") as caught:
        webhook.Settings(secret=Secret(secret))
    assert "not base64!" not in str(caught.value)


def test_the_release_is_in_the_body_as_data() -> None:
    message = dataclasses.replace(CASE.message, release=MappingProxyType(dict(MESSAGE.release)))
    body = orjson.loads(webhook.request(message, CASE.settings, KEY, NOW).content)
    assert (body["type"], body["id"], body["release"]) == ("release", KEY, MESSAGE.release)


@pytest.mark.parametrize("url", ["https://intake.example/press", "http://127.0.0.1:8025/webhook/intake.example", "http://localhost:8025/x"])
def test_https_and_this_machine_are_reached(url: str) -> None:
    assert str(webhook.request(to(url), CASE.settings, KEY, NOW).url) == url


@pytest.mark.parametrize("url", ["http://intake.example/press", "http://127.0.0.1.intake.example/", "ftp://intake.example", "//x", ""])
def test_a_url_without_tls_is_refused(url: str) -> None:
    with pytest.raises(CannotCarry, match="https"):
        webhook.request(to(url), CASE.settings, KEY, NOW)


def test_too_early_means_not_taken_and_come_again() -> None:
    outcome = webhook.outcome(httpx2.Response(425, headers={"retry-after": "3"}))
    assert (outcome.move, outcome.retry_after) == (Move.DEFER, 3.0)


def test_an_id_of_another_type_is_no_id_and_still_acceptance() -> None:
    outcome = webhook.outcome(httpx2.Response(202, json={"id": {"a": 1}}))
    assert (outcome.move, outcome.provider_id, outcome.status) == (Move.ACCEPT, "", 202)
