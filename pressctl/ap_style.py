"""House style of the Associated Press as tables: months, states, cities that stand alone, known acronyms.

Source: summaries by universities and trainers (Purdue OWL, headsupenglish.com, Georgia Southern University, PRSA); the
stylebook itself is sold, not published.
"""

from __future__ import annotations

from pressctl.pattern import pattern, words

# full name → before a day of the month; March to July are never shortened
MONTHS = {
    "January": "Jan.", "February": "Feb.", "March": "March", "April": "April", "May": "May", "June": "June", "July": "July",
    "August": "Aug.", "September": "Sept.", "October": "Oct.", "November": "Nov.", "December": "Dec.",
}  # fmt: skip
SHORT_MONTHS = {
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July", "Aug": "August",
    "Sep": "September", "Sept": "September", "Oct": "October", "Nov": "November", "Dec": "December",
}  # fmt: skip

# the states as they stand after a city, by postal code; eight are never shortened
STATES = {
    "AL": "Ala.", "AK": "Alaska", "AZ": "Ariz.", "AR": "Ark.", "CA": "Calif.", "CO": "Colo.", "CT": "Conn.", "DE": "Del.",
    "FL": "Fla.", "GA": "Ga.", "HI": "Hawaii", "ID": "Idaho", "IL": "Ill.", "IN": "Ind.", "IA": "Iowa", "KS": "Kan.",
    "KY": "Ky.", "LA": "La.", "ME": "Maine", "MD": "Md.", "MA": "Mass.", "MI": "Mich.", "MN": "Minn.", "MS": "Miss.",
    "MO": "Mo.", "MT": "Mont.", "NE": "Neb.", "NV": "Nev.", "NH": "N.H.", "NJ": "N.J.", "NM": "N.M.", "NY": "N.Y.",
    "NC": "N.C.", "ND": "N.D.", "OH": "Ohio", "OK": "Okla.", "OR": "Ore.", "PA": "Pa.", "RI": "R.I.", "SC": "S.C.",
    "SD": "S.D.", "TN": "Tenn.", "TX": "Texas", "UT": "Utah", "VT": "Vt.", "VA": "Va.", "WA": "Wash.", "WV": "W.Va.",
    "WI": "Wis.", "WY": "Wyo.",
}  # fmt: skip

FULL_STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO", "Connecticut": "CT",
    "Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA",
    "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI",
    "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH",
    "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC", "North Dakota": "ND", "Ohio": "OH",
    "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD",
    "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington": "WA", "West Virginia": "WV",
    "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip
STATE_NAMES = {code: name for name, code in FULL_STATES.items()}
# what people write for a state → what stands in a dateline; "FL" and "Florida" → "Fla."
_OLDER = {"Cal": "CA", "Penn": "PA", "Ia": "IA", "Tex": "TX", "Id": "ID", "O": "OH"}
DATELINE_STATES = {
    **dict(STATES.items()),
    **{name: STATES[code] for name, code in FULL_STATES.items()},
    **{form.rstrip("."): form for form in STATES.values()},
    **{name: STATES[code] for name, code in _OLDER.items()},
}

# cities that stand in a dateline without their state, folded, and the state whose city is meant
ALONE_STATES = {
    "atlanta": "GA", "baltimore": "MD", "boston": "MA", "chicago": "IL", "cincinnati": "OH", "cleveland": "OH", "dallas": "TX",
    "denver": "CO", "detroit": "MI", "honolulu": "HI", "houston": "TX", "indianapolis": "IN", "las vegas": "NV", "los angeles": "CA",
    "miami": "FL", "milwaukee": "WI", "minneapolis": "MN", "new orleans": "LA", "new york": "NY", "oklahoma city": "OK",
    "philadelphia": "PA", "phoenix": "AZ", "pittsburgh": "PA", "st. louis": "MO", "salt lake city": "UT", "san antonio": "TX",
    "san diego": "CA", "san francisco": "CA", "seattle": "WA", "washington": "DC",
}  # fmt: skip

# capitals that readers know, or that are no acronyms
KNOWN = words(
    "US USA UK EU UN FBI CIA NASA AIDS HIV DNA NATO TV AM PM FAQ PDF ID OK DC NY NJ CEO CFO COO VIP AP CNN NBC CBS ABC BBC "
    "PBS NPR IRS YMCA "
    "YWCA GOP ATM PIN ZIP URL CD DVD GPS UFO IQ PHD MBA MD RN JD BA BS MA PO POBOX TK TBD TBA EST EDT CST CDT MST MDT PST PDT "
    "ET CT MT PT "
    "UTC GMT NAACP ACLU NCAA NFL NBA MLB NHL FIFA COVID USB SUV SOS RSVP NOTE WHO WHAT WHEN WHERE WHY HOW AND THE FOR OF LGBTQ LGBT "
    "AND OR NOT ENDS END LLC INC LLP LP CO MEDIA NEWS PRESS II III IV VI VII VIII IX XI XII XX XXI"
)


def dateline_state(written: str) -> str:
    """How AP writes a state in a dateline; "" for what is no state of the United States."""
    return DATELINE_STATES.get(written.strip(), DATELINE_STATES.get(written.strip().rstrip("."), ""))


def state_code(written: str) -> str:
    """The postal code of a state by any of its English forms; "" for what is no state of the United States."""
    return _CODES.get(dateline_state(written), "")


_CODES = {form: code for code, form in STATES.items()}
_CAPITALISED = pattern(r"[A-ZÀ-Ý][\w’'&.-]*")
SKIPPED = words("of and the for in on de del la y to a an")  # small words that acronyms mostly leave out


class Initials:
    """Those of the words with a capital so far, with the small words between them and without."""

    def __init__(self, prose: str) -> None:
        self.prose, self.at, self.end, self.least, self.all = prose, 0, 0, "", ""

    def read(self, until: int) -> None:
        """Take in the text up to an offset."""
        least, every = [self.least], [self.all]
        for word in _CAPITALISED.finditer(self.prose, self.at, until):
            small = self.prose[self.end : word.start()].split()
            joined = all(part.lower() in SKIPPED for part in small)
            letters = "".join(part[0] for part in word[0].replace(".", "-").split("-") if part).upper()
            least.append(letters if joined else " " + letters)
            every.append("".join(part[0].upper() for part in small) + letters if joined else " " + letters)
            self.end = word.end()
        self.at, self.least, self.all = until, "".join(least), "".join(every)

    def give(self, acronym: str) -> bool:
        """Whether an acronym stands for words read so far."""
        form = acronym[1:] if len(acronym) > 3 else acronym
        return form in self.least or form in self.all
