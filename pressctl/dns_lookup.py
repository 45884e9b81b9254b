"""TXT records of a domain, for `doctor` only: through dnspython where it is installed, else honestly not at all."""

from __future__ import annotations


class NotChecked(Exception):
    """The question could not be asked: offline, no resolver, or dnspython (the extra `dns`) is not installed."""


def txt(name: str, seconds: float = 4.0) -> list[str]:
    """The TXT records of a name, each joined; empty where it has none. Raises NotChecked."""
    try:
        import dns.exception
        import dns.resolver
    except ImportError:
        raise NotChecked("install it with its extra to check this: pip install 'pressctl[dns]'") from None
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=seconds)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError):
        raise NotChecked("no name server answers: offline?") from None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
