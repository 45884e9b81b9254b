"""Percent is not written as the house writes it.

AP moved from the word to the sign in 2019, so it is a setting: `percent = "sign"` or `"word"` in [style]. Without it one
text is held to one form: the commoner one. Quotations are left alone. Source: AP style of 2019.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY315"
LEVEL: Level = "advice"
FIX = "safe"
GUIDE = "ap"
BAD = ("It is 5% now, 6% then, and it was 7⟦ percent⟧ before.",)
GOOD = ("It is 5% now and was 7% before.", "It is 5 percent now.", "It is 5% now, 6% then. “It was 7 percent,” said Ana Example, a rider.")
_PERCENT = pattern(r"(?<=\d)(%|\s(?:percent|per cent)\b)", near="%|percent|per cent")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language != "en":
        return
    style = text.settings.get("style", {})
    wanted = style.get("percent") if isinstance(style, Mapping) else None
    found = list(_PERCENT.finditer(text.unquoted))
    signs = sum(match[1] == "%" for match in found)
    form = {"sign": "%", "word": " percent"}.get(str(wanted), "%" if signs * 2 >= len(found) else " percent")
    for match in found:
        if match[1] != form:
            yield Found(match.start(), match.end(), "percent stands in another form here", f"write `{form.strip()}`", form)
