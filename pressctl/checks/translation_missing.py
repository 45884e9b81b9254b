"""A language that the office promises is missing, or a file that `translations` names.

[languages] `required` names them; a translation is a file SLUG.es.md beside the release, or an entry in `translations`. Source:
the office's own promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pressctl import translation
from pressctl.checks import Copy, Found, Level, Options

CODE = "L10901"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS: dict[str, list[str]] = {"required": []}
_SPANISH = "FILE releases/example.es.md: El consejo se reúne.\n"
BAD: tuple[str, ...] = (
    "check: {languages: [es]}\n---\nThe council meets.",
    "translations: {es: ⟦example.es.md⟧}\n---\nThe council meets.",
)
GOOD = (
    "The council meets.",
    _SPANISH + "check: {languages: [es]}\ntranslations: {es: example.es.md}\n---\nThe council meets.",
    "language: es\ntranslation_of: bus\ncheck: {languages: [es]}\n---\nEl consejo.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    table = text.settings.get("languages", {})
    wanted = table.get("required", ()) if isinstance(table, Mapping) else ()
    own = text.checks.get("languages")
    languages = [str(language) for source in (wanted, own, options["required"]) if isinstance(source, list | tuple) for language in source]
    if text.raw or text.key("translation_of") or text.path.name.count(".") > 1:
        return
    listed = text.key("translations")
    for language, name in listed.items() if isinstance(listed, Mapping) else ():
        if not text.path.with_name(Path(str(name)).name).is_file():
            yield Found(*text.span(f"translations.{language}"), f"there is no file `{name}`", "it cannot be sent without", level="error")
    for language in dict.fromkeys(languages):
        if language.partition("-")[0] != text.language and not translation.present(text, language):
            yield Found(*text.top_line, f"the translation into `{language}` is missing", f"write {text.path.stem}.{language}.md")
