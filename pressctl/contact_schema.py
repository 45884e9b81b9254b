"""The contact files' JSON Schema, with which editors complete keys and underline mistakes."""

from __future__ import annotations

import json
from typing import Any

from pressctl.contact_keys import LIST, OUTLET, OUTLETS_FILE, SUPPRESSIONS

NAME = ".schema.json"  # beside the lists: it goes into git with them, and a leading dot says that it is no list


def schema() -> dict[str, Any]:
    """One schema for every file in contacts/: which one it is, is told by its first key."""
    outlets = {
        "type": "object",
        "description": "outlets by short name, given once for all lists",
        "propertyNames": {"pattern": "^[a-z0-9][a-z0-9-]*$"},
        "additionalProperties": OUTLET.json(),
    }
    lists, alone = LIST.json(), OUTLETS_FILE.json()
    lists["properties"]["outlets"] = alone["properties"]["outlets"] = outlets
    only_outlets = {"required": ["outlets"], "not": {"required": ["contacts"]}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "pressctl contacts",
        "if": {"required": ["suppressions"]},
        "then": SUPPRESSIONS.json(),
        "else": {"if": only_outlets, "then": alone, "else": lists},
    }


def text() -> str:
    """The schema as the file beside the lists holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
