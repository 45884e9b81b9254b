"""What a text says for the front matter: the language, who is named and quoted, events with their time and place, an appeal.

Everything is read off the words; what would have to be guessed is asked instead. The one guess is a date's year, by the
rule in `year_of`, and it is always marked.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pressctl import speech
from pressctl.dates import Clock, Day
from pressctl.news_copy import Block, Copy
from pressctl.pattern import pattern, words

_CALLS = 10  # sentences looked at for who calls an event on one day
_FREQUENT = {
    "en": words("the of and to in that is for on with was by are this have from not it"),
    "es": words("el la los las de del que y en una por con para su se no es al"),
    "pt": words("o os as de do da dos das à às em que e um uma por com para não ao é na no"),
    "ht": words("la yo nan ak pou ki sou pa te se ap yon li nou gen kap an"),
}
_WORD = pattern(r"[^\W\d_]+")
_NAMED_AFTER = pattern(r",\s+([\w’' -]{3,60}?)\s+(?:of|at|for|with|de|del|da|do)\s+(?:the\s+|la\s+|el\s+)?")
_TITLE_AFTER = pattern(r",\s+([^\W\d_][\w’' -]{2,60}?),")
_BODIES = {"commissioner": ("Commission",), "councilmember": ("Council",), "councilman": ("Council",), "councilwoman": ("Council",),
           "councilor": ("Council",), "commissioners": ("Commission",)}  # fmt: skip
_EVENTS = {
    "en": pattern(
        r"\b(?:The|A|An|the|a|an|its|our)\s+((?:[a-z-]+\s+){0,2}(?:meeting|hearing|rally|march|vigil|protest|press conference"
        r"|news conference|workshop|forum|town hall|demonstration|ceremony|briefing|concert|gathering|celebration|walkout))\b"
    ),
    "es": pattern(
        r"\b(?:[Ll]a|[Ee]l|[Uu]na?)\s+((?:reunión|audiencia|marcha|vigilia|protesta|conferencia de prensa|rueda de prensa|taller|foro"
        r"|asamblea|manifestación|ceremonia|concierto|celebración|sesión)(?:\s(?:pública|abierta|especial|extraordinaria))?)\b"
    ),
    "pt": pattern(
        r"\b(?:[AaOo]|[Uu]ma?)\s+((?:reunião|audiência|marcha|vigília|protesto|coletiva de imprensa|oficina|fórum|assembleia|manifestação"
        r"|cerimônia|concerto|celebração|sessão)(?:\s(?:pública|aberta|especial|extraordinária))?)\b"
    ),
    "ht": pattern(
        r"\b((?:reyinyon|odyans|mach|manifestasyon|konferans pou laprès|atelye|fowòm|asanble|seremoni|konsè)(?:\spiblik)?)\b", 2
    ),  # re.IGNORECASE
}
_CALLED = pattern(r"\b(?:has|have|had)\s+(?:called|scheduled|announced|convened)\b|\bwill\s+(?:hold|host)\b|\bis\s+(?:holding|hosting)\b")
_PURPOSE = pattern(r",?\s+to\s+([a-z][^.;!?]{5,200})")
_PLACES = {
    "en": pattern(r"\b(?:at|in)\s+(?:the\s+)?(?=[A-Z])"),
    "es": pattern(r"\ben\s+(?:el\s+|la\s+|los\s+|las\s+)?(?=[A-ZÀ-Ý])"),
    "pt": pattern(r"\b(?:em|no|na|nos|nas)\s+(?=[A-ZÀ-Ý])"),
    "ht": pattern(r"\bnan\s+(?=[A-ZÀ-Ý])"),
}
_PUBLIC = pattern(r"\b(?:open to the public|[Tt]he public is (?:expected|invited|welcome|encouraged)|public (?:is|are) welcome)\b")
_APPEALS = {
    "en": pattern(r"\b(?:is|are)\s+calling\s+(?:up)?on\b|\bcalls?\s+(?:up)?on\b"),
    "es": pattern(r"\b(?:llaman?|convocan?|piden?|hacen?\sun\sllamado)\s+a\b"),
    "pt": pattern(r"\b(?:apelam?|convocam?|pedem?|fazem?\sum\sapelo)\s+(?:à|ao|a|às|aos)\b"),
    "ht": pattern(r"\b(?:ap\smande|fè\syon\sapèl\sbay|ap\srele)\b"),
}
_PRESS = words(
    "press media journalists newsrooms reporters prensa medios periodistas redacciones imprensa mídia jornalistas laprès jounalis medya"
)
_ACRONYM = pattern(r"(?<![\w-])[A-Z]{2,6}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody in the text, with the title and organization that stand beside the name."""

    name: str
    title: str = ""
    organization: str = ""
    quoted: tuple[int, ...] = ()  # paragraphs, from 1


@dataclass(frozen=True, slots=True)
class Happening:
    """An event in the text; `years` are the other years in which weekday and day agree, where the year is inferred."""

    title: str
    start: datetime
    place: str
    paragraph: int
    written: str  # the date as it stands there
    inferred: bool
    years: tuple[int, ...] = ()
    organizer: str = ""
    public: bool = False
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Undated:
    """A date with a time and no more: something may take place that could not be made an event."""

    paragraph: int
    written: str


def language(text: str) -> str:
    """en, es, pt or ht by its frequent words; "" where none of them leads clearly."""
    seen = [word[0].casefold() for word in _WORD.finditer(text[:20_000])]
    counts = sorted(((sum(word in common for word in seen), code) for code, common in _FREQUENT.items()), reverse=True)
    (first, code), (second, _) = counts[0], counts[1]
    return code if first >= 5 and first * 10 >= len(seen) and first * 10 >= second * 15 else ""


def foreign_script(text: str) -> bool:
    """Whether most letters are of no Latin script, so that the four languages are out of the question."""
    letters = [character for character in text[:20_000] if character.isalpha()]
    return sum(character > "\u024f" for character in letters) * 2 > len(letters)


def year_of(day: Day, anchor: date | None, today: date) -> int | None:
    """The year meant by a date without one: near the anchor, from 60 days before to 366 after it; without an anchor the latest past one."""
    around = (anchor or today).year
    years = day.years(around) if day.weekday is not None else [around, around + 1, around - 1]
    values = [value for year in years if (value := day.of(year))]
    if anchor is None:
        return max((value.year for value in values if value <= today), default=None)
    near = [value for value in values if anchor - timedelta(60) <= value <= anchor + timedelta(366)]
    return min(near, key=lambda value: abs((value - anchor).days)).year if near else None


def numbers(copy: Copy) -> dict[int, int]:
    """The place of each paragraph of the body, from 1, by its offset."""
    return {block.start: number for number, block in enumerate(copy.body_blocks, 1)}


def people(copy: Copy) -> list[Named]:
    """Those who are quoted, then those with a title before their names; in order."""
    quoted = _quoted(copy, copy.of(numbers))
    found: dict[str, Named] = {}
    for person in copy.of(speech.people):
        if person.start < copy.body_start or person.name in found:
            continue
        paragraphs = quoted.get(person.surname, ())
        title, organization = _beside(copy, person)
        if paragraphs or title:
            found[person.name] = Named(person.name, title, organization, paragraphs)
    return sorted(found.values(), key=lambda named: not named.quoted)


def _quoted(copy: Copy, places: dict[int, int]) -> dict[str, tuple[int, ...]]:
    """Surname → the paragraphs in which this person is quoted and named."""
    found: dict[str, list[int]] = {}
    speakers = [speaker.start for speaker in copy.of(speech.speakers)]
    for quote, name in speech.attributed_quotes(copy):
        at = bisect_left(speakers, quote.block.start)
        inside = at < len(speakers) and speakers[at] < quote.block.end
        number = places.get(quote.block.start)
        if name and inside and number is not None:
            numbers_of = found.setdefault(name.split()[-1], [])
            if number not in numbers_of:
                numbers_of.append(number)
    return {name: tuple(numbers_of) for name, numbers_of in found.items()}


def _beside(copy: Copy, person: speech.Person) -> tuple[str, str]:
    """Title and organization that stand beside a name."""
    if person.title:
        starts = copy.of(_starts)
        at = bisect_right(starts, person.start) - 1
        title = copy.prose[starts[at] : person.start].strip() if at >= 0 else ""
        return title, _body_of(copy, title)
    after = _NAMED_AFTER.match(copy.prose, person.end, min(person.end + 90, len(copy.prose)))
    if after is not None:
        name = _run_at(copy, after.end())
        if name:
            return " ".join(after[1].split()), name
    plain = _TITLE_AFTER.match(copy.prose, person.end, min(person.end + 90, len(copy.prose)))
    return (" ".join(plain[1].split()) if plain else "", "")


def _body_of(copy: Copy, title: str) -> str:
    """The one body named in the text that a title belongs to: a Commissioner's Commission."""
    kinds = _BODIES.get(title.split()[-1].lower() if title else "", ())
    return _full_name(copy, kinds[0]) if kinds else ""


def _starts(copy: Copy) -> list[int]:
    """Where each stretch of words with a capital begins."""
    return [start for start, _ in copy.of(speech.runs)]


def _run_at(copy: Copy, offset: int) -> str:
    """The stretch of words with a capital that begins at an offset; "" where none does."""
    starts = copy.of(_starts)
    at = bisect_left(starts, offset)
    if at == len(starts) or starts[at] != offset:
        return ""
    return " ".join(copy.prose[offset : copy.of(speech.runs)[at][1]].split()).rstrip(".")


def _long_names(copy: Copy) -> dict[str, set[str]]:
    """The names of several words in the text, by their last word."""
    found: dict[str, set[str]] = {}
    for start, end in copy.of(speech.runs):
        parts = _without_article(copy.prose[start:end]).split()
        if len(parts) > 1:
            found.setdefault(parts[-1], set()).add(" ".join(parts))
    return found


def _full_name(copy: Copy, last: str) -> str:
    """The only longer name in the text that ends with this word; "" where there are none or several."""
    names = copy.of(_long_names).get(last, set())
    longest = max(names, key=len, default="")
    return longest if all(longest == name or longest.endswith(f" {name}") for name in names) else ""  # "City Commission" is the same one


def _without_article(name: str) -> str:
    return name.removeprefix("The ").removeprefix("the ")


def issuer(copy: Copy, headline: str, named: list[Named]) -> tuple[str, bool]:
    """Who issues it, and whether that is certain: a speaker's organization that the headline begins with, or one that both name."""
    own = copy.config.organization.name
    speaking = [person.organization for person in named if person.quoted and person.organization]
    sure = next((name for name in (own, *speaking) if name and headline.casefold().removeprefix("the ").startswith(name.casefold())), "")
    if sure:
        return sure, True
    body = copy.source[copy.body_start :]
    if own and own in body:
        return own, True
    return (speaking[0], False) if len(set(speaking)) == 1 else ("", False)


def events(copy: Copy, zone: ZoneInfo, anchor: date | None, today: date) -> Iterator[Happening | Undated]:
    """The sentences with a day, a time and a place; those with less that look like an event are told as Undated."""
    places = copy.of(numbers)
    for sentence, days, clocks in copy.dated:
        number = places.get(copy.block(sentence.start).start)
        if number is None or not days or not clocks or sentence.start < copy.body_start or copy.quoted(sentence.start):
            continue
        day = days[0]
        written = " ".join(copy.source[day.start : day.end].split())
        made = _event(copy, sentence, day, clocks[0], number, zone, anchor, today)
        yield made if made is not None else Undated(number, written)


def _event(
    copy: Copy, sentence: Block, day: Day, clock: Clock, number: int, zone: ZoneInfo, anchor: date | None, today: date
) -> Happening | None:
    form = _EVENTS.get(copy.language)
    what = form.search(copy.prose, sentence.start, sentence.end) if form else None
    year = day.year or year_of(day, anchor, today)
    value = day.of(year) if year else None
    place = _place(copy, sentence, day, clock)
    if what is None or value is None or not place:
        return None
    kind = " ".join(what[1].split())
    organizer, purpose = _called(copy, day, kind)
    title = f"{organizer} {kind}" if organizer else kind[0].upper() + kind[1:]
    block = copy.block(sentence.start)
    others = tuple(sorted(other for other in day.years(value.year) if 0 < abs(other - value.year) <= 6)) if day.weekday is not None else ()
    return Happening(
        title=title,
        start=datetime(value.year, value.month, value.day, clock.hour, clock.minute, tzinfo=zone),
        place=place,
        paragraph=number,
        written=" ".join(copy.source[day.start : day.end].split()),
        inferred=not day.year,
        years=others,
        organizer=organizer,
        public=_PUBLIC.search(copy.prose, block.start, block.end) is not None,
        purpose=purpose,
    )


def _place(copy: Copy, sentence: Block, day: Day, clock: Clock) -> str:
    """The first name behind "at" or "in" that is no date."""
    form = _PLACES.get(copy.language)
    for match in form.finditer(copy.prose, sentence.start, sentence.end) if form else ():
        name = _run_at(copy, match.end())
        if name and not (day.start <= match.end() < day.end or clock.start <= match.end() < clock.end):
            return name
    return ""


def _called(copy: Copy, day: Day, kind: str) -> tuple[str, str]:
    """Who called this event, and what for, as a sentence with the same day says it; the full name where the text has one."""
    calls = copy.of(_calls).get((day.month, day.day), [])
    return next(((name, purpose) for text, name, purpose in calls if kind in text), ("", ""))


def _calls(copy: Copy) -> dict[tuple[int, int], list[tuple[str, str, str]]]:
    """The sentences in which somebody calls an event, by its month and day: sentence, who, what for; a few of each day."""
    ends = {end: start for start, end in copy.of(speech.runs)}
    found: dict[tuple[int, int], list[tuple[str, str, str]]] = {}
    for sentence, days, _ in copy.dated:
        verb = _CALLED.search(copy.prose, sentence.start, sentence.end) if days else None
        start = ends.get(verb.start() - 1) if verb is not None else None
        if verb is None or start is None:
            continue
        name = _without_article(copy.prose[start : verb.start() - 1])
        full = " ".join(name.split()) if " " in name else _full_name(copy, name)
        for day in days[:3]:
            purpose = _PURPOSE.match(copy.prose, day.end, sentence.end)
            same = found.setdefault((day.month, day.day), [])
            if len(same) < _CALLS:
                same.append((copy.prose[sentence.start : sentence.end], full, " ".join(purpose[1].split()) if purpose else ""))
    return found


def appeal(copy: Copy) -> tuple[int, str] | None:
    """The paragraph that calls on readers, and "press" where the press is called on."""
    form = _APPEALS.get(copy.language)
    for match in form.finditer(copy.unquoted, copy.body_start) if form else ():
        block = copy.block(match.start())
        near = {word[0].lower() for word in _WORD.finditer(copy.unquoted, match.end(), min(match.end() + 60, block.end))}
        number = copy.of(numbers).get(block.start)
        if number is not None and near & _PRESS:
            return number, "press"
    return None


def acronyms(copy: Copy) -> dict[str, str]:
    """Acronyms that the text spells out elsewhere: the only words with capitals that begin with these letters."""
    initials: dict[str, set[str]] = {}
    for start, end in copy.of(speech.runs):
        parts = _without_article(copy.prose[start:end]).split()
        if start < copy.body_start or len(parts) > 12:
            continue
        for first in range(len(parts)):
            for last in range(first + 2, min(first + 6, len(parts)) + 1):
                some = parts[first:last]
                if all(part[0].isupper() and not part.isupper() for part in some):
                    initials.setdefault("".join(part[0] for part in some), set()).add(" ".join(some))
    found: dict[str, str] = {}
    for match in _ACRONYM.finditer(copy.prose, copy.body_start):
        spelled = initials.get(match[0], set())
        if len(spelled) == 1:
            found.setdefault(match[0], next(iter(spelled)))
    return found
