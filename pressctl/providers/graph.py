"""Microsoft Graph: your own mailbox at Microsoft 365 or Outlook.com; the sent mail lies in Sent Items.

Reference: https://learn.microsoft.com/en-us/graph/api/user-sendmail, …/graph/errors, …/graph/throttling-limits (Outlook); Domain Connect's
template microsoft.com.o365 (DKIM); 2026-11.

    [providers.graph]
    token = { env = "GRAPH_TOKEN" }
    # mailbox = "press@example.org"     # for a token of an application, which has no mailbox of its own
    # concurrency = 4                   # Microsoft's limit for one mailbox

An OAuth access token, from any helper that prints one: `token = { command = "…" }`. It lives about an hour: when it ends, the run
stops, and the same command goes on. Permission Mail.Send sends; Mail.ReadBasic beside it lets `resolve` search.
One request a message: `sendMail` with our MIME text. A draft that is sent afterwards would have an id before it leaves, but takes two
requests, and JSON has no place for List-Unsubscribe. Exchange may drop headers that it does not know, and says so nowhere.
Key window: none; a second request sends a second mail.
After a time-out: Sent Items is searched for our Message-ID. Whether Exchange keeps it is not documented, so "not found" settles nothing.
Evidence is a 202 with Graph's `request-id`; there is no id of the mail. Bounces arrive as mail. There is no tracking.
Limits: 4 MB a request, base64 included; 30 mails a minute and 10,000 recipients a day in Exchange Online.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, deferred, stop, uncertain
from pressctl.message import Message, as_bytes
from pressctl.provider import CannotCarry, Doubt, Profile, by_status, parsed, post, retry_after, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Microsoft Graph", per_second=0.5, size_limit=4 * 1024 * 1024, lookup=True, dkim=("selector1", "selector2"))
_STOPS = {
    "InvalidAuthenticationToken": "the token has ended or is of another service: run the same command again, which gets a new one",
    "ErrorAccessDenied": "the token needs the permission Mail.Send",
    "ErrorSendAsDenied": "the mailbox may not send as the organization's `from`: ask its administrator for Send As",
    "MailboxNotEnabledForRESTAPI": "this account has no mailbox in Exchange Online",
    "ErrorInvalidUser": "check `mailbox` in the configuration",
    "ErrorQuotaExceeded": "the mailbox is full: make room in it, then run the same command again",
    "ErrorExceededMessageLimit": "the mailbox has sent all that it may today: run the same command again tomorrow",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """An OAuth access token, and whose mailbox where it is not the token's own."""

    token: Secret
    mailbox: str = ""
    base_url: str = "https://graph.microsoft.com/v1.0"

    def url(self, path: str) -> str:
        owner = f"users/{quote(self.mailbox, safe='@')}" if self.mailbox else "me"
        return f"{self.base_url}/{owner}{path}"

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token.reveal()}"}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """The finished message in base64, as text. Raises CannotCarry beyond 4 MB."""
    mail.recipient(message, "Microsoft Graph")
    body = b64encode(as_bytes(message))
    if len(body) > PROFILE.size_limit:
        raise CannotCarry("Microsoft Graph takes messages of at most 4 MB, which is 3 MB of attachments", hint="make them smaller")
    return post(settings.url("/sendMail"), body, {"content-type": "text/plain", **settings.headers()})


def outcome(response: httpx2.Response) -> Outcome:
    """202 from Graph itself is all the evidence that there is; an error's code is read before its status."""
    error, status = mail.member(parsed(response), "error"), response.status_code
    code, said = text(mail.member(error, "code"), 60), mail.said(error)
    reason = f"{code}: {said}" if code and said else code or said
    if 400 <= status < 500 and code in _STOPS:
        return stop(f"Microsoft Graph refuses: {reason}", _STOPS[code], status)
    if status == 503 and retry_after(response) is not None:  # documented as "may be repeated after that"
        return deferred(reason or "HTTP 503", status, retry_after(response))
    other, name = by_status(response, reason), text(response.headers.get("request-id"), 60)
    if other is not None:
        return other
    return accepted(name, status) if status == 202 and name else uncertain("the answer is not Graph's: no 202 with `request-id`", status)


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The messages in Sent Items with our Message-ID."""
    wanted = doubt.message_id.replace("'", "''")  # OData's way to write an apostrophe
    query = {"$filter": f"internetMessageId eq '{wanted}'", "$select": "id,internetMessageId"}
    return mail.ask(settings.url("/mailFolders/sentitems/messages"), settings.headers(), **query)


found = mail.finder("Sent Items", ("value",), ("id",), lambda row, doubt: row.get("internetMessageId") == doubt.message_id)


def probe(settings: Settings) -> httpx2.Request:
    """The folder of sent mail."""
    return mail.ask(settings.url("/mailFolders/sentitems"), settings.headers(), **{"$select": "id"})


def probed(response: httpx2.Response) -> str:
    """A token that may only send cannot look into folders, and is good."""
    only_sends = response.status_code == 403 and mail.member(parsed(response), "error", "code") == "ErrorAccessDenied"
    return "" if only_sends else mail.prober("Microsoft Graph")(response)
