"""A report as one HTML file: no script, nothing remote, charts drawn as SVG; the public form names nobody."""

from __future__ import annotations

from html import escape

from pressctl.delivery import State
from pressctl.report import Report
from pressctl.show import inert, local

COLOURS = {
    State.ACCEPTED: "#1a7f37",
    State.REJECTED: "#cf222e",
    State.UNCERTAIN: "#8250df",
    State.DEFERRED: "#bf8700",
    State.PLANNED: "#8c959f",
    State.CLAIMED: "#8c959f",
    State.WITHDRAWN: "#d0d7de",
}
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif } body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8c959f55; vertical-align: top }
svg { width: 100%; height: auto }
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px }
"""


def page(report: Report, headline: str, *, public: bool) -> str:
    """The whole page. `public` leaves out who is missing and what is to do."""
    kind = "Sent" if report.live else "Rehearsal"
    times = f"{local(report.first)} to {local(report.last)}" if report.first else "nothing accepted yet"
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_safe(headline)}: report</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{STYLE}</style></head><body><h1>{_safe(headline)}</h1>",
        f"<p>{kind}: edition {report.edition[:8]}, {report.deliveries} deliveries, {times}.</p>",
        _bar(report),
        _legend(report),
        _groups(report),
    ]
    if not public:
        parts += [_tasks(report), _missing(report)]
    return "\n".join([*parts, "</body></html>", ""])


def _safe(text: str) -> str:
    return escape(inert(text))


def _bar(report: Report) -> str:
    """One bar whose parts are the states."""
    total, at, parts = max(1, report.deliveries), 0.0, []
    for state, count in report.counts.items():
        if count:
            width = 1000 * count / total
            parts.append(
                f'<rect x="{at:.1f}" width="{width:.1f}" height="36" fill="{COLOURS[state]}"><title>{count} {state}</title></rect>'
            )
            at += width
    said = ", ".join(f"{count} {state}" for state, count in report.counts.items() if count)
    return f'<svg viewBox="0 0 1000 36" role="img" aria-label="{said}">{"".join(parts)}</svg>'


def _legend(report: Report) -> str:
    rows = [
        f'<tr><td><span class="swatch" style="background:{COLOURS[state]}"></span>{state}</td><td>{count}</td></tr>'
        for state, count in report.counts.items()
        if count
    ]
    rows += [f"<tr><td>{name} later, as the provider reports</td><td>{count}</td></tr>" for name, count in report.events.items() if count]
    return f"<table>{''.join(rows)}</table>"


def _groups(report: Report) -> str:
    rows = []
    for group in report.groups:
        width = 300 * group.accepted / max(1, group.deliveries)
        bar = (
            f'<svg viewBox="0 0 300 12" role="img" aria-label="{group.accepted} of {group.deliveries}">'
            f'<rect width="300" height="12" fill="#8c959f55"/><rect width="{width:.0f}" height="12" fill="#1a7f37"/></svg>'
        )
        rows.append(f"<tr><td>{_safe(group.name)}</td><td>{group.accepted} of {group.deliveries}</td><td>{bar}</td></tr>")
    return f"<h2>By list</h2><table><tr><th>list</th><th>accepted</th><th></th></tr>{''.join(rows)}</table>"


def _tasks(report: Report) -> str:
    if not report.tasks:
        return "<h2>To do</h2><p>Nothing.</p>"
    return f"<h2>To do</h2><ol>{''.join(f'<li>{_safe(task)}</li>' for task in report.tasks)}</ol>"


def _missing(report: Report) -> str:
    if not report.missing:
        return ""
    cells = ((m.contact, m.outlet, m.state, m.reason) for m in report.missing)
    rows = ["<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>" for row in cells]
    return f"<h2>Missing</h2><table><tr><th>contact</th><th>outlet</th><th>state</th><th>reason</th></tr>{''.join(rows)}</table>"
