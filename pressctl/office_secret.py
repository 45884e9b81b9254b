"""The office's secret: 32 random bytes that keyed digests are made with, so that they reveal nobody."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pressctl.errors import LogError, Place
from pressctl.files import private_folder, sync_folder


def secret_of(folder: Path, *, create: bool) -> bytes | None:
    """The office's secret that keys are made with, 32 bytes. Kept beside the log, so that keys survive a lost log."""
    path = folder / "secret"
    try:
        if not path.exists():
            if not create:
                return None
            _make_secret(path)
        secret = path.read_bytes()
    except OSError as fault:
        place = Place(str(folder))
        raise LogError(
            f"the folder for the delivery log cannot be written: {fault.strerror}", place, "make the folder writable for you"
        ) from None
    if len(secret) != 32:
        raise LogError(
            "the office's secret is damaged", Place(str(path)), "put it back from a backup; with another one, keys of deliveries change"
        )
    return secret


def key(secret: bytes, release: str, edition: str, recipient: str, *, live: bool) -> str:
    """The delivery's key: 32 hex digits that stay the same for the same duty and reveal no address."""
    import hmac

    text = "\0".join((release, edition, recipient, "live" if live else "rehearsal"))
    return hmac.digest(secret, text.encode(), "sha256").hex()[:32]


def _make_secret(path: Path) -> None:
    import secrets

    private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with open(handle, "wb") as stream:
        stream.write(secrets.token_bytes(32))
        stream.flush()
        os.fsync(stream.fileno())
    with contextlib.suppress(FileExistsError):  # another process was faster: its secret is as good
        os.link(temporary, path)
    temporary.unlink()
    sync_folder(path.parent)
