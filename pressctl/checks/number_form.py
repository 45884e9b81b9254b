"""A number is not written as AP writes it: "3 residents", or a figure that begins a sentence.

One to nine in words, 10 and up in figures. Units, ages, money, dates, times, votes, scores, addresses, laws and lists are
left alone, and quotations. A year may begin a sentence. Source: AP style on numerals (Purdue OWL).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "STY314"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
BAD = ("The council met with ⟦3⟧ residents.", "The bus is late. ⟦40⟧ riders came.")
GOOD = (
    "The council met with three residents and 12 drivers.",
    "It is 3 miles, 5 percent, 2 years old, $4, and 8 p.m. in Section 3.",
    "The vote was 5-2. 2025 was a dry year.",
    "“We saw 3 riders,” said Ana Example, a rider.",
)
_WORDS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL = pattern(r"[1-9](?<=[a-z]\s[1-9])(?=\s([a-z]{4,}s|people|children|men|women)\b)")
_MEASURES = words(  # with these, AP writes figures
    "miles inches yards acres pounds ounces tons gallons liters meters kilometers degrees cents dollars years months weeks days hours "
    "minutes seconds points times knots hectares grams kilograms volts watts votes goals runs grades"
)
_BEFORE = words(
    "section chapter title article part page room route highway rule phase level grade class type form number district ward "
    "precinct figure "
    "table step act bill age aged vote score group category day week year apartment suite unit gate track line region"
)
_FIGURE = pattern(r"\d+(?:,\d{3})*(?=\s[a-z])")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language != "en":
        return
    for match in _SMALL.finditer(text.unquoted, text.body_start):
        before = text.unquoted[max(0, match.start() - 16) : match.start()].split()
        if match[1] not in _MEASURES and (not before or before[-1].lower() not in _BEFORE):
            word = _WORDS[int(match[0])]
            yield Found(match.start(), match.end(), f"`{match[0]}` is under 10", f"write `{word}`", word)
    for sentence in text.sentences:
        first = _FIGURE.match(text.unquoted, sentence.start, sentence.end) if sentence.kind == "paragraph" else None
        if first is None or any(clock.start == first.start() for clock in text.clocks) or text.prose[sentence.end - 1] not in '.!?”"':
            continue  # a programme's times, a row of a list
        if not (len(first[0]) == 4 and first[0][:2] in ("18", "19", "20")):
            yield Found(first.start(), first.end(), "a figure begins the sentence", "write it in words, or turn the sentence round")
