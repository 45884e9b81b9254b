"""Pitches: one short personal paragraph above a release for each segment of its contacts; the first that fits wins.

The release below it stays the same for all, since journalists compare. A pitch says whom it is for by a selection
expression (see `selection`), which must be answered from a contact alone: the log may finish an edition long after the
lists have changed. A contact of several lists counts as one of the list that it was chosen from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pressctl import document, selection
from pressctl.document import Node, Problems
from pressctl.errors import ContactsError, Place, Problem, ReleaseError
from pressctl.schema import Field, Text, record
from pressctl.values import dataclass

if TYPE_CHECKING:
    from pressctl.contacts import Contacts
    from pressctl.release import Release

LONGEST = 1000  # characters; a pitch is one paragraph
ELSE = ("default", "else")  # what stands for everybody whom no other pitch fits


@dataclass(frozen=True, slots=True)
class Pitch:
    """A pitch as written. `to` is a selection expression, "" for everybody else; `text` is Markdown."""

    to: str
    text: str
    place: Place  # of the selection
    text_place: Place


_TEXT = Text(lines=True, most=LONGEST)
_TO = Text(most=selection.LONGEST)
_PITCH = record(
    "pitch",
    Field("to", _TO, "whom it is for: a list, or an expression such as tag:immigration; default for everybody else"),
    Field("text", _TEXT, "one short paragraph", required=True),
)


class Pitches:
    """A list of `to:` and `text:`, or a map of selection and text; the one for everybody else comes last."""

    __slots__ = ()

    def read(self, node: Node, problems: Problems) -> tuple[Pitch, ...] | None:
        """The pitches in their order, or None after noting what is wrong."""
        before = len(problems.found)
        if isinstance(node, document.Mapping):
            read = [self._named(key, node.entries[key.text], problems) for key in node.keys.values()]
        elif isinstance(node, document.Sequence):
            read = [self._item(item, problems) for item in node.items]
        else:
            problems.add(
                "pitches are a list of `to:` and `text:`",
                node,
                "write `- to: tag:immigration`, and below it `text: One short paragraph.`",
            )
            return None
        found = [pitch for pitch in read if pitch is not None]
        seen: dict[str, Pitch] = {}
        for pitch in found:
            if (first := seen.setdefault(pitch.to, pitch)) is not pitch:
                what = f"`{pitch.to}` has" if pitch.to else "everybody else has"
                at = document.Scalar("", pitch.place.line, pitch.place.column)
                problems.add(f"{what} two pitches, the first on line {first.place.line}", at, "keep one of the two")
        return None if len(problems.found) > before else tuple(sorted(found, key=lambda pitch: not pitch.to))

    def _named(self, key: document.Scalar, node: Node, problems: Problems) -> Pitch | None:
        return self._pitch(key, key.text.strip(), node, _TEXT.read(node, problems), problems)

    def _item(self, node: Node, problems: Problems) -> Pitch | None:
        options = _PITCH.read(node, problems)
        if options is None or not isinstance(node, document.Mapping):
            return None
        text = node.entries.get("text", node)
        return self._pitch(node.entries.get("to", node), options.get("to", ""), text, options.get("text"), problems)

    def _pitch(self, at: Node, to: str, text_at: Node, text: str | None, problems: Problems) -> Pitch | None:
        if text is None or not text.strip():
            if text is not None:
                problems.add("this pitch has no text", text_at, "write one short paragraph, or delete it")
            return None
        place, text_place = (Place(problems.file, one.line, one.column) for one in (at, text_at))
        return Pitch("" if to.lower() in ELSE else to, text.strip(), place, text_place)

    def json(self) -> dict[str, Any]:
        """As JSON Schema, for editors."""
        return {"anyOf": [{"type": "object", "additionalProperties": _TEXT.json()}, {"type": "array", "items": _PITCH.json()}]}


def alone(pitches: Sequence[Pitch], lists: Iterable[str], saved: Mapping[str, str]) -> tuple[Pitch, ...]:
    """The pitches with saved selections written out, so that each is answered from a contact alone.

    Raises ReleaseError with the place of an expression that cannot be understood.
    """
    names = frozenset(lists)
    ready, problems = [], []
    for pitch in pitches:
        try:
            ready.append(replace(pitch, to=selection.alone(pitch.to, names, saved)) if pitch.to else pitch)
        except ContactsError as error:
            problems += _placed(error, pitch)
    if problems:
        raise ReleaseError.of(problems)
    return tuple(ready)


def check_all(versions: Iterable[Release], people: Contacts, saved: Mapping[str, str]) -> None:
    """`check` of a release in all its languages against the office's lists and saved selections."""
    from pressctl import contacts

    if every := [pitch for version in versions for pitch in version.pitches]:
        check(every, contacts.known(people, saved))


def check(pitches: Sequence[Pitch], known: selection.Known) -> None:
    """Raise ReleaseError for every pitch to a list, tag, outlet … that no contact has, with its place and the nearest name."""
    if problems := unknown(pitches, known):
        raise ReleaseError.of(problems)


def unknown(pitches: Sequence[Pitch], known: selection.Known) -> list[Problem]:
    """What `check` refuses."""
    problems: list[Problem] = []
    for pitch in pitches:
        try:
            if pitch.to:
                selection.compiled(pitch.to, known)
        except ContactsError as error:
            problems += _placed(error, pitch)
    return problems


def _placed(error: ContactsError, pitch: Pitch) -> list[Problem]:
    """The problems of an expression at its place in the release; the expression is shown with its caret."""
    return [Problem(f"pitch: {problem.text}", pitch.place, problem.hint, problem.excerpt) for problem in error.problems]
