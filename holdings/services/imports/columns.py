"""Files of no known format: a person says which column is what, and the household remembers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.locks import holding
from accounts.models import User
from holdings.importers import mapped
from holdings.importers.text import decode
from holdings.models import ColumnMapping, Import
from holdings.services.imports.background import READ, READING, ask, is_long, standing
from holdings.services.imports.edits import NotWaiting
from holdings.services.imports.log import log
from holdings.services.imports.read import take_in

OPEN = {Import.Status.MAPPING, Import.Status.PREVIEW}


def apply_mapping(*, batch: Import, user: User, spec: Mapping[str, Any]) -> Import:
    """Read a file by a mapping of its columns, and remember it for files with the same header.

    What was corrected in rows read before is lost with them; accounts and symbols that were decided stay decided.
    Raises ImportFailed when the mapping is not complete, ValueError when it is none, NotWaiting after booking.
    """
    content = bytes(batch.file.content)
    text = decode(content)
    mapped.parse(head(text), mapped.from_json(spec))
    with holding(batch.household):
        batch.refresh_from_db()
        if standing(batch) not in OPEN:
            raise NotWaiting("This import does not wait for its columns any more.")
        batch.mapping, _ = ColumnMapping.objects.update_or_create(
            household=batch.household,
            header_hash=mapped.header_hash(text),
            defaults={"spec": dict(spec), "name": batch.file_name[:80]},
        )
        batch.outcome = None
        log(batch, user, "import.columns_mapped")
        if is_long(content):
            batch.status = READING
            batch.save()
            ask(batch, user, READ)
        else:
            take_in(batch, content)
    return batch


def head(text: str, lines: int = 200) -> str:
    """The first lines of a file: enough to show how it would be read."""
    return "\n".join(text.splitlines()[:lines])
