"""A job from its plan to a finished run: log, ask what must be asked, send, take back, count."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pressctl import contacts as contact_files
from pressctl import edition as editions
from pressctl import job as jobs
from pressctl import plan as planning
from pressctl import receipt, release_languages, render, routes
from pressctl import release as releases
from pressctl.config import Config
from pressctl.contacts import Contacts
from pressctl.delivery import Outcome, State
from pressctl.delivery_log import Delivery, DeliveryLog, Entry, No, Permit, Settled, create_log, holder, open_log
from pressctl.errors import LogError, Problem, ProviderStop
from pressctl.job import Job, Wish
from pressctl.message import Address
from pressctl.office_secret import secret_of
from pressctl.plan import Plan, Planned
from pressctl.provider import Account, account
from pressctl.suppressions import Suppressed

if TYPE_CHECKING:
    from pressctl.clock import Clock
    from pressctl.send import Ended, Waiting
    from pressctl.two_clocks import TwoClocks
    from pressctl.wire import Wire


@dataclass(frozen=True, slots=True)
class Held:
    """How many a rule kept from leaving in this run, though the plan had them. `reason` and `detail` as in LeftOut."""

    reason: str
    detail: str
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended. The counts are of the edition's deliveries in the log and add up to `deliveries`."""

    job: Job
    counts: Mapping[State, int]
    already: int  # accepted by earlier runs, among counts[ACCEPTED]
    ended: Ended | None  # None where there was nothing to do
    held: tuple[Held, ...] = ()

    @property
    def deliveries(self) -> int:
        """All deliveries of this edition."""
        return sum(self.counts.values())


def permit_for(job: Job, clocks: TwoClocks, held: dict[str, tuple[str, str]]) -> Permit:
    """The rules at the moment of sending: suppressions as they are in the file now; embargo, leave, expiry by both clocks.

    Whom they keep waiting goes into `held`, recipient → reason and detail; what is uncertain waits for more than a rule.
    """
    people = {planned.contact.recipient: planned.contact for planned in job.plan.planned}
    watched = Suppressed(job.config.root, job.contacts.suppressions)

    def permit(delivery: Delivery) -> No | None:
        contact = people[delivery.recipient]
        for number, now in enumerate(clocks.moments()):
            refused = planning.permit(contact, job.release, watched.now(), now, rehearsal=not job.live)
            if refused is not None:
                detail = refused.detail + (f"; {clocks.difference()}" if number else "")
                final = refused.reason == "suppressed"
                if not final and delivery.state is not State.UNCERTAIN:
                    held[delivery.recipient] = (refused.reason, detail)
                return No(detail, final)
        return None

    return permit


def _waits_for_a_moment(job: Job) -> bool:
    """Whether a clock decides who gets it, or when it is over."""
    release = job.release
    return job.live and bool(release.embargo or release.expires or any(planned.contact.hold_until for planned in job.plan.planned))


def _clocks_disagree(job: Job, clocks: TwoClocks) -> Ended | None:
    """The end of the run before its first message, where one of the two clocks is wrong and it makes a difference."""
    if not clocks.disagree:
        return None
    from pressctl.send import Ended

    ours, theirs = clocks.moments()
    for planned in job.plan.planned:
        refused = [planning.permit(planned.contact, job.release, {}, now, rehearsal=False) for now in (ours, theirs)]
        if refused[0] is None and refused[1] is not None:
            text = f"{clocks.difference()}; by that one {planned.contact.id} may not have it: {refused[1].detail}"
            hint = "set this machine's clock, then run the same command again; nothing was sent"
            return Ended(Problem(text, None, hint), ProviderStop(text, None, hint))
    return None


def distribute(job: Job, clock: Clock, tell: Callable[[Settled | Waiting], None], listen: Callable[[Callable[[], None]], None]) -> Summary:
    """Log the plan and send what is open. `listen` is given the function that an interrupt calls. Raises LogError."""
    import asyncio

    from pressctl.clock import booted

    with ExitStack() as stack:
        log = _own_log(job, stack)
        who = holder()
        log.hold(who)
        log.recover(clock.now())
        if job.live:  # again: another terminal may have sent while this one waited to be confirmed
            jobs.refuse_another(log, job.release.slug, job.edition.digest)
        _retire_gone(job, log, clock.now())
        before = log.counts(job.release.slug, job.edition.digest, live=job.live)
        document = editions.encode(job.edition)
        run = log.begin(
            job.release.slug, job.edition.digest, document, live=job.live, account=job.account.name, holder=who,
            entries=jobs.entries(job), now=clock.now(), booted=booted(clock),
        )  # fmt: skip
        if job.live:
            receipt.renew(job.release.path, log, run, job.edition.digest, clock.now())
        held = dict[str, tuple[str, str]]()
        ended = asyncio.run(_send(job, log, run, clock, tell, listen, stack, held))
        if ended.error is None or not isinstance(ended.error, LogError):
            log.end(run, clock.now())
            _retire_older(job, log, clock.now())
            if job.live:
                with suppress(LogError):  # it names this run already; without the steps it only protects less
                    receipt.renew(job.release.path, log, run, job.edition.digest, clock.now())
        counts = log.counts(job.release.slug, job.edition.digest, live=job.live)
        waiting = tuple(Held(*why, count) for why, count in Counter(held.values()).items())
        return Summary(job, counts, before[State.ACCEPTED], ended, waiting)


def nothing_to_do(job: Job, clock: Clock) -> Summary:
    """The summary where every delivery of the plan was settled before."""
    with open_log(job.config.log_path) as log:
        with suppress(LogError):  # somebody is sending, and does the same; or it cannot be written, and nothing is lost by that
            log.hold(holder())
            _retire_gone(job, log, clock.now())
        counts = log.counts(job.release.slug, job.edition.digest, live=job.live)
    return Summary(job, counts, counts[State.ACCEPTED], None)


def test(config: Config, wish: Wish, address: str, clock: Clock) -> Outcome:
    """Send one copy, marked [TEST], to one address; no delivery is planned, claimed or logged. Raises PressctlError."""
    import asyncio

    contact = contact_files.one_off(address)
    release = release_languages.load(releases.find(config, wish.release), config)
    edition = render.prepare(release, config)
    marked = replace(edition, subject=f"[TEST] {edition.subject}")
    via = account(config, wish.provider or config.provider, os.environ)
    plan = Plan((Planned(contact, "email", 1),), ())
    everyone = Contacts({}, {})
    job = Job(config, release, everyone, marked, plan, via, {}, not via.module.PROFILE.rehearsal, {})
    return asyncio.run(_test(job, next(jobs.entries(job)), clock))


async def _test(job: Job, entry: Entry, clock: Clock) -> Outcome:
    from pressctl.outgoing import request_for
    from pressctl.wire import Broken, Wire, judge

    with ExitStack() as stack:
        route = routes.make(job.account, {}, b"", _sandbox(job, stack))["email"]
        key = hashlib.sha256(f"test {clock.now()} {entry.address}".encode()).hexdigest()[:32]
        wire = Wire(concurrency=1, timeout=job.account.timeout)
        try:
            route = replace(route, account=await _ready(route.account, job, wire))
            request = request_for(jobs.sample_of(entry)._replace(key=key), job.edition, route, clock.now())
            result = await wire.exchange(request)
        finally:
            await wire.close()
    return judge(result, keyed=route.keyed) if isinstance(result, Broken) else route.account.module.outcome(result.response)


def message_of(config: Config, log: DeliveryLog, delivery: Delivery) -> bytes:
    """The message of a delivery as it left, made from the logged edition: the RFC 5322 form, or a webhook's JSON."""
    if delivery.forgotten:
        raise LogError("its recipient was forgotten, and the message with them")
    logged = log.document(delivery.release, delivery.edition)
    if logged is None:
        raise LogError(f"the log has no edition {delivery.edition[:8]} any more", hint="run `pressctl log verify`")
    edition = editions.decode(logged[1])
    if delivery.channel == "email":
        from pressctl.message import as_bytes

        return as_bytes(
            editions.compose(edition, editions.unpack(delivery.personal), Address(delivery.address, delivery.name), delivery.key)
        )
    from pressctl.outgoing import Route, request_for

    hook = account(config, delivery.channel.partition(":")[2] or "webhook", os.environ)
    return request_for(delivery, edition, Route(hook, ""), delivery.planned_at).content


def _own_log(job: Job, stack: ExitStack) -> DeliveryLog:
    path = job.config.log_path
    if os.path.lexists(path):
        log = open_log(path)
    else:
        secret = secret_of(job.config.state, create=True)
        assert secret is not None
        log = create_log(path, secret)
    stack.enter_context(log)
    if job.live:
        receipt.check(job.release.path, log)
    return log


def _retire_gone(job: Job, log: DeliveryLog, now: float) -> None:
    """Take back what waits for somebody who is on no list any more, or is suppressed: no plan will ever have them again."""
    known = {contact.recipient for entry in job.contacts.lists.values() for contact in entry.contacts}
    gone: dict[str, list[Delivery]] = {}
    for delivery in log.deliveries(
        release=job.release.slug, edition=job.edition.digest, live=job.live, states=[State.PLANNED, State.DEFERRED]
    ):
        if delivery.recipient not in known:
            gone.setdefault("no longer on any list", []).append(delivery)
        elif suppression := job.contacts.suppressions.get(delivery.recipient):
            gone.setdefault(suppression.detail, []).append(delivery)
    for reason, deliveries in gone.items():
        log.withdraw(deliveries, reason, now)


def _retire_older(job: Job, log: DeliveryLog, now: float) -> None:
    """Take back what was planned of an older text, once this one is out: before that, the change may still be undone."""
    if job.edition.digest not in [digest for digest, claimed in log.editions(job.release.slug, live=job.live) if claimed]:
        return
    waiting = log.deliveries(release=job.release.slug, live=job.live, states=[State.PLANNED, State.DEFERRED])
    older = [delivery for delivery in waiting if delivery.edition != job.edition.digest]
    if older:
        log.withdraw(older, "the text has changed since", now)


async def _send(
    job: Job, log: DeliveryLog, run: int, clock: Clock, tell: Callable[[Settled | Waiting], None],
    listen: Callable[[Callable[[], None]], None], stack: ExitStack, held: dict[str, tuple[str, str]],
) -> Ended:  # fmt: skip
    from pressctl.send import Ended, Sender
    from pressctl.two_clocks import DatedWire, TwoClocks, ask
    from pressctl.wire import Wire

    by_channel = routes.make(job.account, job.hooks, log.secret, _sandbox(job, stack))
    clocks, concurrency = TwoClocks(clock), sum(route.account.concurrency for route in by_channel.values())
    timed, timeout = _waits_for_a_moment(job), job.account.timeout
    wire = DatedWire(clocks, concurrency=concurrency, timeout=timeout) if timed else Wire(concurrency=concurrency, timeout=timeout)
    try:
        try:
            mail = by_channel["email"]
            by_channel["email"] = replace(mail, account=await _ready(mail.account, job, wire))
        except ProviderStop as fault:
            return Ended(fault.problems[0], fault)
        if timed and not clocks.known:
            await ask(job.account, clocks)
        if (early := _clocks_disagree(job, clocks)) is not None:
            return early
        sender = Sender(log, run, job.edition, by_channel, wire, permit_for(job, clocks, held), clock, tell)
        listen(sender.interrupt)
        return await sender.send()
    finally:
        await wire.close()


async def _ready(via: Account, job: Job, wire: Wire) -> Account:
    """The account as far as the provider must be asked, and given the edition's files, before the first message."""
    from pressctl.discovery import learned

    sample = editions.compose(job.edition, render.general(job.edition), Address(job.edition.sender.email), "0" * 32)
    files = [file for version in (job.edition, *job.edition.translations) for file in version.attachments]
    sample = replace(sample, attachments=tuple(dict.fromkeys(files)))  # those of every language
    return replace(via, settings=await learned(via, wire, sample))


def _sandbox(job: Job, stack: ExitStack) -> str:
    """The URL of the embedded inbox, started now where a rehearsal has no other one to go to."""
    return "" if job.live or job.account.settings.base_url else inbox(job.config, stack)


def inbox(config: Config, stack: ExitStack) -> str:
    """Serve the embedded inbox until `stack` is closed; its URL."""
    from pressctl.sandbox import Sandbox

    served = Sandbox(config.state / "sandbox")
    stack.callback(served.stop)
    return served.start()
