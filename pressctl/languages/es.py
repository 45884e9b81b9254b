"""Spanish, as newsrooms in the United States print it.

Sources: RAE and Fundéu on dates and hours (lower-case day and month, `p. m.` with its space); CLDR's es-US for the zones.
"""

from __future__ import annotations

from datetime import date, datetime

from pressctl.ap_style import STATE_NAMES
from pressctl.dates import MONTHS, WEEKDAYS

LABELS = {
    "release": "COMUNICADO DE PRENSA",
    "advisory": "CONVOCATORIA DE PRENSA",
    "statement": "DECLARACIÓN",
    "update": "ACTUALIZACIÓN",
    "correction": "CORRECCIÓN",
    "kill": "ANULACIÓN: NO UTILIZAR",
    "op-ed": "OPINIÓN",
    "letter": "CARTA A LA REDACCIÓN",
    "factsheet": "HOJA INFORMATIVA",
    "biography": "BIOGRAFÍA",
    "immediate": "PARA PUBLICACIÓN INMEDIATA",
    "embargoed": "EMBARGADO HASTA EL",
    "withdrawn": "NO PUBLICAR. RETIRAR LO QUE SE HAYA PUBLICADO.",
    "background": "INFORMACIÓN DE CONTEXTO PARA LA REDACCIÓN",
    "exclusive": "OFRECIDO EN EXCLUSIVA A {outlet}",
    "embargoed_subject": "EMBARGADO",
    "correction_subject": "CORRECCIÓN",
    "update_subject": "ACTUALIZACIÓN",
    "kill_subject": "ANULACIÓN",
    "correction_note": "Corrección",
    "update_note": "Qué hay de nuevo",
    "kill_note": "Anulado",
    "correction_of": "Corrige “{headline}”, del {date}.",
    "update_of": "Actualiza “{headline}”, del {date}.",
    "kill_of": "Anula nuestro comunicado del {date}.",
    "by": "Por {name}",
    "statement_by": "Declaración de {name}",
    "words": "{count} palabras",
    "as_of": "Datos al {date}",
    "event": "Evento",
    "what": "Qué",
    "when": "Cuándo",
    "cancelled": "CANCELADO: {when}",
    "postponed": "{when} (aplazado; antes: {before})",
    "where": "Dónde",
    "who": "Quién",
    "access": "Acceso",
    "why": "Por qué",
    "photo": "Fotos",
    "interpretation": "Interpretación",
    "rsvp": "Confirmar asistencia",
    "about": "Acerca de",
    "contact": "Contacto de prensa",
    "end": "###",
    "notes": "Notas para la redacción",
    "image": "Imagen",
    "media": "Imágenes y material",
    "credit": "Foto:",
    "full_size": "Imagen en tamaño completo",
    "attention": "Para:",
    "greeting": "Hola, {name}:",
    "greeting_desk": "Estimada redacción:",
    "addressed": "Enviado a",
    "why_you": "Recibe este mensaje porque su redacción está en nuestra lista de prensa.",
    "withdraw": "Para salir de la lista, responda con la palabra baja.",
}
PAGE = {  # words of the web page that stand on no mail
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
}
NOTES_HEADINGS = (
    "notas para la redacción", "nota para la redacción", "notas para editores", "notas para los editores", "nota para los editores",
    "notas a los editores", "notas al editor", "nota al editor",
)  # fmt: skip
LANGUAGES = {"en": "inglés", "es": "español", "fr": "francés", "ht": "criollo haitiano", "pt": "portugués"}
ZONES = {
    "eastern": "hora del Este", "central": "hora central", "mountain": "hora de la montaña", "pacific": "hora del Pacífico",
    "alaska": "hora de Alaska", "hawaii": "hora de Hawái", "atlantic": "hora del Atlántico",
}  # fmt: skip
STATES = {
    **STATE_NAMES,
    "HI": "Hawái", "LA": "Luisiana", "MI": "Míchigan", "MS": "Misisipi", "MO": "Misuri", "NH": "Nuevo Hampshire", "NJ": "Nueva Jersey",
    "NM": "Nuevo México", "NY": "Nueva York", "NC": "Carolina del Norte", "ND": "Dakota del Norte", "OR": "Oregón", "PA": "Pensilvania",
    "SC": "Carolina del Sur", "SD": "Dakota del Sur", "WV": "Virginia Occidental",
}  # fmt: skip
MOMENT, UNTIL = "{day}, {time} ({zone})", "{start} – {end}"
UNREVIEWED = ""


def day(value: date) -> str:
    """`martes, 8 de julio de 2025`."""
    weekday, month = WEEKDAYS["es"][value.weekday()].split()[0], MONTHS["es"][value.month - 1].split()[0]
    return f"{weekday}, {value.day} de {month} de {value.year}"


def clock(value: datetime) -> str:
    """`5:00 p. m.`, `mediodía`, `medianoche`; no line break within `p. m.`"""
    if value.minute == 0 and value.hour in (0, 12):
        return "mediodía" if value.hour else "medianoche"
    return f"{_figures(value)} {_half(value)}"


def hours(start: datetime, end: datetime) -> str:
    """`de 9:00 a 11:00 a. m.`, `de 10:00 a. m. a mediodía`, of one day."""
    opening, closing = clock(start), clock(end)
    if _half(start) == _half(end) and closing.endswith("m."):
        opening = opening.removesuffix(f" {_half(start)}")
    return f"de {opening} a {closing}"


def _figures(value: datetime) -> str:
    return f"{value.hour % 12 or 12}:{value.minute:02}"


def _half(value: datetime) -> str:
    return "a.\u00a0m." if value.hour < 12 else "p.\u00a0m."
