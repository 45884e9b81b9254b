"""Settle uncertain deliveries: ask the provider, or say yourself what happened"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pressctl.resolve import Verdict

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def resolve(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="A release file, or its name in releases/.")],
    accepted: Annotated[list[str] | None, typer.Option("--accepted", metavar="KEY", help="It arrived: settle it as accepted.")] = None,
    not_sent: Annotated[
        list[str] | None, typer.Option("--not-sent", metavar="KEY", help="It did not arrive: let it be sent again.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="How you know; needed with --not-sent, and kept in the log.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Settle uncertain deliveries. Without --accepted or --not-sent the provider is asked, where it can be.

    Example: pressctl resolve night-bus --not-sent 3f9a12cd --reason "the desk says it has nothing"
    """
    from pressctl import config as configuration
    from pressctl import distribute, show
    from pressctl import resolve as resolving
    from pressctl.clock import SystemClock
    from pressctl.delivery_log import open_log

    if not_sent and not reason.strip():
        raise typer.BadParameter("--not-sent needs --reason: how do you know?")
    config = configuration.load(configuration.find(Path.cwd()))
    clock, slug = SystemClock(), Path(release).stem
    with ExitStack() as stack:
        log = stack.enter_context(open_log(config.log_path))
        resolving.refuse_unknown(log, slug)
        resolving.recover(log, clock)
        rows = resolving.chosen(log, slug, [*(accepted or ()), *(not_sent or ())])  # all of them, before the first is settled
        if not_sent:
            show.warning("if it did arrive after all, the next `pressctl send` gives this desk a second copy")
        there = len(accepted or ())
        verdicts = [resolving.say(log, row, accepted=n < there, reason=reason.strip(), now=clock.now()) for n, row in enumerate(rows)]
        if not verdicts:
            verdicts = resolving.ask(config, log, slug, clock, lambda: distribute.inbox(config, stack))
    _print(verdicts, as_json=as_json)
    raise typer.Exit(_code(verdicts))


def _print(verdicts: list[Verdict], *, as_json: bool) -> None:
    from pressctl import show

    if as_json:
        for one in verdicts:
            show.json_line({"key": one.delivery.key, "contact": one.delivery.contact, "state": one.state, "reason": one.reason})
        return
    if not verdicts:
        show.emit("nothing is uncertain")
        return
    rows = [(one.delivery.key[:8], one.delivery.contact, one.state, one.reason) for one in verdicts]
    show.table(("key", "contact", "state", "why"), rows, sys.stdout, show.STATE_STYLES)
    if any(one.state == "uncertain" for one in verdicts):
        show.say(
            "\nFor each that stays uncertain: ask the desk whether it has it, then say so with --accepted KEY or --not-sent KEY --reason …"
        )
    if any(one.state == "deferred" for one in verdicts):
        show.say("\nWhat is deferred now goes out with the next `pressctl send`.")


def _code(verdicts: list[Verdict]) -> int:
    from pressctl.errors import Exit

    return Exit.UNCERTAIN if any(one.state == "uncertain" for one in verdicts) else Exit.DONE
