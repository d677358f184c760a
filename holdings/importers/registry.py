"""The kinds of file that can be read, recognised by content, never by file name."""

from holdings.importers.base import Importer, ImportFailed, ParsedFile
from holdings.importers.schwab_lots import SchwabLots
from holdings.importers.schwab_transactions import SchwabTransactions
from holdings.importers.text import decode

IMPORTERS: tuple[Importer, ...] = (SchwabTransactions(), SchwabLots())

_SHOWN = 80


def detect(text: str) -> Importer:
    """The reader that is surest of the text. Raises ImportFailed, naming what was expected, when none is."""
    score, importer = max(((reader.detect(text), reader) for reader in IMPORTERS), key=lambda pair: pair[0])
    if score == 0:
        first = next((line.strip() for line in text.splitlines() if line.strip()), "")
        expected = "; ".join(f"{reader.label}, {reader.expects}" for reader in IMPORTERS)
        raise ImportFailed(
            f"The file is of no known kind. It begins with “{first[:_SHOWN]}”. Expected is one of: {expected}."
        )
    return importer


def read(content: bytes) -> ParsedFile:
    """Decode, recognise and read an uploaded file. Raises ImportFailed when that cannot be done."""
    text = decode(content)
    return detect(text).parse(text)
