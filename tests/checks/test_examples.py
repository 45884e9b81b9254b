"""Every rule's own examples: the bad ones fire, where they say; the good ones stay silent; the manual is whole."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from checks.desk import office
from checks.sample_files import SAMPLES
from pressctl import check, news_copy
from pressctl.checks import BARE, EXAMPLE, EXAMPLE_NOW, RAW
from pressctl.finding import LEVELS, Finding

RULES = check.names()
FILE = re.compile(r"^FILE (\S+): (.*)\n", re.MULTILINE)


def furnish(root: Path, example: str) -> Path:
    """An office's folder with the files that an example has: written in it, or known by name."""
    given = {match[1]: match[2].replace("\\n", "\n").encode() for match in FILE.finditer(example)}
    given |= {name: data for name, data in SAMPLES.items() if name in example}
    for name, data in given.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def file(example: str) -> str:
    """An example as a whole file."""
    example = FILE.sub("", example)
    if example.startswith(RAW):
        return example.removeprefix(RAW)
    example = example.removeprefix(BARE)
    head, mark, body = example.partition("---\n")
    given, body = (head, body) if mark else ("", example)
    keys = {line.partition(":")[0] for line in given.replace("⟦", "").splitlines() if line[:1] not in (" ", "-")}
    rest = "".join(f"{key}: {value}\n" for key, value in EXAMPLE.items() if key not in keys)
    return f"---\n{given}{rest}---\n{body}\n"


def findings(rule: str, text: str, example: str) -> list[Finding]:
    chosen = check.Rule(rule, check.module(rule), None, getattr(check.module(rule), "OPTIONS", {}))
    config, raw = office("Bus Riders of Key West", bare=example.startswith(BARE)), example.startswith(RAW)
    if FILE.search(example) or any(name in example for name in SAMPLES):
        with tempfile.TemporaryDirectory() as folder:
            config = office("Bus Riders of Key West", bare=example.startswith(BARE), root=furnish(Path(folder), example))
            copy = news_copy.read(text, Path(folder) / "releases/example.md", config, EXAMPLE_NOW, raw=raw)
            return [finding for finding in check.run(copy, [chosen]) if finding.rule == rule]
    others = check.rules(config) if getattr(check.module(rule), "LAST", False) else [chosen]
    copy = news_copy.read(text, Path("releases/example.md"), config, EXAMPLE_NOW, raw=raw)
    return [finding for finding in check.run(copy, others) if finding.rule == rule]


CASES_BAD = [(rule, number) for rule in RULES for number in range(len(check.module(rule).BAD))]
CASES_GOOD = [(rule, number) for rule in RULES for number in range(len(check.module(rule).GOOD))]


@pytest.mark.parametrize(("rule", "number"), CASES_BAD)
def test_a_bad_example_is_found_where_it_says(rule: str, number: int) -> None:
    example = check.module(rule).BAD[number]
    marked = file(example)
    text = marked.replace("⟦", "").replace("⟧", "")
    found = findings(rule, text, example)
    assert found, f"{rule} says nothing about:\n{text}"
    if "⟦" in marked:
        start = marked.index("⟦")
        line, column = marked.count("\n", 0, start) + 1, start - marked.rfind("\n", 0, start)
        width = marked.index("⟧") - start - 1
        places = [(f.line, f.column, f.end_column - f.column) for f in found]
        inside = marked[start:].partition("⟧")[0]
        if "\n" in inside:
            width = inside.index("\n") - 1
        assert (line, column, width) in places


@pytest.mark.parametrize(("rule", "number"), CASES_GOOD)
def test_a_good_example_stays_silent(rule: str, number: int) -> None:
    example = check.module(rule).GOOD[number]
    assert [f.message for f in findings(rule, file(example), example)] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if check.module(rule).FIX == "safe"])
def test_a_safe_fix_mends_its_bad_examples_and_touches_nothing_else(rule: str) -> None:
    for example in check.module(rule).BAD:
        text = file(example).replace("⟦", "").replace("⟧", "")
        found = findings(rule, text, example)
        mended = check.fixed(text, found)
        assert [f.message for f in findings(rule, mended, example) if f.safe] == []
        assert check.fixed(mended, findings(rule, mended, example)) == mended
        if any(f.safe for f in found):
            assert mended != text


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_manual_and_examples(rule: str) -> None:
    module = check.module(rule)
    first = (module.__doc__ or "").split("\n")[0]
    assert first.endswith(".")
    assert module.LEVEL in LEVELS
    assert module.FIX in ("safe", "proposed", "manual")
    assert module.BAD
    assert module.GOOD
    assert len(Path(module.__file__ or "").read_text(encoding="utf-8").splitlines()) < 80
    for option in getattr(module, "OPTIONS", {}):
        assert f"`{option}`" in (module.__doc__ or ""), "an option is not in the manual"


def test_codes_are_given_once() -> None:
    codes = [check.module(rule).CODE for rule in RULES]
    assert sorted(set(codes)) == sorted(codes)
