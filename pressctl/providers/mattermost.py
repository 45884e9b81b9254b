"""Mattermost: a notice of the release in a channel, by an incoming webhook.

Reference: https://developers.mattermost.com/integrate/webhooks/incoming/; its server's AppError for refusals; read 2026-11.

    [providers.mattermost]
    base_url = "https://chat.example.org"

A contact whose `webhook` begins with this address and /hooks/ is such a channel. Everybody runs a Mattermost of their own, so
its address must be told; several are several accounts, each with `kind = "mattermost"`.
What the channel gets: the embargo line, headline, lede, the organization's page and the press contact. Attachments are named, not carried.
Key window: none; a second request makes a second post.
After a time-out: nothing can be asked; a person looks into the channel.
Limits: 16,383 characters. The rate is the server's own setting (10 a second where it is on, as shipped; not verified).
Nobody is called: an @ that begins a word (@channel, @all, @here) is followed by an invisible sign, and Markdown is escaped.
The URL is the secret: whoever knows it can post. There is no tracking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pressctl import notice, provider
from pressctl.delivery import Outcome, accepted, uncertain
from pressctl.message import Message
from pressctl.provider import Profile

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Mattermost", carries=frozenset({"webhook"}), per_second=5, size_limit=64 * 1024)
_POST = 16_383  # characters of a post


@dataclass(frozen=True, slots=True)
class Settings:
    """`base_url` is the server's address; "" takes no contact."""

    base_url: str = ""


def takes(url: str, settings: Settings) -> bool:
    """Whether it is an incoming webhook of this server."""
    return bool(settings.base_url) and url.startswith(settings.base_url.rstrip("/") + "/hooks/")


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One post in Markdown."""
    url = notice.address(message, "Mattermost")
    return provider.post(url, {"text": notice.written(notice.of(message), notice.markdown, _POST, bold="**")}, {notice.KEY_HEADER: key})


def outcome(response: httpx2.Response) -> Outcome:
    """200 with the body `ok` is acceptance; errors are `{id, message, status_code}`."""
    answer = provider.parsed(response)
    other = notice.refusal(response, provider.text(answer.get("message")) if isinstance(answer, dict) else "")
    if other is not None:
        return other
    return accepted("") if response.content.strip() == b"ok" else uncertain("Mattermost did not say `ok`", response.status_code)
