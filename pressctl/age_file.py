"""An encrypted contact list, `LIST.yaml.age`, read through the user's own `age` command: in memory only."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pressctl.errors import ContactsError, Place

ENDING = ".age"
VARIABLE = "AGE_IDENTITY"
TIMEOUT = 120  # seconds; somebody may have to type a passphrase or touch a key


def identity(environment: Mapping[str, str]) -> Path | None:
    """The identity file that opens lists: the one that AGE_IDENTITY names, else `pressctl/identity.txt` where a person
    keeps their settings; None where there is neither, as a list closed with a passphrase needs none."""
    if named := environment.get(VARIABLE, ""):
        return Path(named).expanduser()
    settings = Path(environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".config")
    found = settings / "pressctl" / "identity.txt"
    return found if found.exists() else None


def decrypt(path: Path, data: bytes, limit: int) -> bytes:
    """The list's text. Nothing of it is used unless `age` has verified all of it; nothing of it touches the disk.

    Raises ContactsError for a wrong key, a changed or cut file, a missing `age`, and more than `limit` bytes.
    """
    place = Place(str(path))
    key = identity(os.environ)
    closed_by_words = b"-> scrypt " in data[:1000]
    if key is None and not closed_by_words:
        raise ContactsError(
            "this list is encrypted, and no age identity is set",
            place,
            f"export {VARIABLE}=/path/to/identity.txt, the file that `age-keygen` made",
        )
    if key is not None and not key.is_file():
        raise ContactsError(f"the age identity that {VARIABLE} names is not there", place, "check its path")
    words = ["age", "--decrypt", *(["--identity", str(key)] if key is not None and not closed_by_words else [])]
    try:
        run = subprocess.run(words, input=data, capture_output=True, timeout=TIMEOUT, check=False)  # noqa: S603  # fixed words, no shell
    except FileNotFoundError:
        raise ContactsError(
            "this list is encrypted, and the `age` command is not installed", place, "install age (age-encryption.org)"
        ) from None
    except subprocess.TimeoutExpired:
        raise ContactsError(f"`age` did not open this list within {TIMEOUT} seconds", place, "run the command in a terminal") from None
    if run.returncode:
        raise ContactsError(*_why(run.stderr.decode("utf-8", "replace"), place))
    if len(run.stdout) > limit:
        raise ContactsError(f"the list is too large: {limit:,} bytes are allowed", place, "is this the right file?")
    return run.stdout


def _why(said: str, place: Place) -> tuple[str, Place, str]:
    """What `age` said, in our words."""
    if "no identity matched" in said:
        return (
            "this list is not encrypted for your key",
            place,
            "ask who keeps it to encrypt it for you too, or set AGE_IDENTITY to the right file",
        )
    if "incorrect passphrase" in said:
        return "the passphrase is not the one that this list was closed with", place, "try again"
    if re.search(r"reading from terminal|/dev/tty|standard input is not a terminal|could not read passphrase", said):
        return "this list needs a passphrase, and nobody is there to type it", place, "run the command in a terminal"
    if "malformed secret key" in said or "unknown identity type" in said or "no secret keys found" in said or 'reading "' in said:
        return "the age identity cannot be read", place, f"{VARIABLE} names the file that `age-keygen` made"
    return "this encrypted list is damaged or was changed: `age` refuses it, and nothing of it is used", place, "put it back from a copy"
