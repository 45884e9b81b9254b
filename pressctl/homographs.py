"""Domains that look like another one: letters of another alphabet, digits for letters, a slip of a well-known name."""

from __future__ import annotations

import unicodedata

# Letters of other alphabets that look like an ASCII one in most typefaces (from Unicode's confusables, the small ones)
_PAIRS = "аa еe оo рp сc хx уy іi јj ѕs һh ԁd ԛq ԝw ɡg ıi οo αa υu νv ρp τt κk ιi օo սu ոn հh ӏl"
_LOOK = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
_DIGITS = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("5", "s"))
_SERVICES = frozenset({"gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "icloud.com"})


def readable(domain: str) -> str:
    """A domain as a person reads it: A-labels as the letters that they stand for."""
    if "xn--" not in domain:
        return domain
    import idna

    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def suspicion(domain: str) -> str:
    """Why a domain may not be what it looks like; "" where nothing speaks against it."""
    if domain not in _SERVICES and _is_a_slip(domain):
        return "looks like a slip of a well-known mail service"
    for label in readable(domain).split("."):
        if label.isascii():
            continue
        alphabets = {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}
        if len(alphabets) > 1:
            return f"mixes alphabets ({', '.join(sorted(alphabet.capitalize() for alphabet in alphabets))})"
        if label.translate(_LOOK).isascii() and domain.rpartition(".")[2].isascii() and "xn--" not in domain.rpartition(".")[2]:
            return f"is written in {alphabets.pop().capitalize()} letters that look like `{label.translate(_LOOK)}`"
    return ""


def skeleton(domain: str) -> str:
    """The same for all domains that look alike at a glance."""
    text = readable(domain).translate(_LOOK)
    for sign, letter in _DIGITS:
        text = text.replace(sign, letter)
    return text


def _is_a_slip(domain: str) -> bool:
    """Whether one letter is missing, or two have changed places, in the name of a well-known mail service."""
    for name in _SERVICES:
        if len(name) == len(domain) + 1 and any(name[:at] + name[at + 1 :] == domain for at in range(len(name))):
            return True
        if len(name) == len(domain) and sorted(name) == sorted(domain) and sum(a != b for a, b in zip(name, domain, strict=True)) == 2:
            return True
    return False
