"""A sheet for the telephone: desks by tier with their numbers, one line to say, who has the release, boxes to tick."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressctl.contacts import Contact, Contacts
from pressctl.delivery_log import open_log
from pressctl.release import Release

WIDTH = 90  # columns: what a printer puts on a sheet without breaking lines
BOXES = "[ ] reached   [ ] has it   [ ] will run it   [ ] call again at ____"


@dataclass(frozen=True, slots=True)
class Call:
    """One desk to call. `state` is that of its delivery in the log, or why there is none."""

    contact: Contact
    state: str

    def data(self) -> dict[str, Any]:
        """As JSON-able data."""
        one = self.contact
        return {"contact": one.id, "list": one.list, "name": one.name, "outlet": one.outlet, "tier": one.tier or None, "phone": one.phone,
                "timezone": one.timezone or None, "state": self.state}  # fmt: skip


def calls(release: Release, contacts: Contacts, chosen: Sequence[Contact], log: Path) -> list[Call]:
    """Who is to be called, by tier and then in the order of the lists; each recipient and each number once.

    Left out is who has no telephone number, and who wants nothing.
    """
    states = _states(release, log)
    seen: set[str] = set()
    found = []
    for one in chosen:
        same = {one.recipient, one.phone} - {""}
        if not one.phone or seen & same or one.recipient in contacts.suppressions:
            continue
        seen |= same
        found.append(Call(one, states.get(one.recipient, "not sent yet") if one.recipient else "telephone only"))
    return sorted(found, key=lambda call: call.contact.tier or 10)


def _states(release: Release, log: Path) -> Mapping[str, str]:
    """The state of each recipient's delivery in the release's last run, with a word for a rehearsal."""
    if not os.path.lexists(log):
        return {}
    with open_log(log) as book:
        latest = book.latest(release.slug)
        if latest is None:
            return {}
        rows = book.deliveries(release=release.slug, edition=latest[0], live=latest[1])
        return {row.recipient: (row.event or row.state) + ("" if latest[1] else " (rehearsal)") for row in rows}


def pitch(release: Release) -> str:
    """What to say first: the summary, else the subhead, else the headline."""
    text = release.summary or release.subhead or release.headline
    return " ".join(text.split())


def sheet(release: Release, found: Sequence[Call], now: datetime) -> str:
    """The sheet as text to print."""
    return "\n".join(_lines(release, found, now)) + "\n"


def _lines(release: Release, found: Sequence[Call], now: datetime) -> Iterator[str]:
    yield f"CALL SHEET   {release.headline}"[:WIDTH]
    yield f"{now:%Y-%m-%d %H:%M %Z}   {len(found)} to call"
    if release.embargo is not None and now < release.embargo:
        yield f"EMBARGOED until {release.embargo:%Y-%m-%d %H:%M %Z}: do not tell what it says to those marked `no embargo`"
    yield ""
    yield from textwrap.wrap(f"Say: {pitch(release)}", WIDTH, subsequent_indent="     ")
    tier = -1
    for call in found:
        if call.contact.tier != tier:
            tier = call.contact.tier
            yield ""
            yield f"{f'TIER {tier}' if tier else 'NO TIER'} ".ljust(WIDTH, "─")
        yield ""
        yield from _desk(call, release, now)


def _desk(call: Call, release: Release, now: datetime) -> Iterator[str]:
    one = call.contact
    who = f"{one.name}, {one.outlet}" if one.outlet and one.outlet != one.name else one.name
    there = f"   (there it is {now.astimezone(ZoneInfo(one.timezone)):%H:%M})" if one.timezone else ""
    yield f"    {who}"
    languages = f"   {'/'.join(one.languages)}" if one.languages else ""
    yield f"    {one.phone}{there}   {call.state}{languages}{_embargo(one, release, now)}"
    yield f"    {BOXES}"
    yield f"    {'_' * (WIDTH - 4)}"


def _embargo(one: Contact, release: Release, now: datetime) -> str:
    if release.embargo is None or now >= release.embargo or one.embargo == "agreed":
        return ""
    return "   no embargo"
