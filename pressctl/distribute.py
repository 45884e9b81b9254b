"""A release from its file to a finished run: read, plan, refuse, render all of it, log, send, count."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pressctl import contacts as contact_files
from pressctl import edition as editions
from pressctl import labels, pitches, receipt, release_languages, render, routes
from pressctl import plan as planning
from pressctl import release as releases
from pressctl.config import Config
from pressctl.contacts import Contacts
from pressctl.delivery import Outcome, State
from pressctl.delivery_log import Delivery, DeliveryLog, Entry, No, Permit, Settled, create_log, holder, open_log
from pressctl.edition import Edition
from pressctl.errors import ContactsError, LogError, Place, Problem, ProviderStop, Refusal
from pressctl.message import Address
from pressctl.office_secret import secret_of
from pressctl.plan import LeftOut, Plan, Planned
from pressctl.provider import Account, account
from pressctl.release import Release
from pressctl.suppressions import Suppressed

if TYPE_CHECKING:
    from pressctl.clock import Clock
    from pressctl.finding import Finding
    from pressctl.send import Ended, Waiting
    from pressctl.two_clocks import TwoClocks
    from pressctl.wire import Wire


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for. `edition` is the beginning of a logged edition's digest, "" for the files as they are."""

    release: str
    to: tuple[str, ...] = ()
    provider: str = ""
    limit: int = 0
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that is known before anything happens: nothing has been written or sent yet."""

    config: Config
    release: Release
    contacts: Contacts
    edition: Edition
    plan: Plan
    account: Account
    hooks: Mapping[str, Account]  # accounts of the webhooks, by channel
    live: bool
    before: Mapping[str, State]  # recipient → what an earlier run left, of those that it claimed
    findings: tuple[Finding, ...] = ()  # of `check`, errors and warnings

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended, or accepted with a reason, before it goes out for real."""
        return tuple(finding for finding in self.findings if finding.level == "error")

    @property
    def open(self) -> tuple[Planned, ...]:
        """Those of the plan whose delivery of this edition was neither accepted nor rejected yet."""
        return tuple(p for p in self.plan.planned if self.before.get(p.contact.recipient) not in (State.ACCEPTED, State.REJECTED))

    @property
    def leaving(self) -> tuple[Planned, ...]:
        """Those of them to whom something can leave: what is uncertain goes once more only where keys are remembered."""
        keyed = any(via.module.PROFILE.key_window is not None for via in (self.account, *self.hooks.values()))
        return self.open if keyed else tuple(p for p in self.open if p.contact.recipient not in self.before)


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


def prepare(config: Config, wish: Wish, clock: Clock) -> Job:
    """Read everything, choose, plan, and check what can be refused now. Writes nothing."""
    path = releases.find(config, wish.release)
    release = release_languages.load(path, config)
    refuse_translation(release, config)
    everyone = contact_files.load(config.root)
    versions = release_languages.versions(release, config)
    pitches.check_all(versions, everyone, config.selections)
    via = account(config, wish.provider or config.provider, os.environ)
    live = not via.module.PROFILE.rehearsal
    chosen = contact_files.select(everyone, wish.to or release.audience or config.to, config.selections)
    if not chosen:
        raise ContactsError("nobody is selected", hint="name a list with `--to`, or set `to` under [send] in the configuration")
    plan = planning.make(release, everyone, chosen, rehearsal=not live, now=datetime.fromtimestamp(clock.now(), UTC))
    with ExitStack() as stack:
        log = _existing_log(config, stack)
        if live:
            receipt.check(path, log)
        edition = _edition(config, release, wish, log, live=live)
        before, plan = _before(log, release.slug, edition.digest, plan, live=live)
    job = Job(
        config, release, everyone, edition, plan, via, routes.hooks(config, plan.planned), live, before, _findings(versions, config, clock)
    )
    return _limited(job, wish.limit) if wish.limit else job


def refuse_translation(release: Release, config: Config) -> None:
    """Raise Refusal for a translation on its own where its original is there: who has that would get it again."""
    original = str(release.extra.get("translation_of", ""))
    if release_languages.original(release.path, original, config):
        raise Refusal(
            f"{release.path.name} is the translation of `{original}` into {labels.name(release.language)}",
            hint=f"send the release: each contact gets it in the first of its `languages` that there is: `pressctl send {original}`",
        )


# Of a changed text `check` knows the receipt alone, which is there before anything leaves; the log knows whether something has.
_LEFT_TO_THE_LOG = "changed-without-version"


def _findings(versions: tuple[Release, ...], config: Config, clock: Clock) -> tuple[Finding, ...]:
    """What `check` says of the release and of its translations, errors and warnings."""
    from pressctl import check

    now = datetime.fromtimestamp(clock.now(), UTC)
    found = (finding for version in versions for finding in check.check_file(version.path, config, now))
    return tuple(finding for finding in found if finding.level in ("error", "warning") and finding.rule != _LEFT_TO_THE_LOG)


def refuse_errors(job: Job) -> None:
    """Raise Refusal with every finding of level error, where the release goes out for real."""
    if job.live and job.errors:
        found = [Problem(f"{one.message} ({one.rule})", Place(one.file, one.line, one.column), one.hint) for one in job.errors]
        last = "mend these, or accept one with its reason: see `pressctl check --explain RULE`"
        raise Refusal.of([*found[:-1], Problem(found[-1].text, found[-1].place, found[-1].hint or last)])


def _existing_log(config: Config, stack: ExitStack) -> DeliveryLog | None:
    path = config.log_path
    return stack.enter_context(open_log(path)) if os.path.lexists(path) else None


def _edition(config: Config, release: Release, wish: Wish, log: DeliveryLog | None, *, live: bool) -> Edition:
    """The edition to send: the files as they are, or a logged one that was asked for. Refuses a changed edition."""
    if wish.edition:
        logged = log.document(release.slug, wish.edition) if log else None
        if logged is None:
            raise Refusal(f"the log has no edition {wish.edition} of this release", hint=f"see `pressctl log {release.slug} --editions`")
        edition = editions.decode(logged[1])
    else:
        edition = render.prepare(release, config)
    if log and live:
        _refuse_another(log, release.slug, edition.digest)
    return edition


def _refuse_another(log: DeliveryLog, slug: str, digest: str) -> None:
    """Raise Refusal where another edition of the release is out: nobody gets two of them by itself."""
    others = [other for other, claimed in log.editions(slug, live=True) if claimed]
    if others and digest not in others:
        old = others[0][:8]
        raise Refusal(
            f"this release is out as edition {old}, and its text, templates, attachments or organization have changed since",
            hint=f"finish the one that is out: `pressctl send {slug} --edition {old}`; "
            "or undo the change; or make the change a release of its own, of `type: correction` or `type: update`",
        )


def _before(log: DeliveryLog | None, slug: str, digest: str, plan: Plan, *, live: bool) -> tuple[dict[str, State], Plan]:
    """What earlier runs left of this edition, and the plan without those whose delivery was withdrawn, which is for good."""
    before, withdrawn = dict[str, State](), dict[str, str]()
    states = sorted(set(State) - {State.PLANNED, State.DEFERRED})
    for delivery in log.deliveries(release=slug, edition=digest, live=live, states=states) if log else ():
        if delivery.state is State.WITHDRAWN:
            withdrawn[delivery.recipient] = delivery.reason
        else:
            before[delivery.recipient] = delivery.state
    if not withdrawn:
        return before, plan
    text = "withdrawn before ({}); this edition is not sent to it any more"
    gone = [p.contact for p in plan.planned if p.contact.recipient in withdrawn]
    late = [LeftOut(contact, "withdrawn", text.format(withdrawn[contact.recipient])) for contact in gone]
    kept = tuple(p for p in plan.planned if p.contact.recipient not in withdrawn)
    return before, replace(plan, planned=kept, left_out=(*plan.left_out, *late))


def _limited(job: Job, limit: int) -> Job:
    """The same with at most `limit` recipients that are still open; the others are left out of this run, and said."""
    cut = {id(planned) for planned in job.open[limit:]}
    kept = tuple(p for p in job.plan.planned if id(p) not in cut)
    late = tuple(LeftOut(p.contact, "limit", f"beyond --limit {limit}; the same command goes on with them") for p in job.open[limit:])
    return replace(job, plan=replace(job.plan, planned=kept, left_out=job.plan.left_out + late))


def refuse_nobody(job: Job) -> None:
    """Raise Refusal where the plan has no recipient at all: that is never what somebody meant."""
    if not job.plan.planned:
        reasons = sorted({left.reason for left in job.plan.left_out})
        hint = "fill in real addresses in contacts/" if "sample" in reasons else "look at the reasons above, or choose others with `--to`"
        raise Refusal("nobody gets this: every contact that was chosen is left out", hint=hint)


def check(job: Job) -> None:
    """Render everything and make every request once, so that what can fail fails before anybody confirms."""
    from pressctl.outgoing import request_for

    if hasattr(job.account.module, "discover"):
        return  # its requests can be made only after the provider was asked
    by_channel = routes.make(job.account, job.hooks, b"", "http://127.0.0.1:1")
    for number, (planned, entry) in enumerate(zip(job.plan.planned, entries(job), strict=True)):
        if number == 0 or planned.channel == "webhook" or not planned.contact.email.isascii():
            request_for(_sample(entry), job.edition, by_channel[entry.channel], 0.0)


def _sample(entry: Entry) -> Delivery:
    return Delivery(
        0, "0" * 32, "", "", True, entry.contact, entry.name, entry.outlet, entry.list, entry.recipient, entry.address, entry.channel,
        entry.wave, entry.personal, State.PLANNED, 0, 0, "", "", 0.0, None, 0.0, "", "", 0,
    )  # fmt: skip


def entries(job: Job) -> Iterator[Entry]:
    """What goes into the log for each recipient, rendered one after the other. Raises TemplateError naming the contact."""
    for planned in job.plan.planned:
        contact = planned.contact
        personal = editions.pack(render.personal(job.edition, contact))
        address = contact.email if planned.channel == "email" else contact.webhook
        channel = routes.channel(planned, job.hooks)
        yield Entry(contact.id, contact.name, contact.outlet, contact.list, contact.recipient, address, channel, planned.wave, personal)


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
            _refuse_another(log, job.release.slug, job.edition.digest)
        _retire_gone(job, log, clock.now())
        before = log.counts(job.release.slug, job.edition.digest, live=job.live)
        document = editions.encode(job.edition)
        run = log.begin(
            job.release.slug, job.edition.digest, document, live=job.live, account=job.account.name, holder=who,
            entries=entries(job), now=clock.now(), booted=booted(clock),
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
    return asyncio.run(_test(job, next(entries(job)), clock))


async def _test(job: Job, entry: Entry, clock: Clock) -> Outcome:
    from pressctl.outgoing import request_for
    from pressctl.wire import Broken, Wire, judge

    with ExitStack() as stack:
        route = routes.make(job.account, {}, b"", _sandbox(job, stack))["email"]
        key = hashlib.sha256(f"test {clock.now()} {entry.address}".encode()).hexdigest()[:32]
        wire = Wire(concurrency=1, timeout=job.account.timeout)
        try:
            route = replace(route, account=await _ready(route.account, job, wire))
            request = request_for(_sample(entry)._replace(key=key), job.edition, route, clock.now())
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
