"""The providers that are there and what each can; with a name, its manual"""

from __future__ import annotations

import inspect
import sys
from typing import Annotated, Any

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def providers(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A provider, for its manual.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the providers, or print the manual of one.

    Example: pressctl providers mailpit
    """
    from pressctl import provider, show

    if name:
        show.emit(inspect.cleandoc(provider.find(name).__doc__ or ""))
        return
    found = {kind: provider.find(kind) for kind in provider.names()}
    if as_json:
        for kind, module in found.items():
            show.json_line({"provider": kind, **abilities(module)})
        return
    rows = []
    for kind, module in found.items():
        can = abilities(module)
        rows.append([kind, *(_span(value) if name == "key" else _mark(value) for name, value in can.items())])
    show.table(["provider", "takes", "key", "batch", "look-up", "events", "schedule", "quota", "tracking off"], rows, sys.stdout)
    show.emit()
    show.emit("key: how long it remembers our key, so that a doubtful request can be repeated safely; manual: `pressctl providers NAME`")


def abilities(module: Any) -> dict[str, Any]:
    """What a provider can, as data. `key` is in minutes, 0 where it remembers none."""
    profile = module.PROFILE
    return {
        "takes": ", ".join(sorted(profile.carries)),
        "key": int(profile.key_window.total_seconds() // 60) if profile.key_window else 0,
        "batch": profile.batch if hasattr(module, "batch_request") else 0,
        "lookup": hasattr(module, "lookup"),
        "events": hasattr(module, "events"),
        "schedule": profile.schedule,
        "quota": hasattr(module, "quotas"),
        "tracking_off": profile.tracking_off,
    }


def _span(minutes: int) -> str:
    """`24 h`, `15 min`."""
    if not minutes:
        return "–"
    return f"{minutes} min" if minutes % 60 else f"{minutes // 60} h"


def _mark(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "–"
    if isinstance(value, int) and value:
        return f"{value}"
    return str(value) if value else "–"
