"""A link shows one web address and leads to another.

Compares the domains. Why: it is how phishing looks, to people and to filters. Source: Anti-Phishing Working Group; filters of
mail providers.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "LNK608"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("See [⟦city.gov/plan⟧](https://tracker.net/x).", "See [⟦https://city.gov⟧](https://news.net/city).")
GOOD = (
    "See [city.gov](https://www.city.gov/plan).",
    "See [the plan](https://city.gov/plan).",
    "See [docs.city.gov](https://city.gov/docs).",
)
_DOMAIN = pattern(
    r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|us|info|news|io|mx|br|ht|eu|uk|ca))(?:[/?#]\S*)?", 2
)  # 2: IGNORECASE


def check(text: Copy, options: Options) -> Iterator[Found]:
    for link in text.of(links.links):
        shown = None if link.picture or not link.text else _DOMAIN.fullmatch(link.text.strip())
        host = links.domain(link.target) if link.target.lower().startswith("http") else ""
        if shown is not None and host:
            seen = shown[1].lower()
            if not (host == seen or host.endswith("." + seen) or seen.endswith("." + host)):
                at = text.source.find(link.text, link.start)
                yield Found(at, at + len(link.text), f"it shows {seen} and leads to {host}", "show where it leads, or link words")
