"""A release's receipt: the small file beside it that remembers which log sent it, so that a missing log is noticed.

An empty or restored log is a machine for second copies. The receipt `SLUG.sent.json` names the log, its last run, and how
many steps had been written when that ended: a copy from the middle of it has fewer. It holds nobody's address, so it goes
into git, and a colleague's machine without that log refuses to send.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson

from pressctl.delivery_log import DeliveryLog
from pressctl.errors import LogError, Place
from pressctl.files import write

ABOUT = "Made by pressctl when this release was first sent. It tells which delivery log knows who has it. Keep it with the release."


def path_for(release: Path) -> Path:
    """Where the receipt of a release lies."""
    return release.with_name(f"{release.stem}.sent.json")


def check(release: Path, log: DeliveryLog | None) -> None:
    """Raise LogError where the receipt says that another, a later, or any log has sent this release."""
    path = path_for(release)
    try:
        said = orjson.loads(path.read_bytes())
        name, run, steps = str(said["log"]), int(said["run"]), int(said.get("steps", 0))
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError):
        raise LogError("the receipt of this release cannot be read", Place(str(path)), "put it back from git or a backup") from None
    recovery = "put that log back as .pressctl/log.sqlite3 (from the machine that sent, or a backup)"
    lost = f"{recovery}. Only if it is lost for good: delete the receipt, and everybody gets the release again"
    if log is None:
        raise LogError(f"this release has been sent before, and the log that knows to whom ({name}) is not here", Place(str(path)), lost)
    if log.id != name:
        raise LogError(
            f"this release was sent with another log ({name}); the one here ({log.id}) does not know to whom", Place(str(path)), lost
        )
    if log.runs() < run:
        raise LogError(
            f"this log is an older copy: it knows runs up to {log.runs()}, the release was sent in run {run}", Place(str(path)), recovery
        )
    if log.steps() < steps:
        text = f"this log is an older copy: it has {log.steps()} steps of run {run}, which had {steps}"
        raise LogError(text, Place(str(path)), recovery)


def renew(release: Path, log: DeliveryLog, run: int, edition: str, now: float) -> None:
    """Write the receipt: before the run's first request, and again at its end. Raises LogError where it cannot be written."""
    path = path_for(release)
    said = {
        "about": ABOUT,
        "log": log.id,
        "run": run,
        "steps": log.steps(),
        "edition": edition,
        "at": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
    }
    try:
        write(path, orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    except OSError as fault:
        raise LogError(
            f"the receipt of this release cannot be written: {fault.strerror}",
            Place(str(path)),
            "make the folder writable; nothing was sent",
        ) from None
