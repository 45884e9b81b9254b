"""One text as a WordPress page, a Word file and a forwarded mail."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape
from pathlib import Path
from xml.sax.saxutils import escape as xml

from render_samples import office

from pressctl import draft, importers

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LEDE = (
    "KEY WEST, Fla. — A group of 40 residents will ask the City Commission on Tuesday to keep the night bus, which carries "
    "two hundred people home from their work every night of the week, and which would end in the fall if nothing is done."
)
SECOND = (
    "“The bus is how the island gets home,” said a petition that the residents handed in at City Hall last week. It asks the "
    "commission to find the money in the budget for the next year, and to tell riders in time if it cannot."
)
STORY = ["Residents ask city to keep the night bus", LEDE, SECOND]


def made(folder: Path, name: str, data: bytes | str, now: datetime = NOW) -> draft.Draft:
    """The draft that a file becomes."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return draft.make(importers.read(path), office(folder), now)


def page(lines: Sequence[str], published: str = "2025-07-03") -> str:
    """A page of a news site that runs WordPress."""
    body = "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in lines[1:])
    title = escape(lines[0])
    return f"""<!DOCTYPE html>
<html lang="en-US"><head><title>{title} - KONK Life</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="KONK Life">
<link rel="canonical" href="https://konk.example/2025/07/release/">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [{{"@type": "WebSite"}},
 {{"@type": "NewsArticle", "headline": "{title}", "datePublished": "{published}T09:00:00-04:00"}}]}}</script>
<style>p {{ color: red }}</style></head>
<body class="post"><nav><ul><li><a href="/">Home</a></li><li>News</li></ul></nav>
<article class="post"><header><h1 class="entry-title">{title}</h1><p class="byline">Posted by admin</p></header>
<div class="entry-content wp-block-group">
<figure><img src="https://konk.example/hall.jpg" alt="The hall"><figcaption>The hall. Photo: KONK Life</figcaption></figure>
{body}
<div class="sharedaddy sd-sharing-enabled"><h3>Share this:</h3><ul><li><a href="#">Facebook</a></li></ul></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3><p>Another story</p></div>
</div></article>
<div id="comments"><h2>No Comment</h2><form><textarea>Leave a Reply</textarea></form></div>
<footer>All rights reserved</footer></body></html>
"""


def word(paragraphs: Iterable[str], extra: dict[str, str] | None = None, *, tail: str = "") -> bytes:
    """A Word file; the first paragraph has the style Title. `extra` adds parts, `tail` XML below the paragraphs."""
    rows = []
    for number, text in enumerate(paragraphs):
        style = "" if number else '<w:pPr><w:pStyle w:val="Title"/></w:pPr>'
        rows.append(f'<w:p>{style}<w:r><w:t xml:space="preserve">{xml(text)}</w:t></w:r></w:p>')
    body = f"<w:body>{''.join(rows)}{tail}</w:body>"
    parts = {
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document {WORD}>{body}</w:document>',
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="c" xmlns:dcterms="d"><dcterms:modified>2025-07-03T10:00:00Z</dcterms:modified>'
        "</cp:coreProperties>",
        **(extra or {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def forwarded(lines: Sequence[str], times: int = 1, *, above: str = "Worth a look?") -> bytes:
    """A mail that was forwarded so often, as Gmail does it."""
    text = "\n\n".join(lines)
    for number in range(times):
        header = (
            f"---------- Forwarded message ---------\nFrom: Desk {number} <desk{number}@paper.example>\n"
            f"Date: Thu, Jul 3, 2025 at 9:0{number} AM\nSubject: Press release: {lines[0]}\nTo: <news@daily.example>\n"
        )
        text = f"{above}\n\n{header}\n\n{text}"
    message = EmailMessage()
    message["From"] = "Desk <desk@daily.example>"
    message["To"] = "news@daily.example"
    message["Date"] = "Thu, 03 Jul 2025 10:00:00 -0400"
    message["Subject"] = f"Fwd: Press release: {lines[0]}"
    message["Message-ID"] = "<1@daily.example>"
    message.set_content(f"{text}\n\n-- \nDesk, A daily paper\n")
    return message.as_bytes()
