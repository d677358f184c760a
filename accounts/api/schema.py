"""What every operation may answer besides its result, said once in the schema."""

from __future__ import annotations

from typing import Any

REFUSALS = {
    "400": "Refused: by field, or under `detail` in words.",
    "401": "No token, or one that is unknown, revoked or expired.",
    "403": "This role or token may look, but change nothing.",
    "404": "Not there, or not the caller's.",
    "415": "The body is in a format that the operation does not read.",
    "429": "Too many requests; `Retry-After` says in how many seconds to come back.",
}
BODY = {"type": "object", "additionalProperties": {}}


def add_refusals(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """A drf-spectacular postprocessing hook."""
    result["components"]["schemas"]["Refusal"] = BODY
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    for path in result["paths"].values():
        for operation in path.values():
            for status, words in REFUSALS.items():
                operation["responses"].setdefault(status, {"description": words, "content": content})
    return result
