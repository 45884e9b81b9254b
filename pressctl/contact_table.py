"""A table of contacts as spreadsheets save it: whichever encoding, separator and damage, read with rows and bytes named."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pressctl import files
from pressctl.errors import ContactsError, Place

LIMIT = 50 * 1024 * 1024  # bytes
COLUMNS = 500
CELL = 100_000  # characters
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_NAMES = {  # what programs and people call the columns, in lower case and without signs
    "id": "id", "list": "list", "kind": "kind", "webhook": "webhook", "timezone": "timezone|time zone", "region": "region|state",
    "notes": "notes|note|nota|notas",
    "name": "name|full name|display name|contact|contact name|desk|journalist|file as|fn|nombre|nombre completo|nome|nom",
    "given": "given|first name|given name|firstname|first|nombre de pila|prénom",
    "family": "family|last name|lastname|surname|family name|last|apellido|apellidos|sobrenome",
    "outlet": "outlet|company|organization|organisation|organization name|organization 1 name|publication|media|media outlet|medio|empresa",
    "title": "title|job title|organization title|organization 1 title|cargo",
    "email": "email|e mail|mail|email address|e mail address|e mail 1 value|correo|correo electrónico|correo electronico|imèl|courriel",
    "phone": "phone|telephone|tel|phone number|phone 1 value|business phone|mobile|mobile phone|teléfono|telefono|telefone|celular",
    "beats": "beats|beat|topics", "tags": "tags|tag|labels|group membership|categories", "languages": "languages|language|idioma",
    "tier": "tier|priority", "embargo": "embargo", "hold_until": "hold until", "source": "source|fuente", "verified": "verified",
}  # fmt: skip
_WORDS = {word: key for key, words in _NAMES.items() for word in words.split("|")}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by key of a contact, and where it begins. `number` counts from 1, the header's row included."""

    number: int
    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read, and how: the encoding and separator that were found, and the columns that no key is known for."""

    rows: tuple[Row, ...]
    encoding: str
    separator: str
    unknown: tuple[str, ...]


def read(path: Path, columns: dict[str, str] | None = None, encoding: str = "") -> Table:
    """The table in a file. `columns` says what further column names mean; `encoding` overrules what is found.

    Raises ContactsError naming row and byte.
    """
    data = files.read_bytes(path, ContactsError, "table", LIMIT)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ContactsError("this is an Excel workbook, not a table", Place(str(path)), "in Excel: Save as, then CSV UTF-8")
    text, found = decoded(path, data, encoding)
    told = re.match(r"sep=(.)\r?\n", text)  # Excel's own mark of the separator
    skip = 0
    if told:
        text, skip = text[told.end() :], 1
    separator = told[1] if told else _separator(text)
    rows = _rows(path, text, separator, skip)
    try:
        _, line, head = next(rows)
    except StopIteration:
        raise ContactsError("the table is empty", Place(str(path))) from None
    keys = _keys(path, line, head, {_plain(name): key for name, key in (columns or {}).items()})
    unknown = tuple(name for name, key in zip(head, keys, strict=True) if name.strip() and not key)
    return Table(tuple(Row(n, at, _cells(path, n, at, keys, row)) for n, at, row in rows if any(row)), found, separator, unknown)


def decoded(path: Path, data: bytes, encoding: str) -> tuple[str, str]:
    """The text and the encoding's name. Without a mark: UTF-8, and where that cannot be, what Windows programs write."""
    for mark, name in _MARKS:
        if not encoding and data.startswith(mark):
            return _strictly(path, data[len(mark) :], name, len(mark)), name
    if not encoding and data[:4000].count(b"\0") > len(data[:4000]) // 4:
        name = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return _strictly(path, data, name, 0), name
    if not encoding:
        try:
            return _without_nul(path, data.decode("utf-8"), "utf-8"), "utf-8"
        except UnicodeDecodeError:
            encoding = "windows-1252"
    return _strictly(path, data, encoding, 0), encoding


def _strictly(path: Path, data: bytes, name: str, before: int) -> str:
    try:
        return _without_nul(path, data.decode(name), name)
    except LookupError:
        raise ContactsError("there is no encoding of this name", hint="such as utf-8, windows-1252, mac-roman, utf-16") from None
    except UnicodeDecodeError as fault:
        row = data[: fault.start].decode(name, "replace").count("\n") + 1
        byte = fault.start + before + 1
        value = data[fault.start : fault.start + 1].hex()
        text = f"row {row}, byte {byte}: 0x{value} is no character in {name}"
        raise ContactsError(text, Place(str(path), row), "save it again as CSV UTF-8, or name its encoding with --encoding") from None


def _without_nul(path: Path, text: str, name: str) -> str:
    at = text.find("\0")
    if at >= 0:
        row, byte = text.count("\n", 0, at) + 1, len(text[:at].encode(name, "replace")) + 1
        raise ContactsError(
            f"row {row}, byte {byte}: a NUL character, so this is no table", Place(str(path), row), "is this the right file?"
        )
    return text


def _separator(text: str) -> str:
    """The sign that stands most often in the first line, outside of quotes."""
    line = re.sub(r'"[^"]*"', "", text.lstrip("\n")[:50_000].split("\n", 1)[0])
    return max((",", ";", "\t", "|"), key=line.count)


def _rows(path: Path, text: str, separator: str, skip: int) -> Iterator[tuple[int, int, list[str]]]:
    """Number, line and cells of each row, the header's first."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    csv.field_size_limit(CELL)
    number, began = 0, 0
    while True:
        number, began = number + 1, reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise _broken(path, number, began + skip, sum(len(line.encode()) for line in lines[: began - 1]) + 1, str(fault)) from None
        if len(row) > COLUMNS:
            text = f"row {number} has {len(row):,} columns, and {COLUMNS} are allowed"
            raise ContactsError(text, Place(str(path), began + skip), "is this the right file?")
        yield number, began + skip, row


def _broken(path: Path, number: int, line: int, byte: int, said: str) -> ContactsError:
    if "unexpected end of data" in said:
        what, hint = "a quote opens here and is never closed", 'close it; a quote within a cell is written twice: ""'
    elif "expected after" in said:
        what, hint = "a quote ends within a cell", 'a quote within a cell is written twice: ""'
    elif "field limit" in said:
        what, hint = f"a cell is longer than {CELL:,} characters", "is a quote left open?"
    else:
        what, hint = "this is no row of a table", "save it again as CSV UTF-8"
    return ContactsError(f"row {number}, from byte {byte}: {what}", Place(str(path), line), hint)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _keys(path: Path, line: int, head: list[str], columns: dict[str, str]) -> list[str]:
    """The contact's key of each column; "" where none is known."""
    keys = [columns.get(_plain(name), _WORDS.get(_plain(name), "")) for name in head]
    if any("@" in name for name in head) or not {"email", "phone", "webhook"} & set(keys):
        raise ContactsError(
            "the first row does not name the columns",
            Place(str(path), line),
            "begin with a row such as: name,outlet,email,phone; or say what a column is: --column 'Their word=email'",
        )
    for number, key in enumerate(keys):
        if key and key in keys[:number]:
            keys[number] = ""  # the first column of a kind is the one to use
    return keys


def _cells(path: Path, number: int, line: int, keys: list[str], row: list[str]) -> dict[str, str]:
    if len(row) > len(keys) and any(cell.strip() for cell in row[len(keys) :]):
        text = f"row {number} has {len(row)} cells, and the first row names {len(keys)}"
        raise ContactsError(text, Place(str(path), line), "is a cell with a separator in it not in quotes?")
    cells = {key: unmangled(cell) for key, cell in zip(keys, row, strict=False) if key}
    return {key: cell for key, cell in cells.items() if cell}


def unmangled(cell: str) -> str:
    """A cell's text: without the apostrophe or the formula by which a spreadsheet was kept from reading it as a number."""
    text = cell.replace("\u00a0", " ").strip()
    if match := re.fullmatch(r'="(.*)"', text):
        text = match[1].replace('""', '"')
    if re.match(r"'[=+@\t-]", text) or re.fullmatch(r"'[+(]?[0-9][0-9 ().+-]*", text):
        text = text[1:]
    return text.strip()


def phone(cell: str) -> tuple[str, str]:
    """A telephone number and what is wrong with it; "" and why where Excel has lost digits of it for good."""
    if re.fullmatch(r"[0-9][.,][0-9]+E\+?[0-9]+", cell, re.IGNORECASE):
        return "", "Excel has rounded this telephone number, and its last digits are lost"
    if cell.startswith("#"):
        return "", "Excel has put an error in the place of this telephone number"
    if match := re.fullmatch(r"([0-9]{7,15})[.,]0+", cell):
        return match[1], ""
    if match := re.fullmatch(r"=\+?([0-9][0-9 ().-]+)", cell):
        return f"+{match[1]}", ""
    return cell, "" if re.search(r"[0-9]", cell) else "this telephone number has no digit"
