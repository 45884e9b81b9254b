"""The headline is in capitals, or not in the case that the office has chosen.

More than 60 percent of the letters are capitals, names and abbreviations of up to five letters left aside. With
`style.headline_case = "sentence"` also a headline in which most words begin with a capital; with `"title"` the reverse.
Why: capitals shout and trip mail filters; wire style is down style. Source: writingexplained.org on AP headlines.

Options: `most`, share of capitals (0.6).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR011"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"most": 0.6}
BAD = ("headline: ⟦RESIDENTS ASK CITY TO KEEP THE NIGHT BUS⟧\n---\nThe council meets.",)
GOOD = ("headline: NASA and ICE answer the ACLU\n---\nThe council meets.", "headline: Bus riders sue\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    headline, block = text.release.headline, text.headline
    acronym = [word for word in headline.split() if word.isupper() and len(word) <= 5]
    words_ = [word for word in headline.split() if word not in acronym] if len(acronym) < len(headline.split()) / 2 else headline.split()
    letters = [character for word in words_ for character in word if character.isalpha()]
    if len(letters) > 10 and sum(map(str.isupper, letters)) > options["most"] * len(letters):
        yield Found(block.start, block.end, "the headline is in capitals", "write it as a sentence: capitals for names only")
        return
    style = text.settings.get("style", {})
    case = style.get("headline_case", "as-is") if isinstance(style, dict) else "as-is"
    long = [word for word in headline.split()[1:] if len(word) > 3 and word[0].isalpha()]
    share = sum(word[0].isupper() for word in long) / len(long) if len(long) >= 4 else 0.5
    if (case == "sentence" and share > 0.8) or (case == "title" and share < 0.3):
        yield Found(block.start, block.end, f"the headline is not in {case} case", "the office's style asks for it: style.headline_case")
