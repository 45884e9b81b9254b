"""A clock time is not written as AP writes it: 5:00 PM, 5pm, 5 P.M.

AP: figures, a.m. and p.m. in lower case with full stops, no :00. Other languages have their own forms (see date-form).
Quotations are left alone. Source: AP style on times (Purdue OWL; mcm.edu).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY308"
LEVEL: Level = "warning"
FIX = "safe"
GUIDE = "ap"
BAD = (
    "The council meets at ⟦5:00 PM⟧ on Monday.",
    "It meets at ⟦5pm⟧ on Monday.",
    "It meets at ⟦5 P.M.⟧ sharp.",
    "It ends at ⟦9:30am⟧ then.",
)
GOOD = (
    "The council meets at 5 p.m. on Monday.",
    "It meets from 9:30 to 11 a.m. today.",
    "“At 5pm,” said Ana Example, a rider.",
    "He is a PM in 10 countries.",
)
_TIME = pattern(r"(\d(?<![\d:.,/$-]\d)\d?)(?::([0-5]\d))?(\s?)([AaPp])(\.?)\s?([Mm])\b(\.?)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language != "en" or not any(clock.half for clock in text.clocks):
        return
    for match in _TIME.finditer(text.unquoted):
        if not 1 <= int(match[1]) <= 12:
            continue
        if not match[5] and match[4] + match[6] not in ("am", "pm", "AM", "PM"):
            continue  # "11 Am"
        minutes = f":{match[2]}" if match[2] and match[2] != "00" else ""
        right = f"{int(match[1])}{minutes} {match[4].lower()}.m."
        if match[0] == right:
            continue
        if match[0] == right.rstrip("."):
            continue  # a form without its last stop, or one that the stop of the sentence covers
        ends = not match[7] and text.source[match.end() : match.end() + 1] == "."
        yield Found(
            match.start(), match.end(), f"`{match[0]}` is not AP's form of a time", f"write `{right}`", right[:-1] if ends else right
        )
