"""The mail's subject shouts or pretends: capitals, !!, emoji, a faked RE:.

Source: rules of SpamAssassin (spamassassin.apache.org); FTC, CAN-SPAM Act: no deceptive subject lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "EML702"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "subject: '⟦RE: the night bus⟧'\n---\nThe council meets.",
    "subject: ⟦Keep the bus!!⟧\n---\nIt meets.",
    "subject: ⟦KEEP THE NIGHT BUS NOW⟧\n---\nIt meets.",
    "subject: ⟦Keep the bus 🚌⟧\n---\nIt meets.",
)
GOOD = ("subject: Keep the night bus\n---\nThe council meets.", "subject: ICE and KWPD\n---\nThe council meets.")
_NOISE = pattern(r"\s*(?:RE|FWD?|AW|RV|ENC)\s*:|.*(?:!!|\?\?|\$\$|[\U0001F000-\U0001FAFF☀-➿])", 2)  # 2: IGNORECASE


def check(text: Copy, options: Options) -> Iterator[Found]:
    key = "subject" if text.release.subject else "headline"
    subject = text.release.subject or text.release.headline
    loud = key == "subject" and len(subject) > 14 and len(subject.split()) > 3 and subject.isupper()
    signs = any(sign in subject for sign in ":!?$") or not subject.isascii()
    if not text.raw and (loud or (signs and _NOISE.match(subject))):
        yield Found(*text.span(key), "the mail's subject is noise to a filter", "say the news in plain words")
