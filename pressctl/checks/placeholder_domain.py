"""A link or a mail address of a domain that is only for examples: example.com, localhost.

Declared contacts are left alone: the office's samples are told by `send`. Source: RFC 2606 and RFC 6761, reserved names.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "LNK607"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("See [the plan](⟦https://example.com/plan⟧).", "Write to ⟦rita@yourdomain.com⟧ now.", "See ⟦http://localhost:8000/plan⟧ now.")
GOOD = ("See [the plan](https://city.gov/plan).", "Write to press@example.org now.", "See https://example-city.gov now.")
_SAMPLE = pattern(
    r"(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost|yourdomain\.com|yoursite\.com|domain\.com|mysite\.com)"
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    own = f"{text.config.organization.sender.email} {text.release.contacts} {text.config.organization.url}"
    for link in text.of(links.links):
        host = links.domain(link.target) or ("localhost" if "://localhost" in link.target else "")
        if host and _SAMPLE.fullmatch(host) and host not in own:
            yield Found(link.at, link.at + len(link.target), f"`{host}` is a name for examples", "write the real address")
    for start, end in text.of(links.emails):
        address = text.source[start:end]
        if _SAMPLE.fullmatch(address.rpartition("@")[2].lower()) and address not in own:
            yield Found(start, end, "this mail address is a sample", "write the real one")
