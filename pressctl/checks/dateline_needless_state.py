"""The dateline gives a state to a city that stands alone: MIAMI, Fla.

Thirty cities of the United States stand alone in AP datelines. Source: two published lists agree (Purdue OWL,
headsupenglish.com).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.ap_style import ALONE_STATES, STATES, dateline_state
from pressctl.checks import Copy, Found, Level, Options

CODE = "STY302"
LEVEL: Level = "advice"
FIX = "safe"
GUIDE = "ap"
BAD = ("dateline: Miami⟦, Fla.⟧\n---\nThe council meets.", "MIAMI⟦, Fla.⟧ — The council meets.")
GOOD = ("dateline: Miami\n---\nThe council meets.", "dateline: Miami, Okla.\n---\nIt meets.", "dateline: Key West, Fla.\n---\nIt meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    key = "dateline.as_written" if "dateline.as_written" in text.values else "dateline"
    spans = [text.span(key)] if key in text.values else []
    if text.typed_dateline is not None:
        start, end, city, region, _ = text.typed_dateline
        at = text.source.find(city, start, end) + len(city)
        spans += [(start, text.source.find(region, at, end) + len(region))] if region else []
    for start, end in spans:
        city, comma, state = text.source[start:end].partition(",")
        code = ALONE_STATES.get(city.strip("*_ ").casefold())
        form = STATES.get(code or "", "")
        if comma and form and dateline_state(state) == form:
            yield Found(start + len(city), end, f"{city.strip('*_ ')} stands without its state in a dateline", "leave the state out", "")
