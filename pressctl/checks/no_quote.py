"""Nobody speaks in the release.

Silent for other types than `release`, and where a statement or a speech is given in full. Why: a voice is what a paper cannot
write itself. Source: ereleases.com, press release and media advisory.

Options: `least`, words of a quotation that counts (5); `body`, words of a text from which one is missed (150).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "STR022"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"least": 5, "body": 150}
BAD = ("The council meets and nobody speaks. " * 30,)
GOOD = (
    "“The council meets at last and we are glad,” said a rider. " + "The council meets. " * 60,
    "The council meets.",
    "The mayor released the following statement on the bus:\n\n" + "The council meets at night. " * 40,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.kind != "release" or any(text.words((quote.start, quote.end)) >= options["least"] for quote in text.quotes):
        return
    if text.of(speech.given_from) < len(text.source):
        return  # somebody speaks all the time
    if text.paragraphs and sum(map(text.words, text.paragraphs)) >= options["body"]:
        place = text.paragraphs[0]
        yield Found(
            place.start, text.line_end(place.start), "nobody speaks in the release", "let somebody say in their own words why it matters"
        )
