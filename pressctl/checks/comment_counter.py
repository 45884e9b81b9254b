"""A page's comment counter or form is left below the text: "No Comment", "3 Responses", "Leave a Reply".

Only a whole line in the last tenth of the text. Why: "No Comment" at the end reads as a statement. Source: the furniture
of common blog themes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Edit, Found, Level, Options, pattern

CODE = "TXT402"
LEVEL: Level = "error"
FIX = "safe"
BAD = ("The council meets.\n\n⟦No Comment⟧", "The council meets.\n\n⟦3 Responses⟧", "El consejo se reúne.\n\n⟦Deja un comentario⟧")
GOOD = ("The council meets.\n\n“No Comment,” said the mayor.", "No Comment\n\n" + "The council meets.\n\n" * 10)
_COUNTER = pattern(
    r"(?:no|\d{1,4}|one|leave a|post a|add a|add your) (?:comments?|responses?|repl(?:y|ies)|thoughts?)(?: (?:yet|»|off))?[.!»:]*"
    r"|comments? (?:are )?(?:closed|off|\(\d+\))\.?|(?:sin|\d{1,4}) comentarios?|deja (?:un comentario|una respuesta)"
    r"|deixe (?:um comentário|uma resposta)|(?:nenhum|\d{1,4}) comentários?|be the first to comment!?",
    re.IGNORECASE,
    near="comment|response|repl|thought|comentario|respuesta|comentário|resposta",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    blocks = text.body_blocks
    for block in blocks[-max(2, len(blocks) // 10) :]:
        if block.end - block.start < 50 and _COUNTER.fullmatch(text.prose, block.start, block.end):
            edit = Edit(*text.rows(block.start, block.end), "")
            yield Found(block.start, block.end, "a page's comment counter is left in the text", "delete the line", (edit,))
