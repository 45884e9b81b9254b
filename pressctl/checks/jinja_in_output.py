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
    for part in (text.source[: text.body_start], text.markup[text.body_start :]) if "{" in text.source else ():
        offset = 0 if part and text.source.startswith(part) and text.body_start == len(part) else text.body_start
        for match in _MARK.finditer(part):
            start = offset + match.start()
            if offset or text.block(start).end >= start >= text.block(start).start:
                yield Found(start, offset + match.end(), f"`{match[0][:40]}` stands in the text", "write the word itself")
