"""A child can be found: an age under 18 and a school, or a way to school, in one sentence.

Why: it says where a child is every morning. Source: Society of Professional Journalists, code of ethics; newsroom practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "PRV810"
LEVEL: Level = "error"
FIX = "manual"
MASK = True
BAD = ("The 12-year-old goes to ⟦Sample Elementary School⟧ by bus.", "The girl, 9, is a pupil at ⟦Sample Middle School⟧.")
GOOD = ("Sample Elementary School has 300 pupils.", "The 21-year-old went to Sample High School.", "A 12-year-old takes the bus.")
_CHILD = pattern(
    r"\b(?:[3-9]|1[0-7])-year-olds?\b|\b(?:boy|girl|son|daughter|child|student|pupil|niñ[oa]|hij[oa]|menin[oa]),?\s(?:de\s)?(?:[3-9]|1[0-7])\b"
)
_SCHOOL = pattern(
    r"\b(?:[A-ZÀ-Ý][\w’'.-]*\s){1,4}(?:(?:Elementary|Middle|High|Primary|Charter|Preparatory)(?:\sSchool)?|School|Academy|Kindergarten)\b"
    r"|\b(?:Escuela|Colegio|Liceo|Escola)\s(?:[A-ZÀ-Ý]\w+\s?){1,3}"
)
_WORDS = words("school elementary academy kindergarten escuela colegio escola liceo high middle primary")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.has(_WORDS):
        return
    for match in _SCHOOL.finditer(text.prose, text.body_start):
        sentence = text.sentence(match.start())
        if _CHILD.search(text.prose, sentence.start, sentence.end):
            yield Found(match.start(), match.end(), "a child's age and school stand together", "leave the school out")
