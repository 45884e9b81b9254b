"""What a JMAP answer means: the results of its method calls, and the outcome that each error stands for.

Method errors: RFC 8620 section 3.6.2. Errors of one object: RFC 8620 section 5.3, RFC 8621 sections 4.6 and 7.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.delivery import Move, Outcome, accepted, deferred, rejected, stop, uncertain
from pressctl.provider import by_status, parsed, text

if TYPE_CHECKING:
    import httpx2

_LATER = frozenset({"serverUnavailable", "stateMismatch", "rateLimit", "limit"})
_FROM = "the account may not send as the organization's `from`: add that address at the provider"
_TOKEN = "the token must be allowed to write mail and to send it"  # noqa: S105 - a hint, no token
_STOPS = {
    **dict.fromkeys(("forbiddenFrom", "forbiddenMailFrom"), _FROM),
    **dict.fromkeys(("forbidden", "accountReadOnly", "unknownMethod", "unknownCapability"), _TOKEN),
    **dict.fromkeys(("accountNotFound", "accountNotSupportedByMethod"), "the account has changed: run the same command again"),
    "overQuota": "the mailbox is full: make room in it, then run the same command again",
    "blobNotFound": "the server has forgotten the attachments: run the same command again, it uploads them anew",
}


def results(answer: Any) -> dict[str, tuple[str, Any]]:
    """The first result under each of our ids: its name ("error" for one that failed) and its arguments."""
    found: dict[str, tuple[str, Any]] = {}
    rows = mail.member(answer, "methodResponses")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and len(row) == 3 and isinstance(row[0], str) and isinstance(row[2], str):
            found.setdefault(row[2], (row[0], row[1]))
    return found


def outcome(response: httpx2.Response, draft: str, sending: str, delivery: str) -> Outcome:
    """What became of a draft and its submission; the names are our ids of the calls, and of what the first two create."""
    answer, status = parsed(response), response.status_code
    other = _of_request(response, answer)
    if other is not None:
        return other
    said = results(answer)
    method, arguments = said.get(sending, ("", None))
    name = mail.identity(mail.member(arguments, "created", sending, "id"))
    if method == "EmailSubmission/set" and name:
        return _delivered(said.get(delivery, ("", None))[1], name)
    failed = _failure(*said.get(draft, ("", None)), draft)
    if failed:
        return _refusal(failed, status, submitted=False)
    failed = _failure(method, arguments, sending)
    return _refusal(failed, status, submitted=True) if failed else uncertain("the answer does not say what became of the mail", status)


def leftover(response: httpx2.Response, draft: str, sending: str) -> str:
    """The id of the draft whose submission was surely refused; "" where there is none, or where anything may have left."""
    said = results(parsed(response)) if response.status_code == 200 else {}
    method, arguments = said.get(sending, ("", None))
    failed = _failure(method, arguments, sending)
    if not failed or mail.member(arguments, "created", sending) is not None or _refusal(failed, 200, submitted=True).move is Move.LOSE:
        return ""
    return mail.identity(mail.member(said.get(draft, ("", None))[1], "created", draft, "id"))


def _of_request(response: httpx2.Response, answer: Any) -> Outcome | None:
    """What an answer means that is no list of results: a problem by RFC 7807, named in RFC 8620 section 3.6.1."""
    said = text(mail.member(answer, "detail")) or text(mail.member(answer, "title"))
    kind = text(mail.member(answer, "type")).removeprefix("urn:ietf:params:jmap:error:")
    if response.status_code == 400 and kind == "limit" and mail.member(answer, "limit") == "maxSizeRequest":
        return rejected(said or "the request is too large for the server", 400)
    if response.status_code == 400 and kind in (*_LATER, *_STOPS):
        return _refusal({"type": kind, "description": said}, 400, submitted=False)
    return by_status(response, said)


def _failure(method: str, arguments: Any, name: str) -> dict[str, Any]:
    """The error of a method, or else of the object that it was to create; nothing where there is none."""
    failed = arguments if method == "error" else mail.member(arguments, "notCreated", name)
    return failed if isinstance(failed, dict) and isinstance(failed.get("type"), str) else {}


def _delivered(arguments: Any, name: str) -> Outcome:
    """Created; but Stalwart creates a submission whose recipient was refused, and tells it in `deliveryStatus` only."""
    for row in mail.rows(arguments, "list") or []:
        states = row.get("deliveryStatus")
        for state in states.values() if isinstance(states, dict) else []:
            reply = text(mail.member(state, "smtpReply"))
            if mail.member(state, "delivered") == "no":
                said = f"the server could not deliver: {reply}"
                return deferred(said, 200) if reply.startswith("4") else rejected(said, 200)
    return accepted(name)


def _refusal(failed: dict[str, Any], status: int, *, submitted: bool) -> Outcome:
    """The outcome of an error; `submitted` where it is the submission's, so that something may have left before it."""
    kind, said = text(failed["type"], 60), text(failed.get("description"))
    reason = f"{kind}: {said}" if said else kind
    names = failed.get("properties")
    if kind == "invalidProperties" and isinstance(names, list):
        reason = f"{reason} ({text(', '.join(map(str, names)), 100)})"
    if kind == "alreadyExists":  # Cyrus, for a mail with the very same bytes
        return uncertain("the mailbox holds this very mail: look in Drafts and in Sent; a draft must be deleted", status)
    if kind in ("serverFail", "serverPartialFail"):
        return uncertain(reason, status) if submitted else deferred(reason, status)
    if kind in _LATER:
        return deferred(reason, status, counts=kind not in ("rateLimit", "limit"))
    if kind in _STOPS:
        return stop(f"the mail server refuses: {reason}", _STOPS[kind], status)
    # Cyrus answers so for one recipient that its own server refused, for good or for now: only the text may tell which
    if kind in ("forbiddenToSend", "tooManyRecipients") and not said.startswith("5"):
        return deferred(reason, status)
    return rejected(reason, status)
