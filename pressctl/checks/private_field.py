"""A template uses what is kept about a contact for the office alone: notes, consent, embargo, tier.

In the office's own templates. Templates never see these; the mail would fail for all. Source: privacy by design: what cannot be
rendered cannot leak.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import own_templates

CODE = "TPL505"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("FILE templates/email.txt.j2: {% personal %}{{ contact.notes }}{% endpersonal %} {{ body.text }}\nThe council meets.",)
GOOD = ("FILE templates/email.txt.j2: {% personal %}{{ contact.name }}{% endpersonal %} {{ body.text }}\nThe council meets.",)
_PRIVATE = pattern(
    r"\bcontact\s*(?:\.\s*|\[\s*[\"'])(notes?|consent|embargo|do_not_contact|tier|source|verified|details|hold_until|tags)\b"
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for name, source in text.of(own_templates).items():
        for match in _PRIVATE.finditer(source):
            line = source.count("\n", 0, match.start()) + 1
            yield Found(*text.top_line, f"templates/{name}:{line}: `contact.{match[1]}` is for the office alone", "take it out")
