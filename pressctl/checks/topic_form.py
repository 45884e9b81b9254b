"""A media topic is no code of IPTC's list: eight figures that begin with 20.

Source: IPTC Media Topics (cv.iptc.org/newscodes/mediatopic).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "MCH953"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("topics: [⟦immigration⟧]\n---\nThe council meets.",)
GOOD = ("topics: ['20000634', 'medtop:04000000']\n---\nThe council meets.",)
_CODE = pattern(r"(?:medtop:)?(?:20\d{6}|(?:0[1-9]|1[0-7])000000)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for path, value in text.values.items():
        if path.startswith("topics") and not _CODE.fullmatch(value.text.strip()):
            yield Found(
                value.start, value.end, f"`{value.text[:40]}` is no media topic", "look the code up at cv.iptc.org/newscodes/mediatopic"
            )
