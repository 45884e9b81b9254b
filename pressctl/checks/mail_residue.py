"""Parts of a mail are left in the text: "Sent from my iPhone", a forwarding header, a confidentiality notice.

Why: it was copied from a mail, and may name somebody who is not concerned. Source: the texts that mail programs add.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "TXT414"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = (
    "The council meets.\n\n⟦Sent from my iPhone⟧",
    "The council meets.\n\n⟦-----Original Message-----⟧\nFrom: somebody",
    "The council meets.\n\n⟦This e-mail and any attachments are confidential⟧ and for you only.",
)
GOOD = (
    "On Tuesday the mayor of the city wrote: “It stays.”",
    "The council meets. The letter was sent from my office.",
    "This email is the subject of the lawsuit.",
)
_RESIDUE = pattern(
    r"^(?:sent from my (?:i?phone|ipad|android|galaxy|mobile|samsung)[^\n]{0,40}|enviado desde mi [^\n]{0,40}|enviado do meu [^\n]{0,40}"
    r"|-{2,} ?(?:original message|forwarded message|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)) ?-{2,}"
    r"|begin forwarded message:|on .{10,80} wrote:[ \t]*$|el .{10,80} escribió:[ \t]*$|get outlook for [^\n]{0,20}"
    r"|(?:this|the information in this) (?:e-?mail|message)(?:,? and any (?:attachments|files)[^\n]{0,40})? (?:is|are|may be|contains?) "
    r"(?:strictly |privileged |legally |and )*(?:confidential|intended|privileged)|este correo .{0,40}confidencial)",
    re.IGNORECASE | re.MULTILINE,
)


_WORDS = words("sent enviado original forwarded reenviado encaminhada wrote escribió outlook confidential confidencial privileged intended")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _RESIDUE.finditer(text.markup) if text.has(_WORDS) else ():
        yield Found(match.start(), match.end(), "a part of a mail is left in the text", "delete it")
