"""Portuguese, as newsrooms in Brazil print it.

Sources: Manual de redação da Presidência (dates in lower case, `17h30`); CLDR's pt for months and weekdays.
"""

from __future__ import annotations

from datetime import date, datetime

from pressctl.ap_style import STATE_NAMES
from pressctl.dates import MONTHS, WEEKDAYS

LABELS = {
    "release": "COMUNICADO À IMPRENSA",
    "advisory": "AVISO DE PAUTA",
    "statement": "DECLARAÇÃO",
    "update": "ATUALIZAÇÃO",
    "correction": "CORREÇÃO",
    "kill": "CANCELAMENTO: NÃO UTILIZAR",
    "op-ed": "OPINIÃO",
    "letter": "CARTA À REDAÇÃO",
    "factsheet": "FICHA INFORMATIVA",
    "biography": "BIOGRAFIA",
    "immediate": "PARA DIVULGAÇÃO IMEDIATA",
    "embargoed": "SOB EMBARGO ATÉ",
    "withdrawn": "NÃO PUBLICAR. RETIRAR O QUE FOI PUBLICADO.",
    "background": "INFORMAÇÃO DE CONTEXTO PARA A REDAÇÃO",
    "exclusive": "OFERECIDO COM EXCLUSIVIDADE A {outlet}",
    "embargoed_subject": "SOB EMBARGO",
    "correction_subject": "CORREÇÃO",
    "update_subject": "ATUALIZAÇÃO",
    "kill_subject": "CANCELAMENTO",
    "correction_note": "Correção",
    "update_note": "O que há de novo",
    "kill_note": "Cancelado",
    "correction_of": "Corrige “{headline}”, de {date}.",
    "update_of": "Atualiza “{headline}”, de {date}.",
    "kill_of": "Cancela nosso comunicado de {date}.",
    "by": "Por {name}",
    "statement_by": "Declaração de {name}",
    "words": "{count} palavras",
    "as_of": "Dados de {date}",
    "event": "Evento",
    "what": "O quê",
    "when": "Quando",
    "cancelled": "CANCELADO: {when}",
    "postponed": "{when} (adiado; antes: {before})",
    "where": "Onde",
    "who": "Quem",
    "access": "Acesso",
    "why": "Por quê",
    "photo": "Fotos",
    "interpretation": "Interpretação",
    "rsvp": "Confirmar presença",
    "about": "Sobre",
    "contact": "Contato para a imprensa",
    "end": "###",
    "notes": "Notas à redação",
    "image": "Imagem",
    "media": "Imagens e mídia",
    "credit": "Foto:",
    "full_size": "Imagem em tamanho original",
    "attention": "Para:",
    "greeting": "Olá, {name},",
    "greeting_desk": "Prezada redação,",
    "addressed": "Enviado a",
    "why_you": "Você recebe esta mensagem porque sua redação está em nossa lista de imprensa.",
    "withdraw": "Para sair da lista, responda com a palavra remover.",
}
PAGE = {  # words of the web page that stand on no mail
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
}
NOTES_HEADINGS = (
    "notas à redação", "nota à redação", "notas aos editores", "nota aos editores", "notas para os editores", "notas ao editor",
)  # fmt: skip
LANGUAGES = {"en": "inglês", "es": "espanhol", "fr": "francês", "ht": "crioulo haitiano", "pt": "português"}
ZONES = {
    "eastern": "horário do Leste dos EUA", "central": "horário central dos EUA", "mountain": "horário das Montanhas dos EUA",
    "pacific": "horário do Pacífico dos EUA", "alaska": "horário do Alasca", "hawaii": "horário do Havaí",
    "atlantic": "horário do Atlântico",
}  # fmt: skip
STATES = {
    **STATE_NAMES,
    "AK": "Alasca", "CA": "Califórnia", "FL": "Flórida", "GA": "Geórgia", "HI": "Havaí", "LA": "Luisiana", "NJ": "Nova Jersey",
    "NM": "Novo México", "NY": "Nova York", "NC": "Carolina do Norte", "ND": "Dakota do Norte", "PA": "Pensilvânia",
    "SC": "Carolina do Sul", "SD": "Dakota do Sul", "VA": "Virgínia", "WV": "Virgínia Ocidental",
}  # fmt: skip
MOMENT, UNTIL = "{day}, {time} ({zone})", "{start} – {end}"
UNREVIEWED = ""


def day(value: date) -> str:
    """`terça-feira, 8 de julho de 2025`."""
    weekday, month = WEEKDAYS["pt"][value.weekday()].split()[0], MONTHS["pt"][value.month - 1].split()[0]
    return f"{weekday}, {value.day} de {month} de {value.year}"


def clock(value: datetime) -> str:
    """`17h`, `17h30`, `meio-dia`, `meia-noite`."""
    if value.minute == 0 and value.hour in (0, 12):
        return "meio-dia" if value.hour else "meia-noite"
    return f"{value.hour}h{value.minute:02}" if value.minute else f"{value.hour}h"


def hours(start: datetime, end: datetime) -> str:
    """`das 9h às 11h`, `das 10h ao meio-dia`, of one day."""
    opening, closing = clock(start), clock(end)
    first = "da" if opening == "meia-noite" or start.hour == 1 else "do" if opening == "meio-dia" else "das"
    last = "à" if closing == "meia-noite" or end.hour == 1 else "ao" if closing == "meio-dia" else "às"
    return f"{first} {opening} {last} {closing}"
