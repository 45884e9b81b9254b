"""A comma stands before the last "and" of a simple series: red, white, and blue.

Off, unless [check] enable names it; AP leaves the comma out where nothing is lost. Source: AP style; mofomag.com.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY320"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
OFF = True
BAD = ("The bus is red, white⟦,⟧ and blue.",)
GOOD = ("The bus is red, white and blue.", "The bus is late, and it is full.")
_SERIES = pattern(r"\b\w+, \w+(,)(?= (?:and|or) \w+[.,;])")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _SERIES.finditer(text.unquoted) if text.language == "en" else ():
        yield Found(match.start(1), match.end(1), "AP sets no comma before the last of a simple series", "leave it out", "")
