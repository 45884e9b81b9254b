"""How contacts are shown: tables, one entry, findings, a diff; an address only where it was asked for."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pressctl.contact_export import COLUMNS, data
from pressctl.contacts import Contact
from pressctl.errors import Place
from pressctl.show import STATE_STYLES, emit, inert, json_line, listing, local, paint, say, table, when

if TYPE_CHECKING:
    from pressctl.contact_check import Report
    from pressctl.contact_history import History
    from pressctl.forget import Forgotten

USUAL = ("list", "id", "name", "outlet", "by", "tier", "tags", "languages", "embargo")
_STYLE = {"error": "red", "warning": "yellow", "advice": "cyan"}


def by(contact: Contact) -> str:
    """How somebody is reached, in a word that gives nobody away."""
    return "mail" if contact.email else "webhook" if contact.webhook else "phone" if contact.phone else "nothing"


def contacts(found: Sequence[Contact], columns: Sequence[str], *, as_json: bool) -> None:
    """A row a contact, or one JSON object a line with all that is known but notes."""
    if as_json:
        for one in found:
            json_line(data(one))
        return
    rows = [[_cell(one, name) for name in columns] for one in found]
    if rows:
        table(columns, rows, sys.stdout)
    lists = {one.list for one in found}
    say(f"{len(found)} contact{'' if len(found) == 1 else 's'} on {len(lists)} list{'' if len(lists) == 1 else 's'}")


def _cell(contact: Contact, name: str) -> str:
    if name == "by":
        return by(contact)
    value = data(contact).get(name, "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def columns_of(names: str) -> list[str]:
    """The columns that somebody asks for, as `id,email`. Raises ContactsError."""
    from pressctl.document import nearest
    from pressctl.errors import ContactsError

    chosen = [name.strip() for name in names.split(",") if name.strip()]
    known = (*COLUMNS, "by")
    for name in chosen:
        if name not in known and not name.startswith("x-"):
            raise ContactsError(f"there is no column `{inert(name)}`", hint=nearest(name, known) or f"there are: {', '.join(known)}")
    return chosen or list(USUAL)


def entry(contact: Contact, refused: str, *, as_json: bool) -> None:
    """Everything of one entry, and where it stands."""
    if as_json:
        json_line(data(contact) | {"place": str(contact.place), "suppressed": refused or None})
        return
    values = {**data(contact), "place": _short(contact.place)}
    if refused:
        values["gets nothing"] = refused
    pairs = [(key, ", ".join(map(str, value)) if isinstance(value, list) else str(value)) for key, value in values.items()]
    listing(pairs, sys.stdout)


def _short(place: Place | None) -> str:
    """A place from the working directory, as editors open it."""
    return "" if place is None else str(Place(os.path.relpath(place.file), place.line, place.column))


def findings(report: Report, *, as_json: bool) -> None:
    """`file:line:col level rule message`, and the sum."""
    if as_json:
        import json

        emit(json.dumps([one.data() for one in report.findings], ensure_ascii=False, indent=2))
        return
    for one in report.findings:
        place = inert(_short(Place(one.file, one.line, one.column)))
        emit(f"{paint(place, 'bold', sys.stdout)} {paint(one.level, _STYLE[one.level], sys.stdout)} {one.rule} {inert(one.message)}")
        if one.hint and sys.stdout.isatty():
            emit(f"    {paint('hint', 'cyan', sys.stdout)}: {inert(one.hint)}")
    counts = {level: sum(one.level == level for one in report.findings) for level in ("error", "warning", "advice")}
    parts = [f"{count} {level}{'s' if count > 1 and level != 'advice' else ''}" for level, count in counts.items() if count]
    emit(f"{', '.join(parts) or 'nothing found'}; {report.contacts} contacts read")


def diff(name: str, before: str, after: str) -> None:
    """What changes in a file, as a unified diff on stdout."""
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="", n=2):
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else "cyan" if line.startswith("@") else ""
        emit(paint(inert(line), style, sys.stdout))


def changed(name: str, before: str, after: str, link: Any) -> None:
    """The same of what was written, and where a link led."""
    if before == after:
        say(f"nothing to change in {name}")
        return
    diff(name, before, after)
    if link is not None:
        say(f"{name} is a link: {inert(link)} was changed")


def history(found: History, *, as_json: bool) -> None:
    """Where an address comes from, what holds for it, and what it received."""
    if as_json:
        received = [
            {"key": row.key, "release": row.release, "edition": row.edition, "live": row.live, "state": row.event or row.state,
             "since": when(row.settled_at)} for row in found.deliveries
        ]  # fmt: skip
        json_line(found.data() | {"deliveries": received})
        return
    for one in found.entries:
        verified = f", verified {one.verified}" if one.verified else ""
        emit(inert(f"{_short(one.place)}  `{one.id}` on {one.list}: from {one.source or 'nobody knows where'}{verified}"))
    if not found.entries:
        emit("on no list")
    for refusal in found.suppressed:
        emit(inert(f"gets nothing: {refusal.reason}" + (f", since {refusal.since}" if refusal.since else "")))
    emit()
    rows = [
        (row.key[:8], row.release, row.edition[:8], row.event or row.state, local(row.settled_at), "" if row.live else "rehearsal")
        for row in found.deliveries
    ]
    if rows:
        table(("key", "release", "edition", "state", "since", ""), rows, sys.stdout, STATE_STYLES)
    else:
        emit("received nothing that the log knows of")


def forgotten(done: Forgotten) -> None:
    """What was erased, and what only a person can do."""
    counts = ((done.entries, "entr", "in the lists"), (done.deliveries, "deliver", "in the log"), (done.copies, "cop", "in the sandbox"))
    emit("forgotten: " + ", ".join(f"{count} {word}{'y' if count == 1 else 'ies'} {where}" for count, word, where in counts))
    for name in done.files:
        emit(f"changed: {name}")
    for place in done.left:
        emit(inert(f"still names them: {_short(place)}"))
    say("Not within reach of this command: older commits in git, backups, the provider's own log, mail already delivered.")


def lines(told: Iterable[str]) -> None:
    """What to know, on stderr."""
    for text in told:
        say(inert(text))
