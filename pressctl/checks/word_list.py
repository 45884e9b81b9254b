"""A word that the house avoids.

Set in [style]: `words.undocumented = "avoid"`, or `words.alien = "person"` for another word to write; `"allow"` lets it pass.
Quotations are left alone. Source: the house's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pressctl.checks import Copy, Found, Level, Options

CODE = "STY328"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("check: {words: {stakeholder: avoid}}\n---\nThe ⟦stakeholder⟧ meets.", "check: {words: {alien: person}}\n---\nThe ⟦alien⟧ meets.")
GOOD = ("check: {words: {stakeholder: allow}}\n---\nThe stakeholder meets.", "The stakeholder meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    tables = (text.settings.get("style"), text.checks)
    words = {
        str(k): str(v) for t in tables if isinstance(t, Mapping) and isinstance(t.get("words"), Mapping) for k, v in t["words"].items()
    }
    for word, instead in words.items():
        if instead == "allow" or not word.strip():
            continue
        for start in text.vocabulary.get(word.lower(), ()):
            if not text.quoted(start):
                other = "" if instead == "avoid" else instead
                yield Found(
                    start,
                    start + len(word),
                    f"the house avoids `{word}`",
                    f"write `{other}`" if other else "use another word",
                    other or None,
                )
