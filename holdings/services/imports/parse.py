"""The content of an import, read by the reader of its format."""

from __future__ import annotations

from holdings.importers.base import ParsedFile
from holdings.importers.registry import read
from holdings.models import Import


def parsed(batch: Import, content: bytes) -> ParsedFile:
    """What the file says. Raises ImportFailed when it cannot be read."""
    return read(content)
