"""The inbox's page: the list of deliveries and one of them, as a journalist would read it. Works without JavaScript.

What is shown was written by others, so every value is escaped, the HTML part is shown in a frame without scripts, forms
or network, and its images come from the delivery itself: reading it tells nobody anything.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from pressctl import mail_view
from pressctl.inbox import Delivery, Inbox
from pressctl.loopback import Answer, Request

if TYPE_CHECKING:
    import jinja2

PAGE = 100  # deliveries
SHOWN = 200_000  # characters of source in one page

_MESSAGE = re.compile(r"/message/([0-9a-f-]+)(?:/(html|text|source|body)|/file/([0-9]{1,4}))?")
_STATIC = {"/inbox.css": "text/css; charset=utf-8", "/inbox.js": "text/javascript; charset=utf-8"}
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_BODY_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_ESCAPES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # copied into a terminal, they would act there
_CID = re.compile(r"cid:([^\s\"'<>)]+)")
_TOP = re.compile(r"\A\s*(?:<!doctype[^>]*>)?\s*(?:<html[^>]*>)?\s*(?:<head[^>]*>)?", re.IGNORECASE)


def answer(inbox: Inbox, request: Request) -> Answer:
    """The page, one of its parts, or 404."""
    if request.path in _STATIC:
        return Answer(200, _file(request.path[1:]).encode(), _STATIC[request.path], (("content-security-policy", "default-src 'none'"),))
    if request.path == "/":
        return _page(inbox, request, None, "")
    wanted = _MESSAGE.fullmatch(request.path)
    delivery = inbox.get(wanted[1]) if wanted else None
    if wanted is None or delivery is None:
        return _page(inbox, request, None, "", status=404)
    if wanted[3] is not None:
        return _download(delivery, int(wanted[3]), inbox) or _page(inbox, request, None, "", status=404)
    if wanted[2] == "body":
        return Answer(200, body(delivery, inbox).encode(), "text/html; charset=utf-8", (("content-security-policy", _BODY_CSP),))
    tabs = _tabs(delivery)
    return _page(inbox, request, delivery, wanted[2] if wanted[2] in dict(tabs) else tabs[0][0])


def body(delivery: Delivery, inbox: Inbox) -> str:
    """The HTML part with its own images put in, and links that open beside the inbox."""
    pictures = {
        item["ContentID"]: f"data:{item['ContentType']};base64,{b64encode(mail_view.content(item, inbox)).decode('ascii')}"
        for item in mail_view.attachments(delivery)
        if item["ContentID"] and re.fullmatch(r"image/[a-z0-9.+-]+", item["ContentType"])
    }
    html = _CID.sub(lambda found: pictures.get(found[1], found[0]), mail_view.part(delivery, "HTML"))
    return _TOP.sub(lambda top: top[0] + '<base target="_blank">', html, count=1)


def _page(inbox: Inbox, request: Request, delivery: Delivery | None, tab: str, status: int = 200) -> Answer:
    query = mail_view.one_line(request.query.get("q", ""))[:200]
    start = int(request.query.get("start", "0")) if re.fullmatch(r"[0-9]{1,9}", request.query.get("start", "")) else 0
    total = len(inbox.names())
    names = inbox.search(query) if query else inbox.names()
    rows = [*inbox.some(names[start : start + PAGE])]
    missing = status == 404
    if delivery is None and rows and not missing:
        delivery, view = rows[0], "list"  # beside the list there is room for the newest
        tab = _tabs(delivery)[0][0]
    else:
        view = "open" if delivery or missing else "list"
    shown = _shown(delivery, tab, inbox) if delivery else ""
    html = _template().render(
        view=view,
        tab=tab,
        tabs=_tabs(delivery) if delivery else [],
        open=_row(delivery) if delivery else None,
        missing=missing,
        shown=shown[:SHOWN],
        cut=len(shown) > SHOWN,
        rows=[_row(row) for row in rows],
        query=query,
        count=len(names),
        total=total,
        kept=_link(query, start),
        newer=f"/{_link(query, max(0, start - PAGE))}" if start else None,
        older=f"/{_link(query, start + PAGE)}" if start + PAGE < len(names) else None,
    )
    return Answer(status, html.encode(), "text/html; charset=utf-8", (("content-security-policy", _CSP),))


def _tabs(delivery: Delivery) -> list[tuple[str, str]]:
    """The forms that this delivery has, the first one shown first."""
    found = [("html", "HTML")] if mail_view.part(delivery, "HTML") else []
    found += [("text", "Text")] if mail_view.part(delivery, "Text") else []
    source = ("source", "JSON" if delivery.host else "Source")
    return [source, *found] if delivery.host else [*found, source]


def _shown(delivery: Delivery, tab: str, inbox: Inbox) -> str:
    if tab == "text":
        return _ESCAPES.sub("\ufffd", mail_view.part(delivery, "Text"))
    if tab == "source":
        return mail_view.raw(delivery, inbox).decode("utf-8", "replace").replace("\r\n", "\n")
    return ""


def _row(delivery: Delivery) -> dict[str, Any]:
    """What the template shows of a delivery; times in the zone of this machine, which is the reader's."""
    local = delivery.received.astimezone()
    files = mail_view.attachments(delivery)
    return {
        "id": delivery.id,
        "subject": mail_view.one_line(mail_view.part(delivery, "Subject")),
        "who": ", ".join(who["Name"] or who["Address"] for who in mail_view.recipients(delivery)),
        "by": mail_view.sender(delivery)["Name"] or mail_view.sender(delivery)["Address"],
        "sender": _people([mail_view.sender(delivery)]),
        "to": _people(mail_view.recipients(delivery)),
        "reply_to": _people(mail_view.reply_to(delivery)),
        "iso": local.isoformat(timespec="seconds"),
        "short": f"{local:%H:%M}" if local.date() == local.now().date() else f"{local.day} {local:%b}",
        "long": f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M:%S %Z}",
        "webhook": delivery.host,
        "files": sum(not item["ContentID"] for item in files),
        "attachments": [
            {"name": item["FileName"] or "(no name)", "size": _size(item["Size"]), "inline": bool(item["ContentID"])} for item in files
        ],
    }


def _people(people: list[dict[str, str]]) -> str:
    return ", ".join(f"{who['Name']} <{who['Address']}>" if who["Name"] else who["Address"] for who in people)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000)):,} kB"


def _download(delivery: Delivery, number: int, inbox: Inbox) -> Answer | None:
    """An attachment, always to be saved and never to be run or shown by this server."""
    files = mail_view.attachments(delivery)
    if number >= len(files):
        return None
    name = quote(files[number]["FileName"] or "file", safe="")
    headers = (("content-disposition", f"attachment; filename*=UTF-8''{name}"), ("content-security-policy", "default-src 'none'; sandbox"))
    return Answer(200, mail_view.content(files[number], inbox), "application/octet-stream", headers)


def _link(query: str, start: int) -> str:
    kept = {name: value for name, value in (("q", query), ("start", start)) if value}
    return f"?{urlencode(kept)}" if kept else ""


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_file("inbox.html.j2"))


def _file(name: str) -> str:
    return (resources.files("pressctl") / "pages" / name).read_text("utf-8")
