"""We, our or us outside quotations.

Op-ed, letter and statement are exempt, and notes to editors. Told once in a paragraph. Why: a newsroom cannot print "we"
for somebody else. Source: Maryland Nonprofits, press releases: write in the third person.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "ATT215"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("⟦We⟧ ask the council to keep the bus.", "The council heard ⟦our⟧ riders.")
GOOD = (
    "“We ask the council to keep the bus,” said Ana Example, a rider.",
    "type: statement\n---\nWe ask the council to keep the bus.",
    "The U.S. and the US meet in World War I.",
    "The council has a We Ride program.",
    "The telescope maps our universe and our home planet.",
)
_WORDS = words("we our ours us i my we’re we’ve we’ll i’m we're we've we'll nosotros nuestro nuestra nuestros nuestras nosso nossa nou")
_FIRST = {
    "en": pattern(
        r"(?<![\w.’-])(?:[Ww]e|[Oo]ur|[Oo]urs|us|I(?=\s(?:am|was|have|had|will|would|think|believe|want|know|ask)\b)|[Mm]y)(?![\w.-])(?!\s[A-Z])"
        r"(?!\s(?:own\s|home\s|solar\s)?(?:planet|universe|galaxy|solar system|system|world|sun|moon|atmosphere|species)\b)"
    ),
    "es": pattern(r"\b(?:[Nn]osotros|[Nn]osotras|[Nn]uestr[oa]s?)\b"),
    "pt": pattern(r"\b(?:[Nn]ós|[Nn]oss[oa]s?)\b"),
}


def check(text: Copy, options: Options) -> Iterator[Found]:
    form = _FIRST.get(text.language)
    if form is None or text.kind in ("op-ed", "letter", "statement", "biography"):
        return
    if all(text.quoted(at) for word in _WORDS & text.vocabulary.keys() for at in text.vocabulary[word]):
        return
    for block in text.paragraphs:
        match = None if block.notes else form.search(text.unquoted, text.opening(block), block.end)
        if match is not None:
            yield Found(
                match.start(), match.end(), f"`{match[0]}` outside a quotation", "name the organization, or put it into a quotation"
            )
