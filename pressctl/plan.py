"""Release + Contacts → Plan: who gets it, in which wave, and who does not and why."""

from __future__ import annotations

from dataclasses import dataclass

from pressctl.contacts import Contact


@dataclass(frozen=True, slots=True)
class Planned:
    """One recipient. `channel` is "email" or "webhook"; `wave` counts from 1."""

    contact: Contact
    channel: str
    wave: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One contact that gets nothing in this run. `reason` is a word for programs, `detail` a sentence for people."""

    contact: Contact
    reason: str  # duplicate | suppressed | sample | no-address | on-leave | embargo | limit
    detail: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets it, by wave, and who does not. `would_refuse` is what a live provider would say of a rehearsal."""

    planned: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...]
    would_refuse: tuple[str, ...] = ()
