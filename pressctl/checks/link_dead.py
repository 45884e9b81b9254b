"""A link that cannot work: cut off, with a host that cannot be, or with a path on somebody's own computer.

Told from the address alone, as `check` asks no server: whether a page is still there, only a person who clicks can say. Why: an
editor clicks once. Source: RFC 3986 (URI), RFC 1035 (names), RFC 1918 and RFC 6762 (addresses of one network).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "LNK601"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "See [the plan](⟦https://city⟧).",
    "See [the plan](⟦https://city.gov/plans/2025…⟧).",
    "See [the plan](⟦https://http://city.gov/plan⟧).",
    "See [the plan](⟦https://192.168.0.12/plan⟧).",
    "See [the plan](⟦https://files.city.local/plan⟧).",
    "See [the plan](⟦https://city..gov/plan⟧).",
    "See [the plan](⟦file:///home/press/plan.pdf⟧).",
    "See [the plan](⟦https://city.gov/plan%2⟧).",
)
GOOD = (
    "See [the plan](https://city.gov/plan%20b?page=2#top).",
    "See [the plan](https://münchen.de/plan) or https://city.gov:8443/a.",
    "Write to [us](mailto:press@example.org), call [us](tel:+13055550100).",
    "See [the plan](https://127.0.0.1.city.gov/).",
)
_LABEL = pattern(r"(?!-)[\w-]{1,63}(?<!-)")
_PRIVATE = pattern(r"(?:10|127|0|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){1,3}")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for link in text.of(links.links):
        if why := _why(link.target):
            yield Found(link.at, link.at + len(link.target), f"this link cannot work: {why}", "copy the address from the browser again")


def _why(target: str) -> str:
    """What is wrong with an address; "" where nothing can be said."""
    scheme, _, rest = target.partition(":")
    if scheme.lower() == "file":
        return "it leads to a file on one computer"
    if scheme.lower() not in ("http", "https") or not rest.startswith("//"):
        return ""
    if target.endswith(("…", "...")):
        return "its end is missing"
    if "%" in target and re.search(r"%(?![0-9A-Fa-f]{2})", target):
        return "a `%` in it is not followed by two figures"
    try:
        host = urlsplit(target).hostname or ""
        urlsplit(target).port  # noqa: B018  # asked for its ValueError
    except ValueError:
        return "its host or port cannot be read"
    if host in ("http", "https"):
        return "it begins twice"
    labels = host.removesuffix(".").split(".")
    if _PRIVATE.fullmatch(host) or labels[-1] in ("local", "lan", "internal", "intranet", "home"):
        return "its host is known in one network only"
    if ":" not in host and (len(labels) < 2 or not all(map(_LABEL.fullmatch, labels))) and host != "localhost":
        return "there is no such host"
    return ""
