"""The mail's subject is long.

A warning over 70 characters, advice over 60. It is the headline where `subject` is not given. Source: mail programs show 50 to 60
characters (mailchimp.com, campaignmonitor.com).

Options: `good`, characters (60); `most`, characters (70).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "EML701"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"good": 60, "most": 70}
BAD = (
    "subject: ⟦Residents of the lower Keys ask the city commission to keep the last night bus line⟧\n---\nThe council meets.",
    "headline: ⟦Residents of the lower Keys ask the city commission to keep the last night bus line⟧\n---\nThe council meets.",
)
GOOD = (
    "The council meets.",
    "headline: Residents of the lower Keys ask the city commission to keep the last night bus\nsubject: Keep the night bus\n---\nIt meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.raw:
        return
    key = "subject" if text.release.subject else "headline"
    length = len(text.release.subject or text.release.headline)
    if length > options["good"]:
        level: Level = "warning" if length > options["most"] else "advice"
        hint = "shorten it" if key == "subject" else "add a short `subject:`"
        yield Found(*text.span(key), f"the mail's subject has {length} characters", hint, level=level)
