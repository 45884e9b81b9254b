"""The entry: answers what needs no command at once, hands the rest to the commands, and catches everything once."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line in sys.argv; the exit code."""
    if sys.argv[1:] == ["--version"]:
        from pressctl import __version__

        sys.stdout.write(f"pressctl {__version__}\n")
        return 0
    if os.environ.get("_PRESSCTL_COMPLETE", "").startswith("complete_"):
        from pressctl.completion import answer

        return answer(os.environ)
    from pressctl.cli import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
