"""JMAP: your own mailbox at Fastmail, or on a server with Stalwart or Cyrus; replies land where you read mail anyway.

Reference: RFC 8620 and RFC 8621; https://www.fastmail.com/dev/, …help 360060591153 (DKIM; 2026-11). Tried with Cyrus 3.6.1.

    [providers.jmap]
    token = { env = "JMAP_TOKEN" }  # Fastmail: Settings, Privacy & Security, API tokens: Email, Email submission, not read-only
    # base_url = "https://mail.example.org/.well-known/jmap"

A server of one's own takes `username` and `password` instead of `token`, and `base_url`, the address of its session.
Key window: none; a second request sends a second mail. One request makes a draft, submits it, and moves it to Sent.
After a time-out: the Message-ID is ours and is searched for. In Sent: it was submitted; only in Drafts: it was not.
The draft of what is refused is destroyed; one whose end is unknown stays. Bounces arrive in the mailbox as mail. There is no tracking.
The server writes the MIME text. Attachments are uploaded once (or in each request, where RFC 9404 is offered).
Limits: the session's maxSizeRequest; each provider has its own number of mails a day.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pressctl import jmap_account, jmap_answer, jmap_mail
from pressctl import mail_fields as mail
from pressctl.delivery import Outcome, accepted, deferred
from pressctl.errors import ProviderStop
from pressctl.jmap_account import Account, Settings, discover, discovered, upload, uploaded
from pressctl.message import Message
from pressctl.provider import Doubt, Profile, parsed, text

if TYPE_CHECKING:
    import httpx2

__all__ = ["PROFILE", "Settings", "discover", "discovered", "found", "lookup", "outcome", "probe", "probed", "request",
           "tidy", "upload", "uploaded"]  # fmt: skip

# authoritative: the draft is made before it is submitted, in the very mailbox that is asked
PROFILE = Profile("JMAP mailbox", lookup=True, lookup_authoritative=True, size_limit=10_000_000, dkim=("fm1", "fm2", "fm3"))


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """A draft and its submission in one POST; raises CannotCarry for a file that is not at the server and cannot come along."""
    to, account = mail.recipient(message, "JMAP"), _account(settings)
    envelope = {"mailFrom": {"email": message.sender.email}, "rcptTo": [{"email": to.email}]}
    sending = {"emailId": "#mail", "identityId": account.identity(message.sender), "envelope": envelope}
    moved = {f"mailboxIds/{account.drafts}": None, f"mailboxIds/{account.sent}": True, "keywords/$draft": None}
    return account.call(
        *jmap_mail.uploads(message, account),
        ("Email/set", {"create": {"mail": jmap_mail.draft(message, account)}}, "mail"),
        ("EmailSubmission/set", {"create": {"sending": sending}, "onSuccessUpdateEmail": {"#sending": moved}}, "sending"),
        ("EmailSubmission/get", {"ids": ["#sending"], "properties": ["deliveryStatus"]}, "status"),
    )


def outcome(response: httpx2.Response) -> Outcome:
    """A 200 says nothing: the submission must be created, and where a status is told, not with the recipient refused."""
    return jmap_answer.outcome(response, "mail", "sending", "status")


def tidy(response: httpx2.Response, settings: Settings) -> httpx2.Request | None:
    """The draft of a submission that was refused is destroyed, by the id that the answer itself gave."""
    left = jmap_answer.leftover(response, "mail", "sending")
    return _account(settings).call(("Email/set", {"destroy": [left]}, "tidy")) if left else None


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """In which folders the mails with our Message-ID are."""
    account, ids = _account(settings), {"resultOf": "query", "name": "Email/query", "path": "/ids"}
    return account.call(
        ("Email/query", {"filter": {"header": ["Message-ID", doubt.message_id.strip("<>")]}}, "query"),
        ("Email/get", {"#ids": ids, "properties": ["messageId", "mailboxIds"]}, "mails"),
        ("Mailbox/get", {"ids": [account.drafts, account.sent], "properties": ["role"]}, "folders"),
    )


def found(response: httpx2.Response, doubt: Doubt) -> Outcome | None:
    """In Sent it was submitted; only in Drafts, or nowhere, it was not; anywhere else a person has moved it."""
    said = jmap_answer.results(parsed(response)) if response.status_code == 200 else {}
    queried, mails, folders = (said.get(name, ("", None))[1] for name in ("query", "mails", "folders"))
    rows, ids, roles = mail.rows(mails, "list"), mail.member(queried, "ids"), mail.rows(folders, "list")
    if rows is None or roles is None or not isinstance(ids, list) or len(rows) != len(ids):
        return None
    role = {mail.identity(row.get("id")): mail.identity(row.get("role")) for row in roles}
    ours = [row for row in rows if row.get("messageId") == [doubt.message_id.strip("<>")]]
    homes = [row.get("mailboxIds") for row in ours]
    places = [{role.get(one) for one in home} if isinstance(home, dict) else {None} for home in homes]
    for row, place in zip(ours, places, strict=True):
        if "sent" in place:
            return accepted(mail.identity(row.get("id")))
    if {"drafts", "sent"} <= {*role.values()} and all(place == {"drafts"} for place in places):
        return deferred("it is in Drafts, and was not submitted" if ours else "the mailbox has nothing with this Message-ID")
    return None


def probe(settings: Settings) -> httpx2.Request:
    """The session."""
    return mail.ask(settings.base_url, settings.headers())


def probed(response: httpx2.Response) -> str:
    """A session that may read and send mail; a redirect comes before the credentials are looked at, and proves nothing."""
    if response.has_redirect_location:
        return f"`base_url` only points to {text(response.headers['location'], 100)}: write that address instead, to have it checked"
    return jmap_account.problem(response)


def _account(settings: Settings) -> Account:
    if isinstance(settings, Account) and settings.drafts:
        return settings
    raise ProviderStop("the mail account has not been asked for its folders yet", hint="run the same command again")
