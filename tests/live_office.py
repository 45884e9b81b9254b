"""A press office on disk that sends for real, to a provider on loopback: for tests of whole runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

CONFIG = """\
[organization]
name = "Harbour Residents' Network"
from = "Press desk <press@harbour-residents.net>"
reply_to = "press@harbour-residents.net"
address = "PO Box 1, Harbour"
language = "en"
timezone = "America/New_York"
boilerplate = "The network speaks for those who live at the harbour."
[[organization.contacts]]
name = "Press desk"
email = "press@harbour-residents.net"
phone = "+1 305 555 0100"
[send]
provider = "mailpit"
to = ["desks"]
[providers.mailpit]
base_url = "{url}"
{extra}
"""
RELEASE = """\
---
headline: Residents ask the harbour board to keep the night ferry
dateline: Harbour, Fla.
date: 2025-07-03
---
The board will hear residents on Tuesday.
"""
SLUG = "night-ferry"


def address(number: int) -> str:
    """The address of the office's contact of this number, counted from 1. It is nobody's: nothing leaves loopback."""
    return f"desk{number}@newsroom-{number}.net"


def office(root: Path, url: str, recipients: int, extra: str = "") -> Path:
    """An office in `root` with a release and a list of so many desks; `extra` goes into the provider's section."""
    for folder in ("releases", "contacts"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "pressctl.toml").write_text(CONFIG.format(url=url, extra=extra))
    (root / "releases" / f"{SLUG}.md").write_text(RELEASE)
    desks = "".join(f"  - name: Desk {n}\n    outlet: Newsroom {n}\n    email: {address(n)}\n" for n in range(1, recipients + 1))
    (root / "contacts" / "desks.yaml").write_text(f"list: Desks\ncontacts:\n{desks}")
    return root


def command(*arguments: str) -> list[str]:
    """The command line of a send that asks nothing, run with this interpreter."""
    return [sys.executable, "-m", "pressctl", "send", SLUG, "--yes", *arguments]


def environment() -> dict[str, str]:
    """The environment of a child: this source tree, nobody's settings, no colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PRESSCTL", "_PRESSCTL"))}
    return kept | {"PYTHONPATH": str(Path(__file__).parent.parent), "NO_COLOR": "1", "COLUMNS": "200"}


def send(root: Path, *arguments: str, before: Sequence[str] = (), timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run `pressctl send` to its end in the office; `before` is put in front of the command (strace …)."""
    return subprocess.run(
        [*before, *command(*arguments)], cwd=root, env=environment(), capture_output=True, text=True, timeout=timeout, check=False
    )
