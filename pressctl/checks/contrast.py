"""Words in a template are hard to see: their contrast is under 4.5 to 1.

Looks at the mail made of the office's own templates, each word's colour and ground inherited as mail programs do; a stretch
without a background stands on white. Source: WCAG 2.2, criterion 1.4.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.rendered import own_templates, words

CODE = "MED629"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    'FILE templates/email.html.j2: <html lang="en"><div style="background: #333">{{ body.html }}</div></html>\nThe council meets.',
    'FILE templates/email.html.j2: <html lang="en"><div style="color: #aaaaaa">{{ body.html }}</div></html>\nThe council meets.',
)
GOOD = (
    'FILE templates/email.html.j2: <html lang="en"><b style="background: #333; color: #eee">{{ subject }}</b></html>\nThe council meets.',
    'FILE templates/email.html.j2: <html lang="en"><p style="color: #555; background: #fff">{{ body.html }}</p></html>\nThe council meets.',
)
_RULE = pattern(r"style=\"([^\"]*)\"|\{([^{}%#]*)\}")
_COLOUR = pattern(r"(?<![-\w])(color|background(?:-color)?)\s*:\s*#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")


def check(text: Copy, options: Options) -> Iterator[Found]:
    silent = True
    for name, source in text.of(own_templates).items():
        for rule in _RULE.finditer(source) if name.startswith("email") else ():
            colours = {match[1][:5]: match[2] for match in _COLOUR.finditer(rule[1] or rule[2] or "")}
            ratio = _ratio(colours["color"], colours.get("backg", "fff")) if "color" in colours and "backg" in colours else 21.0
            if ratio < 4.5:
                line, silent = source.count("\n", 0, rule.start()) + 1, False
                yield Found(*text.top_line, f"templates/{name}:{line}: a contrast of {ratio:.1f} to 1", f"make #{colours['color']} darker")
    told: set[tuple[str, str]] = set()
    for colour, ground, shown in text.of(words) if silent else ():
        ratio = _ratio(colour[1:], ground[1:])
        if ratio < 4.5 and (colour, ground) not in told:
            told.add((colour, ground))
            where = f"{colour} on {ground} has a contrast of {ratio:.1f} to 1, at “{shown[:30]}”"
            yield Found(*text.top_line, f"the mail as it leaves: {where}", f"make {colour} darker")


def _ratio(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [colour[n : n + 2] for n in (0, 2, 4)] if len(colour) == 6 else [c * 2 for c in colour]
    linear = [v / 12.92 if (v := int(part, 16) / 255) <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
