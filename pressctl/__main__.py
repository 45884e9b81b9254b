"""The entry: answers what needs no command at once, hands the rest to the commands, and catches everything once."""

from __future__ import annotations

import gc
import os
import sys

_GARBAGE = 50_000  # objects made before any of them is looked at as garbage; Python's own 700 is for programs that run on


def main() -> int:
    """Run the command line in sys.argv; the exit code."""
    _streams()
    if sys.argv[1:] == ["--version"]:
        from pressctl import __version__

        sys.stdout.write(f"pressctl {__version__}\n")
        return 0
    if os.environ.get("_PRESSCTL_COMPLETE", "").startswith("complete_"):
        from pressctl.completion import answer

        return answer(os.environ)
    gc.set_threshold(_GARBAGE)  # a command's start makes objects to keep: searching them again and again is a tenth of its time
    from pressctl.cli import run

    code = run()
    if (expressions := sys.modules.get("pressctl.pattern")) is not None:
        expressions.keep()
    gc.freeze()  # nor is there anything to find among them at the end, where the interpreter searches them all once more
    return code


def _streams() -> None:
    """A closed standard stream becomes one to nowhere, so that no file of ours gets its number and nobody's words go there."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115  # for the whole process


if __name__ == "__main__":
    sys.exit(main())
