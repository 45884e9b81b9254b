"""A pitch is to a list, a tag or an outlet that is not there, or nobody gets it.

A selection that names what no contact has is an error, and `send` refuses it. A pitch that none of those get whom the release goes
to by default is a warning: another one above it fits them all, or they are not chosen. Source: the office's own lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import pitches, recipients, selection
from pressctl.checks import Copy, Found, Level, Options
from pressctl.errors import Place
from pressctl.pitches import Pitch

CODE = "TPL513"
LEVEL: Level = "error"
FIX = "manual"
_LIST = "FILE contacts/press.yaml: contacts: [{id: one, name: Desk, email: a@news.example, tags: [immigration]}]\naudience: press\n"
BAD = (
    _LIST + "pitches:\n  ⟦tag:imigration⟧: You wrote about it.\n---\nThe council meets.",
    _LIST + "pitches:\n  press: You wrote about it.\n  ⟦tag:immigration⟧: You wrote about that.\n---\nThe council meets.",
    _LIST + "pitches:\n  - to: press\n    text: You wrote about it.\n  - text: ⟦We are new.⟧\n---\nThe council meets.",
)
GOOD = (
    _LIST + "pitches:\n  tag:immigration: You wrote about it.\n---\nThe council meets.",
    _LIST + "pitches:\n  default: We are new.\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    office = text.of(recipients.recipients) if text.release.pitches else None
    if office is None or office.known is None:
        return
    if problems := pitches.unknown(text.release.pitches, office.known):
        for problem in problems:
            to = next((pitch.to for pitch in text.release.pitches if pitch.place == problem.place), "")
            yield Found(*_span(text, problem.place, to), problem.text.removeprefix("pitch: "), problem.hint)
        return
    left = [contact for contact in office.reached if contact.email]
    for pitch in text.release.pitches if left else ():
        test = selection.compiled(pitch.to, office.known) if pitch.to else None
        rest = [contact for contact in left if test is not None and not test(contact)]
        if len(rest) == len(left) or not left:
            yield Found(*_of(text, pitch), "nobody who is chosen gets this pitch", "delete it, or move it up", level="warning")
        left = rest


def _of(text: Copy, pitch: Pitch) -> tuple[int, int]:
    return _span(text, pitch.place, pitch.to) if pitch.to else _span(text, pitch.text_place, pitch.text.partition("\n")[0])


def _span(text: Copy, place: Place | None, words: str) -> tuple[int, int]:
    if place is None:
        return text.top_line
    start = text.offset(place.line, place.column)
    at = text.source.find(words, start, start + len(words) + 200)
    return (at, at + len(words)) if words and at >= 0 else (start, text.line_end(start))
