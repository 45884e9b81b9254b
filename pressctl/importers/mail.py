"""A saved mail (.eml): the release in it, also when it was forwarded, without the mail around it.

Of a mail forwarded again and again the one message that holds a text is taken; where two hold one, nobody can know which is
meant, and that is an error. Quoted replies, signatures, forwarding headers and attachments are listed. Text in
`format=flowed` (RFC 3676) is unwrapped.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pressctl.errors import Place, ReleaseError
from pressctl.importers import Paragraph, Removed, Source
from pressctl.importers.html_page import Reader, tree
from pressctl.importers.plain_text import paragraphs

DEPTH_LIMIT = 10  # mails inside each other
HEADER_LIMIT = 32 * 1024  # characters of one header; reading its encoded words takes time by their square
_KNOWN = re.compile(rb"^(?:From|Received|Return-Path|MIME-Version|Message-ID|Date|Subject|Delivered-To):", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r"(?:> ?)*")
_FROM = re.compile(r"\*{0,2}(?:From|De|Von|Desde)\s?:\*{0,2}\s?\S", re.IGNORECASE)
_DATE = re.compile(r"\*{0,2}(?:Date|Sent|Fecha|Enviado(?: el)?|Data|Enviada em)\s?:\*{0,2}\s?(.+)", re.IGNORECASE)
_HEADER = re.compile(
    r"\*{0,2}(?:From|De|Von|Desde|Date|Sent|Fecha|Enviado(?: el)?|Data|Enviada em|Subject|Asunto|Assunto|To|Para|Cc|Reply-To)\s?:"
    r"\*{0,2}(?:\s|$)",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"-{2,} ?(?:original message|forwarded message|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)) ?-{2,}"
    r"|begin forwarded message:|inicio del mensaje reenviado:|início da mensagem (?:re)?encaminhada:|_{10,}",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^\s*(?:(?:fwd?|re|rv|enc|res|press release|news release|comunicado)\s*:\s*)+", re.IGNORECASE)
_ENOUGH = 60  # words that make a message one that may be the release


@dataclass(slots=True)
class _Part:
    """One of the mails inside each other: its header's lines, its date, its own lines."""

    depth: int = 0
    anchor: date | None = None
    lines: list[Paragraph] = field(default_factory=list)
    aside: list[Removed] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(len(line.text.split()) for line in self.lines)


def takes(name: str, data: bytes) -> bool:
    """Whether it begins with a mail's header."""
    head = re.split(rb"\r?\n\r?\n", data[:65536], maxsplit=1)[0]
    starts = re.match(rb"(?:From [^\n]+\n)?[A-Za-z][A-Za-z0-9-]*:[ \t]", head) is not None
    return starts and (name.lower().endswith(".eml") or len(_KNOWN.findall(head)) >= 3)


def read(data: bytes, path: Path) -> Source:
    """The release in a mail. Raises ReleaseError where there is none, more than one, or the mail is encrypted."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        if any(len(value) > HEADER_LIMIT for part in message.walk() for _, value in part.raw_items()):
            raise ReleaseError("a line of this mail's header is too long", Place(str(path)), "save its text as .txt, and import that")
        found = list(_texts(message, path, 0))
    except RecursionError:
        raise ReleaseError("the parts of this mail stand too deep inside each other", Place(str(path)), "save its text as .txt") from None
    parts, removed, flat = [], [], True
    total = 0
    for one, asides in found:
        lines, plain = _lines(one)
        flat = flat and plain
        removed += asides
        parts += _parts([Paragraph(line.line + total, line.text, line.kind, line.block, line.level) for line in lines], one.day)
        total += max((line.line for line in lines), default=0)
    chosen, others = _chosen(parts, path)
    removed += [Removed(line.line, "mail-around-the-release", line.text) for part in others for line in part.lines if line.text.strip()]
    removed += [aside for part in parts for aside in part.aside]
    text = tuple(paragraphs(_numbered(chosen.lines))) if flat else tuple(chosen.lines)
    subject = _PREFIX.sub("", " ".join(str(message.get("Subject", "")).split()))
    anchor = chosen.anchor or _day(message)
    return Source(
        path,
        text,
        total,
        removed=tuple(sorted(removed, key=lambda item: item.line)),
        headlines=(subject,) if subject else (),
        anchor=anchor,
        anchor_name="the mail was sent on" if anchor else "",
        questions=(f"the mail holds {len(parts)} messages inside each other: is the right one taken?",) if len(parts) > 2 else (),
    )


def _texts(message: Message, path: Path, depth: int) -> Iterator[tuple[_Mail, list[Removed]]]:
    """The mails in a mail: itself, and those attached to it."""
    kind = message.get_content_type()
    if kind in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
        raise ReleaseError("this mail is encrypted", Place(str(path)), "open it in your mail program, and save its text as .txt")
    if depth > DEPTH_LIMIT or (not depth and sum(part.get_content_type() == "message/rfc822" for part in message.walk()) > DEPTH_LIMIT):
        raise ReleaseError("the mails stand too deep inside each other", Place(str(path)), "save the one that holds the release")
    asides, inner = [], []
    for part in message.walk() if message.is_multipart() else ():
        if part.get_content_type() == "message/rfc822":
            payload = part.get_payload()
            inner += [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
        elif part.get_filename() and not part.is_multipart():
            asides.append(Removed(0, "attachment", str(part.get_filename())))
    attached = {id(below) for one in inner for below in one.walk()}
    yield _Mail(_day(message), *(_content(message, kind, attached) for kind in ("text/plain", "text/html"))), asides
    for one in inner:
        if id(one) not in {id(below) for other in inner if other is not one for below in other.walk()}:
            yield from _texts(one, path, depth + 1)


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail, without those attached to it."""

    day: date | None
    plain: str
    page: str


def _content(message: Message, kind: str, attached: set[int]) -> str:
    """The first text of a kind, its line ends made `\\n`; "" where there is none."""
    for part in message.walk():
        if id(part) in attached or part.get_content_type() != kind or part.get_filename() or not isinstance(part, EmailMessage):
            continue
        try:
            text = str(part.get_content())
        except (LookupError, UnicodeError, ValueError):  # a charset that nobody knows
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if kind == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
            return _unflowed(text, str(part.get_param("delsp", "")).lower() == "yes")
        return text
    return ""


def _unflowed(text: str, joined: bool) -> str:
    """Lines that end with a blank go on in the next one (RFC 3676)."""
    found: list[str] = []
    open_line = False
    for line in text.split("\n"):
        mark = _QUOTED.match(line)
        quote = mark[0].strip() if mark else ""
        body = line[len(mark[0]) if quote and mark else 0 :]
        body = body.removeprefix(" ") if not quote else body
        if open_line and found and body != "-- ":
            found[-1] += body
        else:
            found.append(f"{quote} {body}" if quote else body)
        open_line = body.endswith(" ") and body != "-- " and bool(body.strip())
        if open_line and joined:
            found[-1] = found[-1].removesuffix(" ")
    return "\n".join(found)


def _lines(mail: _Mail) -> tuple[list[Paragraph], bool]:
    """The lines of a mail, and whether they are plain text: it is taken where it has nearly all of the page's words."""
    if mail.page:
        root = tree(mail.page)
        if len(mail.plain.split()) < 0.8 * len(root.text().split()):
            reader = Reader()
            reader.furniture(root)
            reader.block(root)
            return reader.paragraphs, False
    return [Paragraph(number, _target(line)) for number, line in enumerate(mail.plain.rstrip("\n").split("\n"), 1)], True


def _target(line: str) -> str:
    """The line with link-protection addresses replaced by the address that they carry."""
    return re.sub(r"https://[\w.-]*safelinks\.protection\.outlook\.com/\?[^\s<>)]+", _carried, line)


def _carried(match: re.Match[str]) -> str:
    carried = parse_qs(urlsplit(match[0]).query).get("url", [""])[0]
    return carried if re.match(r"https?://\S+$", carried) else match[0]


def _parts(lines: list[Paragraph], day: date | None) -> list[_Part]:
    """The mails forwarded in a mail, split at their headers."""
    parts = [_Part(anchor=day)]
    at = 0
    bare = [(line.text[(mark := _depth(line.text))[1] :], mark[0]) for line in lines]
    while at < len(lines):
        text, depth = bare[at]
        end = _header(bare, at)
        part = parts[-1]
        if end > at:
            parts.append(_Part(depth, _header_day(bare[at:end])))
            parts[-1].aside += [Removed(lines[n].line, "forwarding-header", bare[n][0]) for n in range(at, end) if bare[n][0].strip()]
            at = end
            continue
        if _MARK.fullmatch(text.strip()):
            part.aside.append(Removed(lines[at].line, "forwarding-header", text.strip()))
        elif text == "-- " or (text.strip() == "--" and depth == part.depth):
            stop = next((n for n in range(at, len(lines)) if _header(bare, n) > n or _MARK.fullmatch(bare[n][0].strip())), len(lines))
            part.aside += [Removed(lines[n].line, "signature", bare[n][0]) for n in range(at, stop) if bare[n][0].strip()]
            at = stop
            continue
        elif depth > part.depth and text.strip():
            part.aside.append(Removed(lines[at].line, "quoted-reply", text))
        else:
            line = lines[at]
            part.lines.append(Paragraph(line.line, text, line.kind, line.block, line.level))
        at += 1
    return parts


def _depth(text: str) -> tuple[int, int]:
    """How often a line is quoted, and where its own words begin."""
    mark = _QUOTED.match(text)
    return (mark[0].count(">"), mark.end()) if mark else (0, 0)


def _header(bare: list[tuple[str, int]], at: int) -> int:
    """The end of a forwarding header that begins here, `at` where none does: From and one more, in lines without a gap."""
    if not _FROM.match(bare[at][0].strip()) and not _HEADER.match(bare[at][0].strip()):
        return at
    end = at
    while end < len(bare) and end < at + 12 and _HEADER.match(bare[end][0].strip()):
        end += 1
    rows = [text.strip() for text, _ in bare[at:end]]
    return end if len(rows) >= 2 and any(_FROM.match(row) for row in rows) else at


def _header_day(rows: list[tuple[str, int]]) -> date | None:
    for text, _ in rows:
        match = _DATE.match(text.strip())
        if match:
            from pressctl import dates

            for language in dates.LANGUAGES:
                found = next(dates.days(match[1], language), None)
                if found is not None and found.value is not None:
                    return found.value
            return _parsed(match[1])
    return None


def _day(message: Message) -> date | None:
    return _parsed(str(message.get("Date", "")))


def _parsed(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError):
        return None


def _chosen(parts: list[_Part], path: Path) -> tuple[_Part, list[_Part]]:
    """The one message that holds a text, and the others. Raises ReleaseError where several do."""
    ranked = sorted(parts, key=lambda part: -part.words)
    best = ranked[0]
    if not best.words:
        raise ReleaseError("there is no text in this mail", Place(str(path)), "if the release is attached, save and import that file")
    rivals = [part for part in ranked[1:] if part.words >= _ENOUGH and part.words * 4 > best.words]
    if rivals:
        line = rivals[0].lines[0].line
        raise ReleaseError(
            f"this mail holds {len(rivals) + 1} messages that may be the release",
            Place(str(path)),
            f"save the one that you mean as a text file (one begins at line {line} of the mail's text)",
        )
    return best, [part for part in parts if part is not best]


def _numbered(lines: list[Paragraph]) -> list[tuple[int, str]]:
    return [(line.line, line.text) for line in lines]
