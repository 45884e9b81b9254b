"""The kinds of a release, and what each prints: which lines stand above its text, and which parts it does without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of release prints. A line is named by its key in a language's table; "" leaves it to the embargo."""

    line: str = ""  # stands where FOR IMMEDIATE RELEASE does
    dateline: bool = True
    events: bool = True
    events_first: bool = False  # the labelled list stands before the text: an advisory is read for it
    about: bool = True  # the paragraph about the organization
    byline: str = ""  # the line that names the first of `people`
    town: bool = False  # the byline says where that one lives
    count: bool = False  # the byline says how many words the piece has
    dated: str = ""  # how the date is said; "" is the date alone
    replaces: bool = False  # a note says what it replaces and what has changed


# Sources: ereleases.com and lionbridgepr.com on advisories; cnybj.com on corrections; UC Berkeley on opinion pieces.
# A kill repeats nothing of what must not be used, so it neither invites to events nor tells about the sender.
KINDS: Mapping[str, Kind] = {
    "release": Kind(),
    "advisory": Kind(events_first=True),
    "statement": Kind(byline="statement_by"),
    "update": Kind(replaces=True),
    "correction": Kind(replaces=True),
    "kill": Kind(line="withdrawn", dateline=False, events=False, about=False, replaces=True),
    "op-ed": Kind(dateline=False, events=False, about=False, byline="by", count=True),
    "letter": Kind(dateline=False, events=False, about=False, byline="by", town=True, count=True),
    "factsheet": Kind(line="background", dateline=False, dated="as_of"),
    "biography": Kind(line="background", dateline=False, events=False, dated="as_of"),
}
