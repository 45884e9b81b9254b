"""`pressctl send` with another Mailpit adapter, for tests that kill the process: python altered_send.py keyed|bug WORDS…

keyed: the adapter says that the provider remembers keys for a day. bug: reading the fifth answer is a mistake of ours.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pressctl.cli import run
from pressctl.providers import mailpit

if TYPE_CHECKING:
    import httpx2

    from pressctl.delivery import Outcome

_answers, _outcome = itertools.count(1), mailpit.outcome


def mistaken(response: httpx2.Response) -> Outcome:
    if next(_answers) == 5:
        raise ZeroDivisionError("desk1@newsroom-1.net")
    return _outcome(response)


if __name__ == "__main__":
    if sys.argv.pop(1) == "keyed":
        mailpit.PROFILE = replace(mailpit.PROFILE, key_window=timedelta(hours=24))
    else:
        mailpit.outcome = mistaken
    sys.exit(run())
