"""The content of an import, read by the reader of its format or by its household's mapping of the columns."""

from __future__ import annotations

from holdings.importers import mapped
from holdings.importers.base import ImportFailed, ParsedFile, UnknownFormat
from holdings.importers.registry import detect
from holdings.importers.text import decode
from holdings.models import ColumnMapping, Import

DAYS = {mapped.Field.DATE, mapped.Field.ACQUIRED}


def recognised(batch: Import, content: bytes) -> ParsedFile:
    """What the file says; a file of no known format by the mapping that the household has for its header.

    Raises UnknownFormat where there is none, ImportFailed when the file cannot be read.
    """
    try:
        return parsed(batch, content)
    except UnknownFormat:
        batch.mapping = remembered(batch, content)
        if batch.mapping is None:
            raise
        return parsed(batch, content)


def parsed(batch: Import, content: bytes) -> ParsedFile:
    """What the file says, by the import's mapping where it has one. Raises ImportFailed when it cannot be read."""
    text = decode(content)
    if batch.mapping:
        return mapped.parse(text, mapped.from_json(batch.mapping.spec))
    return detect(text).parse(text)


def remembered(batch: Import, content: bytes) -> ColumnMapping | None:
    try:
        digest = mapped.header_hash(decode(content))
    except ImportFailed:
        return None
    return ColumnMapping.objects.filter(household=batch.household, header_hash=digest).first()


def can_be_mapped(content: bytes) -> bool:
    """Whether the file has a table with a column of days."""
    try:
        return bool(DAYS & mapped.propose(decode(content)).guesses.keys())
    except ImportFailed:
        return False
