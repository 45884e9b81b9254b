"""Somebody is quoted, and nobody is named who speaks.

Looks at quotations of six words and more; a speaker may stand in the paragraph before, the same or the one after. A line with
a colon introduces all the quotations that follow it, and a question the answer of an interview. Words in scare quotes are
shorter, and titles have capitals. Why: a quotation without a speaker cannot be printed. Source: quotation guides for
news writers (owl.purdue.edu); AP on attribution.

Options: `least`, words of a quotation (6).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "ATT201"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"least": 6}
BAD = ("The council meets.\n\n⟦“We have waited for this bus for years.”⟧\n\nThe bus runs at night.",)
GOOD = (
    "“We have waited for this bus for years,” said Ana Example, a rider.",
    "Example added:\n\n“We have waited for this bus for years.”",
    "Excerpts of the report:\n\n“We have waited for this bus for years.”\n\n“We have waited in the rain for it.”",
    "What does the bus mean to you?\n\n“We have waited for this bus for years.”",
    "The riders pledged to “wait for this bus for all the years to come.”",
    "It is called “the bus that never comes” here.",
    "Ana Example, Key West Riders: “We have waited for this bus for years.”",
    "Captain Ana Example, Key West Police “We have waited for this bus for years.”",
    "The senator spoke of the “Journey Through Key West National Heritage Act” that night.",
    "The council read a report titled “What the riders of a night bus really need”.",
)
_NAMES = ("titled", "entitled", "called", "named", "titulado", "titulada", "intitulado", "intitulada")


def check(text: Copy, options: Options) -> Iterator[Found]:
    bodies = [block for block in text.body_blocks if block.kind in ("paragraph", "item")]
    number_of = {block.start: number for number, block in enumerate(bodies)}
    opened = {quote.block.start for quote in text.quotes if not quote.closed}
    led = -1  # the paragraph up to which quotations are introduced
    for quote in text.quotes:
        number = number_of.get(quote.block.start)
        if number is None or quote.block.notes or text.words((quote.start, quote.end)) < options["least"]:
            continue
        if number and bodies[number - 1].start in opened:
            continue  # the same speaker goes on
        if _titled(text, quote.start, quote.end) or _named(text, quote.block.start, quote.start):
            continue
        if led == number or (number and _leads(text, bodies[number - 1].end)):
            led = number + 1 if quote.start == quote.block.start else led
            continue
        near = bodies[max(0, number - 1) : number + 2]
        if not any(speech.attributed(text, block) for block in near):
            yield Found(quote.start, quote.end, "nobody is named who says this", "name the speaker beside the quotation")


def _leads(text: Copy, end: int) -> bool:
    """Whether a paragraph that ends here introduces the next: a colon, or the question of an interview."""
    return text.source[end - 1 : end] in (":", "?")


def _titled(text: Copy, start: int, end: int) -> bool:
    """Whether this is the name of something."""
    if text.prose[max(0, start - 12) : start].rstrip(" ,:").endswith(_NAMES):
        return True
    words = [word for word in text.prose[start + 1 : end - 1].split() if len(word) > 3]
    return bool(words) and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def _named(text: Copy, first: int, start: int) -> bool:
    """Whether nothing stands before it in the paragraph but somebody's name and title."""
    before = text.prose[first:start]
    people = speech.within(text, first, start) if 0 < len(before) < 120 and ". " not in before else ()
    return bool(people) and (people[0].start == first or people[0].title)
