"""Every reason to stop, named after who must act.

    PressctlError         problems, each with a place and a hint; all printable, none with secrets
    ├── ConfigError       you must edit the configuration or the environment
    ├── ReleaseError      the release cannot be read
    ├── ContactsError     a contact file cannot be read
    ├── TemplateError     a template is broken or asks for a name that is not there
    ├── Refusal           we could, and will not: embargo, changed edition, sample addresses, no confirmation
    ├── ProviderStop      the provider refuses the account: key, quota, domain
    └── LogError          the delivery log is locked, newer, foreign, damaged, or was asked for an illegal move

An exception means that we cannot go on. How a delivery went is a value (`delivery.Outcome`), never an exception.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Self

from pressctl.values import dataclass


class Exit(IntEnum):
    """Exit codes, fixed for scripts."""

    DONE = 0
    NO = 1
    USAGE = 2
    STOPPED = 3
    UNCERTAIN = 4
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file; `line` and `column` count from 1, in characters; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and one hint how to mend it."""

    text: str
    place: Place | None = None
    hint: str = ""
    excerpt: tuple[str, ...] = ()  # the line at fault and a caret below it, where the place is in no file


class PressctlError(Exception):
    """We cannot go on. Carries one problem or, of one file, all of them."""

    exit = Exit.STOPPED

    def __init__(self, text: str, place: Place | None = None, hint: str = "") -> None:
        self.problems: tuple[Problem, ...] = (Problem(text, place, hint),)
        super().__init__(text)

    @classmethod
    def of(cls, problems: list[Problem] | tuple[Problem, ...]) -> Self:
        """One error for all the problems of a file, in the order given; `problems` is not empty."""
        error = cls(problems[0].text, problems[0].place, problems[0].hint)
        error.problems = tuple(problems)
        return error


class ConfigError(PressctlError):
    """The configuration or the environment must be edited."""


class ReleaseError(PressctlError):
    """The release cannot be read."""


class ContactsError(PressctlError):
    """A contact file cannot be read, or a selection names what is not there."""


class TemplateError(PressctlError):
    """A template is broken or asks for a name that is not there."""


class Refusal(PressctlError):
    """We could, and will not."""


class ProviderStop(PressctlError):
    """The provider refuses the account, so no further request makes sense."""


class LogError(PressctlError):
    """The delivery log cannot be trusted or used right now."""
