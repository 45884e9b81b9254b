"""The words of the page that stand on no mail, one table per language.

The Creole words want a native reader's eye.
"""

from __future__ import annotations

from collections.abc import Mapping

from pressctl.labels import name

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
        "languages": "Other languages",
        "follow": "Follow",
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
        "languages": "Otros idiomas",
        "follow": "Seguir",
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
        "languages": "Outros idiomas",
        "follow": "Acompanhar",
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
    },
}


def words(language: str) -> Mapping[str, str]:
    """The table for a BCP 47 language tag; English where there is none."""
    return WORDS.get(language.partition("-")[0].lower(), WORDS["en"])


def language_name(language: str) -> str:
    """A language by its own name, for links to translations: `Español` for es or es-US; the tag itself where it is not known."""
    known = name(language, language)
    return known[:1].upper() + known[1:] if known != language else language
