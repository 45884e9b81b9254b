"""How a plan, a run in progress and its end are shown, to a person and to a program."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from pressctl import labels, show
from pressctl.delivery import State
from pressctl.edition import version_for
from pressctl.errors import Exit, LogError

if TYPE_CHECKING:
    from pressctl.delivery_log import Settled
    from pressctl.distribute import Held, Summary
    from pressctl.finding import Finding
    from pressctl.job import Job
    from pressctl.plan import LeftOut, Planned
    from pressctl.send import Waiting

MOST_ROWS = 60  # of a plan that is shown before sending; `--dry-run` shows all of it
MOST_WARNINGS = 5
BEFORE = {State.ACCEPTED: "already has it", State.REJECTED: "was refused before"}  # of an earlier run; else it may have it
WORTH_SAYING = 2.0  # seconds; a shorter wait is not told


def plan(job: Job, stream: TextIO, *, whole: bool) -> None:
    """Who gets it, wave by wave; who does not, and why; what a live provider would refuse."""
    heading(job, stream)
    waves = sorted({planned.wave for planned in job.plan.planned})
    room = len(job.plan.planned) if whole else MOST_ROWS
    everybody = [_row(job, planned) for planned in job.plan.planned[:room]]
    widths = show.columns_for([[show.inert(cell) for cell in row] for row in everybody], show.width(stream) - 2)
    for wave in waves:
        rows = [planned for planned in job.plan.planned if planned.wave == wave]
        stream.write("\n" + show.paint(f"Wave {wave}: {_people(len(rows))}", "bold", stream) + "\n")
        show.table(("", "", ""), [_row(job, planned) for planned in rows[:room]], stream, {"already has it": "dim"}, "  ", widths)
        if len(rows) > room:
            stream.write(f"  … and {len(rows) - room} more; `--dry-run` shows all\n")
        room = max(0, room - len(rows))
    if job.plan.left_out:
        stream.write("\n" + show.paint(f"Left out: {len(job.plan.left_out)}", "bold", stream) + "\n")
        show.listing([(left.contact.id, _why(left)) for left in job.plan.left_out], stream, "  ")
    _warnings(job, stream)
    if not job.live:
        _would_refuse(job, stream)
    stream.write("\n")


def heading(job: Job, stream: TextIO) -> None:
    """What is sent, and through what."""
    stream.write(show.paint(show.wrapped(_headline(job), stream), "bold", stream) + "\n")
    via = "the sandbox: a rehearsal, nothing leaves this machine" if not job.live else f"{job.account.name} ({job.account.kind}), for real"
    lines = [("release", f"{job.release.slug}, edition {job.edition.digest[:8]}"), ("through", via)]
    if job.edition.translations:
        lines.append(("languages", _languages(job)))
    if job.release.embargo:
        lines.append(("embargo", f"{job.release.embargo:%A, %B %-d, %Y, %H:%M %Z}"))
    if job.account.per_second and len(job.open) > 1:
        lines.append(("pace", f"{job.account.per_second:g} a second, so about {_span(len(job.open) / job.account.per_second)}"))
    show.table(("", ""), lines, stream)


def _headline(job: Job) -> str:
    """The headline, without what identifies somebody where `check` speaks about that."""
    if not any(finding.code.startswith("PRV") for finding in job.findings):
        return job.release.headline
    from pressctl import check, files
    from pressctl.errors import ReleaseError
    from pressctl.finding import mask_all

    source = files.read_text(job.release.path, ReleaseError, "release")
    return mask_all(job.release.headline, check.secrets(source, job.release.path, job.config))


def _languages(job: Job) -> str:
    """`in English: 16, in Spanish: 4`, of those that the plan has."""
    counted = Counter(version_for(job.edition, planned.contact.languages).language for planned in job.plan.planned)
    return ", ".join(f"in {labels.name(one.language)}: {counted[one.language]}" for one in (job.edition, *job.edition.translations))


def _row(job: Job, planned: Planned) -> tuple[str, str, str]:
    contact = planned.contact
    who = f"{contact.name}, {contact.outlet}" if contact.outlet and contact.outlet != contact.name else contact.name
    how = "by webhook" if planned.channel == "webhook" else "by e-mail"
    if contact.recipient in job.before:
        how = BEFORE.get(job.before[contact.recipient], "uncertain: may have it")
    if job.edition.translations:
        how += f", in {labels.name(version_for(job.edition, contact.languages).language)}"
    return contact.id, who, how


def _warnings(job: Job, stream: TextIO) -> None:
    """What a wire desk would ask about; errors stand with what a live provider would refuse."""
    warnings = [finding for finding in job.findings if finding.level == "warning"]
    if warnings:
        stream.write("\n" + show.paint(f"The desk asks: {len(warnings)}", "bold", stream) + "\n")
        show.listing([(_place(job, one), one.message) for one in warnings[:MOST_WARNINGS]], stream, "  ")
        if len(warnings) > MOST_WARNINGS:
            stream.write(f"  … and {len(warnings) - MOST_WARNINGS} more: `pressctl check {job.release.slug}`\n")


def _place(job: Job, finding: Finding) -> str:
    """Where a finding stands; the file is named where it is a translation's."""
    file = Path(finding.file).name
    return f"line {finding.line}" if file == job.release.path.name else f"{file}, line {finding.line}"


def _why(left: LeftOut) -> str:
    return f"suppressed: {left.detail}" if left.reason == "suppressed" else left.detail


def _would_refuse(job: Job, stream: TextIO) -> None:
    """Beside a rehearsal: what would be different for real."""
    reasons: dict[str, list[str]] = {}
    for planned in job.plan.planned:
        if planned.live_refusal:
            reasons.setdefault(planned.live_refusal, []).append(planned.contact.id)
    if not reasons and not job.plan.would_refuse and not job.errors:
        return
    stream.write("\n" + show.paint("A live provider would refuse", "bold", stream) + "\n")
    for one in job.errors:
        stream.write(show.wrapped(f"{_place(job, one)}: {one.message}", stream, "  ") + "\n")
    for text in job.plan.would_refuse:
        stream.write(show.wrapped(text, stream, "  ") + "\n")
    for reason, ids in reasons.items():
        named = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
        stream.write(show.wrapped(f"{named}: {reason}", stream, "  ") + "\n")


def summary(ended: Summary, stream: TextIO) -> None:
    """What is true now, and the one thing to do next."""
    counts = ended.counts
    new = counts[State.ACCEPTED] - ended.already
    if ended.ended is None and ended.already == ended.deliveries:
        stream.write(
            show.paint("done", "green", stream)
            + f": all {ended.already} deliveries of this edition were accepted before; nothing was sent\n"
        )
        return
    parts = [f"{new} accepted"]
    parts += [f"{ended.already} accepted before"] if ended.already else []
    parts += [
        f"{counts[state]} {state}"
        for state in (State.REJECTED, State.DEFERRED, State.UNCERTAIN, State.PLANNED, State.WITHDRAWN)
        if counts[state]
    ]
    if counts[State.CLAIMED]:
        parts.append(f"{counts[State.CLAIMED]} whose outcome could not be written down")
    verdict, style = ("done", "green") if code(ended) == Exit.DONE else ("not done", "red")
    stream.write(f"{show.paint(verdict, style, stream)}: {ended.deliveries} deliveries: {', '.join(parts)}\n")
    for line in next_steps(ended):
        stream.write(show.wrapped(line, stream, "  ") + "\n")


def next_steps(ended: Summary) -> list[str]:
    """What a person can do now, most pressing first."""
    job, counts = ended.job, ended.counts
    slug = job.release.slug
    steps = []
    if counts[State.UNCERTAIN] + counts[State.CLAIMED]:
        steps.append(f"uncertain means that nobody knows whether it arrived; it is not sent again by itself: `pressctl resolve {slug}`")
    if counts[State.DEFERRED] + counts[State.PLANNED]:
        for one in ended.held:
            steps.append(f"{one.count} not sent: {one.detail}; {_way_on(ended, one)}")
    if counts[State.DEFERRED] + counts[State.PLANNED] > sum(one.count for one in ended.held):
        rest = f"the rest is left out above, or on other lists than were named: `pressctl log {slug} --missing` shows who"
        steps.append("the same command goes on with the rest" if ended.ended is not None else rest)
    if counts[State.REJECTED]:
        steps.append(f"see why: `pressctl log {slug} --state rejected`")
    if not steps and not job.live:
        steps.append("read them as a journalist would: `pressctl sandbox`")
    steps.append(f"the log: `pressctl log {slug}`")
    return steps


def _way_on(ended: Summary, held: Held) -> str:
    """What to do for those that a rule held back."""
    if held.reason != "expired":
        return "the same command sends to them after that"
    job = ended.job
    return f"if it is still news, set a later `expires`, then `pressctl send {job.release.slug} --edition {job.edition.digest[:8]}`"


def code(ended: Summary) -> Exit:
    """The exit code of a run."""
    counts, end = ended.counts, ended.ended
    if end is not None and end.interrupted:
        return Exit.INTERRUPTED
    if end is not None and isinstance(end.error, LogError):
        return Exit.STOPPED
    if counts[State.UNCERTAIN] or counts[State.CLAIMED]:
        return Exit.UNCERTAIN
    if end is not None and end.error is not None:
        return Exit.STOPPED
    return Exit.NO if counts[State.REJECTED] or counts[State.DEFERRED] or counts[State.PLANNED] else Exit.DONE


def data(ended: Summary) -> dict[str, Any]:
    """The one object of `send --json`."""
    job, counts = ended.job, ended.counts
    return {
        "release": job.release.slug,
        "edition": job.edition.digest,
        "provider": job.account.name,
        "log": str(job.config.log_path),
        "deliveries": ended.deliveries,
        "accepted": counts[State.ACCEPTED] - ended.already,
        "already": ended.already,
        "rejected": counts[State.REJECTED],
        "deferred": counts[State.DEFERRED],
        "uncertain": counts[State.UNCERTAIN] + counts[State.CLAIMED],
        "planned": counts[State.PLANNED],
        "withdrawn": counts[State.WITHDRAWN],
        "left_out": [left_out(left) for left in job.plan.left_out],
    }


def left_out(left: LeftOut) -> dict[str, str]:
    """One contact that gets nothing, as data."""
    return {"contact": left.contact.id, "reason": left.reason, "detail": left.detail}


class Progress:
    """A bar on stderr while a run goes on, only on a terminal; without one, only what a person must know."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Callable[[Settled | Waiting], None]:
        if sys.stderr.isatty() and self._total:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            console = Console(stderr=True, highlight=False, markup=False, emoji=False)
            text = TextColumn("{task.description}", markup=False)
            self._bar = Progress(text, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task("sending", total=self._total)
        return self.hear

    def hear(self, note: Settled | Waiting) -> None:
        """Take in what the run tells."""
        from pressctl.delivery_log import Settled

        if isinstance(note, Settled):
            self._done += int(note.outcome.move in ("accept", "reject"))
            if self._bar is not None:
                self._bar.update(self._task, completed=self._done, description="sending")
        elif note.seconds >= WORTH_SAYING or not note.seconds:
            text = f"waiting {_span(note.seconds)}: {note.what}" if note.seconds else note.what
            if self._bar is not None:
                self._bar.update(self._task, description=text)
            else:
                show.warning(text)

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._bar is not None:
            with contextlib.suppress(OSError):  # the terminal is gone
                self._bar.stop()


def _people(count: int) -> str:
    return "1 recipient" if count == 1 else f"{count} recipients"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
