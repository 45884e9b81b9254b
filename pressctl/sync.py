"""Fetch what providers report later (bounces, complaints, deliveries) into the log, and propose whom to suppress."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressctl.config import Config
from pressctl.delivery import Evidence, Move, Outcome, State
from pressctl.delivery_log import Delivery, DeliveryLog
from pressctl.errors import ProviderStop
from pressctl.provider import Account, Report, account, by_status

if TYPE_CHECKING:
    from pressctl.clock import Clock

FIRST = timedelta(days=30)  # how far the first fetch looks back; few providers keep more
OVERLAP = timedelta(hours=6)  # reports arrive late at the provider, too; what is known already is not written twice
PAGES = 200  # of one fetch; the rest comes with the next one
RANK = {"": 0, "delivered": 1, "bounced": 2, "complained": 3}  # a later report never makes it look better than it is

# Enhanced status codes (RFC 3463 and IANA's registry) that say: this address will never take mail
DEAD = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1)")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody who should get no more mail, and why. `recipient` is the address: it is what would be suppressed."""

    contact: str
    recipient: str
    reason: str


@dataclass(frozen=True, slots=True)
class Synced:
    """What one account's fetch brought. `unknown` are reports of mail that this log did not send."""

    account: str
    reports: int
    new: int
    unknown: int
    proposals: tuple[Proposal, ...]
    advice: tuple[str, ...]
    whole: bool  # False where the provider had more pages than one fetch takes


def accounts(config: Config, log: DeliveryLog) -> list[str]:
    """The accounts that live deliveries went through and that can be asked, in alphabetical order."""
    found = []
    for name in sorted(log.accounts()):
        if name in config.providers or name == config.provider:
            via = account(config, name, os.environ)
            if hasattr(via.module, "events"):
                found.append(name)
    return found


def sync(config: Config, log: DeliveryLog, name: str, clock: Clock) -> Synced:
    """Fetch one account's reports since the last time. Raises ProviderStop where the provider does not answer as it should."""
    via = account(config, name, os.environ)
    if not hasattr(via.module, "events"):
        raise ProviderStop(
            f"{via.module.PROFILE.title} reports nothing that can be fetched", hint="bounces arrive as mail at the sender's address"
        )
    started = clock.now()
    last = log.synced(name)
    since = datetime.fromtimestamp(last, UTC) - OVERLAP if last else datetime.fromtimestamp(started, UTC) - FIRST
    reports, whole = asyncio.run(_fetch(via, since))
    result = take(log, name, reports, started, whole=whole)
    if whole:
        log.set_synced(name, started)
    return result


async def _fetch(via: Account, since: datetime) -> tuple[list[Report], bool]:
    from pressctl.discovery import learned
    from pressctl.wire import Broken, Wire

    module: Any = via.module
    found: list[Report] = []
    page = ""
    wire = Wire(concurrency=1, timeout=via.timeout, answer_limit=8 * 1024 * 1024)
    try:
        settings = await learned(via, wire)
        for _ in range(PAGES):
            result = await wire.exchange(module.events(since, settings, page))
            if isinstance(result, Broken):
                raise ProviderStop(
                    f"the reports of `{via.name}` could not be fetched: {result.reason}", hint=result.hint or "try again later"
                )
            refused = by_status(result.response)
            if refused is not None:
                raise ProviderStop(
                    f"the reports of `{via.name}` could not be fetched: {refused.reason}", hint=refused.hint or "try again later"
                )
            reports, page = module.read_events(result.response, page)
            if reports is None:
                raise ProviderStop(f"the reports of `{via.name}` came in a form that cannot be read", hint="try again later")
            found += reports
            # some lists cannot be asked by time and come newest first: then an old page is the last one wanted
            if not page or (reports and all(report.at < since for report in reports)):
                return found, True
            if via.per_second:
                await asyncio.sleep(1 / via.per_second)
    finally:
        await wire.close()
    return found, False


def take(log: DeliveryLog, name: str, reports: Iterable[Report], now: float, *, whole: bool = True) -> Synced:
    """Write reports into the log, each once; an uncertain delivery that is reported was accepted. Returns what is new."""
    total, new, unknown = 0, 0, 0
    proposals: dict[str, Proposal] = {}
    advice: set[str] = set()
    for report in sorted(reports, key=lambda one: one.at):
        total += 1
        delivery = _match(log, report)
        if delivery is None:
            unknown += 1
            continue
        if delivery.state is State.UNCERTAIN:
            log.resolve(
                delivery,
                Outcome(Move.ACCEPT, Evidence.EVENT, f"the provider reports it as {report.kind}", provider_id=report.provider_id),
                now,
            )
        kind = report.kind if RANK.get(report.kind, 0) > RANK.get(delivery.event, 0) else delivery.event
        new += log.note(delivery, report.at.timestamp(), report.kind, kind, f"{report.status} {report.detail}".strip())
        if why := reason_to_suppress(report):
            proposals.setdefault(delivery.recipient, Proposal(delivery.contact, delivery.recipient, why))
        elif text := our_problem(report):
            advice.add(text)
    return Synced(name, total, new, unknown, tuple(proposals.values()), tuple(sorted(advice)), whole)


def _match(log: DeliveryLog, report: Report) -> Delivery | None:
    """The delivery that a report speaks of: by our key, by the Message-ID made from it, by the provider's id."""
    if report.key and re.fullmatch(r"[0-9a-f]{32}", report.key) and (found := log.delivery(report.key)):
        return found
    made = re.match(r"<?([0-9a-f]{32})@", report.message_id)
    if made and (found := log.delivery(made[1])):
        return found
    return log.by_provider_id(report.provider_id) if report.provider_id else None


def reason_to_suppress(report: Report) -> str:
    """Why this recipient should get no more mail, or "". A mailbox that is full or a server that is down is no reason."""
    if report.kind == "complained":
        return "complained"
    if report.kind == "bounced" and DEAD.match(report.status):
        return f"bounced {report.status}"
    return ""


def our_problem(report: Report) -> str:
    """What a policy bounce says of us rather than of the recipient (RFC 3463, X.7), or ""."""
    if report.kind == "bounced" and re.match(r"[45]\.7\.", report.status):
        return f"{report.status}: refused by policy; check SPF, DKIM and DMARC of the sender's domain with `pressctl doctor`"
    return ""
