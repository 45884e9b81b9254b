"""The press office's configuration: pressctl.toml (or [tool.pressctl] of pyproject.toml) and the environment → Config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressctl.errors import Place
from pressctl.message import Address


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential. It never prints: not in a repr, not in a log, not in a traceback."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """The credential itself, for the one place that puts it into a request."""
        return self._value

    def __str__(self) -> str:
        return "•••"


@dataclass(frozen=True, slots=True)
class MediaContact:
    """Somebody a journalist can reach, printed on each release."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """Who issues the releases."""

    name: str
    sender: Address  # the key `from`
    reply_to: Address | None
    address: str  # postal, one line or several; printed in the footer
    language: str
    timezone: ZoneInfo
    boilerplate: str
    contacts: tuple[MediaContact, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One [providers.NAME] as written; `provider.account` converts it to the provider's own settings."""

    name: str
    kind: str
    values: Mapping[str, Any]
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Config:
    """A whole press office's configuration. `root` is its folder, `file` the file that was read."""

    root: Path
    file: Path
    organization: Organization
    provider: str
    to: tuple[str, ...]
    providers: Mapping[str, Section]
    log_url: str = ""
    selections: Mapping[str, str] = field(default_factory=dict)  # [selections] name = "expression"

    @property
    def state(self) -> Path:
        """The folder for the log and the sandbox: `.pressctl/`, mode 0700, not for git."""
        return self.root / ".pressctl"
