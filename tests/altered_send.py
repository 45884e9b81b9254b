"""`pressctl send` with another Mailpit adapter, for tests that kill the process: python altered_send.py HOW WORDS…

keyed: the adapter says that the provider remembers keys for a day. bug: reading the fifth answer is a mistake of ours.
batch: it sends batches of up to ten. batch-keyed: both.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import batching

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
    how = sys.argv.pop(1)
    if how.endswith("keyed"):
        mailpit.PROFILE = replace(mailpit.PROFILE, key_window=timedelta(hours=24))
    if how.startswith("batch"):
        mailpit.PROFILE = replace(mailpit.PROFILE, batch=10)
        mailpit.batch_request, mailpit.batch_outcomes = batching.batch_request, batching.batch_outcomes  # type: ignore[attr-defined]  # new ones
    if how == "bug":
        mailpit.outcome = mistaken
    sys.exit(run())
