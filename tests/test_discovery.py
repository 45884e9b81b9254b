from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from providers.contract import MESSAGE

from pressctl import discovery, provider
from pressctl.delivery import Evidence
from pressctl.errors import ProviderStop
from pressctl.http1 import Answer, Broken
from pressctl.provider import Account


class Script:
    """A wire that gives the answers in turn, and keeps the requests."""

    def __init__(self, *answers: Answer | Broken) -> None:
        self.answers = list(answers)
        self.requests: list[str] = []

    async def exchange(self, request: httpx2.Request) -> Answer | Broken:
        self.requests.append(f"{request.method} {request.url}")
        return self.answers.pop(0)


def answers(words: Iterable[str]) -> list[Answer]:
    return [Answer(httpx2.Response(200, text=word)) for word in words]


def account(ends: int) -> Account:
    """An account whose provider asks `ends` times, and wants each attachment uploaded; its settings are what was answered."""
    get = "https://provider.example/"
    module: Any = SimpleNamespace(
        PROFILE=provider.Profile("Provider"),
        discover=lambda settings: httpx2.Request("GET", f"{get}{len(settings)}") if len(settings) < ends else None,
        discovered=lambda response, settings: (*settings, response.text),
        upload=lambda message, settings: httpx2.Request("POST", get) if "pdf" not in settings else None,
        uploaded=lambda response, message, settings: (*settings, response.text),
    )
    return Account("press", "provider", module, (), 30, 1, 0, 1)


def test_it_is_asked_until_nothing_is_missing() -> None:
    wire = Script(*answers(["a", "b"]))
    assert asyncio.run(discovery.learned(account(2), wire)) == ("a", "b")
    assert wire.requests == ["GET https://provider.example/0", "GET https://provider.example/1"]


def test_the_files_of_a_message_are_uploaded_once() -> None:
    wire = Script(*answers(["a", "pdf"]))
    assert len(MESSAGE.attachments) == 2
    assert asyncio.run(discovery.learned(account(1), wire, MESSAGE)) == ("a", "pdf")
    assert wire.requests == ["GET https://provider.example/0", "POST https://provider.example/"]


def test_a_provider_that_learns_nothing_is_not_asked() -> None:
    via = dataclasses.replace(account(0), module=provider.find("mailpit"))
    assert asyncio.run(discovery.learned(via, Script(), MESSAGE)) == ()


@pytest.mark.parametrize(
    ("broken", "problem", "hint"),
    [
        (Broken(Evidence.NEVER_LEFT, "refused"), "the account `press` cannot be reached: refused", "online"),
        (Broken(Evidence.NEVER_LEFT, "bad", "the certificate is wrong", "check the date"), "the certificate is wrong", "check the date"),
    ],
)
def test_an_account_out_of_reach_stops_in_words(broken: Broken, problem: str, hint: str) -> None:
    with pytest.raises(ProviderStop, match=problem) as stopped:
        asyncio.run(discovery.learned(account(1), Script(broken)))
    assert hint in stopped.value.problems[0].hint


def test_a_provider_that_never_has_enough_is_stopped() -> None:
    with pytest.raises(ProviderStop, match="comes to no end"):
        asyncio.run(discovery.learned(account(99), Script(*answers("abcdefghij"))))
