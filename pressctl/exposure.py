"""Who else can read the contact files: other users of the machine, a git remote, a folder that is copied to a cloud."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

_CLOUDS = ("Dropbox", "OneDrive", "Google Drive", "GoogleDrive", "iCloud", "Mobile Documents", "Nextcloud", "pCloud", "Box Sync")


def of(root: Path, path: Path) -> Iterator[tuple[str, str]]:
    """What is to be said of one file: a sentence and a hint."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o044:
        whom = "every user of this machine" if mode & 0o004 else "your group on this machine"
        yield f"{whom} can read this list", f"chmod 600 {path.name}"
    cloud = next((cloud for cloud in _CLOUDS if any(cloud in part for part in path.resolve().parts)), "")
    if cloud:
        yield f"this list lies in a folder that {cloud} copies", "move the office, or encrypt the list with age"


def git_remotes(root: Path) -> list[str]:
    """The remotes of the git repository that the office lies in, without credentials; empty where it is in none."""
    said = _git(root, "config", "--get-regexp", r"^remote\..*\.url$")
    return sorted({re.sub(r"//[^/@]*@", "//", line.partition(" ")[2]) for line in said.splitlines() if " " in line})


def in_git(root: Path, path: Path) -> bool:
    """Whether git keeps the file, or would with the next `git add`."""
    return bool(_git(root, "ls-files", "--cached", "--others", "--exclude-standard", "--", str(path)).strip())


def _git(root: Path, *words: str) -> str:
    """What git answers; "" where it is missing, this is no repository, or it takes long."""
    command = ["git", "-C", str(root), "-c", "core.fsmonitor=false", *words]
    try:
        run = subprocess.run(command, capture_output=True, timeout=10, check=False)  # noqa: S603  # fixed words, no shell
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.decode("utf-8", "replace") if run.returncode == 0 else ""
