"""What the receipts beside a release say about earlier sending, for the rules that look at what may not change afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pressctl.errors import PressctlError
from pressctl.news_copy import Copy

ENDING = ".sent.json"


def _receipt(path: Path) -> Mapping[str, Any]:
    """A receipt's values; empty where there is none, or none that can be read (`send` refuses that one)."""
    try:
        content = path.read_bytes()
    except (OSError, ValueError):
        return {}
    import orjson

    try:
        said = orjson.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def edition(text: Copy) -> str:
    """The digest of the edition that was sent last, "" where the release was never sent for real."""
    found = "" if text.raw else _receipt(text.path.with_name(f"{text.path.stem}{ENDING}")).get("edition", "")
    return found if isinstance(found, str) else ""


def changed(text: Copy) -> str:
    """The digest of the edition that is out, where the files make another one now; else ""."""
    sent = edition(text)
    if not sent or text.missing or text.problems:
        return ""
    from pressctl import render

    try:
        return "" if render.prepare(text.release, text.config).digest == sent else sent
    except (PressctlError, OSError, RecursionError, ValueError):
        return ""  # another rule, or `load`, tells why it cannot be made


def orphans(text: Copy) -> tuple[str, ...]:
    """Releases that were sent on or after this one's date, and whose files are gone: one may be this one, renamed.

    Nothing for a release that has a receipt of its own.
    """
    if text.raw or text.issued is None or edition(text):
        return ()
    try:
        receipts = sorted(text.path.parent.glob(f"*{ENDING}"))
    except OSError:
        return ()
    gone = [path for path in receipts if not path.with_name(f"{path.name.removesuffix(ENDING)}.md").exists()]
    return tuple(path.name.removesuffix(ENDING) for path in gone if (day := _day(path)) is not None and text.issued <= day)


def _day(path: Path) -> date | None:
    try:
        return datetime.fromisoformat(_receipt(path)["at"]).astimezone(UTC).date()
    except (KeyError, TypeError, ValueError):
        return None
