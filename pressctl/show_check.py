"""How the findings of `check` are shown: lines with a caret, JSON, SARIF for editors and CI, a rule's manual, a diff."""

from __future__ import annotations

import contextlib
import difflib
import inspect
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pressctl import __version__, check
from pressctl.checks import BARE, RAW
from pressctl.finding import LEVELS, Finding, mask_all
from pressctl.show import cells, coloured, emit, inert, paint, width

_STYLE = {"error": "red", "warning": "yellow", "advice": "cyan"}
_SARIF_LEVEL = {"error": "error", "warning": "warning", "advice": "note"}
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def findings(found: Sequence[Finding], checked: int) -> None:
    """Each finding on a line, with its source line and a caret on a terminal; then the sum."""
    terminal = sys.stdout.isatty()
    for finding in found:
        place = paint(inert(f"{finding.file}:{finding.line}:{finding.column}"), "bold", sys.stdout)
        level = paint(finding.level, _STYLE[finding.level], sys.stdout)
        emit(f"{place} {level} {finding.rule} {inert(finding.message)}")
        if terminal:
            for line in _excerpt(finding):
                emit(line)
            if finding.hint:
                emit(f"    {paint('hint', 'cyan', sys.stdout)}: {inert(finding.hint)}")
            emit()
    emit(summary(found, checked))


def summary(found: Sequence[Finding], checked: int) -> str:
    """`2 errors, 1 warning in 1 release; 1 can be mended with --fix`."""
    releases = f"{checked} release{'' if checked == 1 else 's'}"
    if not found:
        return f"nothing found in {releases}"
    counts = {level: sum(finding.level == level for finding in found) for level in LEVELS}
    parts = [_counted(level, count) for level, count in counts.items() if count]
    safe = sum(finding.safe for finding in found)
    return f"{', '.join(parts)} in {releases}" + (f"; {safe} can be mended with --fix" if safe else "")


def _counted(level: str, count: int) -> str:
    return f"{count} {level}{'' if count == 1 or level == 'advice' else 's'}"


def _excerpt(finding: Finding) -> Iterator[str]:
    """The part of the line around the finding that fits the terminal, and a caret below it."""
    room = max(20, width(sys.stdout) - 6)
    line, at = finding.excerpt.replace("\t", " "), finding.column - finding.excerpt_column
    length = max(1, min(finding.end_column - finding.column, room - 12))
    first = max(0, min(at - room // 3, len(line) - room)) if len(line) > room else 0
    shown = inert(line[first : first + room])
    mark = inert(line[first:at])
    bar = paint("  |", "dim", sys.stdout)
    yield f"{bar} {'…' if first else ''}{shown}{'…' if first + room < len(line) else ''}".rstrip()
    pad = " " * (cells(mark) + bool(first))
    yield f"{bar} {pad}{paint('^' * length, _STYLE[finding.level], sys.stdout)}"


class Progress:
    """A line on stderr, on a terminal only, that says how much is done; once the rules have taken longer than a second."""

    PATIENCE = 1.0  # seconds

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._start = time.monotonic()
        self._shown = ""

    def __enter__(self) -> Callable[[], None]:
        return self.hear

    def hear(self) -> None:
        """One more rule is done."""
        self._done += 1
        if time.monotonic() - self._start > self.PATIENCE and sys.stderr.isatty():
            self._say(f"checking: {min(99, 100 * self._done // self._total)} %")

    def _say(self, text: str) -> None:
        if text != self._shown:
            with contextlib.suppress(OSError):  # the terminal is gone
                sys.stderr.write(f"\r{text.ljust(len(self._shown))}" + ("" if text else "\r"))
                sys.stderr.flush()
            self._shown = text

    def __exit__(self, *_: object) -> None:
        self._say("")


def as_json(found: Sequence[Finding]) -> None:
    """One JSON array of findings."""
    import json

    emit(json.dumps([finding.data() for finding in found], ensure_ascii=False, indent=2))


def as_sarif(found: Sequence[Finding]) -> None:
    """SARIF 2.1.0 (OASIS), which editors and CI services read."""
    import json

    emit(json.dumps(sarif(found), ensure_ascii=False, indent=2))


def sarif(found: Sequence[Finding]) -> dict[str, Any]:
    """A SARIF log of one run; columns count from 1, in characters (`unicodeCodePoints`)."""
    names = sorted({finding.rule for finding in found})
    driver = {"name": "pressctl", "version": __version__, "rules": [_sarif_rule(name) for name in names]}
    results = [
        {
            "ruleId": finding.rule,
            "ruleIndex": names.index(finding.rule),
            "level": _SARIF_LEVEL[finding.level],
            "message": {"text": f"{finding.message}. {finding.hint}".rstrip(". ") + "."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(finding.file)},
                        "region": {"startLine": finding.line, "startColumn": finding.column, "endColumn": finding.end_column},
                    }
                }
            ],
            "partialFingerprints": {"pressctl/v1": finding.fingerprint},
        }
        for finding in found
    ]
    return {
        "$schema": _SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _uri(file: str) -> str:
    from pathlib import PurePath
    from urllib.parse import quote

    return quote(PurePath(file).as_posix())


def _sarif_rule(name: str) -> dict[str, Any]:
    module = check.module(name)
    first, _, rest = inspect.cleandoc(module.__doc__ or "").partition("\n")
    return {
        "id": name,
        "name": module.CODE,
        "shortDescription": {"text": first},
        "fullDescription": {"text": rest.strip() or first},
        "defaultConfiguration": {"level": _SARIF_LEVEL[module.LEVEL]},
    }


def manual(name: str) -> None:
    """A rule's manual: what it looks for and why, its options, and its examples."""
    module = check.module(name)
    emit(paint(f"{name} ({module.CODE}), {module.LEVEL}", "bold", sys.stdout))
    emit()
    emit(inspect.cleandoc(module.__doc__ or ""))
    options = getattr(module, "OPTIONS", {})
    if options:
        emit()
        emit(f"[check.rules.{name}]")
        for key, value in options.items():
            emit(f"{key} = {_toml(value)}")
    for title, examples in (("It speaks about", module.BAD), ("It is silent about", module.GOOD)):
        emit(f"\n{title}:")
        for example in examples:
            emit("\n" + "\n".join(f"    {inert(line)}" for line in example.removeprefix(RAW).removeprefix(BARE).rstrip("\n").split("\n")))
    mended = {"safe": "`--fix` mends it.", "proposed": "A way to mend it is proposed.", "manual": "It is mended by hand."}[module.FIX]
    emit(f"\n{mended} To accept it: <!-- pressctl: allow {name} REASON --> above the line.")


def _toml(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def rules() -> None:
    """All rules: code, level, name, and what each says in a sentence."""
    from pressctl import show

    rows = []
    for name in check.names():
        module = check.module(name)
        rows.append((module.CODE, module.LEVEL, name, (module.__doc__ or "").split("\n")[0]))
    show.table(("code", "level", "rule", "speaks when"), sorted(rows), sys.stdout, _STYLE)


def diff(name: str, before: str, after: str, secrets: Mapping[str, str]) -> None:
    """What a fix changes, as a unified diff; what identifies somebody stays masked."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), f"a/{name}", f"b/{name}", lineterm="", n=1)
    for line in lines:
        shown = inert(mask_all(line, secrets))
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "") if coloured(sys.stdout) else ""
        emit(paint(shown, style, sys.stdout))
