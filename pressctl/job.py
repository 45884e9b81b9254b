"""What is asked for, made ready: read, planned, refused, rendered as a trial; nothing is written, and nothing leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
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
from pressctl.delivery import State
from pressctl.delivery_log import Delivery, DeliveryLog, Entry, open_log
from pressctl.edition import Edition
from pressctl.errors import ContactsError, Place, Problem, Refusal
from pressctl.plan import LeftOut, Plan, Planned
from pressctl.provider import Account, account
from pressctl.release import Release

if TYPE_CHECKING:
    from pressctl.clock import Clock
    from pressctl.finding import Finding


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
        refuse_another(log, release.slug, edition.digest)
    return edition


def refuse_another(log: DeliveryLog, slug: str, digest: str) -> None:
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


def try_out(job: Job) -> None:
    """Render everything and make every request once, so that what can fail fails before anybody confirms."""
    from pressctl.outgoing import request_for

    if hasattr(job.account.module, "discover"):
        return  # its requests can be made only after the provider was asked
    by_channel = routes.make(job.account, job.hooks, b"", "http://127.0.0.1:1")
    for number, (planned, entry) in enumerate(zip(job.plan.planned, entries(job), strict=True)):
        if number == 0 or planned.channel == "webhook" or not planned.contact.email.isascii():
            request_for(sample_of(entry), job.edition, by_channel[entry.channel], 0.0)


def sample_of(entry: Entry) -> Delivery:
    """A delivery as it would be in the log, to make a request of."""
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
