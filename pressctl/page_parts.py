"""What the pages on this machine have in common: their layout and files, their policy, the frame in which a mail is shown.

What is shown may come from anybody, so every value is escaped, and HTML from outside stands only in a frame without
scripts, forms or network: reading it tells nobody anything.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from pressctl.loopback import Answer

if TYPE_CHECKING:
    import jinja2

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
    "form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)
FRAME_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox {sandbox}"
)
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
OWN_SANDBOX = f"allow-same-origin {SANDBOX}"  # without scripts inside, the page around it alone gains: it can keep the scroll

FACES = {"light": "Light", "dark": "Dark", "inverted": "Inverted", "phone": "Phone"}
"""How the HTML part of a mail can be looked at, and the names of that."""

CAPTIONS = {
    "light": "",
    "dark": "With the mail’s own dark colours, as Apple Mail shows it.",
    "plain": "The mail has no dark colours of its own: Apple Mail shows it as in the light.",
    "inverted": "All colours turned, as Gmail on an iPhone and some versions of Outlook do.",
    "phone": "390 pixels wide, as on a telephone.",
}

ESCAPES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # copied into a terminal, they would act there
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_STATIC = re.compile(r"[a-z]+\.(css|js)")
_CID = re.compile(r"cid:([^\s\"'<>)]+)")
_TOP = re.compile(r"\A\s*(?:<!doctype[^>]*>)?\s*(?:<html[^>]*>)?\s*(?:<head[^>]*>)?", re.IGNORECASE)
_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
_LIGHT = re.compile(r"\(\s*prefers-color-scheme\s*:\s*light\s*\)", re.IGNORECASE)
_YES, _NO = "(min-width: 0px)", "(max-width: 0px)"  # a question that is always answered so
_STYLES = {
    "light": ":root { color-scheme: light !important }",
    "dark": ":root { color-scheme: dark !important }",
    "inverted": ":root { color-scheme: light !important; background: #fff; filter: invert(1) hue-rotate(180deg) } "
    "img { filter: invert(1) hue-rotate(180deg) }",
}


def page(name: str, values: dict[str, Any], status: int = 200, forms: str = "'none'") -> Answer:
    """The page made from the template `name`; `forms` is where its forms may go, in the policy's words."""
    html = _environment().get_template(name).render(values)
    return Answer(status, html.encode(), "text/html; charset=utf-8", (("content-security-policy", CSP.format(forms=forms)),))


def static(name: str) -> Answer | None:
    """A style sheet or script of the pages; None where there is none of this name."""
    wanted = _STATIC.fullmatch(name)
    if wanted is None or not (file := resources.files("pressctl") / "pages" / name).is_file():
        return None
    return Answer(200, file.read_bytes(), _TYPES[wanted[1]], (("content-security-policy", "default-src 'none'"),))


def frame(html: str, face: str = "", sandbox: str = SANDBOX) -> Answer:
    """A mail's HTML for a frame, its links opening beside the page; `face` as in FACES, "" as the reader's own screen is."""
    policy = FRAME_CSP.format(sandbox=sandbox)
    return Answer(200, framed(html, face).encode(), "text/html; charset=utf-8", (("content-security-policy", policy),))


def framed(html: str, face: str = "") -> str:
    """The HTML as `frame` shows it. What a mail asks about dark screens is answered by `face`, not by the reader's screen."""
    scheme = "light" if face == "phone" else face
    if scheme:
        dark = scheme == "dark"
        html = _LIGHT.sub(_NO if dark else _YES, _DARK.sub(_YES if dark else _NO, html))
    added = '<base target="_blank">' + (f"<style>{_STYLES[scheme]}</style>" if scheme else "")
    return _TOP.sub(lambda top: top[0] + added, html, count=1)


def has_dark_colours(html: str) -> bool:
    """Whether a mail brings colours for dark screens."""
    return _DARK.search(html) is not None


def with_pictures(html: str, pictures: Iterable[tuple[str, str, bytes]]) -> str:
    """The HTML with its own images in it; each is its Content-ID, media type and bytes."""
    known = {
        cid: f"data:{kind};base64,{b64encode(data).decode('ascii')}"
        for cid, kind, data in pictures
        if cid and re.fullmatch(r"image/[a-z0-9.+-]+", kind)
    }
    return _CID.sub(lambda found: known.get(found[1], found[0]), html)


def size(count: int) -> str:
    """A number of bytes as people say it."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000)):,} kB"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    import jinja2

    loader = jinja2.FunctionLoader(lambda name: (resources.files("pressctl") / "pages" / name).read_text("utf-8"))
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
