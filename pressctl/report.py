"""The delivery log → Report: counts, times, who is missing, and what a person must do now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pressctl.delivery import State
from pressctl.delivery_log import Delivery

EVENTS = ("delivered", "bounced", "complained")  # what a provider reports later


@dataclass(frozen=True, slots=True)
class Missing:
    """One recipient without an accepted delivery; no address."""

    key: str
    contact: str
    outlet: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """One list: how many of its deliveries there are, and how many were accepted."""

    name: str
    deliveries: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Report:
    """One edition of a release. Times are seconds since 1970, UTC; None where nothing was accepted."""

    release: str
    edition: str
    live: bool
    counts: dict[State, int]
    events: dict[str, int]
    groups: tuple[Group, ...]
    first: float | None
    last: float | None
    missing: tuple[Missing, ...]
    tasks: tuple[str, ...] = field(default=())

    @property
    def deliveries(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def make(release: str, edition: str, live: bool, rows: Iterable[Delivery]) -> Report:
    """The report over an edition's deliveries, read once."""
    counts, events = dict.fromkeys(State, 0), dict.fromkeys(EVENTS, 0)
    groups: dict[str, list[int]] = {}
    missing: list[Missing] = []
    first: float | None = None
    last: float | None = None
    for row in rows:
        counts[row.state] += 1
        group = groups.setdefault(row.list, [0, 0])
        group[0] += 1
        if row.event in events:
            events[row.event] += 1
        if row.state is State.ACCEPTED:
            group[1] += 1
            at = row.settled_at or row.planned_at
            first, last = min(first or at, at), max(last or at, at)
        if (row.state is not State.ACCEPTED or row.event == "bounced") and row.state is not State.WITHDRAWN:
            why = row.reason or ("bounced after it was accepted" if row.event == "bounced" else "")
            missing.append(Missing(row.key, row.contact, row.outlet, row.state, why))
    by_list = tuple(Group(name, total, got) for name, (total, got) in groups.items())
    return Report(release, edition, live, counts, events, by_list, first, last, tuple(missing), tuple(_tasks(release, counts, events)))


def _tasks(release: str, counts: dict[State, int], events: dict[str, int]) -> list[str]:
    """What only a person can do, most pressing first."""
    tasks = []
    if counts[State.UNCERTAIN] + counts[State.CLAIMED]:
        number = counts[State.UNCERTAIN] + counts[State.CLAIMED]
        tasks.append(f"{number} uncertain: find out whether they arrived, with `pressctl resolve {release}`")
    if counts[State.PLANNED] + counts[State.DEFERRED]:
        tasks.append(f"{counts[State.PLANNED] + counts[State.DEFERRED]} not sent yet: run `pressctl send {release}` again")
    if counts[State.REJECTED]:
        tasks.append(f"{counts[State.REJECTED]} rejected: look at the reasons, mend the contacts or call them")
    if events["bounced"]:
        tasks.append(f"{events['bounced']} bounced: call these desks, and mend or suppress the addresses")
    if events["complained"]:
        tasks.append(f"{events['complained']} complained: write to them no more; put them into contacts/suppressions.yaml")
    return tasks
