"""Where the press office is: its folder, the file that configures it, and where it keeps its log.

Kept apart from the reading of that file, so that what asks only the log starts at once, and answers even while the
configuration has a mistake in it.
"""

from __future__ import annotations

from pathlib import Path

from pressctl import files
from pressctl.errors import ConfigError, Place

NAME_OF_FILE = "pressctl.toml"


def find(start: Path) -> Path:
    """The office's configuration file: `pressctl.toml`, else a `pyproject.toml` with [tool.pressctl], from `start` upwards.

    Raises ConfigError where there is none.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (file := folder / NAME_OF_FILE).exists():
            return file
        if (file := folder / "pyproject.toml").is_file() and b"[tool.pressctl" in files.read_bytes(file, ConfigError, "configuration"):
            return file
    raise ConfigError(
        "there is no press office here: no pressctl.toml, in this folder or above it",
        Place(str(start)),
        "go to your press office's folder, or make one with `pressctl init`",
    )


def state(root: Path) -> Path:
    """The folder for the log and the sandbox: `.pressctl/`, mode 0700, not for git."""
    return root / ".pressctl"


def log_path(root: Path) -> Path:
    """The embedded delivery log's file."""
    return state(root) / "log.sqlite3"
