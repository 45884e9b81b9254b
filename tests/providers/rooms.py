"""What the tests of rooms share: a message as the sample office would make it, and one that tries everything."""

from __future__ import annotations

import dataclasses
from typing import Any

import httpx2

from pressctl.message import Endpoint, Message
from providers.contract import MESSAGE, PDF

TOLD = {
    "language": "en",
    "headline": "Residents ask city to keep the night bus & its drivers",
    "summary": "The council votes on Tuesday <at last>, *not* on [Monday](x).",
    "organization": {"name": "Key West Example Network", "url": "https://example.org/night_bus?a=1&b=2"},
    "contacts": [{"name": "Press volunteer", "title": "", "email": "answers@reply.example", "phone": "+1 305 555 0100"}],
    "printed": {"release_line": "EMBARGOED UNTIL Tuesday, July 8, 2025, 5 p.m. EDT"},
}

CALLS = "@channel @here @everyone @all <!here> <!channel> <@U024BE7LH> <@&42> <#C024BE7LR> <at>All</at> x.@here -@all _@here_ *@all* "
"""What would call people, or be read as markup, in one room or another."""


def told(url: str, **release: Any) -> Message:
    """A message with the PDF, for the room at `url`."""
    return dataclasses.replace(MESSAGE, to=Endpoint(url, "Newsroom"), attachments=(PDF,), release={**TOLD, **release})


def long(url: str, text: str) -> Message:
    """A message in which every text is far too long."""
    much = text * (30_000 // len(text))
    contact = {"name": much, "email": much, "phone": much}
    organization = {"name": much, "url": "https://example.org/" + "x" * 5000}
    return told(url, headline=much, summary=much, contacts=[contact], organization=organization, printed={"release_line": much})


def answer(status: int, content: bytes = b"", **headers: str) -> httpx2.Response:
    """A room's answer."""
    return httpx2.Response(status, content=content, headers={name.replace("_", "-"): value for name, value in headers.items()})
