"""AWS Signature Version 4: the headers that prove who makes a request, computed from nothing but its arguments.

Reference: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (read 2026-11).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Key:
    """An access key; `session_token` is "" for one that does not expire. Holds secrets in the clear: keep it short-lived."""

    access_key_id: str
    secret_access_key: str
    session_token: str = ""

    def __repr__(self) -> str:
        """No secret shows."""
        return f"Key({self.access_key_id!r})"


def signed(
    method: str, url: str, headers: Mapping[str, str], body: bytes, *, key: Key, region: str, service: str, now: datetime
) -> dict[str, str]:
    """The given headers and those of the signature; all of them are signed, and `host`, which every client sends.

    `url` is as it will be sent: percent-encoded already, no `.` or `..` in its path. `now` has a zone; AWS allows 5 minutes
    of error.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    fixed = {name.lower(): value for name, value in headers.items()} | {"x-amz-date": stamp}
    if key.session_token:
        fixed["x-amz-security-token"] = key.session_token
    names, canonical = _canonical(method, url, fixed, body)
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    secret = f"AWS4{key.secret_access_key}".encode()
    for part in scope.split("/"):
        secret = hmac.digest(secret, part.encode(), hashlib.sha256)
    signature = hmac.digest(secret, text.encode(), hashlib.sha256).hex()
    return fixed | {"authorization": f"{_ALGORITHM} Credential={key.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"}


def _canonical(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """The names of the signed headers, and the request in the one form that both sides hash."""
    parts = urlsplit(url)
    every = dict(sorted({"host": parts.netloc, **headers}.items()))
    # each segment is encoded once more than it is sent, for every service but S3
    path = quote(parts.path or "/", safe="/-_.~")
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in parse_qsl(parts.query, keep_blank_values=True))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    names = ";".join(every)
    fields = "".join(f"{name}:{' '.join(value.split())}\n" for name, value in every.items())
    return names, "\n".join((method, path, query, fields, names, hashlib.sha256(body).hexdigest()))
