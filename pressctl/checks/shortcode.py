"""A WordPress shortcode is left in the text: [gallery ids="1,2"].

A lower-case name with attributes, a closing tag, or a name that WordPress or a common plugin registers. Not [sic], [her],
[…], footnotes or Markdown links. Why: it is a command to a web page, and readers see it as rubbish. Source: the pattern of
WordPress' own get_shortcode_regex().
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Edit, Found, Level, Options, pattern, words

CODE = "TXT401"
LEVEL: Level = "error"
FIX = "safe"
BAD = (
    'The council meets.\n\n⟦[livemarket market_name="Keys" limit=3 show_more=0]⟧',
    "The council meets. ⟦[/caption]⟧",
    "⟦[gallery]⟧\n\nThe council meets.",
)
GOOD = (
    "It “recieved [sic] [her] letter […].”",
    "See [the page](https://bus.example) and [notes].",
    "It is [a=b] in `[gallery]`.\n\n[1]: https://bus.example",
)
_CODE = pattern(
    r"\[(/?)([a-z][a-z0-9_-]{1,40})((?:\s+[a-z_][\w-]*\s?=\s?(?:\"[^\"\n\[\]]*\"|'[^'\n\[\]]*'|“[^”\n\[\]]*”|[^\s\[\]\"]+))*)\s*(/?)\](?!\(|\[|:)"
)
_KNOWN = words(
    "caption gallery audio video playlist embed wp_caption contact-form contact-form-7 contact-form gravityform ninja_form wpforms "
    "formidable vc_row vc_column vc_column_text et_pb_section et_pb_row et_pb_text fusion_text fusion_builder_container elementor-template "
    "rev_slider slider ngg_images envira-gallery foogallery youtube vimeo soundcloud instagram twitter tweet facebook googlemaps "
    "sharethis addtoany social_share jetpack_subscription_form newsletter mc4wp_form mailpoet_form events_calendar tribe_events "
    "eventbrite tablepress table spoiler accordion tabs tab toggle button columns column one_half one_third divider dropcap "
    "pullquote ads adrotate ad livemarket"
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if "[" not in text.markup:
        return
    for match in _CODE.finditer(text.markup):
        name, attributes = match[2], match[3].strip()
        sure = bool(attributes) or bool(match[1]) or bool(match[4]) or (name in _KNOWN and ("_" in name or "-" in name))
        if not sure and not (name in _KNOWN and not text.quoted(match.start())):
            continue
        alone = text.source[text.source.rfind("\n", 0, match.start()) + 1 : text.line_end(match.end())].strip() == match[0]
        edit = Edit(*text.rows(match.start(), match.end()), "") if alone else Edit(match.start(), match.end(), "")
        yield Found(match.start(), match.end(), f"the shortcode `[{match[1]}{name}]` is left in the text", "delete it", (edit,))
