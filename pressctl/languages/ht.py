"""Haitian Creole, as organisations in Florida print it. CLDR has no Creole, so these tables are our own.

Attested in printed releases: POU PIBLIKASYON IMEDYA, Kontak pou laprès, -Fen-, and the pattern "jedi 22 jen 2017". All
else is common knowledge that no native reader has looked at yet: see UNREVIEWED, which the plan says too.
"""

from __future__ import annotations

from datetime import date, datetime

from pressctl.ap_style import STATE_NAMES
from pressctl.dates import MONTHS, WEEKDAYS

LABELS = {
    "release": "KOMINIKE POU LAPRÈS",
    "advisory": "ENVITASYON POU LAPRÈS",
    "statement": "DEKLARASYON",
    "update": "MIZAJOU",
    "correction": "KOREKSYON",
    "kill": "ANILASYON: PA SÈVI AK SA",
    "op-ed": "OPINYON",
    "letter": "LÈT POU REDAKSYON AN",
    "factsheet": "FICH ENFÒMASYON",
    "biography": "BYOGRAFI",
    "immediate": "POU PIBLIKASYON IMEDYA",
    "embargoed": "ANBAGO JISKA",
    "withdrawn": "PA PIBLIYE SA. RETIRE SA KI PIBLIYE DEJA.",
    "background": "ENFÒMASYON POU REDAKSYON AN",
    "exclusive": "POU {outlet} SÈLMAN",
    "embargoed_subject": "ANBAGO",
    "correction_subject": "KOREKSYON",
    "update_subject": "MIZAJOU",
    "kill_subject": "ANILASYON",
    "correction_note": "Koreksyon",
    "update_note": "Sa ki nouvo",
    "kill_note": "Anile",
    "correction_of": "Sa korije “{headline}”, {date}.",
    "update_of": "Sa mete ajou “{headline}”, {date}.",
    "kill_of": "Sa anile kominike nou te voye {date}.",
    "by": "Pa {name}",
    "statement_by": "Deklarasyon {name}",
    "words": "{count} mo",
    "as_of": "Dat enfòmasyon yo: {date}",
    "event": "Evènman",
    "what": "Kisa",
    "when": "Kilè",
    "cancelled": "ANILE: {when}",
    "postponed": "{when} (ranvwaye; anvan: {before})",
    "where": "Ki kote",
    "who": "Kiyès",
    "access": "Aksè",
    "why": "Poukisa",
    "photo": "Foto",
    "interpretation": "Entèpretasyon",
    "rsvp": "Konfime prezans",
    "about": "Konsènan",
    "contact": "Kontak pou laprès",
    "end": "-Fen-",
    "notes": "Nòt pou redaksyon an",
    "image": "Imaj",
    "media": "Foto ak lòt materyèl",
    "credit": "Foto:",
    "full_size": "Foto nan tout gwosè li",
    "attention": "Pou:",
    "greeting": "Bonjou {name},",
    "greeting_desk": "Bonjou redaksyon an,",
    "addressed": "Voye bay",
    "why_you": "Ou resevwa mesaj sa a paske redaksyon ou a sou lis laprès nou an.",
    "withdraw": "Pou nou retire ou sou lis la, reponn ak mo retire.",
}
PAGE = {  # words of the web page that stand on no mail
    "skip": "Ale nan tèks la",
    "newsroom": "Kominike pou laprès",
    "headline": "Kominike",
    "files": "Fichye",
    "calendar": "Kalandriye",
    "card": "Kat kontak",
    "pdf": "PDF",
    "data": "Done (ninjs)",
    "languages": "Lòt lang",
    "follow": "Swiv",
    "withdrawn": "Kominike sa a retire. Tanpri pa sèvi avè l.",
    "newer": "Gen yon vèsyon ki pi nouvo.",
    "newer_link": "Li vèsyon ki pi nouvo a",
    "past": "Kominike sa a pa aktyèl ankò.",
    "past_short": "pase",
    "none": "Poko gen kominike.",
    "all": "Tout kominike yo",
    "rights": "Itilizasyon",
    "more": "Plis enfòmasyon",
}
NOTES_HEADINGS = ("nòt pou redaksyon an", "nòt pou editè yo", "nòt pou redaktè yo", "nòt pou redaksyon")
LANGUAGES = {"en": "angle", "es": "panyòl", "fr": "franse", "ht": "kreyòl ayisyen", "pt": "pòtigè"}
ZONES = {
    "eastern": "lè Lès", "central": "lè Santral", "mountain": "lè Montay", "pacific": "lè Pasifik", "alaska": "lè Alaska",
    "hawaii": "lè Awayi", "atlantic": "lè Atlantik",
}  # fmt: skip
STATES = {**STATE_NAMES, "FL": "Florid", "NY": "Nouyòk"}
MOMENT, UNTIL = "{day}, {time} ({zone})", "{start} – {end}"
UNREVIEWED = "no native reader has looked at the printed words, dates and times in Haitian Creole yet"


def day(value: date) -> str:
    """`madi 8 jiyè 2025`."""
    weekday, month = WEEKDAYS["ht"][value.weekday()].split()[0], MONTHS["ht"][value.month - 1].split()[0]
    return f"{weekday} {value.day} {month} {value.year}"


def clock(value: datetime) -> str:
    """`5è p.m.`, `5:30 p.m.`, `midi`, `minwi`."""
    if value.minute == 0 and value.hour in (0, 12):
        return "midi" if value.hour else "minwi"
    half = "a.m." if value.hour < 12 else "p.m."
    hour = value.hour % 12 or 12
    return f"{hour}:{value.minute:02} {half}" if value.minute else f"{hour}è {half}"


def hours(start: datetime, end: datetime) -> str:
    """`9è a.m. – 11è a.m.`, of one day."""
    return f"{clock(start)} – {clock(end)}"
