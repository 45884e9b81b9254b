"""10,000 personalised messages to request bytes, against a whole template rendered per recipient; CPU seconds.

    PYTHONPATH=.:tests python tests/benchmarks/render.py [MESSAGES]

Both make the same JSON for the same recipients. The rival is given everything that is the same for all, ready: it only
renders the two default templates, whole, for each recipient, and is spared the inlining of styles.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from render_samples import MEETING, NEWSROOM, office, release

from pressctl import render
from pressctl.contacts import Contact
from pressctl.edition import Edition, compose
from pressctl.message import Address, Message
from pressctl.provider import as_json
from pressctl.template import Environment

BODY = "The city **will** meet with [residents](https://x.example/agenda) about the bus.\n\n" * 12


def request(message: Message) -> bytes:
    """The body as a local mail catcher takes it."""
    assert isinstance(message.to, Address)
    return as_json(
        {
            "From": {"Email": message.sender.email, "Name": message.sender.name},
            "To": [{"Email": message.to.email, "Name": message.to.name}],
            "Subject": message.subject,
            "Text": message.text,
            "HTML": message.html,
            "Headers": dict(message.headers) | {"Message-ID": message.message_id},
        }
    )


def in_slots(edition: Edition, contacts: list[Contact]) -> int:
    size = 0
    for contact in contacts:
        words = render.personal(edition, contact)
        size += len(request(compose(edition, words, Address(contact.email, contact.name), contact.id)))
    return size


def in_full(root: Path, contacts: list[Contact]) -> int:
    """The rival: the default templates with their personal blocks opened, compiled once, rendered whole each time."""
    folder = root / "whole"
    folder.mkdir()
    for name in (render.EMAIL_HTML, render.EMAIL_TEXT):
        source = (render.package_office() / "templates" / name).read_text(encoding="utf-8")
        (folder / name).write_text(source.replace("{% personal %}", "").replace("{% endpersonal %}", ""), encoding="utf-8")
    environment = Environment([folder], ("contact", "greeting", "pitch"), lambda name: str(name).endswith(".html.j2"))
    values = render._values(release(root, BODY, events=(MEETING,)), office(root))
    edition = render.prepare(release(root, BODY, events=(MEETING,)), office(root))
    html, text = environment.get_template(render.EMAIL_HTML), environment.get_template(render.EMAIL_TEXT)
    size = 0
    for contact in contacts:
        environment.steps = 0
        own = values | {"contact": render._recipient(contact), "greeting": "", "pitch": {}}
        to = Address(contact.email, contact.name)
        message = compose(edition, render.general(edition), to, contact.id)
        size += len(request(replace(message, text=text.render(own), html=html.render(own))))
    return size


def seconds(work: Callable[[], int]) -> float:
    start = time.process_time()
    assert work() > 1_000_000, "the work was not done"
    return time.process_time() - start


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    contacts = [replace(NEWSROOM, id=f"c{i}", name=f"Desk {i}", email=f"desk{i}@wire.example") for i in range(number)]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        start = time.process_time()
        edition = render.prepare(release(root, BODY, events=(MEETING,)), office(root))
        print(f"one edition                {time.process_time() - start:8.3f} s")
        slots = seconds(lambda: in_slots(edition, contacts))
        few = max(number // 10, 200)
        full = seconds(lambda: in_full(root, contacts[:few])) * number / few
        print(f"{number:,} messages, slots    {slots:8.3f} s   {slots / number * 1e6:7.1f} µs each")
        print(f"{number:,} messages, in full  {full:8.3f} s   {full / number * 1e6:7.1f} µs each   (measured on {few:,})")
        print(f"ratio                      {full / slots:8.1f}")


if __name__ == "__main__":
    main()
