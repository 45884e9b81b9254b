"""The line that mail programs show beside the subject is not written, or repeats the subject.

Without `preheader` and `summary` it is the first paragraph, and cut off where that is long. Source: Litmus and Mailchimp on preheaders.

Options: `most`, characters of a first paragraph that is shown whole (140).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "EML704"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"most": 140}
BAD = (
    "The council meets and talks about the bus at night. " * 4,
    "subject: Keep the night bus\npreheader: ⟦Keep the night bus⟧\n---\nThe council meets.",
)
GOOD = (
    "The council meets.",
    "summary: The council meets on Tuesday.\n---\nThe council meets.",
    "preheader: It is on Tuesday.\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    release = text.release
    if text.raw:
        return
    lede = text.source[text.lede.start : text.lede.end] if text.lede is not None else ""
    if not release.preheader and not release.summary and len(lede) > options["most"]:
        yield Found(
            *text.span("headline"),
            "the preview beside the subject is cut out of the first paragraph",
            "write a `summary:` or a `preheader:`",
        )
    key = "preheader" if release.preheader else "summary"
    line = release.preheader or release.summary
    if line and line.strip().casefold() == (release.subject or release.headline).strip().casefold():
        yield Found(*text.span(key), f"the {key} repeats the subject", "say what the subject leaves out")
