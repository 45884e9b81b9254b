"""Release + Contacts → Plan: who gets it, in which wave, and who does not and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from pressctl.addresses import is_sample
from pressctl.contacts import Contact, Contacts
from pressctl.errors import Refusal
from pressctl.release import Release
from pressctl.suppressions import Suppression
from pressctl.values import dataclass


@dataclass(frozen=True, slots=True)
class Planned:
    """One recipient. `channel` is "email" or "webhook"; `wave` counts from 1."""

    contact: Contact
    channel: str
    wave: int
    live_refusal: str = ""  # in a rehearsal: what a live provider would refuse this recipient for


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One contact that gets nothing in this run. `reason` is a word for programs, `detail` a sentence for people."""

    contact: Contact
    reason: str  # duplicate | suppressed | sample | no-address | on-leave | embargo | expired | limit | withdrawn
    detail: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets it, by wave, and who does not. `would_refuse` is what a live provider would say of a rehearsal."""

    planned: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...]
    would_refuse: tuple[str, ...] = ()


LAST = 10  # after every tier that can be given
ALWAYS = frozenset({"no-address", "suppressed"})  # the refusals that hold in a rehearsal too


def make(release: Release, contacts: Contacts, chosen: Sequence[Contact], *, rehearsal: bool, now: datetime, limit: int = 0) -> Plan:
    """Who of `chosen` gets the release, tier by tier, each recipient once; and why the others do not.

    `now` has a zone. `limit` is the most recipients of this plan; 0 is no limit. A rehearsal leaves out only whom nobody
    may or can write to, and says beside the others what a live provider would refuse. Raises Refusal for a live release
    that has expired.
    """
    over = _expired(release, now)
    if over and not rehearsal:
        hint = "if it is still news, set a later `expires`"
        raise Refusal(over, release.places.get("expires") or release.places.get("events"), hint)
    left_out: list[LeftOut] = []
    tiers: dict[int, list[tuple[Contact, str]]] = {}
    first: dict[str, Contact] = {}
    ids: dict[str, Contact] = {}
    for contact in chosen:
        winner = first.setdefault(contact.recipient, contact) if contact.recipient else contact
        if winner is not contact:
            left_out.append(LeftOut(contact, "duplicate", f"the same recipient as `{winner.id}` on {winner.list}"))
            continue
        same = ids.get(contact.id)
        if same is not None and same.list != contact.list:
            left_out.append(LeftOut(contact, "duplicate", f"the same id as on {same.list}, with another address there"))
            continue
        refused = permit(contact, release, contacts.suppressions, now, False)
        if refused is not None and (not rehearsal or refused.reason in ALWAYS):
            left_out.append(refused)
            continue
        ids[contact.id] = contact
        detail = refused.detail if refused is not None and refused.reason != "expired" else ""
        tiers.setdefault(contact.tier or LAST, []).append((contact, detail))
    planned = [
        Planned(contact, "email" if contact.email else "webhook", wave, detail)
        for wave, tier in enumerate(sorted(tiers), 1)
        for contact, detail in tiers[tier]
    ]
    if limit and len(planned) > limit:
        left_out += [LeftOut(one.contact, "limit", f"beyond the first {limit}") for one in planned[limit:]]
        planned = planned[:limit]
    return Plan(tuple(planned), tuple(left_out), (over,) if over else ())


def permit(contact: Contact, release: Release, suppressions: Mapping[str, Suppression], now: datetime, rehearsal: bool) -> LeftOut | None:
    """Why this contact may not get the release now, or None where it may: the one rule, for the plan and again at sending."""
    if not contact.recipient:
        detail = "only a telephone number: on the call sheet" if contact.phone else "no usable address: all are marked bounced or invalid"
        return LeftOut(contact, "no-address", detail)
    if suppression := suppressions.get(contact.recipient):
        return LeftOut(contact, "suppressed", suppression.detail)
    if rehearsal:
        return None
    domain = contact.email.rpartition("@")[2] or urlsplit(contact.webhook).hostname or ""
    if is_sample(domain):
        return LeftOut(contact, "sample", "an address for samples, which reaches nobody: fill in the real one")
    if contact.hold_until and now.astimezone(release.timezone).date() < contact.hold_until:
        return LeftOut(contact, "on-leave", f"back on {contact.hold_until}")
    if release.embargo and now < release.embargo and contact.embargo != "agreed":
        why = "has to be asked before embargoed copy is sent" if contact.embargo == "ask" else "gets no embargoed copy"
        return LeftOut(contact, "embargo", f"{why}, and the embargo lifts {release.embargo:%Y-%m-%d %H:%M %z}")
    over = _expired(release, now)
    return LeftOut(contact, "expired", over) if over else None


def _expired(release: Release, now: datetime) -> str:
    if release.expires is None or now < release.expires:
        return ""
    return f"the release expired {release.expires:%Y-%m-%d %H:%M %z}"
