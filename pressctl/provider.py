"""What a provider is: its contract, how it is found by file name, and what HTTP statuses mean where it says nothing else.

A provider is one module in `pressctl/providers/`. It offers, as module attributes,

    Settings            frozen dataclass; a field is a key of its configuration section; secrets are `config.Secret`;
                        a field without default is required; `base_url: str` is always there
    PROFILE             a `Profile`
    request(message, settings, key, now)   → httpx2.Request    pure; carries everything or raises `CannotCarry`
    outcome(response)                      → delivery.Outcome  total: any status, any junk
"""

from __future__ import annotations

import email.utils
import importlib
import ipaddress
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit

from pressctl import delivery, providers
from pressctl.delivery import Outcome
from pressctl.document import nearest
from pressctl.errors import ConfigError, Refusal
from pressctl.message import Message

if TYPE_CHECKING:
    import httpx2


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a provider, as data.

    `key_window` is how long the provider promises to remember our key (None: it does not). `per_second` is the rate
    that a new account has, 0 for no known limit; `size_limit` is in bytes of the finished request. `rehearsal` is true
    only where nothing can leave this machine. `not_applied` are statuses documented as "not applied, come again".
    """

    title: str
    carries: frozenset[str] = frozenset({"email"})  # email, webhook
    rehearsal: bool = False
    key_window: timedelta | None = None
    batch: int = 1
    per_second: float = 0
    size_limit: int = 10 * 1024 * 1024
    tracking_off: str = ""  # how each request switches tracking off; "" where there is none to switch off
    lookup: bool = False
    lookup_authoritative: bool = False
    events: bool = False
    schedule: bool = False


class Provider(Protocol):
    """A provider's module."""

    __name__: str
    __doc__: str | None
    Settings: type[Any]
    PROFILE: Profile

    def request(self, message: Message, settings: Any, key: str, now: datetime) -> httpx2.Request:
        """The whole request; pure. `now` is used for nothing but a signature's timestamp. Raises CannotCarry."""

    def outcome(self, response: httpx2.Response) -> Outcome:
        """What the answer means; never raises, whatever the answer."""


class CannotCarry(Refusal):
    """The message holds something that this provider has no place for; said before anything leaves."""


def names() -> list[str]:
    """The providers that are there, by file name."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(providers.__path__))


def find(kind: str) -> Provider:
    """The provider's module; raises ConfigError naming the nearest ones."""
    if kind not in names():
        raise ConfigError(f"there is no provider `{kind}`", hint=nearest(kind, names()) or f"there are: {', '.join(names())}")
    return cast(Provider, importlib.import_module(f"pressctl.providers.{kind.replace('-', '_')}"))


def retry_after(response: httpx2.Response) -> float | None:
    """Seconds from Retry-After in both forms (RFC 9110, section 10.2.3), or None where it is absent or malformed.

    A date is measured against the answer's own Date, since this machine's clock may be wrong.
    """
    value = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    moment = _http_date(value)
    if moment is None:
        return None
    return max(0.0, (moment - (_http_date(response.headers.get("date", "")) or datetime.now(UTC))).total_seconds())


def _http_date(value: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def by_status(response: httpx2.Response, said: str = "") -> Outcome | None:
    """What a status outside 2xx means where the provider's own codes say nothing; None for a 2xx.

    `said` is the provider's own explanation, shown as the reason. RFC 9110 section 15; RFC 6585 for 429 and 511; RFC 8470 for 425.
    """
    status = response.status_code
    reason = said or f"HTTP {status} {response.reason_phrase}".strip()
    if 200 <= status < 300:
        return None
    if status == 429:
        return delivery.deferred(reason, status, retry_after(response), counts=False)
    if status in (421, 425):
        return delivery.deferred(reason, status, retry_after(response))
    if status in (400, 413, 415, 422):
        return delivery.rejected(reason, status)
    if status in (401, 403):
        return delivery.stop(
            f"the provider refuses the account: {reason}", "check the token and the sender's domain in the provider's settings", status
        )
    if status == 402:
        return delivery.stop(
            f"the account's quota or balance is used up: {reason}",
            "look at the account at the provider, then run the same command again",
            status,
        )
    if status in (404, 405, 410):
        return delivery.stop(
            f"the provider does not know this address: {reason}", "check `base_url` of the provider in the configuration", status
        )
    if 300 <= status < 400:
        return delivery.stop(
            f"the provider redirects, and redirects are never followed: {reason}",
            "check `base_url` of the provider in the configuration",
            status,
        )
    if status == 511:
        return delivery.stop(
            "this network asks for a login before it lets anything through",
            "open a page in the browser, log in to the network, then run the same command again",
            status,
        )
    return delivery.uncertain(reason, status)


def parsed(response: httpx2.Response) -> Any:
    """The answer's JSON, or None where it is not JSON. Numbers stay exact; depth and size are bounded by the wire."""
    import orjson

    try:
        return orjson.loads(response.content)
    except ValueError:  # orjson bounds the depth itself
        return None


def text(value: Any, most: int = 300) -> str:
    """A provider's own words, made one short line; whatever it was."""
    return " ".join(str(value).split())[:most] if value else ""


def post(url: str, body: Mapping[str, Any] | bytes, headers: Mapping[str, str]) -> httpx2.Request:
    """A POST of JSON (or of ready bytes) with a fixed order of headers, so that the same message gives the same bytes."""
    import httpx2
    import orjson

    content = body if isinstance(body, bytes) else orjson.dumps(body)
    target, host = _target(url)
    fixed = {"host": host, "content-length": str(len(content)), "content-type": "application/json"}
    # ready-made headers and stream: 12 µs a request, where Request(content=…) takes 80 (httpx2 2.16)
    request = httpx2.Request("POST", target, headers={**fixed, **headers}, stream=httpx2.ByteStream(content))
    request.read()
    return request


@lru_cache(maxsize=256)
def _target(url: str) -> tuple[httpx2.URL, str]:
    """The parsed URL and its Host header; cached, since ten thousand messages go to one address."""
    import httpx2

    parsed_url = httpx2.URL(url)
    return parsed_url, parsed_url.netloc.decode("ascii")


def on_this_machine(url: str) -> bool:
    """Whether the URL's host is the loopback interface, written so that no name server is asked."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
