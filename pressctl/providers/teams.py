"""Microsoft Teams: a notice of the release in a channel or chat, by a workflow that posts what it is sent.

Reference: https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook,
https://support.microsoft.com/ (Create incoming webhooks with Workflows) and https://adaptivecards.io/explorer/; read 2026-11.

    [providers.teams]
    # per_second = 1

A contact whose `webhook` is a workflow's address (…logic.azure.com, …powerplatform.com) is such a channel; nothing else is to be
configured. Make it in Teams from the template "Post to a channel when a webhook request is received". The older addresses
at …webhook.office.com were retired in May 2026: what still answers there gets the same card.
What the channel gets: the embargo line, headline, lede, the organization's page and the press contact. Attachments are named, not carried.
Key window: none; a second request makes a second post.
After a time-out: nothing can be asked; the workflow's owner sees its runs. An acceptance says only that the workflow has started.
Limits: 28 KB for a card; more than four requests a second are slowed down with a 429.
Nobody is called: a mention needs an entity, and there is none; texts are RichTextBlock, which reads no Markdown.
The URL is the secret: whoever knows it can post. There is no tracking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pressctl import notice, provider
from pressctl.delivery import Outcome, accepted, uncertain
from pressctl.message import Message
from pressctl.provider import Profile

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Microsoft Teams", carries=frozenset({"webhook"}), per_second=1, size_limit=28 * 1024)
_HOSTS = (".logic.azure.com", ".powerplatform.com", ".webhook.office.com")
_CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Settings:
    """`base_url` is there for every provider and unused: each room has its own."""

    base_url: str = ""


def takes(url: str, settings: Settings) -> bool:
    """Whether it is a workflow's address, or one of the older connectors'."""
    return (urlsplit(url).hostname or "").endswith(_HOSTS)


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One message with one card; no text in it is longer than leaves the whole under 28 KB in any script."""
    url, told = notice.address(message, "Teams"), notice.of(message)
    blocks = [
        _block(told.line, 200, isSubtle=True, size="Small"),
        _block(told.headline, 500, weight="Bolder", size="Large"),
        _block(told.lede, 3000),
        _block(told.contact, 1000),
        _block(told.organization, 300, isSubtle=True),
    ]
    card: dict[str, Any] = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4"}
    card["body"] = [block for block in blocks if block]
    if told.link and notice.size(told.link) <= 1000:
        card["actions"] = [{"type": "Action.OpenUrl", "title": urlsplit(told.link).netloc, "url": told.link}]
    body = {"type": "message", "attachments": [{"contentType": _CARD, "contentUrl": None, "content": card}]}
    return provider.post(url, body, {notice.KEY_HEADER: key})


def outcome(response: httpx2.Response) -> Outcome:
    """202 with the id of the workflow's run is acceptance; of an older connector, 200 with the body `1`."""
    answer = provider.parsed(response)
    fault = answer.get("error") if isinstance(answer, dict) else None
    other = notice.refusal(response, provider.text(fault.get("message")) if isinstance(fault, dict) else "")
    if other is not None:
        return other
    run = provider.text(response.headers.get("x-ms-workflow-run-id"))
    if response.status_code in (200, 202) and run:
        return accepted(run, response.status_code)
    if response.status_code == 200 and response.content.strip() == b"1":
        return accepted("")
    said = "" if answer is not None else provider.text(response.content[:200].decode("utf-8", "replace").partition("<")[0])
    return uncertain(said or "the answer names no run of a workflow", response.status_code)


def _block(text: str, most: int, **look: Any) -> dict[str, Any]:
    run = {"type": "TextRun", "text": notice.fitted(text, most), **look}
    return {"type": "RichTextBlock", "inlines": [run]} if text else {}
