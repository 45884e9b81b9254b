"""The inbox's page: the list of deliveries and one of them, as a journalist would read it. Works without JavaScript."""

from __future__ import annotations

from pressctl.inbox import Inbox
from pressctl.loopback import Answer, Request, refusal


def answer(inbox: Inbox, request: Request) -> Answer:
    """The page, one of its parts, or 404."""
    return refusal(404, "there is no such page")
