"""What a rule of `check` finds: where, what, how to mend it, and how it is shown without giving anybody away."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pressctl.values import dataclass

Level = Literal["error", "warning", "advice"]
LEVELS: tuple[Level, ...] = ("error", "warning", "advice")  # the worst first


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of the file's characters from `start` to `end` (offsets from 0)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule says: a stretch of the file, by offsets from 0, and one sentence.

    `fix` is the text to put there, or edits elsewhere too. `level` differs from the rule's own where a case is milder
    or graver. `mask`, of the same length, is how the stretch is shown where it must not be (rules with MASK); "" hides it by `hidden`.
    """

    start: int
    end: int
    message: str
    hint: str = ""
    fix: str | tuple[Edit, ...] | None = None
    level: Level | None = None
    mask: str = ""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The fix as edits; empty where there is none."""
        if self.fix is None:
            return ()
        return (Edit(self.start, self.end, self.fix),) if isinstance(self.fix, str) else self.fix


@dataclass(frozen=True, slots=True)
class Finding:
    """What is told: lines and columns count from 1, in characters. Nothing here shows what a MASK rule has hidden.

    `end_column` is the column behind the stretch, on the same line. `excerpt` is the line itself, of a long one the
    part near the finding, from `excerpt_column` on. `fingerprint` stays
    the same when lines move; it accepts this one finding. `edits` are for `--fix` only and never shown.
    """

    file: str
    line: int
    column: int
    level: Level
    rule: str
    code: str
    message: str
    hint: str = ""
    fix: str | None = None  # the text to put there, where it is one stretch; what a reader or an editor is shown
    safe: bool = False  # `--fix` applies it without asking
    end_column: int = 0
    fingerprint: str = ""
    excerpt: str = ""
    excerpt_column: int = 1
    edits: tuple[Edit, ...] = ()

    def data(self) -> dict[str, Any]:
        """As `check --json` prints it; the keys are fixed."""
        return {
            "file": self.file, "line": self.line, "column": self.column, "level": self.level, "rule": self.rule, "code": self.code,
            "message": self.message, "hint": self.hint, "fix": self.fix,
        }  # fmt: skip


def hidden(value: str) -> str:
    """A value that identifies somebody, as it may be shown: the length and its last three digits, or the initials.

    `A012345678` → `A######678`, `Maria Lopez` → `M•••• L••••`. Each character keeps its place.
    """
    digits = sum(character.isdigit() for character in value)
    seen, out = 0, []
    for number, character in enumerate(value):
        if character.isdigit():
            seen += 1
            out.append(character if digits >= 7 and seen > digits - 3 else "#")
        elif character.isalpha() and number and (value[number - 1].isalnum() or value[number - 1] in "'’"):
            out.append("•")
        else:
            out.append(character)
    return "".join(out)


SECRETS = 300  # more of them are not looked up one by one: nothing of such a text is shown


def mask_all(text: str, secrets: Mapping[str, str]) -> str:
    """The text with every secret replaced by its mask, the longest first; where there are very many, all of it hidden."""
    if len(secrets) > SECRETS:
        return hidden(text)
    for secret in sorted(secrets, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, secrets[secret])
    return text


def fingerprint(rule: str, excerpt: str, occurrence: int) -> str:
    """Sixteen hex digits from the rule and the words of its line (already masked), and which of equal ones it is."""
    return hashlib.sha256(f"{rule}\n{_digest(excerpt)}\n{occurrence}".encode()).hexdigest()[:16]


@lru_cache(maxsize=512)
def _digest(excerpt: str) -> str:
    """A line's words in hex digits; a long line can have thousands of findings."""
    words = " ".join(re.findall(r"\w+", excerpt.casefold()))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
