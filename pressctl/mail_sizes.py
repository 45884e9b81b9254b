"""The headers of a mail as they read, and what its parts weigh against the limits that mailboxes set."""

from __future__ import annotations

import email.parser
import email.policy
from collections.abc import Sequence
from typing import Any

from pressctl.mail_view import one_line

GMAIL_CUTS = 102_000  # bytes of HTML, after which Gmail hides the rest (tests of litmus.com and emailonacid.com)
NEAR = 0.8  # of a limit, from which on it is said


def measure(name: str, count: int, limit: int = 0, why: str = "", *, html: bool = False) -> dict[str, Any]:
    """A part of `count` bytes beside its limit in bytes, 0 for none; HTML has Gmail's."""
    if html:
        limit, why = GMAIL_CUTS, "Gmail hides what is beyond"
    share = count / limit if limit else 0.0
    return {
        "name": name,
        "bytes": f"{count:,}",
        "limit": f"{limit:,}" if limit else "",
        "why": why,
        "share": max(1, round(100 * share)),
        "level": "error" if share > 1 else "warning" if share > NEAR else "good",
    }


def headers(source: bytes, sizes: Sequence[dict[str, Any]], note: str = "") -> dict[str, Any]:
    """What a page shows of a mail's RFC 5322 source: each header as it reads, and the head as it leaves."""
    head, end, _ = source.partition(b"\r\n\r\n")
    if not end:
        return {"rows": [], "sizes": sizes, "head": "", "note": note or "No sound mail can be made of it: look at its source."}
    parsed = email.parser.BytesHeaderParser(policy=email.policy.default).parsebytes(head + b"\r\n\r\n")
    return {
        "rows": [(name, one_line(value)) for name, value in parsed.items()],
        "sizes": sizes,
        "head": head.decode("ascii", "replace").replace("\r\n", "\n"),
        "note": note,
    }
