"""A template asks for a name that is not there: {{ release.headine }}.

In the office's own templates, personal blocks included. Source: all is rendered before the first mail leaves; here it is told a
day earlier.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options
from pressctl.rendered import made

CODE = "TPL501"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("FILE templates/email.txt.j2: {{ release.headine }} {{ body.text }}\nThe council meets.",)
GOOD = ("FILE templates/email.txt.j2: {{ release.headline }} {{ body.text }}\nThe council meets.",)
SIGNS = ("undefined", "has no", "there is no `", "no attribute")


def check(text: Copy, options: Options) -> Iterator[Found]:
    mail = text.of(made)
    if (
        mail.problem is not None
        and mail.template
        and any(sign in mail.problem.text for sign in SIGNS)
        and "no template" not in mail.problem.text
    ):
        at = mail.problem.place
        where = f"{at.file.rpartition('/')[2]}:{at.line}: " if at is not None and at.line else ""
        yield Found(*text.top_line, f"templates/{where}{mail.problem.text}", mail.problem.hint)
