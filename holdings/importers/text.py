"""From an uploaded file to lines of cells."""

import csv
import io
import re
from collections.abc import Iterator

from holdings.importers.base import MAX_BYTES, ImportFailed

MAX_LINE = 20_000
MAX_LINES = 250_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def decode(content: bytes) -> str:
    """The text of a file: UTF-8 with or without a byte order mark, UTF-16 with one, or Windows-1252.

    Raises ImportFailed for an empty file, one beyond 20 MB or too many lines, and one that is no text.
    """
    if len(content) > MAX_BYTES:
        raise ImportFailed("The file is larger than 20 MB. Export a shorter period, or split the file.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        text = _utf8_or_windows(content)
    if _CONTROL.search(text):
        raise ImportFailed(
            "The file is not text. Export it from the broker as CSV, not as a spreadsheet, PDF or archive."
        )
    if not text.strip():
        raise ImportFailed("The file is empty.")
    if max(text.count("\n"), text.count("\r")) > MAX_LINES:
        raise ImportFailed(f"The file has more than {MAX_LINES:,} lines. Export a shorter period, or split the file.")
    return text


def _utf8_or_windows(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def table(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line numbers from 1 and stripped cells of every line that is not blank, for files of one record a line.

    Each line is read by itself, so that a stray quote spoils its own line alone. Raises ImportFailed for a line without
    end.
    """
    for number, line in enumerate(io.StringIO(text.removeprefix("\ufeff"), newline=None), start=1):
        if len(line) > MAX_LINE:
            raise ImportFailed(f"Line {number} is longer than {MAX_LINE:,} characters. This is no broker's CSV file.")
        cells = [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True), [])]
        if any(cells):
            yield number, cells
