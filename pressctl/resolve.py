"""Settle uncertain deliveries: ask the provider where it can be asked by our key, else a person says which."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pressctl import edition as editions
from pressctl.config import Config
from pressctl.delivery import Evidence, Move, Outcome, State
from pressctl.delivery_log import Delivery, DeliveryLog, holder
from pressctl.document import nearest
from pressctl.errors import LogError, PressctlError, Refusal
from pressctl.provider import Account, Doubt, account

if TYPE_CHECKING:
    from pressctl.clock import Clock

QUIET = 180.0  # seconds after the last attempt in which "nothing there" proves nothing: the request may still be on its way


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one uncertain delivery: `state` it has now, and why in words."""

    delivery: Delivery
    state: State
    reason: str


def recover(log: DeliveryLog, clock: Clock) -> None:
    """Call uncertain what a process that is gone had claimed. Where another one sends, what is claimed is its own."""
    with contextlib.suppress(LogError):
        log.hold(holder("resolving"))
        log.recover(clock.now())


def refuse_unknown(log: DeliveryLog, slug: str) -> None:
    """Raise LogError for a release that the log does not know: a slip of the finger must not look like certainty."""
    known = log.releases()
    if slug not in known:
        raise LogError(f"the log knows no release `{slug}`", hint=nearest(slug, known) or "see what it knows: `pressctl log`")


def chosen(log: DeliveryLog, slug: str, keys: Sequence[str]) -> list[Delivery]:
    """The deliveries with these keys. Raises LogError or Refusal where any is not there, of another release, or not uncertain."""
    found, hint = list[Delivery](), f"see the keys: `pressctl log {slug}`"
    for key in keys:
        delivery = log.delivery(key)
        if delivery is None:
            raise LogError(f"the log has no delivery, or more than one, whose key begins with {key}", hint=hint)
        if delivery.release != slug:
            raise Refusal(f"the delivery {key} is of `{delivery.release}`, not of `{slug}`", hint=hint)
        if delivery.state is not State.UNCERTAIN:
            text = f"the delivery {key} is {delivery.state}, not uncertain"
            raise Refusal(text, hint="only an uncertain delivery can be settled by hand")
        if any(delivery.id == other.id for other in found):
            raise Refusal(f"the delivery {key} is named twice", hint="say of each delivery one thing only")
        found.append(delivery)
    return found


def say(log: DeliveryLog, delivery: Delivery, *, accepted: bool, reason: str, now: float) -> Verdict:
    """Take a person's word for one uncertain delivery. Raises Refusal where it has moved meanwhile."""
    move, text = (
        (Move.ACCEPT, "a person says that it arrived") if accepted else (Move.DEFER, f"a person says that it was not sent: {reason}")
    )
    if not log.resolve(delivery, Outcome(move, Evidence.PERSON, text), now):
        raise Refusal("the delivery has moved meanwhile", hint="look again: `pressctl log`")
    return Verdict(delivery, State.ACCEPTED if accepted else State.DEFERRED, text)


def ask(config: Config, log: DeliveryLog, slug: str, clock: Clock, base_url: Callable[[], str]) -> list[Verdict]:
    """Ask the providers about every uncertain delivery of a release; what they cannot say stays uncertain, with the reason.

    `base_url` gives the embedded inbox's URL, started only where it is needed.
    """
    rows = list(log.deliveries(release=slug, states=[State.UNCERTAIN]))
    return asyncio.run(_ask_all(config, log, rows, clock, base_url)) if rows else []


async def _ask_all(config: Config, log: DeliveryLog, rows: list[Delivery], clock: Clock, base_url: Callable[[], str]) -> list[Verdict]:
    from pressctl.wire import Wire

    verdicts, accounts = [], dict[str, Account | str]()
    wire = Wire(concurrency=1)
    try:
        for row in rows:
            name = row.account.split(":")[0]
            if name not in accounts:
                accounts[name] = await _learned(_account(config, name, base_url), wire)
            via = accounts[name]
            verdicts.append(Verdict(row, row.state, via) if isinstance(via, str) else await _ask_one(log, row, via, wire, clock))
    finally:
        await wire.close()
    return verdicts


async def _learned(via: Account | str, wire: Any) -> Account | str:
    from pressctl.discovery import learned

    try:
        return via if isinstance(via, str) else replace(via, settings=await learned(via, wire))
    except PressctlError as fault:
        return fault.problems[0].text


def _account(config: Config, name: str, base_url: Callable[[], str]) -> Account | str:
    """The account with its settings ready, or in words why it cannot be asked."""
    try:
        via = account(config, name, os.environ)
    except PressctlError as fault:
        return f"the account `{name}` cannot be used: {fault.problems[0].text}"
    if not hasattr(via.module, "lookup"):
        return f"{via.module.PROFILE.title} cannot be asked by our key"
    if via.module.PROFILE.rehearsal and not via.settings.base_url:
        via = replace(via, settings=replace(via.settings, base_url=base_url()))
    return via


async def _ask_one(log: DeliveryLog, row: Delivery, via: Account, wire: Any, clock: Clock) -> Verdict:
    from pressctl.wire import Broken

    doubt = _doubt(log, row)
    module: Any = via.module
    result = await wire.exchange(module.lookup(doubt, via.settings))
    outcome: Outcome | None = None if isinstance(result, Broken) else module.found(result.response, doubt)
    if outcome is None:
        why = result.reason if isinstance(result, Broken) else "the provider's answer settles nothing"
        return Verdict(row, row.state, why)
    if outcome.move is Move.DEFER:
        quiet = doubt.claimed_at.timestamp() + QUIET - clock.now()
        if quiet > 0:
            return Verdict(row, row.state, f"not found yet, which proves nothing for another {quiet:.0f} s: ask again then")
        if not module.PROFILE.lookup_authoritative:
            return Verdict(row, row.state, "not found, and this provider's list is not complete enough to trust that")
    settled = replace(outcome, evidence=Evidence.ASKED, reason=outcome.reason or "the provider was asked")
    if not log.resolve(row, settled, clock.now()):
        return Verdict(row, row.state, "it has moved meanwhile")
    return Verdict(row, State.ACCEPTED if settled.move is Move.ACCEPT else State.DEFERRED, settled.reason)


def _doubt(log: DeliveryLog, row: Delivery) -> Doubt:
    logged = log.document(row.release, row.edition)
    if logged is None:
        raise LogError(f"the log has no edition {row.edition[:8]} any more", hint="run `pressctl log verify`")
    edition = editions.decode(logged[1])
    claimed = max((a.claimed_at for a in log.attempts(row)), default=row.planned_at)
    message_id = f"<{row.key}@{edition.sender.email.rpartition('@')[2]}>"
    return Doubt(row.key, message_id, row.address, row.release, datetime.fromtimestamp(claimed, UTC), edition.subject)
