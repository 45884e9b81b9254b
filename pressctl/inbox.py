"""The deliveries that the sandbox has taken in: one private file each, newest first.

    .pressctl/sandbox/                  mode 0700
    ├── 06401c2b0f3a4-5be1d0c2.json     mode 0600; the name is the time in microseconds and this process's mark
    └── attachments/SHA-256             a file that goes to ten thousand recipients is kept once

A file appears in one step (written aside, then renamed), so a reader or a killed process never leaves half of one. It is
not synced to the disk: a rehearsal lost in a power cut is rehearsed again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pressctl import files

_NAME = re.compile(r"[0-9a-f]{13}-[0-9a-f]{8}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as it was taken in. `host` is set for a webhook: the host that it was meant for."""

    id: str
    host: str
    sent: dict[str, Any] = field(repr=False)

    @property
    def received(self) -> datetime:
        """When, in UTC."""
        return datetime.fromtimestamp(int(self.id[:13], 16) / 1e6, UTC)

    @property
    def key(self) -> str:
        """What it can be looked up by: the Message-ID."""
        if self.host:
            return str(self.sent.get("message_id", ""))
        return next((str(value) for name, value in self.sent.get("Headers", {}).items() if name.lower() == "message-id"), "")

    @property
    def words(self) -> str:
        """What a person may look for: subject, sender and recipients, in lower case."""
        people = ("sender", "to", "subject") if self.host else ("From", "To", "Subject")
        return " ".join((self.host, *_texts([self.sent.get(name) for name in people]))).lower()


class Inbox:
    """The folder of deliveries. Several processes may use it at once. Raises OSError where the disk fails."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self._now = now
        self._mark = secrets.token_hex(4)
        self._last = 0
        self._keys: dict[str, str] = {}  # Message-ID → id, of the deliveries in `_words`
        self._words: dict[str, str] = {}  # id → words
        files.private_folder(folder)
        files.private_folder(folder / "attachments")

    def add(self, sent: dict[str, Any], host: str = "") -> str:
        """Keep a delivery; returns its id. `sent` is the JSON as it came."""
        import orjson

        # two deliveries within a microsecond, or a clock set back, must not swap places or share a name
        self._last = max(self._last + 1, int(self._now().timestamp() * 1e6))
        name = f"{self._last:013x}-{self._mark}"
        if not host and sent.get("Attachments"):
            sent = {**sent, "Attachments": [self._apart(part) for part in sent["Attachments"]]}
        delivery = Delivery(name, host, sent)
        _write(self.folder / f"{name}.json", orjson.dumps({"host": host, "sent": sent}))
        self._remember(delivery)
        return name

    def names(self) -> Sequence[str]:
        """The ids of all deliveries, newest first."""
        found = (entry[:-5] for entry in os.listdir(self.folder) if entry.endswith(".json"))
        return sorted((name for name in found if _NAME.fullmatch(name)), reverse=True)

    def list(self, start: int = 0, limit: int = 50) -> Sequence[Delivery]:
        """A part of the deliveries, newest first."""
        return [*self.some(self.names()[start : start + limit])]

    def get(self, name: str) -> Delivery | None:
        """The delivery with this id, or None."""
        return next(self.some([name] if _NAME.fullmatch(name) else []), None)

    def some(self, names: Sequence[str]) -> Iterator[Delivery]:
        """The deliveries with these ids, without those that are gone."""
        import orjson

        for name in names:
            with contextlib.suppress(FileNotFoundError, ValueError, KeyError):  # cleared meanwhile, or not ours
                kept = orjson.loads((self.folder / f"{name}.json").read_bytes())
                yield Delivery(name, kept["host"], kept["sent"])

    def search(self, query: str) -> Sequence[str]:
        """The ids of the deliveries that have every word of `query` in subject, sender or recipients; newest first."""
        wanted = query.lower().split()
        names = self.names()
        self._learn(names)
        return [name for name in names if all(word in self._words.get(name, "") for word in wanted)]

    def find(self, message_id: str) -> Delivery | None:
        """The newest delivery with this Message-ID, angle brackets or not; or None."""
        self._learn(self.names())
        return self.get(self._keys.get(message_id.strip("<>"), ""))

    def attachment(self, digest: str) -> str:
        """The content of an attachment, in base64 as it came; "" where it is gone."""
        if not _DIGEST.fullmatch(digest):
            return ""
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / "attachments" / digest).read_text("ascii", "replace")
        return ""

    def clear(self) -> int:
        """Delete all deliveries; returns how many there were."""
        names = self.names()
        whole = [self.folder / f"{name}.json" for name in names]
        for path in [*whole, *(self.folder / "attachments").iterdir(), *self.folder.glob(".*.new")]:
            path.unlink(missing_ok=True)
        self._keys.clear()
        self._words.clear()
        return len(names)

    def _learn(self, names: Sequence[str]) -> None:
        """Remember what others put in since; `names` newest first, so that the newest of one key wins."""
        for delivery in self.some([name for name in reversed(names) if name not in self._words]):
            self._remember(delivery)

    def _remember(self, delivery: Delivery) -> None:
        self._words[delivery.id] = delivery.words
        if delivery.key:
            self._keys[delivery.key.strip("<>")] = delivery.id

    def _apart(self, part: dict[str, Any]) -> dict[str, Any]:
        """The attachment with its content kept in a file of its own and named by digest."""
        content = part["Content"].encode("utf-8", "replace")
        digest = hashlib.sha256(content).hexdigest()
        path = self.folder / "attachments" / digest
        if not path.exists():
            _write(path, content)
        return {**{name: value for name, value in part.items() if name != "Content"}, "Digest": digest, "Size": len(content) * 3 // 4}


def _texts(value: Any) -> Iterator[str]:
    """Every text in lists and objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _write(path: Path, data: bytes) -> None:
    """A whole private file, or none."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "wb", buffering=0) as stream:
            view = memoryview(data)
            while view:
                view = view[stream.write(view) :]
        os.replace(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
