"""The segments of a release: its planned contacts grouped by what they would get, names and addresses of their own aside.

Two contacts are of one segment where language, channel, account, pitch and every other personal text are the same once
their own values are replaced by `{name}`, `{outlet}`, `{email}`, `{id}` and `{greeting}`. Nothing here holds anybody's
address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pressctl import contacts as contact_files
from pressctl import greeting, pitches, provider, release_languages, render, routes
from pressctl import plan as planning
from pressctl.edition import version_for
from pressctl.errors import ConfigError, ContactsError

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.contacts import Contact
    from pressctl.edition import Edition, Personal
    from pressctl.plan import Plan
    from pressctl.provider import Account
    from pressctl.release import Release

_MARKS = {"\ue000": "{name}", "\ue001": "{outlet}", "\ue002": "{email}", "\ue003": "{id}", "\ue004": "{greeting}"}
_NAME, _OUTLET, _EMAIL, _ID, _GREETING = _MARKS


@dataclass(frozen=True, slots=True)
class Segment:
    """Contacts that get the same. `pitch` is the selection as written, "default" for everybody else's, "" for none.

    `text` and `html` are those personal texts of the mail's parts that are not the same in every segment, in their order.
    """

    number: int
    contacts: int
    example: str  # a contact's id
    language: str
    channel: str  # email | webhook | webhook:NAME of the room
    account: str
    subject: str
    pitch: str
    text: tuple[str, ...]
    html: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """What `render --matrix` shows."""

    headline: str
    release: str
    edition: str
    segments: tuple[Segment, ...]
    left_out: int

    @property
    def contacts(self) -> int:
        """How many get the release."""
        return sum(segment.contacts for segment in self.segments)

    def data(self) -> list[dict[str, Any]]:
        """One JSON object per segment."""
        about = {"release": self.release, "edition": self.edition}
        return [
            {**about, "segment": one.number, "contacts": one.contacts, "example": one.example, "language": one.language,
             "channel": one.channel, "provider": one.account, "pitch": one.pitch or None, "subject": one.subject,
             "text": list(one.text), "html": list(one.html)}
            for one in self.segments
        ]  # fmt: skip


def make(config: Config, release: Release, to: Sequence[str], now: datetime) -> Matrix:
    """The segments of the release's plan as it is at `now`, a time with zone; `to` as `send --to`. Nothing is sent.

    Raises what planning and rendering raise; ContactsError where nobody is selected.
    """
    everyone = contact_files.load(config.root)
    texts = release_languages.versions(release, config)
    pitches.check_all(texts, everyone, config.selections)
    chosen = contact_files.select(everyone, to or release.audience or config.to, config.selections)
    if not chosen:
        raise ContactsError("nobody is selected", hint="name a list with `--to`, or set `to` under [send] in the configuration")
    section = config.providers.get(config.provider)
    rehearsal = provider.find(section.kind if section else config.provider).PROFILE.rehearsal
    plan = planning.make(release, everyone, chosen, rehearsal=rehearsal, now=now)
    edition = render.prepare(release, config)
    segments = _segments(config, texts, edition, plan)
    return Matrix(release.headline, release.slug, edition.digest, segments, len(plan.left_out))


@dataclass(frozen=True, slots=True)
class _Kind:
    """What makes a segment."""

    language: str
    subject: str
    channel: str
    pitch: str
    text: tuple[str, ...]
    html: tuple[str, ...]


def _segments(config: Config, texts: Sequence[Release], edition: Edition, plan: Plan) -> tuple[Segment, ...]:
    """The segments in the order in which the plan comes to them. `texts` are the release and its translations."""
    hooks = _hooks(config, plan)
    groups: dict[_Kind, list[Contact]] = {}
    for planned in plan.planned:
        contact = planned.contact
        version = version_for(edition, contact.languages)
        pitch, channel = _pitch(texts, version, contact), routes.channel(planned, hooks)
        own = _general(render.personal(edition, contact), contact, version.words)
        groups.setdefault(_Kind(version.language, version.subject, channel, pitch, *own), []).append(contact)
    return tuple(
        Segment(
            number, len(members), members[0].id, kind.language, kind.channel,
            config.provider if kind.channel == "email" else kind.channel.rpartition(":")[2],
            kind.subject, kind.pitch, *_differing(kind, list(groups)),
        )
        for number, (kind, members) in enumerate(groups.items(), 1)
    )  # fmt: skip


def _hooks(config: Config, plan: Plan) -> Mapping[str, Account]:
    """The accounts of rooms; where one cannot be used yet (a preview needs no secret), a webhook is just a webhook."""
    try:
        return routes.hooks(config, plan.planned)
    except ConfigError:
        return {}


def _pitch(texts: Sequence[Release], version: Edition, contact: Contact) -> str:
    """The pitch that a contact gets, by its selection as written."""
    ready = render.pitch_of(version, contact)
    written = next((text.pitches for text in texts if text.language == version.language), ())
    return "" if ready is None else written[version.pitches.index(ready)].to or "default"


def _general(words: Personal, contact: Contact, labels: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A recipient's words with its own values replaced by what they are."""
    from markupsafe import escape

    own = _own(contact, labels)
    escaped = [(str(escape(value)), mark) for value, mark in own]
    return tuple(_replaced(text, own) for text in words.text), tuple(_replaced(text, escaped) for text in words.html)


def _own(contact: Contact, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """A contact's own values and their marks, the longest first: what holds another is replaced before it."""
    name, outlet, called = contact.name, contact.outlet, greeting.name_of(contact)
    values = [
        (f"{name}, {outlet}" if name and outlet and name != outlet else name or outlet, _NAME), (name, _NAME), (called, _NAME),
        (contact.given, _NAME), (contact.family, _NAME), (outlet, _OUTLET), (contact.email, _EMAIL), (contact.id, _ID),
    ]  # fmt: skip
    if own := greeting.own_greeting(contact, labels):
        values.append((own, _GREETING))
    return sorted(((value, mark) for value, mark in values if value.strip()), key=lambda pair: -len(pair[0]))


def _replaced(text: str, own: Sequence[tuple[str, str]]) -> str:
    for value, mark in own:
        if value in text:
            text = _put(text, value, mark)
    for mark, shown in _MARKS.items():
        text = text.replace(mark, shown)
    return text


def _put(text: str, value: str, mark: str) -> str:
    """The mark in the place of the value, but not within a word; one without letters is no sentence's full stop."""
    parts, at, sign = [], 0, not any(map(str.isalnum, value))
    while (found := text.find(value, at)) >= 0:
        end = found + len(value)
        before, behind = text[max(found - 1, 0) : found], text[end : end + 1]
        inside = (value[0].isalnum() and before.isalnum()) or (value[-1].isalnum() and behind.isalnum()) or (sign and before.strip() != "")
        parts += [text[at:found], value if inside else mark]
        at = end
    return "".join([*parts, text[at:]])


def _differing(kind: _Kind, others: Sequence[_Kind]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a segment's texts those that not every segment has at their place: in another language, all are other texts."""
    alike = [other for other in others if other.language == kind.language]
    every = len(alike) < len(others)

    def some(own: tuple[str, ...], rows: list[tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(text for index, text in enumerate(own) if every or any(row[index] != text for row in rows))

    return some(kind.text, [other.text for other in alike]), some(kind.html, [other.html for other in alike])
