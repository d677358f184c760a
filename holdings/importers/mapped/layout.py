"""Finding the table in a file of no known format: its delimiter, its header, and where it begins."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from holdings.importers.base import ImportFailed
from holdings.importers.mapped.spec import Field
from holdings.importers.mapped.words import name_score
from holdings.importers.reading import columns, trimmed
from holdings.importers.text import DELIMITERS, records

_SEARCHED = 60
_NUMBER_OR_DATE = re.compile(r"[-+(]?[^A-Za-z]*[0-9][^A-Za-z]*")

Record = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The table of a file, as its first records show it. `line` is the header's, or the first row's without one."""

    delimiter: str
    header: tuple[str, ...]
    has_header: bool
    line: int
    preamble: tuple[str, ...]
    fitting: int


def find_layout(text: str) -> Layout:
    """The likeliest table of the text. Raises ImportFailed when there is none."""
    found = [layout for sign in DELIMITERS if (layout := _with(text, sign))]
    if not found:
        raise ImportFailed("The file holds no table: no sign separates its lines into columns.")
    return max(found, key=_plausibility)


def rows_of(text: str, layout: Layout) -> Iterator[Record]:
    """The records of the table below its header."""
    first = layout.line + layout.has_header
    return (record for record in records(text, layout.delimiter) if record[0] >= first)


def _with(text: str, delimiter: str) -> Layout | None:
    start = list(islice(records(text, delimiter), _SEARCHED))
    if not start or max(len(cells) for _, cells in start) < 2:
        return None
    index = max(range(len(start)), key=lambda at: (_names(start[at][1]), -at))
    if not _names(start[index][1]):
        index = _first_of_usual_width(start)
    line, cells = start[index]
    has_header = bool(_names(cells)) or not any(_NUMBER_OR_DATE.fullmatch(cell) for cell in cells)
    header = header_names(cells) if has_header else tuple(f"column {at}" for at in range(1, _width(start) + 1))
    return Layout(
        delimiter=delimiter,
        header=header,
        has_header=has_header,
        line=line,
        preamble=tuple(" ".join(filter(None, above)) for _, above in start[:index]),
        fitting=sum(1 for _, cells in start[index + 1 :] if len(trimmed(cells, len(header))) == len(header)),
    )


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of a header's columns, each once; a blank one is named by its number."""
    return tuple(columns([name or f"column {number}" for number, name in enumerate(trimmed(cells), start=1)]))


def _names(cells: Sequence[str]) -> float:
    """How many columns of a record have names that are known."""
    known = [score for cell in cells if cell for score in [max(name_score(part, cell) for part in Field)] if score]
    filled = sum(1 for cell in cells if cell)
    return sum(known) if len(known) > 1 and filled > 1 else 0.0


def _width(rows: Sequence[Record]) -> int:
    widths = Counter(len(trimmed(cells)) for _, cells in rows if len(trimmed(cells)) > 1)
    return max(widths, key=lambda width: (widths[width] * width, width), default=0)


def _first_of_usual_width(rows: Sequence[Record]) -> int:
    usual = _width(rows)
    return next((at for at, (_, cells) in enumerate(rows) if len(trimmed(cells)) == usual), 0)


def _plausibility(layout: Layout) -> tuple[float, int]:
    """Known names of columns first, then how many cells of the rows have a column."""
    return (_names(layout.header) if layout.has_header else 0.0), layout.fitting * len(layout.header)
