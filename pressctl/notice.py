"""What a chat room is told of a release: headline, lede, link and contact, cut so that it fits and pings nobody.

A room gets a notice, not the message: HTML and mail headers have no meaning there, and attachments are named beside the
contact who has them. Rooms may not import each other, so what they share stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressctl import provider
from pressctl.delivery import Outcome, rejected, uncertain
from pressctl.labels import labels
from pressctl.message import Address, Message
from pressctl.provider import CannotCarry

if TYPE_CHECKING:
    import httpx2

KEY_HEADER = "webhook-id"
"""Our key travels in this HTTP header (Standard Webhooks' name for it): no room keeps it, but whoever stands between can see it."""

# What is never cut in two nor escaped in parts: a web address, a letter with the @ after it, a flag, a letter with its marks
_TOKEN = re.compile(
    r"https?://[^\s<>]*[^\s<>.,;:!?()\[\]'\"’”]"
    r"|[^\W_]@"
    r"|[\U0001f1e6-\U0001f1ff]{2}"
    r"|[\s\S](?:[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\s\S])*"
)
_WORD_JOINER = "\u2060"  # Unicode's invisible, zero-width "do not break here"


@dataclass(frozen=True, slots=True)
class Notice:
    """The texts as people read them, not escaped; "" for what there is not. `line` says whether there is an embargo."""

    line: str
    headline: str
    lede: str
    link: str
    contact: str
    organization: str


def address(message: Message, title: str) -> str:
    """The room's URL. Raises CannotCarry for a mail address, and for a URL that others could read on the way."""
    if isinstance(message.to, Address):
        raise CannotCarry(f"{title} takes no mail, and this recipient is a mail address", hint="choose another provider for it")
    url = message.to.url
    if not (url.startswith("https://") or (url.startswith("http://") and provider.on_this_machine(url))):
        raise CannotCarry("a room's URL must begin with https://", hint="correct the contact's `webhook`")
    return url


def of(message: Message) -> Notice:
    """The notice of a message, from the release as data, and from the message itself where the data are silent."""
    release = message.release
    organization = release.get("organization") or {}
    first = message.text.strip().partition("\n\n")[0]
    return Notice(
        _line(_mapping(release.get("printed")).get("release_line")),
        _line(release.get("headline")) or message.subject,
        _line(release.get("summary") or first),
        _link(_mapping(organization).get("url")),
        _contact(message),
        _line(_mapping(organization).get("name")) or message.sender.name,
    )


def written(notice: Notice, escape: Callable[[str], str], most: int, *, bold: str = "") -> str:
    """The notice as one text of at most `most` UTF-16 units (the strictest way to count), the lede filling what is left.

    `escape` is given one token at a time, so that no escape is ever cut in two; `bold` stands around the headline.
    """
    headline = fitted(notice.headline, most // 5, escape)
    head = [fitted(notice.line, most // 10, escape), f"{bold}{headline}{bold}"]
    link = escape(notice.link) if notice.link else ""
    tail = [
        link if size(link) <= most // 6 else "",
        fitted(notice.contact, most // 4, escape),
        fitted(notice.organization, most // 10, escape),
    ]
    left = most - size("\n".join([*head, "", "", "", *tail])) - 1
    parts = ["\n".join(filter(None, part)) for part in (head, [fitted(notice.lede, left, escape)], tail)]
    return "\n\n".join(filter(None, parts))


def fitted(text: str, most: int, escape: Callable[[str], str] = str) -> str:
    """The text escaped, in at most `most` UTF-16 units; what does not fit is cut after a word and shown as cut by `…`."""
    tokens = _TOKEN.findall(text)
    pieces = [escape(token) for token in tokens]
    if sum(map(size, pieces)) <= most:
        return "".join(pieces)
    used, kept = 1, 0  # one for the …
    while kept < len(pieces) and used + size(pieces[kept]) <= most:
        used += size(pieces[kept])
        kept += 1
    word = next((number for number in range(kept, max(0, kept - 40), -1) if tokens[number].isspace()), kept)
    return "".join(pieces[:word]).rstrip() + "…" if most > 0 else ""


def size(text: str) -> int:
    """How many UTF-16 units the text has."""
    return len(text.encode("utf-16-le")) // 2


def markdown(word: str) -> str:
    """A token of a text for a service that reads Markdown: shown as it is written, and an @ that could call people calls nobody."""
    if word.startswith(("http://", "https://")):
        return word.replace("@", "%40")
    if word == "@":
        return "@" + _WORD_JOINER
    return "\\" + word if word[0] in "\\*_~`|<>#[" else word


def refusal(response: httpx2.Response, said: str) -> Outcome | None:
    """What a status outside 2xx means for a room; None for a 2xx.

    Each URL is its own account: what would stop a line elsewhere ends here with this one recipient.
    """
    other = provider.by_status(response, said)
    if other is None:
        return None
    if response.status_code in (301, 302, 303):  # RFC 9110, section 15.4: many programs answer so after processing a POST
        return uncertain(f"{other.reason}: the room redirects, perhaps after taking it", response.status_code)
    return rejected(other.reason, response.status_code) if other.stop and response.status_code != 511 else other


def _contact(message: Message) -> str:
    listed = message.release.get("contacts")
    person = _mapping(listed[0]) if isinstance(listed, list | tuple) and listed else {}
    if not person:
        known = message.reply_to or message.sender
        person = {"name": known.name, "email": known.email}
    said = ", ".join(filter(None, (_line(person.get(name)) for name in ("name", "email", "phone"))))
    files = ", ".join(_line(one.name) for one in message.attachments if not one.cid)
    return f"{labels(_line(message.release.get('language')))['contact']}: {said}" + (f" (📎 {files})" if files else "")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _link(value: Any) -> str:
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) and value.startswith(("http://", "https://")) else ""


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
