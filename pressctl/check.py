"""The wire desk: runs the rules over a release and gives its findings, with what was accepted left out."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pressctl import checks, files, news_copy
from pressctl.config import Config
from pressctl.document import nearest
from pressctl.errors import ConfigError, ReleaseError
from pressctl.finding import LEVELS, Finding, Found, Level, fingerprint, hidden, mask_all
from pressctl.news_copy import Copy
from pressctl.release import Release

_ALLOW = re.compile(r"<!--\s*pressctl:\s*allow\s+([\w-]+)[ \t]*(.*?)\s*-->", re.DOTALL)
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
    """The module of a rule that is there."""
    return importlib.import_module(f"pressctl.checks.{name.replace('-', '_')}")


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


def check_file(path: Path, config: Config, now: datetime | None = None) -> tuple[Finding, ...]:
    """The findings of a release file, in its order. Raises ReleaseError where it is no text or has no front matter."""
    return check_text(files.read_text(path, ReleaseError, "release"), path, config, now)


def check_text(text: str, path: Path, config: Config, now: datetime | None = None, *, raw: bool | None = None) -> tuple[Finding, ...]:
    """The findings of a text as if it stood in the file `path`.

    `raw`: a plain text without front matter, whose first line is the headline and whose lines (or, with empty lines
    between them, blocks) are paragraphs; None takes a text that does not begin with `---` as one, unless its file is .md.
    """
    if raw is None:
        raw = not text.startswith("---") and path.suffix != ".md"
    return run(news_copy.read(text, path, config, now or datetime.now(UTC), raw=raw), rules(config))


def errors(release: Release, config: Config, now: datetime | None = None) -> list[Finding]:
    """The findings that block a live send."""
    return [finding for finding in check_release(release, config, now) if finding.level == "error"]


def run(text: Copy, chosen: Iterable[Rule]) -> tuple[Finding, ...]:
    """The findings of these rules over a text, those accepted left out, in the order of the file."""
    chosen = list(chosen)
    hits = [hit for rule in chosen if not getattr(rule.module, "LAST", False) for hit in _hits(rule, text)]
    allows = list(_allows(text))
    blocked = _blocked(text.config)
    shown = _Shown(text, hits)
    prints = shown.fingerprints(hits)
    kept, used = [], set()
    for hit, print_ in zip(hits, prints, strict=True):
        fitting = [] if hit.rule.code in blocked or hit.rule.name in blocked else [a for a in allows if _fits(a, hit, print_, text)]
        used.update(fitting)
        if not fitting:
            kept.append(hit)
    worst = {text.position(hit.found.start)[0] for hit in kept if _level(hit) == "error"}
    unused = tuple((a.rule, a.reason, a.start, a.end) for a in allows if a not in used or not a.reason)
    late = replace(text, reported=frozenset(worst), unused=unused)
    kept += [hit for rule in chosen if getattr(rule.module, "LAST", False) for hit in _hits(rule, late)]
    kept.sort(key=lambda hit: (hit.found.start, LEVELS.index(_level(hit)), hit.rule.code))
    return tuple(_told(shown, dict(zip(map(id, hits), prints, strict=True)), kept))


def _hits(rule: Rule, text: Copy) -> Iterator[_Hit]:
    for found in rule.module.check(text, rule.options):
        yield _Hit(rule, found)


def _level(hit: _Hit) -> Level:
    return hit.rule.level or hit.found.level or hit.rule.module.LEVEL


def _blocked(config: Config) -> frozenset[str]:
    privacy = config.other.get("privacy", {})
    block = privacy.get("block", ()) if isinstance(privacy, Mapping) else ()
    return frozenset(word for word in block if isinstance(word, str)) if isinstance(block, list | tuple) else frozenset()


def _secrets(text: Copy, hits: Iterable[_Hit]) -> dict[str, str]:
    """What the MASK rules found in this text, and how each is shown instead; also line by line, since excerpts are lines."""
    secrets = {}
    for hit in hits:
        value = text.source[hit.found.start : hit.found.end]
        if not hit.rule.masks or not value.strip():
            continue
        secrets[value] = hit.found.mask or hidden(value)
        parts = [part for part in (value.upper(), *value.split("\n")) if part.strip()]
        if hit.rule.module.MASK == "name":  # the surname alone gives somebody away, too, and so do capitals
            parts += [form for word in value.split() if len(word) > 2 for form in (word, word.upper())]
        for part in parts:
            secrets.setdefault(part, hidden(part))
    return secrets


class _Shown:
    """Lines of a text as they may be shown, each masked once: a finding has its line's words in its fingerprint."""

    def __init__(self, text: Copy, hits: Iterable[_Hit]) -> None:
        self.text = text
        self.secrets = _secrets(text, hits)
        self.lines: dict[int, str] = {}

    def line(self, offset: int) -> str:
        """The line of an offset."""
        number, _ = self.text.position(offset)
        if number not in self.lines:
            self.lines[number] = self.words(_excerpt(self.text, offset))
        return self.lines[number]

    def words(self, words: str) -> str:
        """Any words about the text."""
        return mask_all(words, self.secrets)

    def fingerprints(self, hits: Iterable[_Hit]) -> list[str]:
        """Those of findings, in order."""
        seen: dict[tuple[str, str], int] = {}
        found = []
        for hit in hits:
            excerpt = self.line(hit.found.start)
            seen[hit.rule.name, excerpt] = number = seen.get((hit.rule.name, excerpt), 0) + 1
            found.append(fingerprint(hit.rule.name, excerpt, number))
        return found


def _excerpt(text: Copy, offset: int) -> str:
    line, _ = text.position(offset)
    return text.source[text.lines[line - 1] : text.line_end(offset)]


def _told(shown: _Shown, prints: Mapping[int, str], kept: list[_Hit]) -> Iterator[Finding]:
    """Findings as they are shown: what an accepted finding of a MASK rule has found stays hidden, too."""
    text = shown.text
    for hit in kept:
        found, rule = hit.found, hit.rule
        line, column = text.position(found.start)
        end = min(max(found.end, found.start), text.line_end(found.start))
        yield Finding(
            file=str(text.path),
            line=line,
            column=column,
            level=_level(hit),
            rule=rule.name,
            code=rule.code,
            message=shown.words(found.message),
            hint=shown.words(found.hint),
            fix=shown.words(found.fix) if isinstance(found.fix, str) else None,
            safe=rule.module.FIX == "safe" and bool(found.edits),
            end_column=column + end - found.start,
            fingerprint=prints.get(id(hit), ""),
            excerpt=shown.line(found.start),
            edits=found.edits,
        )


def _fits(allow: _Allow, hit: _Hit, print_: str, text: Copy) -> bool:
    if allow.rule not in (hit.rule.name, hit.rule.code, print_):
        return False
    return not allow.line or text.position(hit.found.start)[0] in (allow.line, allow.line + 1)


def _allows(text: Copy) -> Iterator[_Allow]:
    """What the front matter and comments accept. A comment on a line of its own is for the next line that is not empty."""
    for value in text.values.values():
        table, _, rule = value.path.removeprefix("check.").partition(".")
        if value.path.startswith("check.") and table in ("allow", "ignore", "accept") and rule:
            yield _Allow(rule, value.text, 0, value.start, value.end)
    if "<!--" not in text.source:
        return
    for match in _ALLOW.finditer(text.source):
        line, _ = text.position(match.end() - 1)
        alone = _excerpt(text, match.end() - 1).strip().startswith("<!--") and _excerpt(text, match.end() - 1).strip().endswith("-->")
        if alone:
            while line < len(text.lines) and not _excerpt(text, text.lines[line]).strip():
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
    """What identifies people in a text, and how each is shown instead; for whoever shows parts of the text itself."""
    text = news_copy.read(source, path, config, datetime.now(UTC), raw=not source.startswith("---") and path.suffix != ".md")
    return _secrets(text, [hit for rule in rules(config) if rule.masks for hit in _hits(rule, text)])
