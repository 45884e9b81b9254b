"""What a provider is: its contract, how it is found by file name, and what HTTP statuses mean where it says nothing else.

A provider is one module in `pressctl/providers/`. It offers, as module attributes,

    Settings            frozen dataclass; a field is a key of its configuration section; secrets are `config.Secret`;
                        a field without default is required; `base_url: str` is always there
    PROFILE             a `Profile`
    request(message, settings, key, now)   → httpx2.Request    pure; carries everything or raises `CannotCarry`
    outcome(response)                      → delivery.Outcome  total: any status, any junk

and, where the provider can,

    discover(settings) → httpx2.Request | None, discovered(response, settings) → Settings
                        what must be learned of the account before the first message; asked until None is returned
    upload(message, settings) → httpx2.Request | None, uploaded(response, message, settings) → Settings
                        the next attachment that must lie at the provider before the message can go; asked until None,
                        once per edition, since all its messages share their files
    batch_request(items, settings, key, now) → httpx2.Request, batch_outcomes(response, count) → list[Outcome]
                        an array of whole messages, one recipient each; `items` are (message, key), `key` is the batch's own
    lookup(doubt, settings) → httpx2.Request, found(response, doubt) → Outcome | None
                        after a time-out: ACCEPT where the provider has it; DEFER where it surely has not; None: no verdict
    events(since, settings, page) → httpx2.Request, read_events(response, page) → tuple[list[Report] | None, str]
                        bounces, complaints, deliveries since a time; page by page, "" is the first and the end; None in
                        place of the list: the answer cannot be read. Some lists cannot be asked by time and come newest
                        first: a page with reports that are all older than `since` is the last one wanted
    tidy(response, settings) → httpx2.Request | None
                        what a refused attempt has left behind at the provider, taken back; nothing rests on its success
    probe(settings) → httpx2.Request, probed(response) → str
                        a call that changes nothing and needs the credentials; "" where they are good, else the problem
    quotas(response) → list[Quota]
                        how much may still be sent, as the answer to `probe` tells it, or that to `quota(settings) →
                        httpx2.Request` where there is one; empty where it does not say
    takes(url, settings) → bool
                        a room: whether a contact's webhook URL is one of its own, to be told in the room's own words
"""

from __future__ import annotations

import email.utils
import importlib
import ipaddress
import pkgutil
import re
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit

from pressctl import config, delivery
from pressctl.addresses import BadAddress, endpoint
from pressctl.config import Config, Secret, Section
from pressctl.delivery import Outcome
from pressctl.document import nearest
from pressctl.errors import ConfigError, Place, Problem, Refusal
from pressctl.message import Message, Prepared
from pressctl.values import dataclass

if TYPE_CHECKING:
    import httpx2


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a provider, as data.

    `dkim` are the selectors that it documents for its customers' domains, where they are the same for all.
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
    dkim: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Doubt:
    """An uncertain delivery, and everything that a provider might know it by."""

    key: str
    message_id: str
    recipient: str
    release: str
    claimed_at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Quota:
    """How many messages an account may still send, out of how many (0: not told), and in which `span`: today, this month …"""

    left: int
    of: int
    span: str


@dataclass(frozen=True, slots=True)
class Report:
    """Something that the provider reports later. `key` is ours where it is told, else "".

    `kind` is delivered, bounced or complained; `status` an enhanced status code (RFC 3463) such as 5.1.1, or "".
    """

    kind: str
    at: datetime
    key: str = ""
    provider_id: str = ""
    message_id: str = ""
    recipient: str = ""
    status: str = ""
    detail: str = ""


class CannotCarry(Refusal):
    """The message holds something that this provider has no place for; said before anything leaves."""


def names() -> list[str]:
    """The providers that are there, by file name."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules([str(Path(__file__).with_name("providers"))]))


def find(kind: str) -> Provider:
    """The provider's module; raises ConfigError naming the nearest ones."""
    if kind not in names():
        raise ConfigError(f"there is no provider `{kind}`", hint=nearest(kind, names()) or f"there are: {', '.join(names())}")
    return cast(Provider, importlib.import_module(f"pressctl.providers.{kind.replace('-', '_')}"))


@dataclass(frozen=True, slots=True)
class Account:
    """A provider with the settings of one of the organization's accounts there.

    `timeout` is the total time of one attempt in seconds, `concurrency` how many requests may be under way at once,
    `per_second` the rate of requests (0: no limit), `batch` how many messages one request may hold, `dkim` the selector
    of the sender's domain, "" where the configuration names none.
    """

    name: str
    kind: str
    module: Provider
    settings: Any
    timeout: float
    concurrency: int
    per_second: float
    batch: int
    dkim: str = ""

    @property
    def secrets(self) -> list[str]:
        """Its credentials, for those who must know them to keep them out of sight, or to tell accounts apart."""
        values = [getattr(self.settings, name) for name in self.settings.__dataclass_fields__]
        return [value.reveal() for value in values if isinstance(value, Secret)]


def rooms(config: Config, environment: Mapping[str, str]) -> list[Account]:
    """The accounts of all rooms: those of the configuration in its order, then each kind as it comes. Raises ConfigError."""
    kinds = [name for name in names() if hasattr(find(name), "takes")]
    named = [name for name, section in config.providers.items() if section.kind in kinds]
    return [account(config, name, environment) for name in dict.fromkeys([*named, *kinds])]


def for_webhook(url: str, among: Sequence[Account]) -> Account | None:
    """The first of these rooms that a contact's webhook URL belongs to; None where it is no room, but a program's intake."""
    return next((room for room in among if cast(Any, room.module).takes(url, room.settings)), None)


def rehearsed(room: Account, webhook: Account) -> Account:
    """The room's account for a rehearsal: it makes the room's requests and reads the inbox's answers, as `webhook` does."""
    own = room.module
    known = {name: getattr(own, name) for name in ("__name__", "__doc__", "Settings", "PROFILE", "request")}
    module = SimpleNamespace(**known, outcome=webhook.module.outcome)
    return replace(room, module=cast(Provider, module))


_COMMON: Mapping[str, tuple[type, float, float]] = {  # key → type, least, most
    "timeout": (float, 0.1, 600),
    "concurrency": (int, 1, 256),
    "per_second": (float, 0, 100_000),
    "batch": (int, 1, 10_000),
}
_DKIM = "dkim_selector"
_SELECTOR = re.compile(r"(?=.{1,200}$)[A-Za-z0-9]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})*")  # RFC 6376, section 3.1


def account(config: Config, name: str, environment: Mapping[str, str]) -> Account:
    """The account `name` with its secrets looked up; one without a section is the provider of that name as it comes.

    Raises ConfigError with every key of the section that is unknown, missing or wrong.
    """
    section = config.providers.get(name)
    if section is None and name not in names():
        known = [*config.providers, *names()]
        hint = nearest(name, known) or f"there are: {', '.join(sorted(set(known)))}"
        raise ConfigError(f"there is no provider account `{name}`", config.places.get("send.provider"), hint)
    section = section or Section(name, name, {}, {}, Place(str(config.file)))
    if section.kind not in names():
        hint = nearest(section.kind, names()) or f"there are: {', '.join(names())}"
        place = config.places.get(f"providers.{name}.kind", section.place)
        raise ConfigError(f"there is no provider `{section.kind}`", place, hint)
    module = find(section.kind)
    reader = _Reader(section, environment, [])
    settings = reader.settings(module.Settings)
    timeout = reader.common("timeout", 30)
    concurrency = reader.common("concurrency", 8)
    per_second = reader.common("per_second", module.PROFILE.per_second)
    batch = reader.common("batch", module.PROFILE.batch)
    dkim = reader.selector()
    if batch > module.PROFILE.batch:
        reader.problem("batch", f"`batch` must be at most {module.PROFILE.batch}: {module.PROFILE.title} takes no more in one request")
    if reader.problems:
        raise ConfigError.of(sorted(reader.problems, key=lambda p: (p.place.line, p.place.column) if p.place else (0, 0)))
    return Account(name, section.kind, module, module.Settings(**settings), timeout, int(concurrency), per_second, int(batch), dkim)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A section's values as the types that the provider's Settings ask for."""

    section: Section
    environment: Mapping[str, str]
    problems: list[Problem]

    def problem(self, key: str, text: str, hint: str = "") -> None:
        self.problems.append(Problem(text, self.section.places.get(key, self.section.place), hint))

    def settings(self, kind: type[Any]) -> dict[str, Any]:
        types = typing.get_type_hints(kind)
        known = {field.name: field for field in fields(kind)}
        for key in self.section.values:
            if key not in known and key not in _COMMON and key != _DKIM:
                every = sorted({*known, *_COMMON, _DKIM})
                self.problem(
                    key,
                    f"`{key}` is not a key of [providers.{self.section.name}]",
                    nearest(key, every) or f"there are: {', '.join(every)}",
                )
        read = {}
        for key, field in known.items():
            if key in self.section.values:
                read[key] = self.value(key, self.section.values[key], types[key])
            elif field.default is MISSING and field.default_factory is MISSING:
                form = f'{key} = {{ env = "…" }}' if types[key] is Secret else f"{key} = …"
                self.problem("", f"the account `{self.section.name}` has no `{key}`", f"add {form} to [providers.{self.section.name}]")
        return read

    def value(self, key: str, value: Any, kind: Any) -> Any:
        """One value, or None after noting what is wrong with it."""
        kinds = [part for part in typing.get_args(kind) if part is not type(None)] or [kind]  # `Secret | None` is Secret
        kind = kinds[0] if len(kinds) == 1 else kind
        if kind is Secret:
            return self.secret(key, value)
        if kind is float and type(value) is int:
            return float(value)
        if kind in (str, bool, int, float) and type(value) is not kind:
            words = {str: "text in quotes", bool: "true or false", int: "a whole number", float: "a number"}
            self.problem(key, f"`{key}` must be {words[kind]}")
            return None
        if kind is str and (not value.isprintable() or not value.strip()):
            self.problem(key, f"`{key}` must be one line of text, and not empty")
            return None
        return self.url(value) if key == "base_url" else value

    def secret(self, key: str, value: Any) -> Secret | None:
        try:
            return config.secret(value, self.section.places.get(key), self.environment)
        except ConfigError as fault:
            self.problems.extend(fault.problems)
            return None

    def url(self, value: str) -> str | None:
        try:
            return endpoint(value).rstrip("/")
        except BadAddress as fault:
            self.problem("base_url", f"`base_url`: {fault}", fault.hint)
            return None

    def selector(self) -> str:
        """The name of the DKIM key in the sender's domain, which any account may tell."""
        value = self.section.values.get(_DKIM, "")
        if value != "" and not (isinstance(value, str) and _SELECTOR.fullmatch(value)):
            self.problem(_DKIM, f"`{_DKIM}` must be the part before ._domainkey in the record's name")
            return ""
        return str(value)

    def common(self, key: str, default: float) -> float:
        """A number that every account may set."""
        if key not in self.section.values:
            return default
        kind, least, most = _COMMON[key]
        value: Any = self.section.values[key]
        if type(value) not in (int, kind) or not least <= value <= most:
            what = "a whole number" if kind is int else "a number"
            self.problem(key, f"`{key}` must be {what} from {least:g} to {most:g}")
            return default
        return float(value)


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
    return max(0.0, (moment - (answered_at(response) or datetime.now(UTC))).total_seconds())


def answered_at(response: httpx2.Response) -> datetime | None:
    """When the answer was made, by the provider's clock (RFC 9110, section 6.6.1), or None where it does not say."""
    return _http_date(response.headers.get("date", ""))


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
    if 200 <= status < 300:
        return None
    reason = said or f"HTTP {status} {response.reason_phrase}".strip()
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
    return replace(delivery.uncertain(reason, status), retry_after=retry_after(response) if status == 503 else None)


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


ANSWER = 500  # characters of an answer that are kept in the log
_PART = r"[^\s<>\"'(),:;@\\]"
_ADDRESS = re.compile(rf"{_PART}{{1,64}}@{_PART}{{1,255}}")  # RFC 5321, section 4.5.3.1; without an end it is slow
_CREDENTIAL = re.compile(r"\b(Basic|Bearer) +[^\s\"',;]+", re.IGNORECASE)


def discreet(words: str, secrets: Sequence[str]) -> str:
    """A provider's own words on one line, at most 2,000 characters: addresses, and these secrets, are made unreadable."""
    said = " ".join(words.split())
    for secret in filter(None, secrets):
        said = said.replace(secret, "•••")
    said = said[: 4 * ANSWER]  # whole secrets are gone, and whatever is searched for now is searched for in little
    return _ADDRESS.sub("…@…", _CREDENTIAL.sub(r"\1 •••", said))


def told(outcome: Outcome, response: httpx2.Response, secrets: Sequence[str]) -> Outcome:
    """The outcome with the beginning of the answer beside it, for the log and the terminal: what it echoes is not theirs to show."""
    answer = discreet(response.content.decode("utf-8", "replace"), secrets)[:ANSWER]
    return replace(outcome, reason=discreet(outcome.reason, secrets), stop=discreet(outcome.stop, secrets), answer=answer)


def as_json(value: Mapping[str, Any] | list[Any]) -> bytes:
    """JSON for a request; text that was escaped before goes in as it is."""
    import orjson

    return orjson.dumps(value, default=_plainer, option=orjson.OPT_PASSTHROUGH_SUBCLASS)


def _plainer(value: Any) -> Any:
    """What orjson does not take by itself, as what it takes. Raises TypeError for anything else, which orjson tells."""
    if isinstance(value, Prepared):
        import orjson

        return orjson.Fragment(value.json)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def post(url: str, body: Mapping[str, Any] | list[Any] | bytes, headers: Mapping[str, str]) -> httpx2.Request:
    """A POST of JSON (or of ready bytes) with a fixed order of headers, so that the same message gives the same bytes."""
    import httpx2

    content = body if isinstance(body, bytes) else as_json(body)
    target, host = _target(url)
    # ready-made headers and stream: 12 µs a request, where Request(content=…) takes 80 (httpx2 2.16)
    request = httpx2.Request("POST", target, stream=httpx2.ByteStream(content))
    request.url, request.headers = target, _quiet()(_prepared(host, len(content), tuple(headers.items())))
    request.read()
    return request


@lru_cache(maxsize=256)
def _prepared(host: str, length: int, headers: tuple[tuple[str, str], ...]) -> httpx2.Headers:
    """The headers of a request, kept: thousands of an edition have the same ones. Whoever uses them takes a copy."""
    fixed = {"host": host, "content-length": str(length), "content-type": "application/json"}
    return quiet({**fixed, **dict(headers)})


def quiet(headers: Mapping[str, str]) -> httpx2.Headers:
    """Headers whose repr shows names only: httpx2 itself hides Authorization, and no other header with a credential."""
    return _quiet()(headers)


@lru_cache(maxsize=1)
def _quiet() -> type[httpx2.Headers]:
    import httpx2

    class Headers(httpx2.Headers):
        def __repr__(self) -> str:
            return f"Headers({', '.join(self)})"

    return Headers


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
