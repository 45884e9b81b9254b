"""pressctl with `synchronous=NORMAL`: the mistake that no killed process shows, for the tests that must see it."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any


class Weak(sqlite3.Connection):
    """A connection that waits for the disk less than it was told."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """As told, but for one word."""
        return super().execute(sql.replace("synchronous = FULL", "synchronous = NORMAL"), *values)


if __name__ == "__main__":
    connect = sqlite3.connect
    sqlite3.connect = lambda *given, **named: connect(*given, factory=Weak, **named)  # type: ignore[assignment]  # narrower than the stubs
    from pressctl.__main__ import main

    sys.exit(main())
