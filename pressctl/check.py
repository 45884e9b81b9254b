"""The wire desk: runs the rules over a release and gives its findings, with what was accepted left out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from pressctl import checks, files, kept, news_copy
from pressctl.config import Config
from pressctl.document import nearest
from pressctl.errors import ConfigError, ReleaseError
from pressctl.finding import LEVELS, Finding, Found, Level, fingerprint, hidden, mask_all
from pressctl.news_copy import Copy
from pressctl.pattern import pattern
from pressctl.release import Release
from pressctl.values import dataclass

_ALLOW = pattern(r"<!--\s*pressctl:\s*allow\s+([\w-]+)[ \t]*(.*?)\s*-->", re.DOTALL, near="<!--")
Hear = Callable[[], None]  # told that one more rule is done
_BASE = ("level",)  # options that every rule has


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its module, and what the configuration makes of it."""

    name: str
    module: ModuleType
    level: Level | None  # the configuration's; None is the rule's own
    options: Mapping[str, Any]

    @property
    def code(self) -> str:
        """Its place in the catalogue, DAT101."""
        return str(self.module.CODE)

    @property
    def masks(self) -> bool:
        """Whether what it finds identifies a person."""
        return bool(getattr(self.module, "MASK", False))


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: Rule
    found: Found


@dataclass(frozen=True, slots=True)
class _Allow:
    """Something the author accepts: a rule's name or code or a fingerprint, on one line or (0) in the whole file."""

    rule: str
    reason: str
    line: int
    start: int
    end: int


def names() -> list[str]:
    """The rules that are there, by name."""
    return sorted(
        name.removesuffix(".py").replace("_", "-")
        for name in os.listdir(checks.__path__[0])
        if name.endswith(".py") and not name.startswith("_")
    )


@cache
def module(name: str) -> ModuleType:
    """The module of a rule that is there, imported from where `names` has found it: no search along the path for each."""
    full = f"pressctl.checks.{name.replace('-', '_')}"
    if full not in sys.modules:
        found = ModuleType(full)
        found.__file__ = _path(name)
        exec(_codes()[name], found.__dict__)  # noqa: S102  # what an import does
        sys.modules[full] = found
    return sys.modules[full]


def _path(name: str) -> str:
    return f"{checks.__path__[0]}/{name.replace('-', '_')}.py"


@cache
def _codes() -> Mapping[str, CodeType]:
    """The code of each rule, all from one kept file: of two hundred one by one, opening and checking is most of the work.

    Kept until a rule is added, taken away, or changed: each counts with its path, time and size, as for Python's own byte code.
    """
    known = names()
    states = [(path, status.st_mtime_ns, status.st_size) for path in map(_path, known) for status in (os.stat(path),)]
    found: Mapping[str, CodeType] | None = kept.read("rules", repr(states))
    if found is None:
        found = {name: _code(name) for name in known}
        kept.write("rules", repr(states), found)
    return found


def _code(name: str) -> CodeType:
    code = SourceFileLoader(name, _path(name)).get_code(name)
    if code is None:
        raise ImportError(name)
    return code


def find(word: str) -> str:
    """The rule meant by a name or a code. Raises ConfigError with the nearest names."""
    known = names()
    if word in known:
        return word
    for name in known:
        if word.upper() == module(name).CODE:
            return name
    shown = word if word.isprintable() else "of this name"
    raise ConfigError(f"there is no rule `{shown}`", hint=nearest(word, known) or "`pressctl check --rules` lists them")


def rules(config: Config) -> list[Rule]:
    """The rules that run in this office, with their options. Raises ConfigError for a rule or an option that is not there."""
    table = _table(config, "check", config.other.get("check", {}))
    disabled = {_named(config, "check.disable", word) for word in _words(config, "check.disable", table.get("disable", ()))}
    enabled = {_named(config, "check.enable", word) for word in _words(config, "check.enable", table.get("enable", ()))}
    own = {
        _named(config, "check.rules", name): (name, value) for name, value in _table(config, "check.rules", table.get("rules", {})).items()
    }
    guide = _table(config, "style", config.other.get("style", {})).get("guide", "ap")
    found = []
    for name in names():
        loaded = module(name)
        if name in disabled or (getattr(loaded, "OFF", False) and name not in enabled):
            continue
        if getattr(loaded, "GUIDE", guide) != guide:
            continue
        written, value = own.get(name, ("", {}))
        level, options = _options(config, loaded, f"check.rules.{written}", value)
        found.append(Rule(name, loaded, level, options))
    return found


def _table(config: Config, key: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"[{key}] is a table", config.places.get(key))
    return value


def _words(config: Config, key: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise ConfigError(f"`{key}` is a list of rules", config.places.get(key), 'write it as ["weekday-mismatch"]')
    return list(value)


def _named(config: Config, key: str, word: str) -> str:
    try:
        return find(word)
    except ConfigError as error:
        problem = error.problems[0]
        raise ConfigError(problem.text, config.places.get(f"{key}.{word}", config.places.get(key)), problem.hint) from None


def _options(config: Config, loaded: ModuleType, key: str, value: Any) -> tuple[Level | None, Mapping[str, Any]]:
    defaults: Mapping[str, Any] = getattr(loaded, "OPTIONS", {})
    if value == {}:
        return None, defaults
    table = dict(_table(config, key, value))
    level = table.pop("level", None)
    if level is not None and level not in LEVELS:
        raise ConfigError(f"`{level}` is not one of {', '.join(LEVELS)}", config.places.get(f"{key}.level"))
    for name, given in table.items():
        place = config.places.get(f"{key}.{name}")
        if name not in defaults:
            raise ConfigError(f"the rule has no option `{name}`", place, nearest(name, [*defaults, *_BASE]))
        if type(given) is not type(defaults[name]):
            raise ConfigError(f"`{name}` must be like its default, {defaults[name]!r}", place)
    return level, {**defaults, **table}


def check_release(release: Release, config: Config, now: datetime | None = None) -> tuple[Finding, ...]:
    """The findings of a release, in the order of its file, which is read again. `now` is a time with zone; the clock's without."""
    return check_file(release.path, config, now)


def check_file(path: Path, config: Config, now: datetime | None = None, hear: Hear | None = None) -> tuple[Finding, ...]:
    """The findings of a release file, in its order. Raises ReleaseError where it is no text or has no front matter.

    `hear` is told after each rule.
    """
    return check_text(files.read_text(path, ReleaseError, "release"), path, config, now, hear=hear)


def check_text(
    text: str, path: Path, config: Config, now: datetime | None = None, *, raw: bool | None = None, hear: Hear | None = None
) -> tuple[Finding, ...]:
    """The findings of a text as if it stood in the file `path`.

    `raw`: a plain text without front matter, whose first line is the headline and whose lines (or, with empty lines
    between them, blocks) are paragraphs; None takes a text that does not begin with `---` as one, unless its file is .md.
    """
    if raw is None:
        raw = not text.startswith("---") and path.suffix != ".md"
    return run(news_copy.read(text, path, config, now or datetime.now(UTC), raw=raw), rules(config), hear)


def errors(release: Release, config: Config, now: datetime | None = None) -> list[Finding]:
    """The findings that block a live send."""
    return [finding for finding in check_release(release, config, now) if finding.level == "error"]


def run(text: Copy, chosen: Iterable[Rule], hear: Hear | None = None) -> tuple[Finding, ...]:
    """The findings of these rules over a text, those accepted left out, in the order of the file."""
    chosen = list(chosen)
    hits: list[_Hit] = []
    for rule in chosen:
        if not getattr(rule.module, "LAST", False):
            hits += _hits(rule, text)
        if hear is not None:
            hear()
    masks = _Masks(text, hits)
    allows = _Allows(text)
    kept, prints = [], {}
    for hit, print_ in zip(hits, _fingerprints(text, hits, masks), strict=True):
        prints[id(hit)] = print_
        if not allows.take(hit, print_):
            kept.append(hit)
    worst = {text.position(hit.found.start)[0] for hit in kept if _level(hit) == "error"}
    late = replace(text, reported=frozenset(worst), unused=allows.unused())
    kept += [hit for rule in chosen if getattr(rule.module, "LAST", False) for hit in _hits(rule, late)]
    kept.sort(key=lambda hit: (hit.found.start, LEVELS.index(_level(hit)), hit.rule.code))
    return tuple(_finding(text, hit, prints.get(id(hit), ""), masks) for hit in kept)


def _hits(rule: Rule, text: Copy) -> Iterator[_Hit]:
    for found in rule.module.check(text, rule.options):
        yield _Hit(rule, found)


def _level(hit: _Hit) -> Level:
    return hit.rule.level or hit.found.level or hit.rule.module.LEVEL


class _Masks:
    """What the MASK rules found in a text, accepted or not, and how everything is shown without it."""

    EVERYWHERE = 50  # so many values are hidden wherever they stand; of more, where they were found and on the same line

    def __init__(self, text: Copy, hits: Iterable[_Hit]) -> None:
        self.values: dict[str, str] = {}
        self.on_line: dict[int, dict[str, str]] = {}
        parts, at = [], 0
        for hit in sorted((hit for hit in hits if hit.rule.masks), key=lambda hit: hit.found.start):
            found = hit.found
            value = text.source[found.start : found.end]
            mask = found.mask if len(found.mask) == len(value) else hidden(value)  # places must stay
            self.on_line.setdefault(text.position(found.start)[0], {})[value] = mask
            if value.strip() and len(self.values) < self.EVERYWHERE:
                self.values[value] = mask
                forms = [form for form in (value.upper(), *value.split("\n")) if form.strip()]  # shown lines are single lines
                if hit.rule.module.MASK == "name":  # the surname alone gives somebody away, too, and so do capitals
                    forms += [form for word in value.split() if len(word) > 2 for form in (word, word.upper())]
                else:
                    forms += _figures(value)
                for form in forms:
                    self.values.setdefault(form, hidden(form))
            if found.end > at:
                parts += [text.source[at : found.start], mask[max(0, at - found.start) :]]
                at = found.end
        self.source = mask_all("".join([*parts, text.source[at:]]), self.values)

    def words(self, words: str, line: int) -> str:
        """A message or a fix, said about a line."""
        return mask_all(words, {**self.values, **self.on_line.get(line, {})}) if self.on_line else words


def _figures(value: str) -> Iterator[str]:
    """A long number as it may stand elsewhere: without what is before it, without what is between, an A-number's in threes."""
    figures = "".join(character for character in value if character.isdigit())
    if len(figures) >= 7:
        yield value[value.index(figures[0]) :]
        yield figures
    if len(figures) == 9 and value.startswith("A"):
        yield from (sign.join((figures[:3], figures[3:6], figures[6:])) for sign in "- ")


def _fingerprints(text: Copy, hits: list[_Hit], masks: _Masks) -> Iterator[str]:
    """From the words around each finding, which stay when lines move; equal ones are counted."""
    seen: dict[tuple[str, str], int] = {}
    for hit in hits:
        first, last = _around(text, hit.found.start, 80)
        key = (hit.rule.name, masks.source[first:last])
        seen[key] = seen.get(key, 0) + 1
        yield fingerprint(*key, seen[key])


def _around(text: Copy, offset: int, most: int) -> tuple[int, int]:
    """The line of an offset, and of a long one the part near it."""
    line, _ = text.position(offset)
    return max(text.lines[line - 1], offset - most), min(text.line_end(offset), offset + most)


def _finding(text: Copy, hit: _Hit, print_: str, masks: _Masks) -> Finding:
    found, rule = hit.found, hit.rule
    line, column = text.position(found.start)
    end = min(max(found.end, found.start), text.line_end(found.start))
    first, last = _around(text, found.start, 400)
    return Finding(
        file=str(text.path),
        line=line,
        column=column,
        level=_level(hit),
        rule=rule.name,
        code=rule.code,
        message=masks.words(found.message, line),
        hint=masks.words(found.hint, line),
        fix=masks.words(found.fix, line) if isinstance(found.fix, str) else None,
        safe=rule.module.FIX == "safe" and bool(found.edits),
        end_column=column + end - found.start,
        fingerprint=print_,
        excerpt=masks.source[first:last],
        excerpt_column=first - text.lines[line - 1] + 1,
        edits=found.edits,
    )


class _Allows:
    """What the author accepts, and what of it was needed."""

    def __init__(self, text: Copy) -> None:
        self.text = text
        self.all = list(_allows(text))
        self.used: set[_Allow] = set()
        self.table: dict[tuple[str, int], list[_Allow]] = {}
        for allow in self.all:
            for line in {allow.line, allow.line + 1} if allow.line else {0}:
                self.table.setdefault((allow.rule, line), []).append(allow)
        privacy = text.config.other.get("privacy", {})
        block = privacy.get("block", ()) if isinstance(privacy, Mapping) else ()
        self.blocked = frozenset(word for word in block if isinstance(word, str)) if isinstance(block, list | tuple) else frozenset()

    def take(self, hit: _Hit, print_: str) -> bool:
        """Whether this finding is accepted; `privacy.block` names rules of which nothing is."""
        if hit.rule.code in self.blocked or hit.rule.name in self.blocked:
            return False
        line, _ = self.text.position(hit.found.start) if self.table else (0, 0)
        keys = (hit.rule.name, hit.rule.code, print_) if self.table else ()
        fitting = [allow for key in keys for at in (0, line) for allow in self.table.get((key, at), ())]
        self.used.update(fitting)
        return bool(fitting)

    def unused(self) -> tuple[tuple[str, str, int, int], ...]:
        """Those that nothing needed or that give no reason: rule, reason, start, end."""
        return tuple((a.rule, a.reason, a.start, a.end) for a in self.all if a not in self.used or not a.reason)


def _allows(text: Copy) -> Iterator[_Allow]:
    """What the front matter and comments accept. A comment on a line of its own is for the next line that is not empty."""
    for value in text.values.values():
        table, _, rule = value.path.removeprefix("check.").partition(".")
        if value.path.startswith("check.") and table in ("allow", "ignore", "accept") and rule:
            yield _Allow(rule, value.text, 0, value.start, value.end)
    last = 0
    for match in _ALLOW.finditer(text.source):
        line, _ = text.position(match.end() - 1)
        row = text.source[text.lines[line - 1] : text.line_end(match.end() - 1)].strip() if line != last else ""
        last = line
        if row.startswith("<!--") and row.endswith("-->"):  # alone on its line: it is for the next one that is not empty
            while line < len(text.lines) and not text.source[text.lines[line] : text.line_end(text.lines[line])].strip():
                line += 1
        yield _Allow(match[1], match[2], line, match.start(), match.end())


def fixed(source: str, findings: Iterable[Finding]) -> str:
    """The text with every safe fix applied; of overlapping ones the first. What is proposed stays as it is."""
    at, parts = 0, []
    edits = sorted({edit for finding in findings if finding.safe for edit in finding.edits}, key=lambda edit: (edit.start, edit.end))
    for edit in edits:
        if edit.start >= at:
            parts += [source[at : edit.start], edit.text]
            at = edit.end
    return "".join([*parts, source[at:]])


def mended(source: str, path: Path, config: Config, now: datetime | None = None) -> str:
    """A release's text with every safe fix applied, again and again until nothing safe is left (five times at most)."""
    for _ in range(5):
        after = fixed(source, check_text(source, path, config, now))
        if after == source:
            break
        source = after
    return source


def secrets(source: str, path: Path, config: Config) -> dict[str, str]:
    """What identifies people in a text, and how each is shown instead; for whoever shows lines of the text itself."""
    text = news_copy.read(source, path, config, datetime.now(UTC), raw=not source.startswith("---") and path.suffix != ".md")
    masks = _Masks(text, [hit for rule in rules(config) if rule.masks for hit in _hits(rule, text)])
    found = {value: mask for line in masks.on_line.values() for value, mask in line.items()}
    parts = {part: hidden(part) for value in found if "\n" in value for part in value.split("\n") if part.strip()}
    return {**parts, **masks.values, **found}


def without_numbers(words: str) -> str:
    """The words of an error about a release without the numbers that identify somebody: one can stand where a date belongs."""
    from pressctl.checks import a_number, national_id, receipt_number

    for marks in (a_number.NUMBER, national_id.DASHED, receipt_number.RECEIPT):
        for match in list(marks.finditer(words)):
            words = words.replace(match[0], hidden(match[0]))
    return words
