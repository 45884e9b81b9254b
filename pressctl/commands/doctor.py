"""Is everything ready to send: configuration, contacts, log, credentials, quota, clock, the sender's domain"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def doctor(
    provider: Annotated[str, typer.Option("--provider", help="The account to look at; the default one where none is named.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Look at everything that sending needs; sends nothing. Ends with 1 where something is wrong.

    Example: pressctl doctor --provider resend
    """
    from pressctl import config as configuration
    from pressctl import doctor as examining
    from pressctl import show
    from pressctl.clock import SystemClock
    from pressctl.dns_lookup import txt
    from pressctl.errors import Exit

    config = configuration.load(configuration.find(Path.cwd()))
    checks = list(examining.examine(config, provider or config.provider, SystemClock(), txt))
    if as_json:
        for check in checks:
            show.json_line({"check": check.name, "state": check.state, "text": check.text, "hint": check.hint})
    else:
        show.listing([(f"{check.state:11}  {check.name}", check.text) for check in checks], sys.stdout)
        for check in checks:
            if check.hint and check.state != "ok":
                show.say(f"hint: {show.inert(check.name)}: {show.inert(check.hint)}")
    if any(check.state == "wrong" for check in checks):
        raise typer.Exit(Exit.NO)
