"""Template marks stand in the text: {{ name }}.

In headline, body and other text that is read; code is left alone. Nothing fills them: a release is not a template. Source: mails
that begin with "Dear {{ first_name }}".
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TPL502"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("Dear ⟦{{ contact.name }}⟧, the council meets.", "headline: The ⟦{{ city }}⟧ council meets\n---\nIt meets.", "⟦{% if x %}⟧It meets.")
GOOD = ("The council meets.", "Write `{{ name }}` there.", "It is {so}.")
_MARK = pattern(r"\{\{[^{}\n]{0,200}\}\}|\{%[^{}\n]{0,200}%\}|\{#\s[^{}\n]{0,200}#\}")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if "{" not in text.source:
        return
    matter = [(block.start, block.end, text.source) for block in text.blocks if block.start < text.body_start]
    for start, end, where in (*matter, (text.body_start, len(text.source), text.markup)):
        for match in _MARK.finditer(where, start, end):
            yield Found(match.start(), match.end(), f"`{match[0][:40]}` stands in the text", "write the word itself")
