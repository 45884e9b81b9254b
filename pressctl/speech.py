"""Who is named in a text and who speaks in it: people's names, attribution, vague sources, the speaker of a quotation.

A grammar of capitals and of the verbs of saying, in English, Spanish, Portuguese and Haitian Creole; no dictionary of
names. It is made for warnings that a person reads: it would rather miss a name than take a commission for one.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from pressctl.news_copy import Block, Copy, Quote
from pressctl.pattern import pattern, words
from pressctl.values import dataclass

# Words of the front matter's `people`: whoever has one of these roles speaks for himself or for an office
PUBLIC_ROLES = frozenset({"spokesperson", "official", "expert"})

_WORD = r"[A-ZÀ-Ý][\w’']*(?:-[\w’']*)*"  # sets of few characters are compiled in a tenth of the time
_ABBREVIATED = r"(?:Sen|Sens|Gov|Rep|Reps|Dr|Mr|Mrs|Ms|Prof|Sgt|Lt|Capt|Col|Gen|Rev|Hon|Sr|Sra|Dra|Lic|Jr)\."
_TOKEN = rf"(?:{_ABBREVIATED}|[A-Z]\.(?=[ \n][A-Z])|{_WORD})"
_RUN = pattern(rf"(?<![\w’'])(?<!-){_TOKEN}(?:[ \n](?:(?:de|del|de la|da|dos|van|von|bin|al)[ \n])?{_TOKEN})*")
_PIECE = pattern(r"\S+")

_TITLES = words(
    "mayor governor gov senator senators sen sens representative rep reps congressman congresswoman president commissioner commissioners "
    "attorney attorneys general director chief officer officers judge justice sheriff secretary superintendent professor prof "
    "dr mr mrs ms rev "
    "reverend pastor father sister brother captain capt lieutenant lt sergeant sgt detective councilmember councilman councilwoman "
    "councilor chairman chairwoman chair executive manager administrator spokesperson spokeswoman spokesman founder co-founder member "
    "vice deputy assistant acting former chancellor dean principal coach minister ambassador colonel col gen commander admiral special "
    "agent charge inspector supervisor supervisors trial resident organizer advocate author researcher dra doña don señor "
    "señora sr sra licenciado alcalde alcaldesa "
    "gobernador gobernadora senador senadora juez jueza comisionado comisionada abogado abogada directora presidente presidenta"
)
_NOT_A_NAME = words(
    "network commission council department dept office agency association society union university college school schools "
    "hospital church "
    "center centre committee board court courts police county city state states street avenue road park hall building island "
    "islands beach "
    "bay river lake mountain mountains valley group company corp corporation inc llc ltd foundation institute fund coalition "
    "alliance project "
    "program initiative service services bureau division administration authority act bill law house senate congress party news times "
    "herald tribune gazette press radio television tv magazine daily weekly american americans national international federal united "
    "immigration customs enforcement homeland health human rights civil liberties public safety support immigrant community district "
    "republic democratic republican democrats republicans association league club team force forces army navy air guard marine marines "
    "supreme circuit treasury labor education energy defense commerce interior agriculture transportation housing veterans affairs "
    "security social medicare medicaid internal revenue tax criminal drug food trade reserve environmental protection "
    "north south east west northern southern eastern western new san santa los las fort port saint st key keys mount cape puerto el la "
    "florida california texas york jersey hampshire mexico carolina dakota virginia georgia washington district columbia alaska hawaii "
    "illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri "
    "montana nebraska "
    "nevada ohio oklahoma oregon pennsylvania rhode tennessee utah vermont wisconsin wyoming alabama arizona arkansas colorado "
    "connecticut delaware idaho america africa asia europe haiti cuba canada china russia iraq iran israel ukraine france "
    "germany england "
    "london paris miami chicago boston houston dallas orlando tampa "
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday spring summer fall winter christmas easter thanksgiving day week month year "
    "english spanish french german chinese russian african asian european latino hispanic native indian cuban haitian mexican "
    "internet web site online email phone media contact release headline subject date "
    "coast border unit review airport station bridge highway interstate route freeway boulevard drive lane court plaza square "
    "theater theatre museum library laboratory engineering ministry science sciences technology technologies exploration hong "
    "hotel bank market store restaurant stadium arena field garden gardens bus line train project agreement treaty plan report "
    "case count counts title section article part chapter amendment constitution "
    "red de la comisión consejo departamento oficina ciudad condado estado policía escuela universidad"
)
_FUNCTION = words(
    "the a an in on at for from with by as but and or if when while after before since also this that these those her his "
    "their our my its "
    "it he she they we you i to of not no yes so then now just here there who what where why how both each every all many most some any "
    "several one two three four five six seven eight nine ten meanwhile however according under over during until through about against "
    "among between into because although though once only even still last next first second other another such more than please "
    "el la los las un una en de del y o que por para con su sus según dijo cuando pero como "
    "o os as um uma no na nos nas e ou mas segundo said says"
)

_SAID = words(
    "said says say added adds told tells stated wrote writes explained explains noted argued argues argue announced announces declared "
    "testified warned warns alleged alleges allege contends contended claimed insists insisted admitted slammed blasted shared emphasized "
    "stressed observed cautioned urged continued concluded asked asks believes thinks commented remarked recalled "
    "replied responded reported pledged vowed promised described describes "
    "dijo dice dijeron afirmó afirma señaló agregó añadió explicó declaró indicó expresó sostuvo advirtió comentó "
    "disse diz afirmou explicou declarou acrescentou ressaltou destacou comentou di ajoute deklare eksplike"
)
# words that say something only before some others ("claims that"), or not before some ("calls for")
_SAID_BEFORE = {
    "states": words("that"), "notes": words("that"), "reports": words("that"), "claims": words("that to it he she they"),
}  # fmt: skip
_SAID_NOT_BEFORE = {"calls": words("for on upon a"), "called": words("for on upon a")}
_ATTRIBUTES = words("allegedly accused accuses según segundo daprè selon")
_ATTRIBUTES_BEFORE = {"according": "to", "acuerdo": "con", "acordo": "com"}
_IN_A = words("statement complaint lawsuit report letter filing opinion view")  # "in a statement"
_NAMELESS = words(
    "many some most several others critics experts observers sources insiders analysts advocates activists opponents supporters skeptics "
    "lawyers attorneys neighbors locals people economists muchos algunos críticos expertos muitos alguns especialistas"
)
# between "many" and the verb, three at most: "many residents have long said"
_BETWEEN = words("people residents experts critics observers now also here have has long already privately")
_THEY_SAY = words(
    "say said believe believed claim claimed argue argued contend contended confirm confirmed warn warned fear feared feel felt think "
    "thought suggest suggested agree agreed acknowledge acknowledged complain complained allege alleged report reported "
    "dicen creen afirman aseguran dizem acreditam afirmam"
)


@dataclass(frozen=True, slots=True)
class Person:
    """A full name in the text, by offsets, in one line; `title`: a title stands before it."""

    start: int
    end: int
    name: str
    title: bool = False

    @property
    def surname(self) -> str:
        """The last word that is no Jr. or Sr."""
        parts = [part for part in self.name.split() if part.rstrip(".").lower() not in ("jr", "sr", "ii", "iii")]
        return parts[-1]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody to whom something is attributed: a full name, or a surname alone."""

    start: int
    end: int
    name: str
    verb: int  # where the verb of saying stands


def runs(text: Copy) -> tuple[tuple[int, int], ...]:
    """The stretches of words with a capital; a possessive ends one."""
    found: list[tuple[int, int]] = []
    for match in _RUN.finditer(text.prose):
        start = match.start()
        for piece in _PIECE.finditer(text.prose, match.start(), match.end()):
            if piece[0].endswith(("’s", "'s", "’", "'", "-")):
                end = piece.end() - (2 if piece[0].endswith("s") else 1)
                found.append((start, end))
                start = piece.end() + 1
        if start < match.end():
            found.append((start, match.end()))
    return tuple((start, end) for start, end in found if end > start)


def people(text: Copy) -> tuple[Person, ...]:
    """The full names of people, in order, wherever they are read; in quotations too."""
    found = (_person(text, start, end) for start, end in text.of(runs))
    return tuple(person for person in found if person is not None)


def _person(text: Copy, start: int, end: int) -> Person | None:
    if end - start > 300:
        return None  # no name is as long, and a text of capitals alone would take time with its square
    pieces = [(piece[0], piece.start(), piece.end()) for piece in _PIECE.finditer(text.prose, start, end)]
    title = False
    for number, (word, _, _) in enumerate(pieces):
        if word.lower().rstrip(".") in _TITLES and number + 1 < len(pieces):
            pieces, title = pieces[number + 1 :], True
            return _person_of(text, pieces, title) or _person(text, pieces[0][1], end)
    return _person_of(text, pieces, title)


def _person_of(text: Copy, pieces: list[tuple[str, int, int]], title: bool) -> Person | None:
    while pieces and pieces[0][0].lower() in _FUNCTION:
        pieces = pieces[1:]
    plain = [word.lower().rstrip(".") for word, _, _ in pieces]
    if not 2 <= len(pieces) <= 5 or not _NOT_A_NAME.isdisjoint(plain) or not _TITLES.isdisjoint(plain):
        return None
    if any((word.isupper() and len(word) > 1 and "." not in word) or any(c.isdigit() for c in word) for word, _, _ in pieces):
        return None
    if len(pieces[0][0]) < 2 or len(pieces[-1][0].rstrip(".")) < 2:
        return None
    start, end = pieces[0][1], pieces[-1][2]
    return Person(start, end, " ".join(text.prose[start:end].split()), title)


def person_starts(text: Copy) -> list[int]:
    """Where each of `people` begins, for looking one up."""
    return [person.start for person in text.of(people)]


def within(text: Copy, start: int, end: int) -> tuple[Person, ...]:
    """The people named between two offsets."""
    starts = text.of(person_starts)
    return text.of(people)[bisect_left(starts, start) : bisect_left(starts, end)]


def listed(text: Copy) -> tuple[Mapping[str, Any], ...]:
    """The front matter's `people`, those that are tables with a name."""
    value = text.key("people")
    items = value if isinstance(value, list | tuple) else ()
    return tuple(item for item in items if isinstance(item, dict) and isinstance(item.get("name"), str))


def entry(text: Copy, name: str) -> Mapping[str, Any] | None:
    """The `people` entry of a full name or a surname."""
    folded = name.casefold()
    for person in text.of(listed):
        known = person["name"].casefold()
        if known == folded or (" " not in folded and known.split()[-1:] == [folded]):
            return person
    return None


def is_public(text: Copy, person: Person) -> bool:
    """Whether it is settled that this person may be named: an office, a role, `public`, or a consent that stands."""
    known = entry(text, person.name)
    if person.title or any(person.name == contact.name for contact in text.release.contacts):
        return True
    if known is None:
        return False
    consent = known.get("consent")
    given = isinstance(consent, dict) and bool(consent.get("given_on")) and not _yes(consent.get("withdrawn"))
    return known.get("role") in PUBLIC_ROLES or _yes(known.get("public")) or given


def _yes(value: Any) -> bool:
    return value is not None and str(value).strip().casefold() not in ("", "false", "no", "none")


def vague(text: Copy) -> tuple[tuple[int, int], ...]:
    """Sources without a name outside quotations: "many say", "attorneys have confirmed"; by offsets."""
    places = sorted((at, at + len(word)) for word in _NAMELESS & text.vocabulary.keys() for at in text.vocabulary[word])
    found: list[tuple[int, int]] = []
    for start, end in places:
        last = _they_say(text.unquoted, end) if not found or start >= found[-1][1] else None
        if last is not None:
            found.append((start, last))
    return tuple(found)


def _they_say(prose: str, at: int) -> int | None:
    """Where the verb ends that says what people without a name say; `at` is behind "many"."""
    if not prose[at : at + 1].isspace():
        return None
    for piece in list(_PIECE.finditer(prose, at, at + 80))[:4]:
        verb = piece[0].rstrip(".,;:!?)”\"’'").partition("—")[0]
        if verb in _THEY_SAY:
            return piece.start() + len(verb)
        if piece[0] not in _BETWEEN:
            return None
    return None


def _said(text: Copy) -> tuple[list[int], list[tuple[int, int]]]:
    """Where something is attributed outside quotations ("many say" attributes nothing), and the verbs of saying.

    By looking the words up, not by a pattern: it would be the longest of all.
    """
    vocabulary, spans = text.vocabulary, text.of(vague)
    verbs = [(at, at + len(word)) for word in _SAID & vocabulary.keys() for at in vocabulary[word]]
    for word in (_SAID_BEFORE.keys() | _SAID_NOT_BEFORE.keys()) & vocabulary.keys():
        for at in vocabulary[word]:
            following = _following(text, at + len(word))
            if following in _SAID_BEFORE[word] if word in _SAID_BEFORE else following not in _SAID_NOT_BEFORE[word]:
                verbs.append((at, at + len(word)))
    verbs = sorted((start, end) for start, end in verbs if text.unquoted[start] == text.prose[start])
    places = [start for start, _ in verbs]
    places += [at for word in _ATTRIBUTES & vocabulary.keys() for at in vocabulary[word]]
    for word, after in _ATTRIBUTES_BEFORE.items():
        places += [at for at in vocabulary.get(word, ()) if _following(text, at + len(word)) == after]
    for word in _IN_A & vocabulary.keys():
        places += [at for at in vocabulary[word] if text.prose[max(0, at - 12) : at].split()[-2:-1] == ["in"]]
    starts = [start for start, _ in spans]
    inside = (at for at in sorted(places) if text.unquoted[at] == text.prose[at])
    return [at for at in inside if (n := bisect_right(starts, at) - 1) < 0 or at >= spans[n][1]], verbs


def _following(text: Copy, end: int) -> str:
    """The word behind a word, "" where something else than white space is between them."""
    rest = text.prose[end : end + 16]
    return rest.split()[0].strip(",.;:") if rest[:1] in (" ", "\n") and rest.strip() else ""


def attributed(text: Copy, sentence: Block) -> bool:
    """Whether a sentence says whose statement it is."""
    places, _ = text.of(_said)
    at = bisect_left(places, sentence.start)
    return at < len(places) and places[at] < sentence.end


def speakers(text: Copy) -> tuple[Speaker, ...]:
    """Who is said to have said something, in order: `said NAME`, `NAME said`, `NAME, TITLE, said`."""
    spans = text.of(runs)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    unquoted = text.unquoted
    found = []
    for verb, after in text.of(_said)[1]:
        span = _beside(unquoted, spans, starts, ends, verb, after)
        if span is None or text.quoted(span[0]):
            continue
        person = _person(text, *span)
        if person is not None:
            found.append(Speaker(person.start, person.end, person.name, verb))
        elif (single := _surname(text, *span)) is not None:
            found.append(Speaker(*single, verb))
    return tuple(found)


def _beside(
    unquoted: str, spans: tuple[tuple[int, int], ...], starts: list[int], ends: list[int], verb: int, after: int
) -> tuple[int, int] | None:
    at = bisect_left(starts, after)
    if at < len(spans) and spans[at][0] - after == 1:
        return spans[at]
    at = bisect_right(ends, verb) - 1
    if at < 0 or verb - ends[at] >= 120:
        return None
    between = unquoted[ends[at] : verb]
    if between in (" ", "\n") or (between.startswith(", ") and between.rstrip().endswith(",") and ". " not in between):
        return spans[at]
    return None


def _surname(text: Copy, start: int, end: int) -> tuple[int, int, str] | None:
    """A single name, with or without a title before it; not a word that merely begins a sentence."""
    pieces = [(piece[0], piece.start(), piece.end()) for piece in _PIECE.finditer(text.prose, start, end)]
    word, first, last = pieces[-1]
    plain = word.lower().rstrip(".")
    if len(pieces) > 2 or plain in _FUNCTION | _NOT_A_NAME | _TITLES or word.isupper() or len(word) < 3 or word[0].islower():
        return None
    return first, last, word


_GIVEN = words("statement remarks speech testimony letter address op-ed declaración discurso carta declaração")
_FOLLOWS = pattern(r"(?::|\b(?:is|are|or)\s(?:\w+\s)?below\.?|\bfollows?\.?|\b(?:a continuación|a seguir)\.?)$")
_LAST_WORDS = 300  # characters at the end of a paragraph: what it introduces stands there


def given_from(text: Copy) -> int:
    """Where a text stops telling and gives somebody's statement, letter or speech without quotation marks; its end if nowhere.

    A paragraph announces it: "released the following statement:", "His remarks as prepared are below."
    """
    if not text.has(_GIVEN):
        return len(text.source)
    for block, after in itertools.pairwise(text.paragraphs):
        start = max(block.start, block.end - _LAST_WORDS)
        if text.quoted(after.start) or not _FOLLOWS.search(text.prose, max(start, block.end - 30), block.end):
            continue
        if not _GIVEN.isdisjoint(word.strip(".,:;’”").lower() for word in text.prose[start : block.end].split()):
            return after.start
    return len(text.source)


def attributed_quotes(text: Copy) -> Iterator[tuple[Quote, str]]:
    """Each quotation with its speaker's name as written next to it: in its paragraph, else in the one before; "" for nobody."""
    found = text.of(speakers)
    verbs = [speaker.verb for speaker in found]
    last = ""
    for quote in text.quotes:
        at = bisect_left(verbs, quote.block.start)
        inside = found[at : bisect_left(verbs, quote.block.end)]
        if inside:
            last = min(inside, key=lambda speaker: min(abs(speaker.verb - quote.end), abs(speaker.verb - quote.start))).name
        yield quote, last


def own_quotes(text: Copy) -> dict[str, list[str]]:
    """The words of each speaker's quotations by surname, in order."""
    words_of: dict[str, list[str]] = {}
    for quote, name in attributed_quotes(text):
        if name:
            words_of.setdefault(name.split()[-1].casefold(), []).append(text.source[quote.start : quote.end])
    return words_of


_LETTERS = pattern(r"\w+")


def quote_hash(quotes: list[str]) -> str:
    """Twelve hex digits over the words of quotations; case, spaces, line breaks and marks do not count."""
    import hashlib

    plain = " ".join(word[0].casefold() for quote in quotes for word in _LETTERS.finditer(quote))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:12]
