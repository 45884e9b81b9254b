"""Slack: a notice of the release in a channel, by an incoming webhook.

Reference: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, …/reference/block-kit/composition-objects/text-object,
…/messaging/formatting-message-text and api.slack.com/changelog/2016-05-17 (errors); read 2026-11.

    [providers.slack]
    # per_second = 1

A contact whose `webhook` begins with https://hooks.slack.com/ is such a channel; nothing else is to be configured.
What the channel gets: the embargo line, headline, lede, the organization's page and the press contact. Attachments are named, not carried.
Key window: none; a second request makes a second post.
After a time-out: nothing can be asked; a person looks into the channel.
Limits: 3,000 characters in a section; one post a second (api.slack.com/apis/rate-limits), 429 with Retry-After.
Nobody is called: & < > are escaped as Slack asks, and `verbatim` keeps it from reading names and channels in plain text.
The URL is the secret: whoever knows it can post. There is no tracking; link previews are switched off in each request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressctl import notice, provider
from pressctl.delivery import Outcome, accepted, uncertain
from pressctl.message import Message
from pressctl.provider import Profile

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Slack", carries=frozenset({"webhook"}), per_second=1, size_limit=40_000)
_SECTION = 3000  # characters of a section's text


@dataclass(frozen=True, slots=True)
class Settings:
    """`base_url` is there for every provider and unused: each room has its own."""

    base_url: str = ""


def takes(url: str, settings: Settings) -> bool:
    """Whether it is an incoming webhook of Slack, or of its separate cloud for governments."""
    return urlsplit(url).hostname in ("hooks.slack.com", "hooks.slack-gov.com")


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One section; `text` is what stands in a notification."""
    url, told = notice.address(message, "Slack"), notice.of(message)
    bold = "" if "*" in told.headline else "*"
    section = {"type": "mrkdwn", "text": notice.written(told, _escaped, _SECTION, bold=bold), "verbatim": True}
    body = {
        "text": notice.fitted(told.headline, 500, _escaped),
        "blocks": [{"type": "section", "text": section}],
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return provider.post(url, body, {notice.KEY_HEADER: key})


def outcome(response: httpx2.Response) -> Outcome:
    """200 with the body `ok` is acceptance; errors are a word such as no_service, channel_is_archived, invalid_blocks."""
    word = response.content[:80].decode("ascii", "replace").strip()
    other = notice.refusal(response, word if word.replace("_", "").isalpha() else "")
    if other is not None:
        return other
    return accepted("") if word == "ok" else uncertain("Slack did not say `ok`", response.status_code)


def _escaped(word: str) -> str:
    """A token of a text; an address becomes a link, which `verbatim` text does not make of itself."""
    safe = word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if word.startswith(("http://", "https://")):
        return f"<{safe.replace('|', '%7C')}>"
    return "@\u2060" if word == "@" else safe
