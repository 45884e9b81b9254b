"""Amazon SES, API version 2: our own MIME bytes in a request that is signed (Signature Version 4).

Reference: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html; the service model of botocore 1.44; 2026-11.

    [providers.ses]
    region = "eu-central-1"
    access_key_id = "AKIAIOSFODNN7EXAMPLE"
    secret_access_key = { env = "AWS_SECRET_ACCESS_KEY" }
    # session_token = { env = "AWS_SESSION_TOKEN" }     # for keys that expire
    # configuration_set = "press"
    # base_url = "https://email-fips.us-east-1.amazonaws.com"

The key's user needs ses:SendEmail and ses:SendRawEmail, for the probe ses:GetAccount.
Key window: none; a second request sends a second mail. Quota: that of 24 hours, told by the probe (GetAccount, SendQuota).
After a time-out: nothing can be asked. Our key is a tag of the mail (pressctl_key), seen only by an event destination.
SES writes its own Message-ID and Date. It tracks only where a configuration set says so; a request cannot switch it off.
Limits: 40 MB encoded; a new account (the "sandbox") 200 mails a day, 1 a second, to verified addresses only.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl import sigv4
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, deferred, stop, uncertain
from pressctl.message import Message, as_bytes
from pressctl.provider import CannotCarry, Profile, by_status, parsed, post, retry_after, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Amazon SES", per_second=1, size_limit=40 * 1024 * 1024)
_SEND, _AGAIN = "/v2/email/outbound-emails", "then run the same command again"
_CLOCK, _KEY = "check the secret key and this computer's clock", "check the access key, or get a new one"
_STOPS = {
    "AccountSuspendedException": f"look at the account at AWS, {_AGAIN}",
    "SendingPausedException": f"look at the account or the configuration set at AWS, {_AGAIN}",
    "MailFromDomainNotVerifiedException": f"verify the MAIL FROM domain at AWS, {_AGAIN}",
    "NotFoundException": "check `configuration_set` and `region` in the configuration",
    **dict.fromkeys(("RequestExpired", "InvalidSignatureException", "SignatureDoesNotMatch"), _CLOCK),
    **dict.fromkeys(("ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId", "IncompleteSignature"), _KEY),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The region and the access key; `base_url` is made from the region where it is empty."""

    region: str
    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None
    configuration_set: str = ""
    base_url: str = ""

    def url(self, path: str) -> str:
        return (self.base_url or f"https://email.{self.region}.amazonaws.com") + path

    def sign(self, method: str, path: str, headers: dict[str, str], body: bytes, now: datetime) -> dict[str, str]:
        key = sigv4.Key(self.access_key_id, self.secret_access_key.reveal(), self.session_token.reveal() if self.session_token else "")
        return sigv4.signed(method, self.url(path), headers, body, key=key, region=self.region, service="ses", now=now)


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One `SendEmail` with the finished message; `now` is in the signature only. Raises CannotCarry beyond 40 MB."""
    import orjson

    to, raw = mail.recipient(message, "Amazon SES"), b64encode(as_bytes(message)).decode("ascii")
    if len(raw) > PROFILE.size_limit:
        raise CannotCarry("Amazon SES takes messages of at most 40 MB", hint="make the attachments smaller")
    content: dict[str, Any] = {"Content": {"Raw": {"Data": raw}}, "Destination": {"ToAddresses": [to.email]}}
    content |= {"EmailTags": [{"Name": "pressctl_key", "Value": key.replace(".", "_")}]}
    content |= {"ConfigurationSetName": settings.configuration_set} if settings.configuration_set else {}
    body = orjson.dumps(content)
    return post(settings.url(_SEND), body, settings.sign("POST", _SEND, {"content-type": "application/json"}, body, now))


def outcome(response: httpx2.Response) -> Outcome:
    """200 with a `MessageId` is acceptance; an error is named in a header, and throttling told apart by its words."""
    answer, status = parsed(response), response.status_code
    kind = text(response.headers.get("x-amzn-errortype") or mail.member(answer, "__type")).split(":")[0].rpartition("#")[2]
    said = mail.said(answer).split(" The following identities")[0]
    reason = f"{kind}: {said}" if kind and said else kind or said
    if 400 <= status < 500:
        if "quota exceeded" in said.lower():
            return stop(f"Amazon SES refuses: {reason}", f"wait until the daily quota allows more, or ask AWS for more; {_AGAIN}", status)
        if "Throttling" in kind or kind == "TooManyRequestsException" or "rate exceeded" in said.lower():
            return deferred(reason, status, retry_after(response), counts=False)
        hint = _STOPS.get(kind) or ("verify the sender's domain here, and ask AWS for production access" if "not verified" in said else "")
        if hint:
            return stop(f"Amazon SES refuses: {reason}", hint, status)
    other, name = by_status(response, reason), mail.identity(mail.member(answer, "MessageId"))
    return other or (accepted(name) if status == 200 and name else uncertain("the answer holds no `MessageId`", status))


def probe(settings: Settings, now: datetime | None = None) -> httpx2.Request:
    """The account. A signature needs the time, which a probe is not given: the clock is read here, unless `now` says it."""
    import httpx2

    path = "/v2/email/account"
    return httpx2.Request("GET", settings.url(path), headers=settings.sign("GET", path, {}, b"", now or datetime.now(UTC)))


def _problem(account: Any) -> str:
    if mail.member(account, "SendingEnabled") is not True:
        return "Amazon SES has paused sending for this account"
    if mail.member(account, "ProductionAccessEnabled") is not True:
        return "the account is in the sandbox of Amazon SES, and reaches verified addresses only: ask AWS for production access"
    return ""


probed = mail.prober("Amazon SES", _problem)
quotas = mail.quotas(mail.quota("in 24 hours", "SentLast24Hours", "Max24HourSend", "SendQuota", spent=True))
