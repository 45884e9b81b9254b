"""The inbox's page: the list of deliveries and one of them, as a journalist would read it. Works without JavaScript.

What is shown was written by others, so every value is escaped, the HTML part is shown in a frame without scripts, forms
or network, and its images come from the delivery itself: reading it tells nobody anything.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

from pressctl import mail_sizes, mail_view, page_parts
from pressctl.inbox import Delivery, Inbox
from pressctl.loopback import Answer, Request

PAGE = 100  # deliveries
SHOWN = 200_000  # characters of source in one page

_MESSAGE = re.compile(r"/message/([0-9a-f-]+)(?:/(html|dark|inverted|phone|text|headers|source|body)|/file/([0-9]{1,4}))?")
_HTML = {"html": "HTML", **{face: name for face, name in page_parts.FACES.items() if face != "light"}}


def answer(inbox: Inbox, request: Request) -> Answer:
    """The page, one of its parts, or 404."""
    if request.path == "/":
        return _page(inbox, request, None, "")
    if (file := page_parts.static(request.path[1:])) is not None:
        return file
    wanted = _MESSAGE.fullmatch(request.path)
    delivery = inbox.get(wanted[1]) if wanted else None
    if wanted is None or delivery is None:
        return _page(inbox, request, None, "", status=404)
    if wanted[3] is not None:
        return _download(delivery, int(wanted[3]), inbox) or _page(inbox, request, None, "", status=404)
    if wanted[2] == "body":
        face = request.query.get("as", "")
        return page_parts.frame(body(delivery, inbox), face if face in page_parts.FACES else "")
    tabs = _tabs(delivery)
    return _page(inbox, request, delivery, wanted[2] if wanted[2] in dict(tabs) else tabs[0][0])


def body(delivery: Delivery, inbox: Inbox) -> str:
    """The HTML part with its own images put in."""
    pictures = [
        (item["ContentID"], item["ContentType"], mail_view.content(item, inbox))
        for item in mail_view.attachments(delivery)
        if item["ContentID"]
    ]
    return page_parts.with_pictures(mail_view.part(delivery, "HTML"), pictures)


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
    kept = _link(query, start)
    values = {
        "root": "/",
        "view": view,
        "open": _row(delivery) if delivery else None,
        "missing": missing,
        "rows": [_row(row) for row in rows],
        "query": query,
        "count": len(names),
        "total": total,
        "kept": kept,
        "newer": f"/{_link(query, max(0, start - PAGE))}" if start else None,
        "older": f"/{_link(query, start + PAGE)}" if start + PAGE < len(names) else None,
        **(_stage(delivery, tab, inbox, kept) if delivery else {}),
    }
    return page_parts.page("inbox.html.j2", values, status, "'self'")


def _stage(delivery: Delivery, tab: str, inbox: Inbox, kept: str) -> dict[str, Any]:
    """The forms that this delivery has, and the one that is looked at."""
    tabs = _tabs(delivery)
    shown = _shown(delivery, tab, inbox)
    caption = page_parts.CAPTIONS.get(tab, "")
    if tab == "dark" and not page_parts.has_dark_colours(mail_view.part(delivery, "HTML")):
        caption = page_parts.CAPTIONS["plain"]
    face = "" if tab == "html" else f"?as={tab}"
    return {
        "tab": tab,
        "tabs": [(name, title, f"/message/{delivery.id}/{name}{kept}") for name, title in tabs],
        "title": dict(tabs)[tab],
        "caption": caption,
        "frame": f"/message/{delivery.id}/body{face}" if tab in _HTML else "",
        "headers": _headers(delivery, inbox) if tab == "headers" else None,
        "shown": shown[:SHOWN],
        "cut": len(shown) > SHOWN,
    }


def _headers(delivery: Delivery, inbox: Inbox) -> dict[str, Any]:
    source = mail_view.raw(delivery, inbox)
    parts = [("HTML part", mail_view.part(delivery, "HTML"), True), ("Text part", mail_view.part(delivery, "Text"), False)]
    sizes = [mail_sizes.measure(name, len(text.encode("utf-8", "replace")), html=html) for name, text, html in parts if text]
    return mail_sizes.headers(source, [*sizes, mail_sizes.measure("Whole mail", len(source))])


def _tabs(delivery: Delivery) -> list[tuple[str, str]]:
    """The forms that this delivery has, the first one shown first."""
    found = [*_HTML.items()] if mail_view.part(delivery, "HTML") else []
    found += [("text", "Text")] if mail_view.part(delivery, "Text") else []
    if delivery.host:
        return [("source", "JSON"), *found]
    return [*found, ("headers", "Headers and size"), ("source", "Source")]


def _shown(delivery: Delivery, tab: str, inbox: Inbox) -> str:
    if tab == "text":
        return page_parts.ESCAPES.sub("\ufffd", mail_view.part(delivery, "Text"))
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
            {"name": item["FileName"] or "(no name)", "size": page_parts.size(item["Size"]), "inline": bool(item["ContentID"])}
            for item in files
        ],
    }


def _people(people: list[dict[str, str]]) -> str:
    return ", ".join(f"{who['Name']} <{who['Address']}>" if who["Name"] else who["Address"] for who in people)


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
