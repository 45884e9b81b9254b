"""A new press office: configuration, releases, contacts and templates with working samples"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)

CONFIGURATION = """# The press office. Every sample below works as it is: with the sandbox nothing leaves this machine.

[organization]
name = "Your organization"                        # printed on each release
from = "Press desk <press@example.org>"           # an address that your provider may send for
reply_to = "press@example.org"                    # where journalists' answers arrive
address = "PO Box 1, Key West, Fla. 33040"        # a postal address; use a PO box, never a home
language = "en"
timezone = "America/New_York"
# unsubscribe = "https://example.org/off/{key}"   # a page of yours for one-click unsubscribing (RFC 8058); {key} is the recipient
boilerplate = "About us: two to five sentences that say who you are."

[[organization.contacts]]                         # who answers the phone; printed on each release
name = "Press volunteer"
email = "press@example.org"
phone = "+1 305 555 0100"

[send]
provider = "sandbox"                              # a rehearsal; `pressctl providers` lists the others
to = ["national-press", "civil-liberties"]        # the lists that get a release where none is named

# [providers.resend]
# token = { env = "RESEND_TOKEN" }                # or { keyring = "resend" }, or { command = "pass show resend" }
"""


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to make it; here where none is named.")] = Path()) -> None:
    """Make a new press office. A file that is there already is left alone.

    Example: pressctl init press
    """
    from pressctl import contact_schema, show
    from pressctl.errors import ConfigError, Place
    from pressctl.files import write
    from pressctl.render import package_office

    office = package_office()
    files = {directory / "pressctl.toml": CONFIGURATION.encode()}
    for folder in ("releases", "contacts", "templates"):
        for source in sorted((office / folder).glob("*")):
            if source.is_file() and not source.name.startswith(".") and not source.name.endswith(".sent.json"):
                files[directory / folder / source.name] = source.read_bytes()
    files[directory / "contacts" / contact_schema.NAME] = contact_schema.text().encode()
    files[directory / ".gitignore"] = b".pressctl/\n"
    try:
        for path, data in files.items():
            if path.exists():
                show.say(f"left alone: {path}")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, data)
            show.emit(str(path))
    except OSError as fault:
        raise ConfigError(f"the press office cannot be made here: {fault.strerror}", Place(str(fault.filename or directory))) from None
    sample = min((path for path in files if path.parent.name == "releases"), key=lambda path: len(path.name))  # not its translation
    step = f"cd {directory} && " if directory != Path() else ""
    show.say(f"\nNext: {step}pressctl send {sample.relative_to(directory)}   (into the sandbox: nothing leaves this machine)")
