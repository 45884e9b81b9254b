"""The live preview's pages: a release as each contact gets it, the findings and the plan beside it. They only read.

Whoever wants to see them must know a token that is new with each start; what is looked at never stands in a URL by its
name: a contact is named there by a digest that means nothing elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pressctl import contact_copy, page_parts, preview_views
from pressctl.contacts import Contact
from pressctl.errors import PressctlError, Problem
from pressctl.loopback import Answer, Broadcast, Request
from pressctl.message import Message

if TYPE_CHECKING:
    from pressctl.preview import Preview, Shown

VIEWS = {**page_parts.FACES, "text": "Text", "page": "Web page", "headers": "Headers and size"}
_HTML = "text/html; charset=utf-8"
_NOTHING = Answer(403, b"", "text/plain")
_CLOSED = (("content-security-policy", "default-src 'none'"),)


class Page:
    """Answers what is asked about `preview`, of those who show `token`."""

    def __init__(self, preview: Preview, token: str) -> None:
        self._preview = preview
        self._token = token
        self._salt = secrets.token_bytes(16)
        # a cookie goes to every port of this machine: below a path that nobody else knows, it goes to none but ours
        self.root = f"/{secrets.token_hex(8)}/"
        self._news = Broadcast()

    def opened_at(self, base: str) -> str:
        """The URL that lets somebody in."""
        return f"{base}{self.root}?token={self._token}"

    def changed(self, what: str) -> None:
        """Tell every open page that the `files` or what the `desk` says have changed."""
        self._news.send(self._event(what))

    def answer(self, request: Request) -> Answer:
        """The page, one of its parts, 403 without a word to whom nobody has let in, or 404."""
        if request.path == self.root and self._is_token(request.query.get("token", "")):
            return self._let_in(request)
        if not self._is_token(_cookie(request)):
            return _NOTHING
        if request.method not in ("GET", "HEAD"):
            return Answer(405, b"", "text/plain", (("allow", "GET, HEAD"),))
        what = request.path.removeprefix(self.root)
        if what == "":
            return self._page(request)
        if what == "frame":
            return self._frame(request)
        if what == "contacts":
            return self._contacts()
        if what == "events":
            return Answer(200, b"retry: 1000\n\n" + self._event("hello"), "text/event-stream", then=self._news)
        return page_parts.static(what) or Answer(404, b"", "text/plain")

    def _event(self, what: str) -> bytes:
        shown = self._preview.shown
        return f"event: change\ndata: {shown.number} {shown.looks} {what}\n\n".encode()

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode())

    def _let_in(self, request: Request) -> Answer:
        """Exchange the token for a cookie. The page goes on by itself: a redirect after a link from elsewhere would have
        no SameSite cookie, and the token would stay in the browser's history."""
        cookie = f"{_cookie_name(request)}={self._token}; HttpOnly; SameSite=Strict; Path={self.root}"
        go_on = f'<!doctype html><html lang="en"><title>Preview</title><meta http-equiv="refresh" content="0;url={self.root}">'
        return Answer(200, go_on.encode(), _HTML, (("set-cookie", cookie), *_CLOSED))

    def name_of(self, contact: Contact) -> str:
        """The name by which URLs speak of this contact."""
        return hashlib.blake2s(contact.id.encode(), key=self._salt, digest_size=8).hexdigest()

    def _chosen(self, request: Request, shown: Shown) -> tuple[Contact | None, str, str]:
        """The contact that is looked at (None for the general copy), its name in URLs, and the view."""
        view = request.query.get("view", "")
        name = request.query.get("to", "")
        contact = None
        if not name:
            contact = shown.contact(self._preview.first)
        elif shown.people is not None:
            everyone = (contact for one in shown.people.lists.values() for contact in one.contacts)
            contact = next((one for one in everyone if self.name_of(one) == name), None)
        self._preview.looked_at = contact.id if contact else ""
        return contact, self.name_of(contact) if contact else "general", view if view in VIEWS else "light"

    def _message(self, shown: Shown, contact: Contact | None) -> tuple[Message | None, tuple[Problem, ...]]:
        if shown.edition is None:
            return None, ()
        try:
            return contact_copy.message(shown.config, shown.edition, contact), ()
        except PressctlError as fault:
            return None, fault.problems

    def _page(self, request: Request) -> Answer:
        shown = self._preview.shown
        contact, name, view = self._chosen(request, shown)
        message, problems = self._message(shown, contact)

        def link(to: str, seen: str = view) -> str:
            return f"{self.root}?{urlencode({'to': to, 'view': seen})}"

        values: dict[str, Any] = {
            "root": self.root,
            "slug": shown.release.slug if shown.release else self._preview.slug,
            "number": shown.number,
            "looks": shown.looks,
            "problems": preview_views.problems((*shown.problems, *problems, *shown.desk_problems), shown.config.root),
            "whole": message is not None,
            "chosen": preview_views.who(contact) if contact else preview_views.GENERAL,
            "subject": message.subject if message else "",
            "facts": preview_views.facts(shown, contact, message) if message else (),
            "tabs": [(key, title, link(name, key)) for key, title in VIEWS.items()],
            "view": view,
            "title": VIEWS[view],
            "caption": page_parts.CAPTIONS.get(view, ""),
            "frame": "",
            "text": "",
            "headers": None,
            "desk": preview_views.desk(shown, lambda one: link(self.name_of(one))),
        }
        if message is not None:
            values |= self._stage(shown, message, view, f"{self.root}frame?{urlencode({'to': name, 'view': view, 'n': shown.number})}")
        return page_parts.page("preview.html.j2", values)

    def _stage(self, shown: Shown, message: Message, view: str, frame: str) -> dict[str, Any]:
        """What the view needs of the message."""
        if view == "text":
            return {"text": page_parts.ESCAPES.sub("\ufffd", message.text)}
        if view == "headers":
            return {"headers": preview_views.headers(shown, message)}
        if view == "dark" and not page_parts.has_dark_colours(message.html):
            return {"frame": frame, "caption": page_parts.CAPTIONS["plain"]}
        return {"frame": frame}

    def _frame(self, request: Request) -> Answer:
        from pressctl import render

        shown = self._preview.shown
        contact, _, view = self._chosen(request, shown)
        message, _ = self._message(shown, contact)
        if message is None or shown.release is None:
            return Answer(404, b"", "text/plain", _CLOSED)
        if view == "page":
            try:
                release = contact_copy.spoken(shown.config, shown.release, contact) if contact else shown.release
                html, face = render.web(release, shown.config), ""
            except PressctlError as fault:
                html, face = preview_views.excuse(fault.problems), ""
        else:
            pictures = ((one.cid, one.media_type, one.data) for one in message.attachments)
            html, face = page_parts.with_pictures(message.html, pictures), view
        return page_parts.frame(html, face, page_parts.OWN_SANDBOX)

    def _contacts(self) -> Answer:
        """All that can be chosen: name in URLs, label, note, and words to search in."""
        import orjson

        rows = [["general", preview_views.GENERAL, "for nobody in particular", "general copy"]]
        rows += [
            [self.name_of(contact), preview_views.who(contact), note, preview_views.words(contact)]
            for contact, note in preview_views.everybody(self._preview.shown)
        ]
        return Answer(200, orjson.dumps(rows))


def _cookie_name(request: Request) -> str:
    return f"pressctl-{request.headers[b'host'].rpartition(b':')[2].decode('ascii')}"


def _cookie(request: Request) -> str:
    try:
        jar = SimpleCookie(request.headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    found = jar.get(_cookie_name(request))
    return found.value if found else ""
