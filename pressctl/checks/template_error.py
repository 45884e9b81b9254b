"""A template cannot be used: a mistake in its syntax, an include that is not there.

In the office's own templates. Names that are not there are told by undefined-variable. Source: all is rendered before the first
mail leaves; here it is told a day earlier.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.checks.undefined_variable import SIGNS
from pressctl.rendered import made

CODE = "TPL508"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "FILE templates/email.txt.j2: {% if release.headline %} {{ body.text }}\nThe council meets.",
    'FILE templates/email.txt.j2: {% include "none.j2" %}\nThe council meets.',
)
GOOD = ("FILE templates/email.txt.j2: {{ body.text }}\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    mail = text.of(made)
    if mail.problem is not None and (not any(sign in mail.problem.text for sign in SIGNS) or "no template" in mail.problem.text):
        at = mail.problem.place
        where = f"templates/{at.file.rpartition('/')[2]}:{at.line or 1}: " if at is not None and mail.template else ""
        yield Found(*text.top_line, where + mail.problem.text, mail.problem.hint)
