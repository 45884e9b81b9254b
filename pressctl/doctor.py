"""Is everything ready to send: configuration, contacts, log, credentials, quota, clock, tracking, the sender's domain."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressctl import contacts as contact_files
from pressctl import log_place
from pressctl.addresses import is_sample
from pressctl.config import Config
from pressctl.delivery_log import open_log
from pressctl.dkim_record import judge
from pressctl.dns_lookup import NotChecked
from pressctl.errors import PressctlError
from pressctl.provider import Account, Quota, account
from pressctl.two_clocks import TwoClocks

if TYPE_CHECKING:
    import httpx2

    from pressctl.clock import Clock
    from pressctl.wire import Wire

Lookup = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `state` is ok, warning, wrong, not asked, or not checked."""

    name: str
    state: str
    text: str
    hint: str = ""


def examine(config: Config, name: str, clock: Clock, txt: Lookup) -> Iterator[Check]:
    """Everything, in the order in which a person would mend it. `txt` asks for a domain's TXT records."""
    yield from _organization(config)
    people = yield from _contacts(config)
    yield _log(config)
    try:
        via = account(config, name, os.environ)
    except PressctlError as fault:
        for problem in fault.problems:
            yield Check("provider", "wrong", problem.text, problem.hint)
        return
    yield from _provider(via, clock, people)
    if not via.module.PROFILE.rehearsal:
        domain = config.organization.sender.email.rpartition("@")[2]
        yield from _domain(domain, txt)
        yield from _dkim(domain, via, txt)


def _organization(config: Config) -> Iterator[Check]:
    who = config.organization
    yield Check("configuration", "ok", str(config.file))
    if not who.address.strip():
        yield Check(
            "postal address", "wrong", "there is none to print in the footer", "set `address`: bulk mail rules ask for one; use a PO box"
        )
    if not who.contacts:
        yield Check("media contact", "warning", "no release says whom a journalist can call", "add [[organization.contacts]]")
    if is_sample(who.sender.email.rpartition("@")[2]):
        yield Check(
            "sender", "warning", f"{who.sender.email} is a sample address", "set `from` to an address that your provider may send for"
        )


def _contacts(config: Config) -> Generator[Check, None, int]:
    """The lists; returns how many a release goes to that names none."""
    try:
        everyone = contact_files.load(config.root)
        chosen = contact_files.select(everyone, config.to, config.selections)
    except PressctlError as fault:
        yield from (Check("contacts", "wrong", f"{p.place}: {p.text}" if p.place else p.text, p.hint) for p in fault.problems)
        return 0
    people = [contact for one in everyone.lists.values() for contact in one.contacts]
    samples = sum(1 for contact in people if contact.email and is_sample(contact.email.rpartition("@")[2]))
    text = f"{len(people)} on {len(everyone.lists)} lists, {len(everyone.suppressions)} suppressed"
    yield Check("contacts", "ok", text)
    if samples:
        yield Check("contacts", "warning", f"{samples} have sample addresses, which are refused for real", "fill in the real ones")
    return len({contact.recipient for contact in chosen if contact.recipient})


def _log(config: Config) -> Check:
    if danger := log_place.risk(config.state, log_place.mounted()):
        return Check("delivery log", "warning", danger, "keep the whole press office on a disk of this machine, and copy it by `git`")
    if not os.path.lexists(config.log_path):
        return Check("delivery log", "ok", "none yet: nothing was sent from here")
    try:
        with open_log(config.log_path) as log:
            return Check("delivery log", "ok", f"{log.id}, {log.runs()} runs")
    except PressctlError as fault:
        return Check("delivery log", "wrong", fault.problems[0].text, fault.problems[0].hint)


def _provider(via: Account, clock: Clock, people: int) -> Iterator[Check]:
    profile = via.module.PROFILE
    title = f"{via.name} ({via.kind})" if via.name != via.kind else via.name
    if profile.rehearsal:
        yield Check("provider", "ok", f"{title}: a rehearsal, nothing leaves this machine")
        return
    tracking = profile.tracking_off or "it has none that a request could switch off; see its manual"
    yield Check("tracking", "ok" if profile.tracking_off else "warning", tracking)
    if not hasattr(via.module, "probe"):
        yield Check("credentials", "not checked", f"{title} has no call that changes nothing", "send yourself a copy with --test")
        return
    yield from asyncio.run(_asked(via, title, clock, people))


async def _asked(via: Account, title: str, clock: Clock, people: int) -> list[Check]:
    from pressctl.wire import Wire

    wire = Wire(concurrency=1, timeout=min(via.timeout, 20.0), answer_limit=4 * 1024 * 1024)
    try:
        return await _probe(via, title, clock, people, wire)
    finally:
        await wire.close()


async def _probe(via: Account, title: str, clock: Clock, people: int, wire: Wire) -> list[Check]:
    from pressctl.wire import Broken

    module: Any = via.module
    result = await wire.exchange(module.probe(via.settings))
    if isinstance(result, Broken):
        state = "wrong" if result.stop else "not checked"
        return [Check("credentials", state, f"{title} cannot be reached: {result.reason}", result.hint or "is this machine online?")]
    problem = module.probed(result.response)
    if not problem:
        quota = await _quota(via, title, people, result.response, wire)
        return [Check("credentials", "ok", f"{title} takes them"), *quota, _clock(result.response, clock)]
    found = Check(
        "credentials",
        "wrong",
        f"{title}: {problem}",
        "make a new token in the provider's settings, and put it where the configuration says",
    )
    return [found, _clock(result.response, clock)]


async def _quota(via: Account, title: str, people: int, probed: httpx2.Response, wire: Wire) -> list[Check]:
    """What may still be sent, from the answer to the probe, or by a call of its own."""
    from pressctl.wire import Broken

    module: Any = via.module
    if not hasattr(module, "quotas"):
        return [Check("quota", "not asked", f"{title} has no call for it that is known here")]
    response = probed
    if hasattr(module, "quota"):
        result = await wire.exchange(module.quota(via.settings))
        if isinstance(result, Broken):
            return [Check("quota", "not checked", f"{title} cannot be reached: {result.reason}")]
        response = result.response
    found = module.quotas(response)
    if not found:
        status = "" if response.is_success else f" (HTTP {response.status_code})"
        return [Check("quota", "not checked", f"{title} does not tell it with this key{status}")]
    return [_left(quota, people) for quota in found]


def _left(quota: Quota, people: int) -> Check:
    text = f"{quota.left} of {quota.of} left {quota.span}" if quota.of else f"{quota.left} left {quota.span}"
    if quota.left < people:
        hint = "wait until it is renewed, ask the provider for more, or send to fewer with `--to` or `--limit`"
        return Check("quota", "warning", f"{text}, for {people} recipients", hint)
    return Check("quota", "ok", text)


def _clock(response: httpx2.Response, clock: Clock) -> Check:
    """This machine's clock against the answer's Date."""
    clocks = TwoClocks(clock)
    clocks.heard(response)
    if not clocks.known:
        return Check("clock", "not checked", "the provider's answer has no date")
    if clocks.disagree:
        return Check("clock", "wrong", clocks.difference(), "set the clock: an embargo is lifted by it")
    return Check("clock", "ok", f"within {abs(clocks.ahead):.0f} s of the provider's")


def _domain(domain: str, txt: Lookup) -> Iterator[Check]:
    """SPF (RFC 7208) and DMARC (RFC 7489) of the sender's domain."""
    if is_sample(domain):
        yield Check("sender's domain", "not checked", f"{domain} is a sample")
        return
    try:
        spf = [record for record in txt(domain) if record.lower().startswith("v=spf1")]
        dmarc = [record for record in txt(f"_dmarc.{domain}") if record.lower().startswith("v=dmarc1")]
    except NotChecked as reason:
        yield Check("sender's domain", "not checked", str(reason))
        return
    if len(spf) > 1:
        yield Check("SPF", "wrong", f"{domain} has {len(spf)} records, and receivers ignore them all", "keep one (RFC 7208, section 3.2)")
    elif spf:
        yield Check("SPF", "ok", spf[0][:100])
    else:
        yield Check("SPF", "warning", f"{domain} has none", "add the record that your provider's set-up page names")
    if dmarc:
        yield Check("DMARC", "ok", dmarc[0][:100])
    else:
        yield Check("DMARC", "warning", f"_dmarc.{domain} has none; Gmail, Yahoo and Outlook ask for one", 'start with "v=DMARC1; p=none"')


def _dkim(domain: str, via: Account, txt: Lookup) -> Iterator[Check]:
    """The DKIM key of the sender's domain (RFC 6376), under the selector that is configured, or those that the provider documents."""
    if is_sample(domain):
        return
    selectors = (via.dkim,) if via.dkim else via.module.PROFILE.dkim
    if not selectors:
        hint = "set `dkim_selector` of the account, or look at the domain's page at the provider: it should say verified"
        yield Check("DKIM", "not checked", "the name of its record is known to the provider", hint)
        return
    try:
        verdicts = [(f"{name}._domainkey.{domain}", judge(txt(f"{name}._domainkey.{domain}"))) for name in selectors]
    except NotChecked as reason:
        yield Check("DKIM", "not checked", str(reason))
        return
    there = [(name, verdict) for name, verdict in verdicts if verdict.found]
    if there:
        yield from (Check("DKIM", verdict.state, f"{name}: {verdict.text}", verdict.hint) for name, verdict in there)
    elif via.dkim:
        yield Check("DKIM", "wrong", f"{verdicts[0][0]} has no key", "publish the record that your provider's set-up page names")
    else:
        hint = "publish what your provider's set-up page names; where it names another selector, set `dkim_selector` of the account"
        yield Check("DKIM", "warning", f"no key at {', '.join(name for name, _ in verdicts)}", hint)
