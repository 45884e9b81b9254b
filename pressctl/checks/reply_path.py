"""Answers go to another house than the named contact.

The domain of `reply_to` (or of the sender) is none of the contacts' domains, and no contact reads it. Why: an editor who
answers wants the person who is named. Source: desk practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "EML715"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("contact: ⟦{name: Ana Example, email: ana@riders.example}⟧\n---\nThe council meets.",)
GOOD = (
    "The council meets.",
    "contact: {name: Ana Example, email: ana@example.org}\n---\nThe council meets.",
    "contact: {name: Ana Example, phone: 305 294 1234}\n---\nIt meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    organization = text.config.organization
    answers = (organization.reply_to or organization.sender).email.lower()
    mails = [contact.email.lower() for contact in text.release.contacts if contact.email]
    domains = {mail.rpartition("@")[2] for mail in mails}
    if mails and not text.raw and answers not in mails and answers.rpartition("@")[2] not in domains:
        domain = answers.rpartition("@")[2]
        yield Found(
            *text.span("contact"), f"answers go to {domain}, and no named contact is there", "set reply_to, or name a contact who reads it"
        )
