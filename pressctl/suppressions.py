"""Who gets nothing: contacts/suppressions.yaml, by address or, of those who were forgotten, by a keyed digest only."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Any, cast

from pressctl import document, files
from pressctl.contact_keys import SUPPRESSIONS
from pressctl.errors import ContactsError, Place
from pressctl.office_secret import secret_of
from pressctl.values import dataclass

FOLDER = "contacts"
STATE = ".pressctl"
NAME = "suppressions.yaml"
FILE_LIMIT = 200 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Suppression:
    """Somebody who gets nothing. `recipient` as in Contact."""

    recipient: str
    reason: str
    since: date | None = None

    @property
    def detail(self) -> str:
        """Why, and since when where that is known."""
        return f"{self.reason} {self.since}" if self.since else self.reason


@dataclass(frozen=True, slots=True, eq=False)
class Suppressions(Mapping[str, Suppression]):
    """Everybody suppressed, by recipient. Who was forgotten is found by asking for them, and never listed."""

    named: Mapping[str, Suppression]
    forgotten: Mapping[str, Suppression] = field(default_factory=dict)  # by digest
    secret: bytes = field(default=b"", repr=False)

    def get(self, recipient: str, default: Any = None) -> Any:
        """The suppression of this recipient, else `default`. Asked once for each contact, so without an exception."""
        found = self.named.get(recipient)
        if found is None and self.forgotten:
            found = self.forgotten.get(digest(self.secret, recipient))
        return default if found is None else found

    def __getitem__(self, recipient: str) -> Suppression:
        found = self.get(recipient)
        if found is None:
            raise KeyError(recipient)
        return cast(Suppression, found)

    def __iter__(self) -> Iterator[str]:
        return iter(self.named)

    def __len__(self) -> int:
        return len(self.named)

    def with_named(self, more: Mapping[str, Suppression]) -> Suppressions:
        """The same and `more`, whose entries give way to those that are there."""
        return Suppressions({**more, **self.named}, self.forgotten, self.secret) if more else self


def recipient_of(email: str, webhook: str) -> str:
    """What makes two entries the same recipient: the address with its case folded, else the URL. Both are normalised."""
    return email.casefold() or webhook


def digest(secret: bytes, recipient: str) -> str:
    """What is kept of somebody who was forgotten: eight hex digits that tell the secret, and an HMAC-SHA-256 under it.

    Without the office's secret nobody can find out, by trying addresses, who it was.
    """
    return f"{_mark(secret)}:{hmac.new(secret, b'forgotten' + recipient.encode(), hashlib.sha256).hexdigest()}"


def _mark(secret: bytes) -> str:
    return hmac.new(secret, b"which secret", hashlib.sha256).hexdigest()[:8]


def read(root: Path) -> Suppressions:
    """Everybody suppressed in the office at `root`; nobody where there is no file.

    Raises ContactsError for a file that cannot be read, and where digests were made with a secret that is not here:
    "nobody is suppressed" is never assumed.
    """
    path = root / FOLDER / NAME
    if not path.exists() and not path.is_symlink():
        return Suppressions({})
    return parse(path, files.read_text(path, ContactsError, "suppressions file", FILE_LIMIT), root)


def parse(path: Path, text: str, root: Path) -> Suppressions:
    """The same from the file's text. Raises ContactsError."""
    top, problems = document.read(path, text, ContactsError)
    named: dict[str, Suppression] = {}
    forgotten: dict[str, Suppression] = {}
    for options in (SUPPRESSIONS.read(top, problems) or {}).get("suppressions", ()):
        one = Suppression(
            recipient_of(options.get("email", ""), options.get("webhook", "")), options.get("reason", ""), options.get("since")
        )
        if one.recipient:
            named.setdefault(one.recipient, one)
        if "digest" in options:
            forgotten.setdefault(options["digest"], one)
    node = top.entries.get("suppressions")
    for item in node.items if isinstance(node, document.Sequence) else []:
        if isinstance(item, document.Mapping) and len({"email", "webhook", "digest"} & item.entries.keys()) != 1:
            problems.add("a suppression names one `email` or one `webhook`", item)
    problems.stop(ContactsError)
    return Suppressions(named, forgotten, _secret(path, root, forgotten) if forgotten else b"")


def _secret(path: Path, root: Path, forgotten: Mapping[str, Suppression]) -> bytes:
    """The secret that all these digests were made with."""
    secret = secret_of(root / STATE, create=False)
    if secret is None or any(not one.startswith(_mark(secret)) for one in forgotten):
        what = "is not here" if secret is None else "is another one here"
        raise ContactsError(
            f"people who must get nothing cannot be recognised: the secret that their digests were made with {what}",
            Place(str(path)),
            f"copy {STATE}/secret from the machine on which they were forgotten",
        )
    return secret


class Suppressed:
    """Who is suppressed at this moment: the file is read again whenever it has changed, also while a run goes on."""

    def __init__(self, root: Path, known: Mapping[str, Suppression]) -> None:
        self._root = root
        self._path = root / FOLDER / NAME
        self._known = [known]  # somebody suppressed at the start stays so for the whole run
        self._seen = self._mark()

    def now(self) -> Mapping[str, Suppression]:
        """Everybody suppressed before or now; raises ContactsError where the file cannot be read any more."""
        mark = self._mark()
        if mark != self._seen:
            self._known.append(read(self._root))
            self._seen = mark
        return _Any(tuple(self._known)) if len(self._known) > 1 else self._known[0]

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


@dataclass(frozen=True, slots=True, eq=False)
class _Any(Mapping[str, Suppression]):
    """Several of them: the first that knows a recipient answers."""

    each: tuple[Mapping[str, Suppression], ...]

    def __getitem__(self, recipient: str) -> Suppression:
        for one in self.each:
            if found := one.get(recipient):
                return found
        raise KeyError(recipient)

    def __iter__(self) -> Iterator[str]:
        return iter({recipient: None for one in self.each for recipient in one})

    def __len__(self) -> int:
        return len({recipient for one in self.each for recipient in one})
