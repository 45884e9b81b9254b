"""An opinion piece has no author, or is too long.

The author stands in `people`, with a title as biography. Why: papers print signed opinion of 600 to 800 words. Source:
UC Berkeley, tips for op-ed writers; Massachusetts Nonprofit Network, media packet.

Options: `most`, words (750).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR019"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"most": 750}
BAD = (
    "type: op-ed\n---\nThe council meets.",
    "type: op-ed\npeople: [{name: Ana Example, title: bus rider}]\n---\n" + "The bus is late. " * 200,
)
GOOD = ("type: op-ed\npeople: [{name: Ana Example, title: bus rider}]\n---\nThe bus is late.", "The bus is late.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.kind != "op-ed":
        return
    people = text.key("people")
    first = people[0] if isinstance(people, list) and people and isinstance(people[0], dict) else {}
    if not first.get("name"):
        yield Found(*text.span("people"), "the piece has no author", "write `people: [{name: …, title: …}]`, the author first")
    elif not first.get("title"):
        yield Found(*text.span("people"), "nothing says who the author is", "write one line about them as `title:`")
    count = sum(text.words(block) for block in text.body_blocks)
    if count > options["most"]:
        yield Found(*text.span("type"), f"the piece has {count} words", f"most papers print up to {options['most']}")
