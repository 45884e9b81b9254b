"""Fetch bounces, complaints and deliveries from the provider into the log; propose whom to suppress"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.sync import Proposal, Synced

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def sync(
    provider: Annotated[str, typer.Option("--provider", help="Only this account.")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Put the proposals into contacts/suppressions.yaml.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an account.")] = False,
) -> None:
    """Fetch what the providers report, and write it to the log.

    Example: pressctl sync --apply
    """
    from pressctl import config as configuration
    from pressctl import show
    from pressctl import sync as syncing
    from pressctl.clock import SystemClock
    from pressctl.delivery_log import open_log

    config = configuration.load(configuration.find(Path.cwd()))
    clock = SystemClock()
    with open_log(config.log_path) as log:
        names = [provider] if provider else syncing.accounts(config, log)
        results = [syncing.sync(config, log, name, clock) for name in names]
    for result in results:
        if as_json:
            show.json_line(data(result))
        else:
            _print(result)
    proposals = [proposal for result in results for proposal in result.proposals]
    if not results:
        show.say("no account that was sent through can be asked")
    elif proposals and apply:
        _apply(config, proposals)
    elif proposals and not as_json:
        show.say("\nSuppress them with `pressctl sync --apply`.")


def data(result: Synced) -> dict[str, object]:
    """One account's result as data; a proposal names the contact, not the address."""
    return {
        "provider": result.account, "reports": result.reports, "new": result.new, "unknown": result.unknown, "whole": result.whole,
        "proposals": [{"contact": one.contact, "reason": one.reason} for one in result.proposals], "advice": list(result.advice),
    }  # fmt: skip


def _print(result: Synced) -> None:
    from pressctl import show

    more = "" if result.whole else "; there is more, run it again"
    show.emit(f"{result.account}: {result.reports} reports, {result.new} new, {result.unknown} of mail that this log did not send{more}")
    if result.proposals:
        show.table(("suppress", "because"), [(one.contact, one.reason) for one in result.proposals], sys.stdout, None, "  ")
    for text in result.advice:
        show.emit(show.wrapped(text, sys.stdout, "  "))


def _apply(config: Config, proposals: list[Proposal]) -> None:
    from datetime import date

    from pressctl import show
    from pressctl.contact_changes import suppress
    from pressctl.suppressions import read

    known = read(config.root)
    wanted = {one.recipient: one for one in proposals if one.recipient not in known}
    for one in wanted.values():
        suppress(config.root, one.recipient, one.reason, date.today())
    show.say(f"{len(wanted)} suppressed in contacts/suppressions.yaml")
