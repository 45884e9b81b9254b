"""The words of the page that stand on no mail, one table per language, and how an event's standing is said.

The Creole words want a native reader's eye.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pressctl.labels import day, moment

if TYPE_CHECKING:
    from pressctl.release import Event, Release

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "skip": "Skip to the text",
        "newsroom": "News releases",
        "headline": "Release",
        "files": "Files",
        "calendar": "Calendar entry",
        "card": "Contact card",
        "pdf": "PDF",
        "data": "Data (ninjs)",
        "images": "Images",
        "credit": "Credit:",
        "languages": "Other languages",
        "follow": "Follow",
        "cancelled": "cancelled",
        "postponed": "postponed",
        "before": "before:",
        "interpretation": "Interpretation",
        "photo": "Photo chance",
        "withdrawn": "This release has been withdrawn. Please do not use it.",
        "newer": "There is a newer version of this release.",
        "newer_link": "Read the newer version",
        "past": "This release is no longer current.",
        "past_short": "past",
        "none": "There are no releases yet.",
        "all": "All releases",
        "rights": "Use",
        "more": "More",
    },
    "es": {
        "skip": "Ir al texto",
        "newsroom": "Comunicados de prensa",
        "headline": "Comunicado",
        "files": "Archivos",
        "calendar": "Calendario",
        "card": "Tarjeta de contacto",
        "pdf": "PDF",
        "data": "Datos (ninjs)",
        "images": "Imágenes",
        "credit": "Crédito:",
        "languages": "Otros idiomas",
        "follow": "Seguir",
        "cancelled": "cancelado",
        "postponed": "aplazado",
        "before": "antes:",
        "interpretation": "Interpretación",
        "photo": "Para fotógrafos",
        "withdrawn": "Este comunicado ha sido retirado. Por favor, no lo utilicen.",
        "newer": "Hay una versión más reciente de este comunicado.",
        "newer_link": "Leer la versión más reciente",
        "past": "Este comunicado ya no es actual.",
        "past_short": "pasado",
        "none": "Todavía no hay comunicados.",
        "all": "Todos los comunicados",
        "rights": "Uso",
        "more": "Más información",
    },
    "pt": {
        "skip": "Ir para o texto",
        "newsroom": "Comunicados à imprensa",
        "headline": "Comunicado",
        "files": "Arquivos",
        "calendar": "Agenda",
        "card": "Cartão de contato",
        "pdf": "PDF",
        "data": "Dados (ninjs)",
        "images": "Imagens",
        "credit": "Crédito:",
        "languages": "Outros idiomas",
        "follow": "Acompanhar",
        "cancelled": "cancelado",
        "postponed": "adiado",
        "before": "antes:",
        "interpretation": "Interpretação",
        "photo": "Para fotógrafos",
        "withdrawn": "Este comunicado foi retirado. Por favor, não o utilizem.",
        "newer": "Há uma versão mais recente deste comunicado.",
        "newer_link": "Ler a versão mais recente",
        "past": "Este comunicado não é mais atual.",
        "past_short": "passado",
        "none": "Ainda não há comunicados.",
        "all": "Todos os comunicados",
        "rights": "Uso",
        "more": "Mais informações",
    },
    "ht": {
        "skip": "Ale nan tèks la",
        "newsroom": "Kominike pou laprès",
        "headline": "Kominike",
        "files": "Fichye",
        "calendar": "Kalandriye",
        "card": "Kat kontak",
        "pdf": "PDF",
        "data": "Done (ninjs)",
        "images": "Imaj",
        "credit": "Kredi:",
        "languages": "Lòt lang",
        "follow": "Swiv",
        "cancelled": "anile",
        "postponed": "ranvwaye",
        "before": "anvan:",
        "interpretation": "Entèpretasyon",
        "photo": "Pou fotograf",
        "withdrawn": "Kominike sa a retire. Tanpri pa sèvi avè l.",
        "newer": "Gen yon vèsyon ki pi nouvo.",
        "newer_link": "Li vèsyon ki pi nouvo a",
        "past": "Kominike sa a pa aktyèl ankò.",
        "past_short": "pase",
        "none": "Poko gen kominike.",
        "all": "Tout kominike yo",
        "rights": "Itilizasyon",
        "more": "Plis enfòmasyon",
    },
}

# A language's own name, for links to translations
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español", "pt": "Português", "ht": "Kreyòl ayisyen", "fr": "Français"}


# The same as a text in another language names it
_SPOKEN: Mapping[str, Mapping[str, str]] = {
    "en": {"en": "English", "es": "Spanish", "pt": "Portuguese", "ht": "Haitian Creole", "fr": "French"},
    "es": {"en": "inglés", "es": "español", "pt": "portugués", "ht": "criollo haitiano", "fr": "francés"},
    "pt": {"en": "inglês", "es": "espanhol", "pt": "português", "ht": "crioulo haitiano", "fr": "francês"},
    "ht": {"en": "angle", "es": "panyòl", "pt": "pòtigè", "ht": "kreyòl", "fr": "franse"},
}


def spoken(languages: Iterable[str], language: str) -> str:
    """Languages as a text in `language` names them: `Spanish, Haitian Creole`; the tag itself where the name is not known."""
    names = _SPOKEN.get(language.partition("-")[0].lower(), _SPOKEN["en"])
    return ", ".join(names.get(tag.partition("-")[0].lower(), tag) for tag in languages)


def words(language: str) -> Mapping[str, str]:
    """The table for a BCP 47 language tag; English where there is none."""
    return WORDS.get(language.partition("-")[0].lower(), WORDS["en"])


def language_name(language: str) -> str:
    """`Español` for es or es-US; the tag itself where the name is not known."""
    return LANGUAGES.get(language.partition("-")[0].lower(), language)


def when(event: Event, release: Release) -> str:
    """The time of an event in the release's zone; of whole days the days alone."""
    start = event.start.astimezone(release.timezone)
    end = event.end.astimezone(release.timezone) if event.end else None
    if not event.details.get("all_day"):
        return moment(start, end)
    return day(start) if end is None or end.date() == start.date() else f"{day(start)} – {day(end)}"


def standing(event: Event, release: Release) -> str:
    """`cancelled`, `postponed, before: …`, or "" for an event that takes place."""
    status, table = event.details.get("status"), words(release.language)
    if status not in ("cancelled", "postponed"):
        return ""
    before = event.details.get("previous_start")
    if status == "postponed" and before is not None:
        return f"{table['postponed']}, {table['before']} {moment(before.astimezone(release.timezone))}"
    return table[str(status)]
