"""Expressions that choose contacts: `national-press`, `tag:immigration and not (tier:3 or outlet:"Keys Daily")`.

    expression  = term { "or" term }
    term        = factor { "and" factor }
    factor      = "not" factor | "(" expression ")" | field ":" value | name
    name        = a list's file name without .yaml, or a saved selection

Fields are list, tag, beat, outlet, tier, language, region, kind and id. Letter case does not matter. A value that
nobody has is a mistake, in `not` above all: a misspelt word there would send to those who were to be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from pressctl.document import nearest
from pressctl.errors import ContactsError, Place, Problem
from pressctl.pattern import pattern
from pressctl.values import dataclass

if TYPE_CHECKING:
    from pressctl.contacts import Contact

Test = Callable[["Contact"], bool]

LONGEST = 2000  # characters of one expression
DEEPEST = 20  # brackets, and saved selections that name others

_TOKEN = pattern(r'\s*(?:(?P<mark>[()])|(?P<field>[A-Za-z]+):\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s()"]+))?|(?P<word>[^\s()":]+))')

_PLURALS = {"lists": "list", "tags": "tag", "beats": "beat", "outlets": "outlet", "tiers": "tier", "languages": "language"}
_VALUES: Mapping[str, Callable[[Contact], Iterable[str]]] = {
    "list": lambda contact: (contact.list,),
    "tag": lambda contact: contact.tags,
    "beat": lambda contact: contact.beats,
    "outlet": lambda contact: (contact.outlet,),
    "tier": lambda contact: (str(contact.tier),),
    "language": lambda contact: contact.languages,
    "region": lambda contact: (contact.region,),
    "kind": lambda contact: (contact.kind,),
    "id": lambda contact: (contact.id,),
}
_FREE = frozenset({"tier", "language", "kind"})  # a right value of these may well be nobody's
_KINDS = ("desk", "person", "outlet")


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression may name."""

    lists: frozenset[str]
    saved: Mapping[str, str]
    contacts: tuple[Contact, ...]
    found: dict[str, frozenset[str]]  # field → what contacts have, gathered when first asked for
    anything: bool = False  # any list and any value may be named: nobody's contacts are at hand

    @classmethod
    def of(cls, contacts: Iterable[Contact], lists: Iterable[str], saved: Mapping[str, str]) -> Known:
        """These lists, saved selections, and what these contacts have."""
        return cls(frozenset(lists), saved, tuple(contacts), {})

    def values(self, field: str) -> frozenset[str]:
        """Every value of a field that a contact has, case folded; of `list`, also the empty ones."""
        if field not in self.found:
            get = _VALUES[field]
            values = {value.casefold() for contact in self.contacts for value in get(contact) if value}
            self.found[field] = frozenset(values | self.lists if field == "list" else values)
        return self.found[field]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # mark | field | word | end
    text: str
    value: str
    column: int  # from 1


def compiled(expression: str, known: Known, within: tuple[str, ...] = ()) -> Test:
    """A test that says whether a contact is chosen. Raises ContactsError that points into the expression."""
    return _Parser(expression, known, within).whole()


def alone(expression: str, lists: Iterable[str], saved: Mapping[str, str]) -> str:
    """The same expression with lists and saved selections written out, for `judged`. Raises ContactsError for bad syntax."""
    known = Known(frozenset(lists), saved, (), {}, anything=True)
    compiled(expression, known)
    written = _written_out(expression, known)
    judged(written)
    return written


def _written_out(expression: str, known: Known) -> str:
    words = []
    for token in _Parser(expression, known, ()).tokens[:-1]:
        if token.kind == "field":
            words.append(f'{token.text.lower()}:"{token.value}"')
        elif token.kind == "mark" or token.text.lower() in ("and", "or", "not"):
            words.append(token.text.lower())
        elif token.text in known.saved and token.text not in known.lists:
            words.append(f"({_written_out(known.saved[token.text], known)})")
        else:
            words.append(f'list:"{token.text}"')
    return " ".join(words).replace("( ", "(").replace(" )", ")")


def judged(expression: str) -> Test:
    """A test made of what `alone` gave: answered from a contact alone, whatever lists and values there are by now."""
    return compiled(expression, Known(frozenset(), {}, (), {}, anything=True))


class _Parser:
    def __init__(self, expression: str, known: Known, within: tuple[str, ...]) -> None:
        self.expression = expression
        self.known = known
        self.within = within  # the saved selections that led here
        self.depth = 0
        self.tokens = self.read()
        self.at = 0

    def error(self, text: str, column: int, hint: str = "") -> ContactsError:
        text, hint, shown = ("".join(c if c.isprintable() else "?" for c in words) for words in (text, hint, self.expression))
        name = f"selection `{self.within[-1]}`" if self.within else "selection"
        return ContactsError.of([Problem(text, Place(name, 1, column), hint, (shown, " " * (column - 1) + "^"))])

    def read(self) -> list[_Token]:
        text = self.expression
        if len(text) > LONGEST:
            raise self.error(f"the expression is longer than {LONGEST} characters", 1)
        tokens = []
        position = 0
        end = len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None:
                column = position + len(text[position:]) - len(text[position:].lstrip()) + 1
                raise self.error("this cannot be understood", column, 'put values with spaces in quotes, as in outlet:"Keys Daily"')
            kind = str(match.lastgroup) if match["field"] is None else "field"
            name = "mark" if match["mark"] else kind
            column = match.start(name) + 1
            value = match["quoted"] if match["quoted"] is not None else match["plain"] or ""
            tokens.append(_Token(name, match[name], value, column))
            position = match.end()
        return [*tokens, _Token("end", "", "", end + 1)]

    def peek(self, *words: str) -> bool:
        token = self.tokens[self.at]
        return token.kind in ("word", "mark") and token.text.lower() in words

    def next(self) -> _Token:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def whole(self) -> Test:
        if len(self.tokens) == 1:
            raise self.error("the expression is empty", 1, "name a list, or write something like tag:immigration")
        test = self.either()
        token = self.next()
        if token.kind != "end":
            raise self.error("`and` or `or` is missing before this", token.column)
        return test

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek("or"):
            self.next()
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda contact: any(test(contact) for test in tests)

    def both(self) -> Test:
        tests = [self.factor()]
        while self.peek("and"):
            self.next()
            tests.append(self.factor())
        return tests[0] if len(tests) == 1 else lambda contact: all(test(contact) for test in tests)

    def factor(self) -> Test:
        token = self.next()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"more than {DEEPEST} brackets or `not` within each other", token.column)
        try:
            if token.kind == "mark" and token.text == "(":
                test = self.either()
                close = self.next()
                if close.text != ")" or close.kind != "mark":
                    raise self.error("the bracket that opens here is never closed", token.column)
                return test
            if token.kind == "word" and token.text.lower() == "not":
                inner = self.factor()
                return lambda contact: not inner(contact)
        finally:
            self.depth -= 1
        if token.kind == "field":
            return self.field(token)
        if token.kind == "word" and token.text.lower() not in ("and", "or"):
            return self.name(token)
        raise self.error("a list or something like tag:immigration is expected here", token.column)

    def field(self, token: _Token) -> Test:
        name = _PLURALS.get(token.text.lower(), token.text.lower())
        if name not in _VALUES:
            known = sorted(_VALUES)
            raise self.error(
                f"contacts cannot be chosen by `{token.text}`", token.column, nearest(name, known) or f"use {', '.join(known)}"
            )
        value = token.value.casefold().strip()
        column = token.column + len(token.text) + 1
        if not value:
            raise self.error(f"a value is missing after `{token.text}:`", column)
        if name == "tier" and value == "none":
            value = "0"
        if name == "tier" and not re.fullmatch(r"[0-9]", value):
            raise self.error(f"`{token.value}` is no tier", column, "a tier is a number from 1 to 9, or none")
        if name == "kind" and value not in _KINDS:
            raise self.error(f"`{token.value}` is no kind of contact", column, nearest(value, _KINDS) or f"use {', '.join(_KINDS)}")
        if not self.known.anything and name not in _FREE and value not in self.known.values(name):
            raise self.error(f"no contact has the {name} `{token.value}`", column, nearest(value, sorted(self.known.values(name))))
        get = _VALUES[name]
        if name == "language":  # es means es-US too
            return lambda contact: any(f"{own.casefold()}-".startswith(f"{value}-") for own in contact.languages)
        return lambda contact: any(own.casefold() == value for own in get(contact))

    def name(self, token: _Token) -> Test:
        """A bare word: a list, else a saved selection."""
        if token.text in self.known.lists:
            return lambda contact: contact.list == token.text
        if token.text not in self.known.saved:
            if self.known.anything:
                return lambda contact: contact.list == token.text
            every = sorted({*self.known.lists, *self.known.saved})
            hint = nearest(token.text, every) or (f"there are: {', '.join(every[:8])}" if every else "")
            raise self.error(f"there is no list or selection `{token.text}`", token.column, hint)
        if token.text in self.within or len(self.within) >= DEEPEST:
            raise self.error(f"the selection `{token.text}` leads back to itself", token.column)
        return compiled(self.known.saved[token.text], self.known, (*self.within, token.text))
