"""Is everything ready to send: configuration, contacts, log, credentials, clock, tracking, the sender's domain."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressctl import contacts as contact_files
from pressctl.addresses import is_sample
from pressctl.config import Config
from pressctl.delivery_log import open_log
from pressctl.dns_lookup import NotChecked
from pressctl.errors import PressctlError
from pressctl.provider import Account, account
from pressctl.two_clocks import TwoClocks

if TYPE_CHECKING:
    import httpx2

    from pressctl.send import Clock

Lookup = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `state` is ok, warning, wrong, or not checked."""

    name: str
    state: str
    text: str
    hint: str = ""


def examine(config: Config, name: str, clock: Clock, txt: Lookup) -> Iterator[Check]:
    """Everything, in the order in which a person would mend it. `txt` asks for a domain's TXT records."""
    yield from _organization(config)
    yield from _contacts(config)
    yield _log(config)
    try:
        via = account(config, name, os.environ)
    except PressctlError as fault:
        for problem in fault.problems:
            yield Check("provider", "wrong", problem.text, problem.hint)
        return
    yield from _provider(via, clock)
    if not via.module.PROFILE.rehearsal:
        yield from _domain(config.organization.sender.email.rpartition("@")[2], txt)


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


def _contacts(config: Config) -> Iterator[Check]:
    try:
        everyone = contact_files.load(config.root)
    except PressctlError as fault:
        yield from (Check("contacts", "wrong", f"{p.place}: {p.text}" if p.place else p.text, p.hint) for p in fault.problems)
        return
    people = [contact for one in everyone.lists.values() for contact in one.contacts]
    samples = sum(1 for contact in people if contact.email and is_sample(contact.email.rpartition("@")[2]))
    text = f"{len(people)} on {len(everyone.lists)} lists, {len(everyone.suppressions)} suppressed"
    yield Check("contacts", "ok", text)
    if samples:
        yield Check("contacts", "warning", f"{samples} have sample addresses, which are refused for real", "fill in the real ones")


def _log(config: Config) -> Check:
    if not os.path.lexists(config.log_path):
        return Check("delivery log", "ok", "none yet: nothing was sent from here")
    try:
        with open_log(config.log_path) as log:
            return Check("delivery log", "ok", f"{log.id}, {log.runs()} runs")
    except PressctlError as fault:
        return Check("delivery log", "wrong", fault.problems[0].text, fault.problems[0].hint)


def _provider(via: Account, clock: Clock) -> Iterator[Check]:
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
    yield from asyncio.run(_probe(via, title, clock))


async def _probe(via: Account, title: str, clock: Clock) -> list[Check]:
    from pressctl.wire import Broken, Wire

    module: Any = via.module
    wire = Wire(concurrency=1, timeout=min(via.timeout, 20.0), answer_limit=4 * 1024 * 1024)
    try:
        result = await wire.exchange(module.probe(via.settings))
    finally:
        await wire.close()
    if isinstance(result, Broken):
        state = "wrong" if result.stop else "not checked"
        return [Check("credentials", state, f"{title} cannot be reached: {result.reason}", result.hint or "is this machine online?")]
    problem = module.probed(result.response)
    if problem:
        found = Check(
            "credentials",
            "wrong",
            f"{title}: {problem}",
            "make a new token in the provider's settings, and put it where the configuration says",
        )
    else:
        found = Check("credentials", "ok", f"{title} takes them")
    return [found, _clock(result.response, clock)]


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
    """SPF (RFC 7208) and DMARC (RFC 7489) of the sender's domain. DKIM's record has a name that only the provider knows."""
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
    yield Check(
        "DKIM", "not checked", "the name of its record is known to the provider", "look at the domain's page there: it should say verified"
    )
