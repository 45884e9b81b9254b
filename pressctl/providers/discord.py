"""Discord: a notice of the release in a channel, by a webhook of that channel.

Reference: https://docs.discord.com/developers/resources/webhook (Execute Webhook), …/topics/rate-limits, …/topics/opcodes-and-status-codes;
read 2026-11.

    [providers.discord]
    # per_second = 0.5

A contact whose `webhook` begins with https://discord.com/api/webhooks/ is such a channel; nothing else is to be configured. For a
thread, or a forum channel, append ?thread_id=… to it.
What the channel gets: the embargo line, headline, lede, the organization's page and the press contact. Attachments are named, not carried.
Key window: none; a second request makes a second post.
After a time-out: nothing can be asked, since only the id of a post finds it; a person looks into the channel.
Limits: 2,000 characters; about 30 posts a minute in one channel (not verified), 429 with `retry_after`.
Nobody is called: `allowed_mentions` is empty, Markdown is escaped. Link previews are suppressed.
The URL is the secret: whoever knows it can post. There is no tracking.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressctl import notice, provider
from pressctl.delivery import Outcome, accepted, uncertain
from pressctl.message import Message
from pressctl.provider import Profile

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Discord", carries=frozenset({"webhook"}), per_second=0.5, size_limit=64 * 1024)
_CONTENT = 2000  # characters of a post
_NO_PREVIEWS = 4  # the flag SUPPRESS_EMBEDS


@dataclass(frozen=True, slots=True)
class Settings:
    """`base_url` is there for every provider and unused: each room has its own."""

    base_url: str = ""


def takes(url: str, settings: Settings) -> bool:
    """Whether it is a channel's webhook, by either of Discord's names."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("canary.").removeprefix("ptb.")
    return host in ("discord.com", "discordapp.com") and parts.path.startswith("/api/")


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One post; `wait` makes Discord answer when it is there, with its id."""
    url = notice.address(message, "Discord")
    body = {
        "content": notice.written(notice.of(message), notice.markdown, _CONTENT, bold="**"),
        "allowed_mentions": {"parse": []},
        "flags": _NO_PREVIEWS,
    }
    return provider.post(f"{url}{'&' if urlsplit(url).query else '?'}wait=true", body, {notice.KEY_HEADER: key})


def outcome(response: httpx2.Response) -> Outcome:
    """200 with an `id` is acceptance; errors are `{code, message}`, of a 429 `{message, retry_after}` in seconds."""
    answer = provider.parsed(response)
    answer = answer if isinstance(answer, dict) else {}
    code = f" ({answer['code']})" if isinstance(answer.get("code"), int) else ""
    said = provider.text(answer.get("message"))
    other = notice.refusal(response, said and said + code)
    if other is not None:
        wait = answer.get("retry_after")
        if response.status_code == 429 and other.retry_after is None and isinstance(wait, int | float) and 0 <= wait < 1e9:
            return replace(other, retry_after=float(wait))
        return other
    name = answer.get("id")
    if response.status_code == 200 and isinstance(name, str) and name.isdecimal():
        return accepted(provider.text(name))
    return uncertain("Discord's answer holds no `id` of a post", response.status_code)
