"""What mail APIs have in common: one recipient, headers by name, files in base64, text that no template engine reads, pages of reports.

Providers may not import each other, so what several of them need stands here. Nothing here knows any one of them.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from pressctl import provider
from pressctl.delivery import Outcome, accepted, deferred, uncertain
from pressctl.message import Address, Attachment, Message
from pressctl.provider import CannotCarry, Doubt, Quota, Report

if TYPE_CHECKING:
    import httpx2
    import orjson

Row = dict[str, Any]
Headers = tuple[tuple[str, str], ...]
Files = tuple[Attachment, ...]

_WORD_JOINER = "\u2060"  # Unicode's invisible, zero-width "do not break here"
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,."]')  # RFC 5322 section 3.2.3
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")  # RFC 3463 section 2
_OWN_FIELDS = frozenset({"from", "to", "cc", "bcc", "reply-to", "sender", "subject", "date", "message-id", "mime-version"})
_TYPES = mimetypes.MimeTypes()  # Python's own tables: with those of the machine, requests would differ between machines

# --- what goes out


def recipient(message: Message, title: str) -> Address:
    """The one mail address that the message goes to; raises CannotCarry where it goes to a webhook."""
    if isinstance(message.to, Address):
        return message.to
    raise CannotCarry(f"{title} takes mail, and this recipient is a webhook", hint="give the contact an `email`")


def mailbox(address: Address) -> str:
    """`name <address>` as APIs take it: letters of any script as they are, quotes where RFC 5322 wants them."""
    if not address.name:
        return address.email
    if _SPECIALS.search(address.name):
        escaped = address.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address.email}>'
    return f"{address.name} <{address.email}>"


def named(address: Address, email: str = "email", name: str = "name") -> dict[str, str]:
    """The address as an object; `email` and `name` are the provider's words for its two members."""
    return {email: address.email, name: address.name} if address.name else {email: address.email}


def has_specials(name: str) -> bool:
    """Whether a name holds characters that RFC 5322 wants in quotes."""
    return _SPECIALS.search(name) is not None


@lru_cache(maxsize=8)
def headers(
    fields: Headers,
    title: str,
    reserved: frozenset[str] = frozenset(),
    *,
    without: frozenset[str] = frozenset(),
    plain: bool = False,
) -> Mapping[str, str]:
    """The message's own headers as an object, to be read only, since it is shared. Names in the sets are in lower case.

    `reserved` have no place, and CannotCarry names them; `without` are left out silently; `plain` allows ASCII only.
    """
    taken = set(_OWN_FIELDS | reserved)
    kept = {}
    for name, value in fields:
        if name.lower() in taken:
            raise CannotCarry(f"{title} has no place for a second or reserved header {name}", hint="take it out of the headers")
        if plain and not value.isascii():
            raise CannotCarry(f"{title} spoils the header {name}, which holds more than ASCII", hint="write it in plain letters")
        taken.add(name.lower())
        if name.lower() not in without:
            kept[name] = value
    return kept


@lru_cache(maxsize=8)
def files(
    attachments: Files,
    title: str,
    words: tuple[str, str, str, str],
    *,
    cid: str = "{}",
    disposition: str = "",
    plain: bool = False,
    typed: bool = False,
) -> orjson.Fragment:
    """The attachments as finished JSON, once per edition, since all its messages share the same files.

    `words` are the provider's for name, base64, media type and Content-ID: "" for a type it does not ask for, or for
    inline images that it cannot carry. `cid` is how it writes a Content-ID, `disposition` its word for inline or
    attachment, `plain` that it spoils names beyond ASCII, `typed` that name and type must agree. Raises CannotCarry.
    """
    import orjson

    name, content, kind, inline = words
    parts = []
    for one in attachments:
        if one.cid and not inline:
            raise CannotCarry(f"{title} has no place for an inline image: {one.name}", hint="take it out, or choose another provider")
        if plain and not one.name.isascii():
            raise CannotCarry(f"{title} spoils the name of the attachment {one.name}", hint="rename the file in plain letters")
        if typed and (_TYPES.guess_type(one.name)[0] or one.media_type) != one.media_type:
            raise CannotCarry(f"{title} drops a mail with an attachment {one.name} that says {one.media_type}", hint="rename the file")
        part = {name: one.name, content: b64encode(one.data).decode("ascii")}
        part |= {kind: one.media_type} if kind else {}
        part |= {inline: cid.format(one.cid)} if one.cid else {}
        parts.append(part | ({disposition: "inline" if one.cid else "attachment"} if disposition else {}))
    return orjson.Fragment(orjson.dumps(parts))


def neutral(text: str, marks: tuple[str, ...], syntax: re.Pattern[str], *, html: bool = False) -> str:
    """The text with the first character of each match of `syntax` kept from the provider's template engine.

    In HTML it becomes a character reference, which shows and links the same; in plain text an invisible word joiner
    follows it. Without any of the plain `marks`, or the first character of the first, there is no match.
    """
    if marks[0][0] not in text or not any(mark in text for mark in marks):  # one character is found ten times as fast as two
        return text
    return syntax.sub((lambda found: f"&#{ord(found[0][0])};") if html else (lambda found: found[0][0] + _WORD_JOINER), text)


def form_field(boundary: bytes, name: str, value: str | bytes, filename: str = "", kind: str = "") -> bytes:
    """One field or file of a multipart form (RFC 7578); a file's name is escaped as browsers do (WHATWG, multipart/form-data)."""
    safe = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    extra = f'; filename="{safe}"\r\nContent-Type: {kind}' if filename else ""
    head = f'Content-Disposition: form-data; name="{name}"{extra}'.encode()
    return b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary, head, value if isinstance(value, bytes) else value.encode())


def form(fields: Mapping[str, str], attachments: Files) -> tuple[bytes, bytes]:
    """A multipart form's boundary, and its parts without their end: fields, files by name, inline files by cid.

    The boundary is a digest, which no text can hold by chance, and the same for the same fields.
    """
    boundary = hashlib.sha256(repr((fields, attachments)).encode()).hexdigest().encode()
    parts = [form_field(boundary, name, value) for name, value in fields.items()]
    parts += [form_field(boundary, "attachment", one.data, one.name, one.media_type) for one in attachments if not one.cid]
    return boundary, b"".join(parts + [form_field(boundary, "inline", one.data, one.cid, one.media_type) for one in attachments if one.cid])


def asker(path: str) -> Callable[[Any], httpx2.Request]:
    """A `probe`: a GET of `path`, in which `{0.name}` stands for the setting `name`."""

    def probe(settings: Any) -> httpx2.Request:
        return ask(settings.base_url + path.format(settings), settings.headers())

    return probe


def ask(url: str, credentials: Mapping[str, str], **query: str) -> httpx2.Request:
    """A GET that changes nothing, answered in JSON; `credentials` are headers."""
    import httpx2

    target = f"{url}?{urlencode(query)}" if query else url
    request = httpx2.Request("GET", target)
    request.headers = provider.quiet({"host": request.headers["host"], "accept": "application/json", **credentials})
    return request


def basic(user: str, password: str) -> dict[str, str]:
    """The header Authorization by RFC 7617."""
    return {"authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")}


# --- what comes back


def member(value: Any, *path: str) -> Any:
    """What is found in nested objects along `path`, None where anything on the way is missing or no object."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def rows(value: Any, *path: str) -> list[Row] | None:
    """The list of objects along `path` (other members left out), None where there is no list: no verdict can rest on that."""
    found = member(value, *path)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else None


def answered(response: httpx2.Response, *path: str) -> list[Row] | None:
    """`rows` of an answer with status 200, None for any other."""
    return rows(provider.parsed(response), *path) if response.status_code == 200 else None


def identity(value: Any) -> str:
    """A provider's name for a message: text without angle brackets, or a number; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return str(value)
    return provider.text(value).strip("<>") if isinstance(value, str) else ""


def said(answer: Any) -> str:
    """A provider's own explanation of an error, under the names in use for it."""
    for name in ("message", "Message", "ErrorMessage", "error"):  # each message of a batch is asked for its words
        word = member(answer, name)
        if isinstance(word, str) and word:
            return provider.text(word)
    first = (rows(answer, "errors") or [{}])[0]
    words: list[Any] = [": ".join(word for word in (first.get("message"), first.get("description")) if isinstance(word, str) and word)]
    errors = member(answer, "errors")
    words += [error for error in errors if isinstance(error, str)] if isinstance(errors, list) else [errors]
    return next((provider.text(word) for word in words if isinstance(word, str) and word), "")


def number(value: Any) -> int:
    """A whole number, 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def moment(value: Any) -> datetime | None:
    """An instant from ISO 8601 text or seconds since 1970; without a zone it is UTC. None where it is neither."""
    try:
        if isinstance(value, str):
            # seven decimals (Postmark) and a zone of hours only (PostgreSQL): Python 3.11 takes neither as it stands
            text = re.sub(r"(\.\d{6})\d+", r"\1", value.strip())
            at = datetime.fromisoformat(re.sub(r"(:[\d.]+[+-]\d\d)$", r"\1:00", text))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value, UTC)
        else:
            return None
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def enhanced(*texts: Any) -> str:
    """The first enhanced status code (RFC 3463) in what a server said, such as 5.1.1; "" where there is none."""
    found = (_ENHANCED.search(text) for text in texts if isinstance(text, str))
    return next((match[1] for match in found if match), "")


def in_order(
    refusal: Callable[[httpx2.Response], Outcome | None], outcome: Callable[[Any], Outcome], *path: str
) -> Callable[[httpx2.Response, int], list[Outcome]]:
    """A `batch_outcomes` for a provider that promises its results in the order sent: a list along `path` of the answer.

    `refusal` says what an answer as a whole means, None where its list is to be read; `outcome` reads one result. Where
    the list has another length nothing says which result belongs to which message, and all stay uncertain; an id that
    stands there twice belongs to none.
    """

    def batch_outcomes(response: httpx2.Response, count: int) -> list[Outcome]:
        other, status, results = refusal(response), response.status_code, member(provider.parsed(response), *path)
        if other is None and (not isinstance(results, list) or len(results) != count):
            other = uncertain("the answer does not hold one result for each message", status)
        if other is not None:
            return [other] * count
        outcomes = [outcome(result) for result in results]
        names = [one.provider_id for one in outcomes if one.provider_id]
        twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
        return [uncertain("the answer names two messages alike", status) if one.provider_id in twice else one for one in outcomes]

    return batch_outcomes


def offset(page: str) -> int:
    """How many rows of its list were read before this page."""
    digits = page.rpartition(" ")[2]
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


def stage(page: str, stages: tuple[str, ...]) -> str:
    """Which of several lists the page is of; the first one for a page that names none."""
    return page.split(" ")[0] if page.split(" ")[0] in stages else stages[0]


def reader(
    read: Callable[[Row], Report | None],
    *path: str,
    size: int = 0,
    stages: tuple[str, ...] = ("all",),
    cursor: Callable[[Any, list[Row]], str] | None = None,
) -> Callable[[httpx2.Response, str], tuple[list[Report] | None, str]]:
    """A `read_events` for a list of objects along `path` of the answer, `read` saying what one of them reports.

    The next page is what `cursor` finds in the answer and its rows, of which there are some. Without one it is
    "LIST COUNT": on in the same list where this page was full with `size` rows, else the start of the next of `stages`.
    """

    def read_events(response: httpx2.Response, page: str) -> tuple[list[Report] | None, str]:
        found = answered(response, *path)
        if found is None:
            return None, ""
        following = ""
        now = stage(page, stages)
        if cursor is not None:
            following = cursor(provider.parsed(response), found) if found else ""
        elif len(found) >= size:
            following = f"{now} {offset(page) + len(found)}"
        elif now != stages[-1]:
            following = f"{stages[stages.index(now) + 1]} 0"
        return [report for report in map(read, found) if report is not None], following

    return read_events


def finder(
    title: str,
    path: tuple[str, ...],
    name: tuple[str, ...],
    ours: Callable[[Row, Doubt], bool] = lambda row, doubt: True,
    *,
    size: int = 1000,
) -> Callable[[httpx2.Response, Doubt], Outcome | None]:
    """A `found` for a list of objects along `path`: acceptance where one is `ours`, under the name along `name` in it.

    An empty list means that the provider has nothing, as far as its list can be trusted; one cut off at `size` proves nothing.
    """

    def found(response: httpx2.Response, doubt: Doubt) -> Outcome | None:
        listed = answered(response, *path)
        if listed is None:
            return None
        names = [identity(member(row, *name)) for row in listed if ours(row, doubt)]
        if any(names):
            return accepted(next(filter(None, names)), 200, f"{title} has it")
        return None if names or len(listed) >= size else deferred(f"{title} shows nothing of it", 200)

    return found


def keyed(*path: str) -> Callable[[Row, Doubt], bool]:
    """An `ours` for `finder`: whether our key stands along `path`."""
    return lambda row, doubt: bool(member(row, *path) == doubt.key)


def linked(name: str, *path: str) -> Callable[[Any, list[Row]], str]:
    """A `cursor` for `reader`: what `name` is in the query of the link along `path` of the answer; "" without a link."""

    def cursor(answer: Any, found: list[Row]) -> str:
        link = member(answer, *path)
        return parse_qs(link.partition("?")[2]).get(name, [""])[0] if isinstance(link, str) else ""

    return cursor


def quota(span: str, left: str, of: str, *path: str, spent: bool = False) -> Callable[[Any], Quota | None]:
    """What one object along `path` says: `left` and `of` are its names for the rest and the whole; `spent` where it counts the other way.

    None where there are no such numbers, and where the whole is negative: Amazon's way to say that there is no limit.
    """

    def read(answer: Any) -> Quota | None:
        counts = [member(answer, *path, name) for name in (left, of) if name]
        if not all(isinstance(count, int | float) and not isinstance(count, bool) and 0 <= count < 1e12 for count in counts):
            return None
        first, whole = int(counts[0]), int(counts[1]) if of else 0
        return Quota(max(0, whole - first) if spent else first, whole, span)

    return read


def quotas(*read: Callable[[Any], Quota | None]) -> Callable[[httpx2.Response], list[Quota]]:
    """A `quotas` for an answer in which each of `read` may find one."""

    def found(response: httpx2.Response) -> list[Quota]:
        answer = provider.parsed(response) if response.status_code == 200 else None
        return [one for one in (reading(answer) for reading in read) if one is not None]

    return found


def tracking(title: str, path: str, name: str, *flags: str) -> Callable[[Any], str]:
    """A `problem` for `prober`: the rows along `path` whose `flags` say that they track, under the name `name`."""

    def problem(answer: Any) -> str:
        names = [provider.text(row.get(name)) for row in rows(answer, path) or [] if any(row.get(flag) is True for flag in flags)]
        return provider.text(f"{title} tracks the readers of {', '.join(names)}: switch that off there") if names else ""

    return problem


def prober(title: str, problem: Callable[[Any], str] = lambda answer: "", *, fine: str = "") -> Callable[[httpx2.Response], str]:
    """A `probed`: what speaks against the credentials, else the `problem` that the answer to good ones tells.

    `fine` is the `name` of an error by which the provider says that the key is good, but not for this question.
    """

    def probed(response: httpx2.Response) -> str:
        status, answer = response.status_code, provider.parsed(response)
        if 200 <= status < 300:
            return problem(answer) if answer is not None else f"{title} answers with something that is not JSON: is `base_url` right?"
        if fine and member(answer, "name") == fine:
            return ""
        words = said(answer) or f"HTTP {status}"
        return f"{title} refuses the credentials: {words}" if status in (401, 403) else f"{title} cannot be asked: {words}"

    return probed
