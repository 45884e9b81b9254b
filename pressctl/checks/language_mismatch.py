"""A contact reads none of the languages in which the release is there.

Looks at the `languages` of those whom the release goes to by default. Why: an editor who does not read it deletes it, and the next
one too. Source: media databases keep the language of each contact for this.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import recipients, translation
from pressctl.checks import Copy, Found, Level, Options

CODE = "TPL504"
LEVEL: Level = "warning"
FIX = "manual"
_DESK = (
    "FILE contacts/press.yaml: contacts: [{name: Noticias, id: noticias, email: n@noticias.example, languages: [es]},"
    " {name: News, email: n@news.example, languages: [en]}]\n"
)
BAD = (
    _DESK + "audience: press\n---\nThe council meets.",
    _DESK + "audience: press\nlanguage: ⟦pt⟧\n---\nA câmara reúne-se.",
)
GOOD = (
    _DESK + "audience: press\ntranslations: {es: example.es.md}\n---\nThe council meets.",
    _DESK + "FILE releases/example.es.md: x\naudience: press\n---\nThe council meets.",
    _DESK + "audience: press and not language:es\n---\nThe council meets.",
    _DESK.replace("es", "es, en-US") + "audience: press\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.key("translation_of") or text.path.name.count(".") > 1:
        return  # it goes to those whom the original goes to
    missing: dict[str, list[str]] = {}
    for contact in text.of(recipients.recipients).reached:
        languages = [language.partition("-")[0].lower() for language in contact.languages]
        if languages and text.language not in languages and not any(translation.present(text, language) for language in languages):
            missing.setdefault(languages[0], []).append(contact.id)
    for language, ids in missing.items():
        who = recipients.named(ids)
        verb = "reads" if len(ids) == 1 else "read"
        hint = f"write {text.path.stem}.{language}.md, or leave them out of the selection"
        yield Found(*text.span("language"), f"{who} {verb} `{language}`, and the release is not there in it", hint)
