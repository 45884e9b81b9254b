"""How often each rule of `check` speaks on texts by other people: findings per 1,000 words, by rule.

    python tests/benchmarks/false_alarms.py FOLDER [--show RULE] [--sample LEVEL] [--each 5] [--seed 7] [--markdown]

The folder holds plain texts (.txt), one release or news text a file: its first line is the headline, each further line a
paragraph. One in another language than English says so in its name, `bus.es.txt`. It is kept outside the repository. A rule
that speaks more than once per 1,000 words outside its purpose is to be mended or lowered. `--show` prints the places of one
rule instead, and `--sample` random places of one level, drawn with `--seed`, to be judged by a person.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
from checks.desk import office  # noqa: E402  # the path must be set first

from pressctl import check  # noqa: E402  # as above
from pressctl.finding import LEVELS, Finding  # noqa: E402  # as above

NOW = datetime(2025, 7, 3, 16, 0, tzinfo=UTC)
# what a text without front matter lacks, or what a copy from a page always has: told once a file, and true
ABOUT_THE_FILE = ("STR002", "STR003", "STR004", "STR006", "STR008", "STR013", "STR020", "DAT104")


def findings(folder: Path) -> tuple[list[Finding], int, int]:
    """All findings, the number of texts, the number of words."""
    config, found, texts, words = office("Bus Riders of Key West", bare=True), list[Finding](), 0, 0
    for path in sorted(folder.rglob("*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
        texts, words = texts + 1, words + len(text.split())
        language = path.stem.partition(".")[2] or "en"
        own = replace(config, organization=replace(config.organization, language=language))
        found += check.check_text(text, path, own, NOW, raw=True)
    return found, texts, words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", metavar="RULE", default="", help="print the findings of one rule")
    parser.add_argument("--sample", choices=LEVELS, help="print findings of one level by chance, without those about the file")
    parser.add_argument("--seed", type=int, default=7, help="of chance")
    parser.add_argument("--each", type=int, default=20, help="how many of them")
    parser.add_argument("--markdown", action="store_true", help="the table in Markdown")
    arguments = parser.parse_args()
    found, texts, words = findings(arguments.folder)
    if not words:
        raise SystemExit(f"there is no .txt file with words in {arguments.folder}")
    if arguments.show:
        show([finding for finding in found if arguments.show in (finding.rule, finding.code)][: arguments.each])
    elif arguments.sample:
        pool = [finding for finding in found if finding.level == arguments.sample and finding.code not in ABOUT_THE_FILE]
        show(random.Random(arguments.seed).sample(pool, min(arguments.each, len(pool))))
    else:
        report(found, texts, words, "| " if arguments.markdown else "")


def show(found: list[Finding]) -> None:
    """Each finding with the words around it."""
    for finding in found:
        at = finding.column - finding.excerpt_column
        print(f"{Path(finding.file).name}:{finding.line}:{finding.column} {finding.code} {finding.message}")
        print(f"    …{finding.excerpt[max(0, at - 60) : at + 100]}…")


def report(found: list[Finding], texts: int, words: int, edge: str) -> None:
    """Rules by how often they speak; a star where it is more than once per 1,000 words."""
    counts = Counter((finding.code, finding.rule, finding.level) for finding in found)
    files = Counter((code, rule, level) for code, rule, level, _ in {(f.code, f.rule, f.level, f.file) for f in found})
    between = " | " if edge else "  "
    print(f"{texts} texts, {words:,} words, {len(found)} findings: {1000 * len(found) / words:.1f} per 1,000 words\n")
    print(edge + between.join(("code  ", f"{'rule':26}", f"{'level':8}", "findings", "texts", "per 1,000 words")) + edge.rstrip())
    if edge:
        print("| --- | --- | --- | ---: | ---: | ---: |")
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        rate = 1000 * count / words
        often = " *" if rate > 1 and key[0] not in ABOUT_THE_FILE else ""
        cells = (key[0], f"{key[1]:26}", f"{key[2]:8}", f"{count:8}", f"{files[key]:5}", f"{rate:8.2f}{often}")
        print(edge + between.join(cells) + (" |" if edge else ""))
    by_level = Counter(finding.level for finding in found)
    print("\n" + ", ".join(f"{level}: {1000 * by_level[level] / words:.2f} per 1,000 words" for level in LEVELS))


if __name__ == "__main__":
    main()
