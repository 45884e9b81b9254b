"""A greeting takes a name that many contacts lack: "Dear ,".

Looks in the office's own templates for a greeting with `contact.given` or `contact.family` and without `or`, `default` or `if`.
Desks have no given name. Source: mails that begin with "Dear ,".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import own_templates

CODE = "TPL503"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("FILE templates/email.txt.j2: {% personal %}Dear {{ contact.given }},{% endpersonal %} {{ body.text }}\nThe council meets.",)
GOOD = (
    'FILE templates/email.txt.j2: {% personal %}Dear {{ contact.given or "editor" }},{% endpersonal %} {{ body.text }}\nThe council meets.',
)
_GREETING = pattern(
    r"\b(?:Dear|Hi|Hello|Estimad[oa]s?|Querid[oa]s?|Hola|Prezad[oa]s?|Bonjou)\s+\{\{-?\s*contact\.(?:given|family)\s*(?:\|\s*(?:title|capitalize|trim)\s*)*-?\}\}",
    re.IGNORECASE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for name, source in text.of(own_templates).items():
        for match in _GREETING.finditer(source):
            line = source.count("\n", 0, match.start()) + 1
            yield Found(
                *text.top_line,
                f"templates/{name}:{line}: a desk without this name is greeted with nothing",
                'write {{ contact.given or "editor" }}',
            )
