"""What the live preview shows of a message, of the findings and of the plan, as plain values for its template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl import check, labels, mail_sizes, page_parts, provider, render
from pressctl.contacts import Contact
from pressctl.edition import Edition, version_for
from pressctl.errors import Problem, Refusal
from pressctl.finding import LEVELS, Finding
from pressctl.message import Address, Message, as_bytes
from pressctl.plan import LeftOut, Planned

if TYPE_CHECKING:
    from pressctl.preview import Desk, Shown

GENERAL = "General copy"
MOST_ROWS = 100  # recipients of a wave that the page lists; the picker has all


def who(contact: Contact) -> str:
    """Name and outlet, neither of them twice."""
    return f"{contact.name}, {contact.outlet}" if contact.outlet and contact.outlet != contact.name else contact.name or contact.id


def words(contact: Contact) -> str:
    """What the picker searches in; no address."""
    return " ".join((contact.id, contact.name, contact.outlet, contact.list, contact.region, *contact.tags, *contact.languages)).casefold()


def everybody(shown: Shown) -> Iterator[tuple[Contact, str]]:
    """Who can be chosen, and a note on each: all of the plan in its order, then who is left out of it."""
    plan = shown.desk.plan if shown.desk else None
    if plan is None:
        return
    for planned in plan.planned:
        yield planned.contact, f"wave {planned.wave}, {_how(planned)}{_language(planned, shown.edition)}"
    for left in plan.left_out:
        if left.reason != "duplicate":
            yield left.contact, f"left out: {_why(left)}"


def problems(found: Iterable[Problem], root: Path) -> list[dict[str, Any]]:
    """Each as what is wrong, where, how to mend it; files are named from the office's folder."""
    hide = check.without_numbers
    return [
        {"text": hide(one.text), "place": str(one.place).removeprefix(f"{root}/") if one.place else "", "hint": hide(one.hint),
         "lines": tuple(map(hide, one.excerpt))}
        for one in dict.fromkeys(found)
    ]  # fmt: skip


def excuse(found: Iterable[Problem]) -> str:
    """A page that says why another cannot be shown."""
    lines = "".join(f"<p>{escape(one.text)}<br><small>{escape(str(one.place or ''))} {escape(one.hint)}</small></p>" for one in found)
    return f'<!doctype html><html lang="en"><title>Not shown</title><body style="font: 1rem/1.5 sans-serif">{lines}</body></html>'


def facts(shown: Shown, contact: Contact | None, message: Message) -> list[tuple[str, str]]:
    """From whom, to whom, and where this contact stands in the plan."""
    to = _person(message.to) if isinstance(message.to, Address) else f"{message.to.name}, by webhook"
    found = [("From", _person(message.sender)), ("To", to)]
    if message.reply_to:
        found.append(("Reply to", _person(message.reply_to)))
    if message.attachments:
        found.append(("Files", ", ".join(f"{one.name} ({page_parts.size(len(one.data))})" for one in message.attachments if not one.cid)))
    version = version_for(shown.edition, contact.languages if contact else ()) if shown.edition else None
    if version is not None and shown.edition is not None and shown.edition.translations:
        found.append(("Language", labels.name(version.language)))
    plan = shown.desk.plan if shown.desk else None
    if contact is not None and plan is not None:
        planned = next((one for one in plan.planned if one.contact.recipient == contact.recipient), None)
        left = next((one for one in plan.left_out if one.contact.id == contact.id), None)
        if planned is not None:
            found.append(("Plan", f"wave {planned.wave}, {_how(planned)}"))
        elif left is not None:
            found.append(("Plan", f"gets nothing: {_why(left)}"))
        else:
            found.append(("Plan", "is on none of the lists that this release goes to"))
    if contact is not None and version is not None and (pitch := render.pitch_of(version, contact)) is not None:
        found.append(("Pitch", f"for {pitch.to or 'everybody else'}"))
    return [(name, value) for name, value in found if value]


def _person(address: Address) -> str:
    return f"{address.name} <{address.email}>" if address.name else address.email


def headers(shown: Shown, message: Message) -> dict[str, Any]:
    """Each header as a reader sees it, the sizes against their limits, and the head as it leaves."""
    section = shown.config.providers.get(shown.config.provider)
    profile = provider.find(section.kind if section else shown.config.provider).PROFILE
    sizes = [
        mail_sizes.measure("HTML part", len(message.html.encode()), html=True),
        mail_sizes.measure("Text part", len(message.text.encode())),
        *[mail_sizes.measure(one.name, len(one.data)) for one in message.attachments],
    ]
    try:
        source = as_bytes(message)
    except Refusal as fault:
        return mail_sizes.headers(b"", sizes, str(fault))
    whole = mail_sizes.measure("Whole mail", len(source), profile.size_limit, f"{profile.title} takes no more")
    return mail_sizes.headers(source, [*sizes, whole])


def desk(shown: Shown, link: Callable[[Contact], str]) -> dict[str, Any] | None:
    """The findings, the worst first, and the plan; None before the first is made."""
    made = shown.desk
    if made is None:
        return None
    counts = [(level, sum(one.level == level for one in made.findings)) for level in LEVELS]
    return {
        "counts": ", ".join(_counted(level, count) for level, count in counts if count) or "nothing found",
        "errors": counts[0][1],
        "findings": [_finding(one, shown) for one in sorted(made.findings, key=lambda one: (LEVELS.index(one.level), one.line))],
        "plan": _plan(made, shown.edition, link) if made.plan else None,
    }


def _counted(level: str, count: int) -> str:
    return f"{count} {level}{'' if count == 1 or level == 'advice' else 's'}"


def _finding(one: Finding, shown: Shown) -> dict[str, Any]:
    name = Path(one.file).name
    own = shown.release is not None and name == shown.release.path.name
    return {
        "level": one.level,
        "rule": one.rule,
        "place": f"line {one.line}" if own else f"{name}, line {one.line}",
        "message": one.message,
        "hint": one.hint,
    }


def _plan(made: Desk, edition: Edition | None, link: Callable[[Contact], str]) -> dict[str, Any]:
    assert made.plan is not None
    waves = []
    for wave in sorted({planned.wave for planned in made.plan.planned}):
        rows = [planned for planned in made.plan.planned if planned.wave == wave]
        shown = [
            {
                "link": link(one.contact),
                "who": who(one.contact),
                "how": ("" if one.channel == "email" else _how(one)) + _language(one, edition),
            }
            for one in rows[:MOST_ROWS]
        ]
        waves.append({"number": wave, "count": len(rows), "rows": shown, "more": len(rows) - len(shown)})
    refused: dict[str, list[str]] = {}
    for planned in made.plan.planned:
        if planned.live_refusal:
            refused.setdefault(planned.live_refusal, []).append(who(planned.contact))
    left = [{"link": link(one.contact), "who": who(one.contact), "why": _why(one)} for one in made.plan.left_out]
    return {
        "count": len(made.plan.planned),
        "live": made.live,
        "waves": waves,
        "left": left[:MOST_ROWS],
        "more": max(0, len(left) - MOST_ROWS),
        "all_left": len(left),
        "whole": [text for text in dict.fromkeys((made.refusal, *made.plan.would_refuse)) if text],
        "refused": [{"why": why, "who": _named(names)} for why, names in refused.items()],
    }


def _how(planned: Planned) -> str:
    return "by webhook" if planned.channel == "webhook" else "by e-mail"


def _language(planned: Planned, edition: Edition | None) -> str:
    """In which language, where the release has several."""
    several = edition is not None and edition.translations
    return f" in {labels.name(version_for(edition, planned.contact.languages).language)}" if edition and several else ""


def _why(left: LeftOut) -> str:
    return f"suppressed: {left.detail}" if left.reason == "suppressed" else left.detail


def _named(names: list[str]) -> str:
    return "; ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
