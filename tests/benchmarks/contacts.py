"""How long reading and planning 10,000 contacts takes, as a ratio of what PyYAML's C loader takes to read the same file.

    python tests/benchmarks/contacts.py [CONTACTS] [ROUNDS]

Goals: under 0.25; the second time, from the kept form, under 0.05; editing one under 0.5 s. The rivals take turns, and
the medians are compared, since a shared machine drifts from minute to minute. Seconds are of the processor.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from pressctl import contact_cache, contact_changes, contacts, plan
from pressctl.release import Dateline, Release

ENTRY = """\
  - id: desk-{n}
    name: City desk {n}
    outlet: The Daily Number {n}
    email: desk{n}@paper{n}.example
    beats: [immigration, city hall]
    tags: [national, wave-{wave}]
    languages: [en, es]
    tier: {wave}
    embargo: agreed
    source: outlet's contact page
    verified: 2026-06-01
"""


def office(folder: Path, count: int) -> Path:
    """An office with one list of `count` contacts."""
    (folder / "contacts").mkdir()
    text = "list: Everybody\ncontacts:\n" + "".join(ENTRY.format(n=n, wave=n % 9 + 1) for n in range(count))
    (folder / "contacts" / "everybody.yaml").write_text(text)
    return folder


def release() -> Release:
    """A release that everybody gets."""
    zone = ZoneInfo("America/New_York")
    now = datetime(2026, 7, 3, tzinfo=zone)
    return Release(Path("x.md"), "x", "Headline", Dateline("Key West"), now.date(), now, "release", "en", zone, "Text", 1)


def seconds(work: Callable[[], int], expected: int) -> float:
    """How long `work` takes; it must have found `expected` contacts."""
    start = time.process_time()
    found = work()
    taken = time.process_time() - start
    if found != expected:
        raise SystemExit(f"{found} contacts were found, and {expected} are there")
    return taken


def main() -> None:
    """Print the table."""
    count, rounds = (int(word) for word in (*sys.argv[1:], *("10000", "3")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as name:
        root = office(Path(name), count)
        file = root / "contacts" / "everybody.yaml"

        def ours() -> int:
            contact_cache.clear(root)
            return len(contacts.load(root).lists["everybody"].contacts)

        def planned() -> int:
            found = contacts.load(root)
            chosen = contacts.select(found, ["everybody"], {})
            return len(plan.make(release(), found, chosen, rehearsal=True, now=datetime.now(UTC)).planned)

        def first() -> int:
            contact_cache.clear(root)
            return planned()

        def edited() -> int:
            name = f"desk-{count // 2}"
            for tier in ("7", "8"):
                contact_changes.edit(root, name, {"tier": tier, "email": f"new{tier}@paper.example"})
            contact_changes.edit(root, name, {"tier": str(count // 2 % 9 + 1), "email": f"desk{count // 2}@paper{count // 2}.example"})
            return count

        def events() -> int:
            parser = yaml.CBaseLoader(file.read_text())
            while not isinstance(parser.get_event(), yaml.StreamEndEvent):
                pass
            return count

        def rival() -> int:
            with file.open() as stream:
                return len(yaml.load(stream, yaml.CSafeLoader)["contacts"])

        times: dict[str, list[float]] = {}
        for _ in range(rounds):
            for label, work in (
                ("read", ours),
                ("read and planned", first),
                ("again and planned", planned),
                ("three edits", edited),
                ("libyaml's events alone", events),
                ("CSafeLoader", rival),
            ):
                times.setdefault(label, []).append(seconds(work, count))
        base = statistics.median(times["CSafeLoader"])
        print(f"{count:,} contacts, {file.stat().st_size / 1e6:.1f} MB, median of {rounds}")
        for label, taken in times.items():
            print(f"{label:24} {statistics.median(taken):8.3f} s  {statistics.median(taken) / base:6.3f} × CSafeLoader")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, the rival's included")


if __name__ == "__main__":
    main()
