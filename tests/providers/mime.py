"""Read a message out of its bytes with Python's parser, which this project did not write."""

from __future__ import annotations

import base64
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser

import httpx2
import orjson


def parsed(raw: bytes) -> EmailMessage:
    """The message, headers decoded."""
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)


def texts(raw: bytes) -> Iterator[str]:
    """Every text that a message holds: names and values of headers, the bodies, the files."""
    for part in parsed(raw).walk():
        for name, value in part.items():
            yield from (name, str(value))
        if part.is_multipart():
            continue
        yield from (part.get_content_type(), part.get_filename() or "")
        content = part.get_content()
        yield content.replace("\r\n", "\n") if isinstance(content, str) else content.decode("latin-1")


def around(request: httpx2.Request) -> Iterator[str]:
    """What is in a request beside its body: URL and values of headers."""
    yield str(request.url)
    yield from (value.decode("latin-1") for _, value in request.headers.raw)


def in_json(request: httpx2.Request, *path: str) -> Iterator[str]:
    """The texts of a request whose JSON body holds the message along `path`, in either alphabet of base64."""
    body = orjson.loads(request.content)
    yield from around(request)
    yield orjson.dumps(body).decode()
    for name in path:
        body = body[name]
    yield from texts(base64.urlsafe_b64decode(body.replace("+", "-").replace("/", "_") + "==="))
