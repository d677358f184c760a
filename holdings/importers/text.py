"""From an uploaded file to lines of cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from holdings.importers.base import MAX_BYTES, ImportFailed

MAX_LINE = 20_000
MAX_LINES = 400_000
MAX_CELL_LINES = 40
"""A cell that is still open after so many lines was opened by a stray quote."""

DELIMITERS = ",;\t|"

_SAMPLE = 60
_OPENING = 60_000

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


def records(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """First line number, from 1, and stripped cells of every record that is not blank. A quoted cell may span lines.

    A quote that opens a cell and is never properly closed spoils its own line alone: the next line starts a new record.
    Raises ImportFailed for a line without end.
    """
    lines = io.StringIO(text.lstrip("\ufeff"), newline=None).readlines()
    long = next((number for number, line in enumerate(lines, start=1) if len(line) > MAX_LINE), None)
    if long:
        raise ImportFailed(f"Line {long} is longer than {MAX_LINE:,} characters. This is no broker's CSV file.")
    first = 0
    while first < len(lines):
        read, count = _record(lines[first : first + MAX_CELL_LINES], delimiter)
        cells = [cell.strip() for cell in read]
        if any(cells):
            yield first + 1, cells
        first += count


def _record(lines: Sequence[str], delimiter: str) -> tuple[list[str], int]:
    """The cells of the first record and the lines it takes: one, where a quote is left open or closed inside a cell."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return next(csv.reader(lines[:1], delimiter=delimiter, skipinitialspace=True), []), 1


def opening(text: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """The first records of a file, by which its kind is recognised."""
    return list(islice(records(text[:_OPENING], delimiter), _SAMPLE))


def delimiter(text: str) -> str:
    """The sign between cells: that which makes the most columns on the most of the first lines; a comma in doubt."""
    return max(DELIMITERS, key=lambda sign: _columns(text, sign))


def _columns(text: str, sign: str) -> int:
    widths = Counter(len(cells) for _, cells in opening(text, sign) if len(cells) > 1)
    return max((width * lines for width, lines in widths.items()), default=0)
