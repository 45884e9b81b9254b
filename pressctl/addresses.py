"""Mail addresses and web addresses: read strictly, brought to one form, told apart from samples and from this machine."""

from __future__ import annotations

import re
from typing import Any

from pressctl.document import Node, Problems
from pressctl.message import Address
from pressctl.schema import Text
from pressctl.values import dataclass

LONGEST = 254  # octets of an address, RFC 5321 section 4.5.3.1.3 less the angle brackets
LONGEST_LOCAL = 64  # octets before the @, RFC 5321 section 4.5.3.1.1
LONGEST_URL = 2000  # characters

# RFC 2606 and RFC 6761: names that never reach anybody
SAMPLE_ENDINGS = frozenset({"example", "test", "invalid", "localhost"})
SAMPLE_DOMAINS = frozenset({"example.com", "example.net", "example.org"})

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"  # RFC 5322 dot-atom
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@((?:{_LABEL}\.)+(?=[A-Za-z]){_LABEL})")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[BbQq]\?")  # RFC 2047: it can smuggle a header line into a name
_MAILBOX = re.compile(r'(?:"([^"\\]*)"|([^"<>@,;]*?))\s*<([^<>]*)>')


class BadAddress(ValueError):
    """What is wrong with an address, in words that do not repeat the address; and a hint."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.hint = hint


def address(text: str) -> str:
    """One mail address, alone: its domain in lower case and as A-label (UTS 46), its local part as written.

    Stricter than RFC 5322 on purpose: no quotes, comments, groups or IP literals, which newsrooms do not use and
    attackers do. Raises BadAddress.
    """
    match = _ADDRESS.fullmatch(text) if len(text) <= LONGEST and "xn--" not in text else None
    if match is None:
        return _slowly(text)
    local, domain = match.groups()
    if len(local) > LONGEST_LOCAL or len(domain) > 253:
        return _slowly(text)
    return f"{local}@{domain.lower()}"


def _slowly(text: str) -> str:
    """The same for an address that is wrong or not ASCII; says what is wrong."""
    if "<" in text or ">" in text:
        raise BadAddress("the address stands together with a name", "write the address alone; the name has a key of its own")
    if '"' in text or "(" in text or ")" in text or "\\" in text:
        raise BadAddress("quotes and comments are not used in an address", "write it as desk@paper.example")
    if text.count("@") > 1 or "," in text or ";" in text:
        raise BadAddress("one address is expected here, and this looks like several", "give each recipient an entry of its own")
    local, at, domain = text.partition("@")
    if not at:
        raise BadAddress("this is no mail address: it has no @", "write it as desk@paper.example")
    if not local or not domain:
        raise BadAddress("this is no mail address: a part beside the @ is missing", "write it as desk@paper.example")
    if any(c.isspace() for c in text):
        raise BadAddress("a mail address has no spaces", "write it as desk@paper.example")
    if not local.isascii():
        raise BadAddress(
            "the part before the @ is not ASCII, and most mail servers refuse that (RFC 6531)",
            "ask the recipient for an address of plain letters",
        )
    if not re.fullmatch(_LOCAL, local):
        raise BadAddress("the part before the @ holds a character or a dot where none may be", "write it as desk@paper.example")
    if domain.startswith("["):
        raise BadAddress("an IP number is no domain for mail", "write it as desk@paper.example")
    domain = host(domain)
    if "." not in domain:
        raise BadAddress("the domain has no dot", "write it as desk@paper.example")
    if domain.rpartition(".")[2][0].isdigit():
        raise BadAddress("an IP number is no domain for mail", "write it as desk@paper.example")
    if len(local) > LONGEST_LOCAL:
        raise BadAddress(f"the part before the @ is longer than {LONGEST_LOCAL} bytes")
    if len(local) + 1 + len(domain) > LONGEST:
        raise BadAddress(f"the address is longer than {LONGEST} bytes")
    return f"{local}@{domain}"


def host(name: str) -> str:
    """A host's name in lower case and as A-label, UTS 46. Raises BadAddress."""
    if not name.isascii() or "xn--" in name.lower():
        import idna

        try:
            name = idna.encode(name, uts46=True, std3_rules=True, transitional=False).decode()
            idna.decode(name)
        except (idna.IDNAError, UnicodeError):
            raise BadAddress("the domain is not a valid international name", "copy it from the outlet's own page") from None
    if name.endswith("."):
        raise BadAddress("the domain ends with a dot", "delete the dot")
    if not _DOMAIN.fullmatch(name) or len(name) > 253:
        raise BadAddress("the domain is not a valid name", "letters, digits and hyphens, with dots between")
    return name.lower()


def mailbox(text: str) -> Address:
    """`Name <desk@paper.example>` or the address alone. Raises BadAddress."""
    match = _MAILBOX.fullmatch(text)
    if match is None:
        return Address(address(text))
    name = (match[1] if match[1] is not None else match[2]).strip()
    refuse_encoded(name)
    return Address(address(match[3].strip()), name)


def refuse_encoded(name: str) -> None:
    """Raise BadAddress for an RFC 2047 encoded word, which some mail programs decode into further header lines."""
    if "=?" in name and _ENCODED_WORD.search(name):
        raise BadAddress("a name is written as plain text, not as a mail header's encoded word", "write the name as it is read")


def endpoint(text: str) -> str:
    """A web address that takes a POST: https, or plain http to this machine only; host as A-label, in one form.

    Raises BadAddress.
    """
    from urllib.parse import urlsplit, urlunsplit

    hint = "write it as https://intake.example/press"
    if len(text) > LONGEST_URL:
        raise BadAddress(f"the web address is longer than {LONGEST_URL} characters", hint)
    if any(c.isspace() for c in text) or "\\" in text or not text.isprintable():
        raise BadAddress("a web address has no spaces or backslashes", hint)
    try:
        parts = urlsplit(text)
        port, name = parts.port, parts.hostname or ""
    except ValueError:
        raise BadAddress("this is no web address", hint) from None
    if parts.scheme not in ("https", "http") or not name:
        raise BadAddress("this is no web address", hint)
    if parts.username is not None or parts.password is not None:
        raise BadAddress("a web address must not hold a user name or password", "keep credentials in the provider's configuration")
    if parts.fragment:
        raise BadAddress("a web address that takes a POST has no # part", "delete it from the # on")
    if not text.isascii() and not (parts.path + parts.query).isascii():
        raise BadAddress("the web address holds letters that must be written as %xx", "copy it from the browser's address bar")
    name = name if ":" in name else host(name)
    if parts.scheme == "http" and not is_loopback(name):
        raise BadAddress("plain http is allowed only to this machine", "use https, so that nobody on the way can read it")
    shown = f"[{name}]" if ":" in name else name
    if port is not None and port != {"https": 443, "http": 80}[parts.scheme]:
        shown += f":{port}"
    return urlunsplit((parts.scheme, shown, parts.path or "/", parts.query, ""))


def is_loopback(name: str) -> bool:
    """Whether a host is this machine: `localhost`, 127.0.0.0/8 or ::1."""
    if name == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_sample(name: str) -> bool:
    """Whether a domain, or one above it, is reserved for samples: nobody can ever be reached there."""
    above, _, last = name.lower().rstrip(".").rpartition(".")
    return last in SAMPLE_ENDINGS or f"{above.rpartition('.')[2]}.{last}" in SAMPLE_DOMAINS


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of text that one of the functions above must take: a schema's kind."""

    convert: Any  # Callable[[str], T]; raises BadAddress
    most: int = 320

    def read(self, node: Node, problems: Problems) -> Any:
        text = Text().read(node, problems)
        if text is None:
            return None
        try:
            return self.convert(text)
        except BadAddress as fault:
            problems.add(str(fault), node, fault.hint)
            return None

    def json(self) -> dict[str, Any]:
        return {"type": "string"}


def _name(text: str) -> str:
    if len(text) > 200:
        raise BadAddress(f"too long for a name: {len(text)} characters, and 200 are allowed")
    refuse_encoded(text)
    return text


EMAIL = Checked(address)
MAILBOX = Checked(mailbox)
ENDPOINT = Checked(endpoint)
NAME = Checked(_name)
