"""Read what the sandbox got, as a journalist would: an inbox on this machine only"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port on 127.0.0.1; 0 for any that is free.")] = 8025,
    open_it: Annotated[bool, typer.Option("--open", help="Show the inbox in the browser.")] = False,
) -> None:
    """Serve the embedded inbox on 127.0.0.1 until Ctrl-C.

    Example: pressctl sandbox --open
    """
    from pressctl import config as configuration
    from pressctl import show
    from pressctl.sandbox import Sandbox

    config = configuration.load(configuration.find(Path.cwd()))
    inbox = Sandbox(config.state / "sandbox", port)
    base = inbox.start()
    show.emit(f"{base}/")
    show.say("The inbox is open on this machine only; Ctrl-C closes it.")
    if open_it:
        typer.launch(f"{base}/")
    try:
        inbox.wait()
    except KeyboardInterrupt:
        inbox.stop()
