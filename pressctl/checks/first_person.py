"""We, our or us outside quotations.

Op-ed, letter and statement are exempt, notes to editors, and a statement or a speech that a release gives in full. Told once
in a paragraph; a text that says we throughout is told it once. Why: a newsroom cannot print "we" for somebody else. Source:
Maryland Nonprofits, press releases: write in the third person.

Options: `most`, paragraphs that are told one by one (3).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "ATT215"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"most": 3}
BAD = ("⟦We⟧ ask the council to keep the bus.", "The council heard ⟦our⟧ riders.", "⟦We⟧ ride.\n\nWe wait.\n\nWe ask.\n\nWe hope.")
GOOD = (
    "“We ask the council to keep the bus,” said Ana Example, a rider.",
    "type: statement\n---\nWe ask the council to keep the bus.",
    "The U.S. and the US meet in World War I.",
    "The council has a We Ride program.",
    "The mayor released the following statement:\n\nWe keep the bus.\n\nOur riders need it.",
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
    given = text.of(speech.given_from)
    told = [block for block in text.paragraphs if not block.notes and block.start < given]
    matches = [match for block in told if (match := form.search(text.unquoted, text.opening(block), block.end))]
    if len(matches) > options["most"]:
        message = f"`{matches[0][0]}` and such words outside quotations in {len(matches)} paragraphs"
        yield Found(
            matches[0].start(), matches[0].end(), message, "give its `type`: statement, letter or op-ed; or write of the organization"
        )
        return
    for match in matches:
        yield Found(match.start(), match.end(), f"`{match[0]}` outside a quotation", "name the organization, or put it into a quotation")
