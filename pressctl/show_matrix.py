"""How the segments of a release are shown: a table, and below it the text that only some get."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from pressctl import show

if TYPE_CHECKING:
    from pressctl.matrix import Matrix, Segment


def matrix(made: Matrix, stream: TextIO) -> None:
    """The segments with their sizes, and each one's own words; the same in a pipe as on a terminal."""
    stream.write(show.paint(show.wrapped(made.headline, stream), "bold", stream) + "\n")
    subjects = sorted({segment.subject for segment in made.segments})
    lines = [("release", f"{made.release}, edition {made.edition[:8]}"), *(("subject", subject) for subject in subjects)]
    show.listing(lines, stream)
    stream.write("\n" + show.wrapped(_sum(made), stream) + "\n\n")
    head = ("", "contacts", "for example", "language", "by", "pitch")
    show.table(head, [_row(segment) for segment in made.segments], stream)
    if len(made.segments) > 1:
        for segment in made.segments:
            _words(segment, stream)


def _sum(made: Matrix) -> str:
    segments, contacts = len(made.segments), made.contacts
    text = f"{segments} segment{'' if segments == 1 else 's'}, {contacts} contact{'' if contacts == 1 else 's'}"
    if made.left_out:
        are = "is" if made.left_out == 1 else "are"
        text += f"; {made.left_out} {are} left out: `pressctl send {made.release} --dry-run` says why"
    return text


def _row(segment: Segment) -> tuple[str, ...]:
    kind, _, room = segment.channel.partition(":")
    by = f"e-mail, {segment.account}" if kind == "email" else f"room, {room}" if room else kind
    return str(segment.number), str(segment.contacts), segment.example, segment.language, by, segment.pitch or "none"


def _words(segment: Segment, stream: TextIO) -> None:
    """What this segment gets and not every other: the text part, or the HTML where only that differs."""
    others = segment.contacts - 1
    who = f"{segment.example}{f' and {others} more' if others else ''}"
    stream.write("\n" + show.paint(f"{segment.number}  {show.inert(who)}", "bold", stream) + "\n")
    text = "\n\n".join(one.strip("\n") for one in segment.text or segment.html if one.strip())
    lines = [line for line in text.split("\n") if line.strip("- ") or not line]  # the rule below a pitch says nothing here
    while lines and not lines[-1]:
        lines.pop()
    empty = False
    for line in lines or ["(none of the words that others get)"]:
        if line or not empty:
            stream.write(show.wrapped(line, stream, "   ").rstrip() + "\n")
        empty = not line
