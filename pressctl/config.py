"""The press office's configuration: pressctl.toml (or [tool.pressctl] of pyproject.toml) and the environment → Config."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressctl import document, files, office, toml_document
from pressctl.addresses import EMAIL, MAILBOX, NAME
from pressctl.document import Node, Problems, Scalar, nearest
from pressctl.errors import ConfigError, Place
from pressctl.message import Address
from pressctl.office import NAME_OF_FILE as NAME_OF_FILE
from pressctl.office import find as find  # the way to the file belongs to the configuration's face
from pressctl.schema import SLUG, Field, Free, Integer, ListOf, MapOf, Pattern, Text, Zone, record

SECRET_KEY = re.compile(r"(.*_)?(token|secret|password|passwd|key|credentials?)")
COMMAND_TIMEOUT = 10  # seconds; a password manager may ask for a finger, not for a meeting


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential. It never prints: not in a repr, not in a log, not in a traceback."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """The credential itself, for the one place that puts it into a request."""
        return self._value

    def __str__(self) -> str:
        return "•••"


@dataclass(frozen=True, slots=True)
class MediaContact:
    """Somebody a journalist can reach, printed on each release."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    id: str = ""  # how a release names one of the organization's contacts


@dataclass(frozen=True, slots=True)
class Organization:
    """Who issues the releases."""

    name: str
    sender: Address  # the key `from`
    reply_to: Address | None
    address: str  # postal, one line or several; printed in the footer
    language: str
    timezone: ZoneInfo
    boilerplate: str
    contacts: tuple[MediaContact, ...]
    url: str = ""
    unsubscribe: str = ""  # https URL with {key}, for one-click unsubscribing (RFC 8058); "" where there is none


@dataclass(frozen=True, slots=True)
class Section:
    """One [providers.NAME] as written; `provider.account` converts it to the provider's own settings."""

    name: str
    kind: str
    values: Mapping[str, Any]
    places: Mapping[str, Place]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A whole press office's configuration. `root` is its folder, `file` the file that was read."""

    root: Path
    file: Path
    organization: Organization
    provider: str
    to: tuple[str, ...]
    providers: Mapping[str, Section]
    selections: Mapping[str, str] = field(default_factory=dict)  # [selections] name = "expression"
    other: Mapping[str, Any] = field(default_factory=dict)  # [check], [style] and the like, as read
    places: Mapping[str, Place] = field(default_factory=dict)  # "send.to", "organization.name" … → where it stands

    @property
    def state(self) -> Path:
        """The folder for the log and the sandbox: `.pressctl/`, mode 0700, not for git."""
        return office.state(self.root)

    @property
    def log_path(self) -> Path:
        """The embedded delivery log's file."""
        return office.log_path(self.root)


_TEXT = Text(most=500)
_LINES = Text(lines=True, most=5000)

_CONTACT = record(
    "media contact",
    Field("id", SLUG, "the short name by which a release chooses this contact"),
    Field("name", NAME, "who answers, as printed", required=True),
    Field("title", _TEXT, "their title, as printed"),
    Field("email", EMAIL, "their mail address, as printed"),
    Field("phone", _TEXT, "their telephone number, as printed"),
)
# RFC 8058, section 3.1: https, and something in it that tells the recipient and is hard to forge: the delivery's key
_ONE_CLICK = re.compile(r"https://[\x21-\x7e]*\{key\}[\x21-\x7e]*")
_ORGANIZATION = record(
    "[organization] table",
    Field("name", NAME, "the name under which releases are issued", required=True),
    Field("from", MAILBOX, 'the sender, as "Press desk <press@paper.example>"', required=True),
    Field("reply_to", MAILBOX, "where answers go, if not to the sender"),
    Field("address", _LINES, "the postal address that bulk mail rules ask for, printed in the footer"),
    Field("language", _TEXT, "the language of releases that name none, such as en"),
    Field("timezone", Zone(), "the time zone of times without one, such as America/New_York", required=True),
    Field("boilerplate", _LINES, "the paragraph about the organization, in Markdown"),
    Field("url", _TEXT, "the organization's web page"),
    Field(
        "unsubscribe",
        Pattern(_ONE_CLICK, "an https:// address that holds {key}"),
        "a page of yours that takes people off the list with one click; {key} stands for the recipient",
    ),
    Field("contacts", ListOf(_CONTACT), "whom journalists can reach, printed on each release"),
)
_SEND = record(
    "[send] table",
    Field("provider", _TEXT, "the provider account that sends; the default is the sandbox"),
    Field("to", ListOf(_TEXT, single=True), "lists or expressions that get a release that names none"),
)
_LOG = record("[log] table", Field("url", _TEXT, "a shared log, which is not there yet: refused"))
_OTHER = ("check", "style", "privacy", "languages", "labels", "output")
_CONFIG = record(
    "configuration",
    Field("schema", Integer(1, 1), "the version of this file's format"),
    Field("organization", _ORGANIZATION, "who issues the releases", required=True),
    Field("send", _SEND, "how releases are sent"),
    Field("providers", MapOf(Free()), "accounts at providers, by name"),
    Field("log", _LOG, "where the delivery log is"),
    Field("selections", MapOf(_TEXT), "names for expressions that choose contacts"),
    *(Field(name, Free(), "rules of their own") for name in _OTHER),
)


def load(file: Path) -> Config:
    """The configuration in `file`. Raises ConfigError with every mistake of the file; no secret is looked up."""
    problems = Problems(str(file))
    read = toml_document.parse(files.read_text(file, ConfigError, "configuration"), problems)
    values, top = read if read is not None else ({}, document.Mapping({}, {}, 1, 1))
    problems.stop(ConfigError)
    if file.name == "pyproject.toml":
        for key in ("tool", "pressctl"):
            inner = top.entries.get(key)
            if not isinstance(inner, document.Mapping):
                raise ConfigError("this file has no [tool.pressctl] table", Place(str(file)), "see `pressctl init`")
            values, top = values[key], inner
    for key in ("organization", "send", "log", "selections"):
        if key in top.entries:
            _only_text(top.entries[key], problems)
    options = _CONFIG.read(top, problems) or {}
    providers = _sections(values.get("providers", {}), top.entries.get("providers"), problems)
    _check_log(options, top, problems)
    problems.stop(ConfigError)
    send = options.get("send", {})
    return Config(
        root=file.absolute().parent,
        file=file,
        organization=_organization(options["organization"]),
        provider=send.get("provider", "sandbox"),
        to=send.get("to", ()),
        providers=providers,
        selections=options.get("selections", {}),
        other={key: values[key] for key in _OTHER if key in values},
        places=_places(top, str(file)),
    )


def _organization(options: Mapping[str, Any]) -> Organization:
    return Organization(
        name=options["name"],
        sender=options["from"],
        reply_to=options.get("reply_to"),
        address=options.get("address", ""),
        language=options.get("language", "en"),
        timezone=options["timezone"],
        boilerplate=options.get("boilerplate", ""),
        contacts=tuple(media_contact(contact) for contact in options.get("contacts", ())),
        url=options.get("url", ""),
        unsubscribe=options.get("unsubscribe", ""),
    )


def media_contact(options: Mapping[str, Any]) -> MediaContact:
    """A media contact from what the schema has read; other keys are left aside."""
    return MediaContact(**{key: options[key] for key in ("id", "name", "title", "email", "phone") if key in options})


def _only_text(node: Node, problems: Problems) -> None:
    """TOML knows numbers, dates and true; a name or a telephone number written as one is a slip."""
    if isinstance(node, toml_document.Literal):
        problems.add("text is expected here", node, "put it in quotes")
    elif isinstance(node, document.Sequence):
        for item in node.items:
            _only_text(item, problems)
    elif isinstance(node, document.Mapping):
        for value in node.entries.values():
            _only_text(value, problems)


def _places(node: Node, file: str, path: str = "") -> dict[str, Place]:
    places = {path: Place(file, node.line, node.column)} if path else {}
    if isinstance(node, document.Mapping):
        for key, value in node.entries.items():
            below = f"{path}.{key}" if path else key
            places.update(_places(value, file, below))
            places[below] = Place(file, node.keys[key].line, node.keys[key].column)
    return places


def _sections(values: Any, tables: Node | None, problems: Problems) -> dict[str, Section]:
    sections: dict[str, Section] = {}
    if not isinstance(tables, document.Mapping):
        return sections
    for name, table in tables.entries.items():
        at = tables.keys[name]
        if not isinstance(table, document.Mapping):
            problems.add(f"`{name}` is not a table", at, f"write [providers.{name}] and the account's keys below it")
            continue
        if not SLUG.regex.fullmatch(name):
            problems.add(f"`{name}` is not {SLUG.form}", at)
        for key, value in table.entries.items():
            if SECRET_KEY.fullmatch(key) and type(value) is Scalar:
                problems.add(f"the secret `{key}` is written in the file itself", table.keys[key], _secret_hint(name, key))
        kind = values[name].get("kind", name)
        if not isinstance(kind, str):
            problems.add("text is expected here", table.keys["kind"], "name the provider, in quotes")
        places = {key: Place(problems.file, node.line, node.column) for key, node in table.keys.items()}
        place = Place(problems.file, at.line, at.column)
        sections[name] = Section(name, str(kind), {k: v for k, v in values[name].items() if k != "kind"}, places, place)
    return sections


def _secret_hint(name: str, key: str) -> str:
    variable = re.sub(r"[^A-Z0-9]", "_", f"{name}_{key}".upper())
    return (
        f'take it out and write {key} = {{ env = "{variable}" }}, {{ keyring = "{name}" }} or {{ command = "pass show {name}" }}; '
        "if others have seen this file, replace the secret at the provider"
    )


def _check_log(options: Mapping[str, Any], top: document.Mapping, problems: Problems) -> None:
    """Two machines that each write a log of their own would send everything twice, so the key is refused, not ignored."""
    url = options.get("log", {}).get("url", "")
    if not url:
        return
    table = top.entries["log"]
    at = table.keys["url"] if isinstance(table, document.Mapping) else table
    if re.match(r"[^:/]+://[^@/]*:[^@/]*@", url) or "password=" in url:
        problems.add("a password is written in the log's address", at, "leave it out, and give it by PGPASSWORD or ~/.pgpass")
        return
    hint = "take the key `url` out, and send from one machine only: its log, in .pressctl/, knows who has been written to"
    problems.add("a shared log is not there yet", at, hint)


def secret(value: object, place: Place | None, environment: Mapping[str, str] | None = None) -> Secret:
    """The credential that { env = … }, { keyring = … } or { command = … } names, looked up now.

    `environment` is the process's own where it is not given. Raises ConfigError, which names where was looked, never
    what was found.
    """
    if not isinstance(value, Mapping) or len(value) != 1 or not all(isinstance(v, str) and v for v in value.values()):
        hint = 'write { env = "NAME" }, { keyring = "NAME" } or { command = "pass show NAME" }'
        raise ConfigError("this does not say where the secret is", place, hint)
    [(source, name)] = value.items()
    if source == "env":
        found = (os.environ if environment is None else environment).get(name, "")
        if not found.strip():
            raise ConfigError(f"the environment variable {name} is not set", place, f"export {name}=… before the command")
    elif source == "keyring":
        found = _from_keyring(name, place)
    elif source == "command":
        found = _from_command(name, place)
    else:
        sources = ("env", "keyring", "command")
        raise ConfigError(f"`{source}` is no source of secrets", place, nearest(source, sources) or "use env, keyring or command")
    found = found.strip()
    if not found.isascii() or not found.isprintable():
        raise ConfigError("the secret holds a character that no credential has", place, "copy it again from the provider")
    return Secret(found)


def _from_keyring(name: str, place: Place | None) -> str:
    """The system's keyring, by the `keyring` package where it is installed, else by its command. Service: pressctl."""
    hint = f"store it with: keyring set pressctl {name}"
    try:
        import keyring  # type: ignore[import-not-found, unused-ignore]  # not a dependency: used where a person has it
    except ImportError:
        return _output(["keyring", "get", "pressctl", name], place, hint)
    try:
        found = keyring.get_password("pressctl", name)
    except Exception:  # noqa: BLE001, RUF100  # a back-end may raise anything, and its message may hold anything
        raise ConfigError("the keyring cannot be read", place, "unlock it, or use { env = … }") from None
    if not found:
        raise ConfigError(f"the keyring has no entry `{name}`", place, hint)
    return str(found)


def _from_command(line: str, place: Place | None) -> str:
    import shlex

    try:
        words = shlex.split(line)
    except ValueError:
        words = []
    if not words:
        raise ConfigError("the command for the secret cannot be read: a quote is not closed", place, "check its quotes")
    return _output(words, place, "run it yourself: it must print the secret as its first line")


def _output(words: list[str], place: Place | None, hint: str) -> str:
    """The first line that a command prints. Its other words and its output may be secret, so no message has them."""
    import subprocess

    try:
        run = subprocess.run(  # noqa: S603  # the command is the owner's own, from their configuration, without a shell
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=COMMAND_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(f"`{words[0]}` gave no secret within {COMMAND_TIMEOUT} seconds", place, hint) from None
    except OSError:
        raise ConfigError(f"`{words[0]}` cannot be run", place, "is it installed?") from None
    lines = run.stdout.decode("utf-8", "replace").splitlines()
    if run.returncode or not lines or not lines[0].strip():
        what = f"failed with code {run.returncode}" if run.returncode else "printed nothing"
        raise ConfigError(f"`{words[0]}` {what}, so there is no secret", place, hint)
    return lines[0]
