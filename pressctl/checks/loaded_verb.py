"""A verb of saying carries a judgement: claimed, admitted, slammed.

Only where it attributes a statement. "Said" is heard by nobody and takes no side. Source: quotation guides for news
writers (owl.purdue.edu) on "said".
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "ATT209"
LEVEL: Level = "advice"
FIX = "proposed"
BAD = ("The mayor ⟦claimed⟧ that the bus was late.", "“The bus was late,” the mayor ⟦admitted⟧.")
GOOD = (
    "The mayor said that the bus was late.",
    "The storm claimed a bus.",
    "She was admitted to the bar.",
    "“He claimed that it came,” she said.",
)
_VERBS = words("claimed claims admitted admits insisted insists slammed blasted ranted gushed boasted conceded confessed opined quipped")
_COURT = words("admitted admits confessed conceded")
_PLEA = words("guilty plea pleaded court prosecutors indictment")
_LOADED = pattern(
    r"\b(claimed|claims|admitted|admits|insisted|insists|ranted|boasted|conceded|confessed|opined|quipped)(?=\s(?:that|the|he|she|it|they)\s|:)"
    r"|(?<=￼\s)(?:[\w’]+\s){0,4}(claimed|claims|admitted|admits|insisted|insists|slammed|blasted|ranted|gushed|boasted|conceded|confessed|opined|quipped)(?=[.,])"
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.has(_VERBS):
        return
    for match in _LOADED.finditer(text.unquoted):
        group = 1 if match[1] else 2
        if match[group] in _COURT and text.has(_PLEA):
            continue  # a plea is an admission
        said = "says" if match[group].endswith("s") else "said"
        if match[group] != "claims" or not match[0].startswith("claims the"):
            yield Found(match.start(group), match.end(group), f"`{match[group]}` takes a side", f"write `{said}`", said)
