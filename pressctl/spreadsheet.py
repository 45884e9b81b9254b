"""Cells that a spreadsheet shows instead of running."""

from __future__ import annotations

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\0")


def formula_safe(value: object) -> str:
    """A cell that a spreadsheet shows instead of running (CWE-1236): what could start a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(TRIGGERS) else text
