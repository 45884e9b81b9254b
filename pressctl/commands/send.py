"""Distribute a release: plan, show, confirm, send; the same command again carries on."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pressctl.distribute import Summary
    from pressctl.job import Job, Wish

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def send(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="A release file, or its name in releases/.")],
    to: Annotated[list[str] | None, typer.Option("--to", help="A list, or an expression such as 'tag:national and not tier:3'.")] = None,
    provider: Annotated[str, typer.Option("--provider", help="The account to send through; the sandbox where none is set.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the whole plan and stop.")] = False,
    test: Annotated[str, typer.Option("--test", metavar="ADDRESS", help="Send one copy, marked [TEST], to this address only.")] = "",
    edition: Annotated[str, typer.Option("--edition", help="Finish this edition from the log, whatever the files say now.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="Send to at most so many this time.")] = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the number of recipients.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the plan and the summary.")] = False,
) -> None:
    """Distribute a release to its contacts.

    Example: pressctl send releases/night-bus.md --to national-press
    """
    from pressctl import config as configuration
    from pressctl import distribute, show, show_run
    from pressctl import job as jobs
    from pressctl.clock import SystemClock

    config = configuration.load(configuration.find(Path.cwd()))
    wish = jobs.Wish(release, tuple(to or ()), provider, limit, edition)
    if test:
        raise typer.Exit(_test(config, wish, test))
    job = jobs.prepare(config, wish, SystemClock())
    if not as_json:
        show_run.plan(job, sys.stdout, whole=dry_run)
        sys.stdout.flush()  # the plan is read before anything leaves; where nobody can, it ends here
    jobs.refuse_nobody(job)
    jobs.refuse_errors(job)
    if dry_run:
        raise typer.Exit(_dry(job, as_json=as_json))
    summary = _run(job, yes=yes) if job.open else distribute.nothing_to_do(job, SystemClock())
    with show.unheard():
        if as_json:
            show.json_line(show_run.data(summary))
        else:
            show_run.summary(summary, sys.stdout)
        if summary.ended is not None and summary.ended.error is not None:
            show.error(summary.ended.error)
    raise typer.Exit(show_run.code(summary))


def _dry(job: Job, *, as_json: bool) -> int:
    from pressctl import job as jobs
    from pressctl import show, show_run

    jobs.try_out(job)
    if as_json:
        planned = [{"contact": p.contact.id, "wave": p.wave, "channel": p.channel} for p in job.plan.planned]
        left = [show_run.left_out(one) for one in job.plan.left_out]
        show.json_line({"release": job.release.slug, "edition": job.edition.digest, "planned": planned, "left_out": left})
    else:
        show.emit("dry run: everything was rendered, nothing was sent or logged")
    return 0


def _run(job: Job, *, yes: bool) -> Summary:
    from pressctl import distribute, show_run
    from pressctl import job as jobs
    from pressctl.clock import SystemClock

    if job.live and not yes and job.leaving:
        jobs.try_out(job)
        confirm(len(job.leaving))
    with show_run.Progress(len(job.leaving)) as tell:
        return distribute.distribute(job, SystemClock(), tell, on_interrupt)


def confirm(count: int) -> None:
    """Ask for the number of recipients to be typed; raises Refusal where it is not, or nobody can be asked."""
    from pressctl import show
    from pressctl.errors import Refusal

    if not sys.stdin.isatty():
        raise Refusal("nobody is there to confirm", hint="run it in a terminal, or add `--yes` when you have read the plan")
    sys.stderr.write(f"This goes out for real. Type the number of recipients ({count}) to send, anything else to stop: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != str(count):
        raise Refusal("not confirmed; nothing was sent", hint="read the plan again, then type its number of recipients")
    show.say()


def on_interrupt(interrupt: Callable[[], None]) -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal end the run in order: what is in flight is finished and written down."""
    import asyncio

    from pressctl import show
    from pressctl.send import GRACE

    told = False

    def once() -> None:
        nonlocal told
        interrupt()
        if told:
            show.warning("giving up on what is in flight: nobody will know whether it arrived")
        else:
            show.warning(f"stopping: what is in flight is finished and written down, in {GRACE:.0f} s at most; again to give up on it")
        told = True

    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            loop.add_signal_handler(number, once)


def _test(config: Any, wish: Wish, address: str) -> int:
    from pressctl import distribute, show
    from pressctl.clock import SystemClock
    from pressctl.delivery import Move
    from pressctl.errors import Exit

    outcome = distribute.test(config, wish, address, SystemClock())
    if outcome.move is Move.ACCEPT:
        show.emit(f"the provider accepted the test copy to {show.inert(address)}; no delivery was touched")
        return Exit.DONE
    show.say(f"error: the test copy was not accepted: {show.inert(outcome.reason)}")
    return Exit.STOPPED if outcome.stop else Exit.NO
