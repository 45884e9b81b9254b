"""What must be known of a JMAP account before a message can leave: its session, identities, folders and uploaded files.

RFC 8620 (core, 2019), RFC 8621 (mail, 2019), RFC 9404 (blobs, 2023). Everything here is pure: requests out, answers in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from pressctl import mail_fields as mail
from pressctl import provider
from pressctl.config import Secret
from pressctl.errors import ConfigError, ProviderStop
from pressctl.jmap_answer import results
from pressctl.message import Address, Attachment, Message
from pressctl.provider import CannotCarry

if TYPE_CHECKING:
    import httpx2

CORE, MAIL, SUBMISSION, BLOB = (f"urn:ietf:params:jmap:{name}" for name in ("core", "mail", "submission", "blob"))
Call = tuple[str, dict[str, Any], str]  # a method, its arguments, our id for its result
_SETUP = "check `base_url` and the account's token or password in the configuration"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the session is, and a token, or a user and his password. Raises ConfigError where there is neither."""

    base_url: str = "https://api.fastmail.com/jmap/session"
    token: Secret | None = None
    username: str = ""
    password: Secret | None = None

    def __post_init__(self) -> None:
        if (self.token is None) == (self.password is None) or bool(self.username) != (self.password is not None):
            raise ConfigError(
                "a JMAP account needs a `token`, or a `username` with its `password`", hint="add one of the two ways, not both"
            )

    def headers(self) -> dict[str, str]:
        """The header Authorization."""
        if self.token is not None:
            return {"authorization": f"Bearer {self.token.reveal()}"}
        return mail.basic(self.username, self.password.reveal() if self.password else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Settings):
    """Settings with what the server said. `size_limit` is of a request, in bytes; `blobs` are the files that lie there.

    `using` are the capabilities that are needed and offered; `identities` are (address or `*@domain` or "" for any, id).
    """

    api_url: str
    upload_url: str
    account: str
    using: tuple[str, ...]
    size_limit: int
    identities: tuple[tuple[str, str], ...] = ()
    drafts: str = ""
    sent: str = ""
    blobs: Mapping[str, str] = field(default_factory=dict)

    def call(self, *calls: Call) -> httpx2.Request:
        """One POST of method calls. Raises CannotCarry where it is too large."""
        named = [[name, {"accountId": self.account, **arguments}, result] for name, arguments, result in calls]
        request = provider.post(self.api_url, {"using": list(self.using), "methodCalls": named}, self.headers())
        if len(request.content) > self.size_limit:
            raise CannotCarry(f"this server takes requests of at most {self.size_limit} bytes", hint="make the attachments smaller")
        return request

    def identity(self, sender: Address) -> str:
        """The id of the identity for the sender; raises ProviderStop naming no more than the domains that there are."""
        wanted = sender.email.lower()
        for form in (wanted, f"*@{wanted.rpartition('@')[2]}", ""):
            for address, identity in self.identities:
                if address.lower() == form:
                    return identity
        domains = sorted({address.rpartition("@")[2].lower() for address, _ in self.identities})
        raise ProviderStop(
            f"the mail account has no identity for the sender's address; it has some at {', '.join(domains) or 'no domain'}",
            hint="add the address as an identity of the account at the provider, or change `from` of the organization",
        )


def discover(settings: Settings) -> httpx2.Request | None:
    """The session, then identities and folders, then None."""
    if not isinstance(settings, Account):
        return mail.ask(settings.base_url, settings.headers())
    if not settings.drafts:
        folders = {"ids": None, "properties": ["role"]}
        return settings.call(("Identity/get", {"ids": None}, "identities"), ("Mailbox/get", folders, "folders"))
    return None


def discovered(response: httpx2.Response, settings: Settings) -> Settings:
    """The settings, richer by what was asked; raises ProviderStop where a message could not be sent like this."""
    status = response.status_code
    place = urljoin(settings.base_url, response.headers.get("location", ""))
    if status in (301, 302, 307, 308) and settings.base_url.endswith("/.well-known/jmap") and _origin(place) == _origin(settings.base_url):
        return replace(settings, base_url=place)  # RFC 8620 section 2.2; another origin would get the credentials
    wrong = problem(response, folders=isinstance(settings, Account))
    if wrong:
        raise ProviderStop(wrong, hint=_SETUP)
    answer = provider.parsed(response)
    return _with_folders(answer, settings) if isinstance(settings, Account) else _with_session(answer, settings)


def upload(message: Message, settings: Settings) -> httpx2.Request | None:
    """The next attachment of the message that the server does not hold yet; None where there is none.

    Once an edition is enough, since all its messages share the files. A server keeps them for an hour at least (RFC 8620
    section 6), and for good once a mail holds them.
    """
    if not isinstance(settings, Account) or BLOB in settings.using:
        return None
    wanted = next((one for one in message.attachments if digest(one) not in settings.blobs), None)
    headers = {**settings.headers(), "content-type": "application/octet-stream"}  # a mail's part says its own type
    return provider.post(settings.upload_url, wanted.data, headers) if wanted else None


def uploaded(response: httpx2.Response, message: Message, settings: Settings) -> Settings:
    """The settings with the id of the file that was uploaded; raises ProviderStop where there is none."""
    blob = mail.identity(mail.member(provider.parsed(response), "blobId")) if response.status_code in (200, 201) else ""
    for one in message.attachments:
        if blob and isinstance(settings, Account) and digest(one) not in settings.blobs:
            return replace(settings, blobs={**settings.blobs, digest(one): blob})
    raise ProviderStop(f"the mail server took no attachment: HTTP {response.status_code}", hint="try again later, or leave the files out")


def digest(attachment: Attachment) -> str:
    """The name of a file among the uploaded ones."""
    return sha256(attachment.data).hexdigest()


def problem(response: httpx2.Response, *, folders: bool = False) -> str:
    """What is wrong with the answer to `discover`, "" for one that mail can be sent with; of the session, or of the `folders`."""
    other, answer = provider.by_status(response), provider.parsed(response)
    if other is not None:
        return other.stop or f"the mail account cannot be asked: {other.reason}"
    if folders:
        return "" if results(answer) else "the answer is no list of JMAP results"
    offered = mail.member(answer, "capabilities")
    if not isinstance(offered, dict):
        return "the answer is no JMAP session"
    missing = [name for name in (CORE, MAIL, SUBMISSION) if name not in offered]
    return f"the token may not use {', '.join(missing)}" if missing else ""


def _with_session(answer: Any, settings: Settings) -> Account:
    account, offered = mail.member(answer, "primaryAccounts", MAIL), mail.member(answer, "capabilities")
    api, upload = mail.member(answer, "apiUrl"), mail.member(answer, "uploadUrl")
    if not isinstance(account, str) or not isinstance(api, str) or not isinstance(upload, str):
        raise ProviderStop("the JMAP session does not say where to send and to whom", hint=_SETUP)
    limit = mail.member(offered, CORE, "maxSizeRequest")
    return Account(
        **{one.name: getattr(settings, one.name) for one in fields(Settings)},
        api_url=_own(settings.base_url, api),
        upload_url=_own(settings.base_url, upload.replace("{accountId}", quote(account, safe=""))),
        account=account,
        using=tuple(name for name in (CORE, MAIL, SUBMISSION, BLOB) if name in offered),
        size_limit=limit if isinstance(limit, int) and limit > 0 else 10_000_000,
    )


def _with_folders(answer: Any, settings: Account) -> Account:
    said = {name: mail.rows(arguments, "list") or [] for name, (_, arguments) in results(answer).items()}
    roles = {mail.identity(row.get("role")): mail.identity(row.get("id")) for row in said.get("folders", [])}
    identities = tuple((str(row.get("email") or ""), row["id"]) for row in said.get("identities", []) if isinstance(row.get("id"), str))
    drafts, sent = roles.get("drafts", ""), roles.get("sent", "")
    if not drafts or not sent:
        raise ProviderStop("the mailbox has no folders for drafts and for sent mail", hint="make them in the mailbox's own program")
    if not identities:
        raise ProviderStop("the mail account has no identity to send as", hint="add one at the provider; the token must be allowed to send")
    return replace(settings, identities=identities, drafts=drafts, sent=sent)


def _own(base: str, url: str) -> str:
    """A URL of the session, which may be relative (RFC 8620 section 2), but not worse protected than the session itself."""
    target = urljoin(base, url)
    if _origin(target) != _origin(base) and not target.startswith("https://"):
        raise ProviderStop("the session names an address that is neither its own server nor https://", hint=_SETUP)
    return target


def _origin(url: str) -> tuple[str, str]:
    return urlsplit(url).scheme, urlsplit(url).netloc.lower()
