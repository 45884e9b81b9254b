"""How a release went: counts, times, who is missing, and what a person must do"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pressctl.report import Report

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def report(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="A release file, or its name in releases/.")],
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with charts to this file.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Only numbers: name nobody.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Report on the last edition that was sent of a release.

    Example: pressctl report night-bus --html report.html --public
    """
    from pressctl import office
    from pressctl import report as reporting
    from pressctl.delivery_log import open_log
    from pressctl.errors import LogError

    slug = Path(release).stem
    with open_log(office.log_path(office.find(Path.cwd()).parent)) as log:
        latest = log.latest(slug)
        if latest is None:
            raise LogError(f"the log knows no release `{slug}`", hint=f"it knows: {', '.join(log.releases()[:8]) or 'none'}")
        found = reporting.make(slug, *latest, log.deliveries(release=slug, edition=latest[0], live=latest[1]))
    if html is not None:
        _write(found, html, public=public)
    elif as_json:
        _json(found, public=public)
    else:
        _text(found, public=public)


def data(found: Report, *, public: bool) -> dict[str, Any]:
    """The report as data."""
    from pressctl import show

    said = {
        "release": found.release, "edition": found.edition, "live": found.live, "deliveries": found.deliveries,
        "states": {str(state): count for state, count in found.counts.items()}, "events": found.events,
        "first_accepted": show.when(found.first), "last_accepted": show.when(found.last),
        "lists": [{"list": group.name, "deliveries": group.deliveries, "accepted": group.accepted} for group in found.groups],
    }  # fmt: skip
    if public:
        return said
    missing = [{"key": m.key, "contact": m.contact, "outlet": m.outlet, "state": m.state, "reason": m.reason} for m in found.missing]
    return {**said, "missing": missing, "tasks": list(found.tasks)}


def _json(found: Report, *, public: bool) -> None:
    from pressctl import show

    show.json_line(data(found, public=public))


def _text(found: Report, *, public: bool) -> None:
    from pressctl import show

    kind = "sent" if found.live else "rehearsed"
    show.emit(f"{found.release}, edition {found.edition[:8]}, {kind}: {found.deliveries} deliveries")
    rows = [(str(state), str(count)) for state, count in found.counts.items() if count]
    rows += [(f"{name} later", str(count)) for name, count in found.events.items() if count]
    show.table(("", ""), rows, sys.stdout, show.STATE_STYLES, "  ")
    if found.first:
        show.emit(f"  accepted from {show.local(found.first)} to {show.local(found.last)}")
    show.emit()
    show.table(("list", "accepted", "of"), [(g.name, str(g.accepted), str(g.deliveries)) for g in found.groups], sys.stdout)
    if public:
        return
    if found.missing:
        show.emit()
        missing = [(m.key[:8], m.contact, m.outlet, m.state, m.reason) for m in found.missing]
        show.table(("missing", "contact", "outlet", "state", "reason"), missing, sys.stdout, show.STATE_STYLES)
    show.emit()
    for task in found.tasks or ("nothing is left to do",):
        show.emit(show.wrapped(task, sys.stdout))


def _write(found: Report, target: Path, *, public: bool) -> None:
    from pressctl import show
    from pressctl.errors import ConfigError, Place
    from pressctl.files import write
    from pressctl.report_page import page

    try:
        write(target, page(found, found.release, public=public).encode(), 0o644 if public else 0o600)
    except OSError as fault:
        raise ConfigError(
            f"the report cannot be written: {fault.strerror}", Place(str(target)), "name a file in a folder of yours"
        ) from None
    show.say(f"written: {target}")
