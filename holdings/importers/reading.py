"""Reading one row: cells by column name, with every fault noted beside the row instead of raised."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from holdings.importers.base import RowProblem, Severity
from holdings.importers.cells import UNKNOWN, number


class RowReader:
    """The cells of one record, and the problems met while reading them. `decimal` is the file's decimal sign."""

    def __init__(self, line: int, header: Sequence[str], cells: Sequence[str], decimal: str = ".") -> None:
        self.line = line
        self.decimal = decimal
        self.raw = named(header, cells)
        self.problems: list[RowProblem] = []
        if len(trimmed(cells, len(header))) != len(header):
            message = f"{len(cells)} cells where the header names {len(header)} columns."
            self.error("", message, "Compare the row with the broker's export; a comma or a quote may be missing.")

    def text(self, field: str) -> str:
        return self.raw.get(field, "")

    def number(self, field: str) -> Decimal | None:
        """The cell as a number; None when it is blank, says unknown, or cannot be read, which is noted."""
        try:
            return number(self.text(field), self.decimal)
        except ValueError as fault:
            self.error(field, str(fault), "Correct the number in the file, or leave the row out.")
            return None

    def day(self, field: str, read: Callable[[str], date]) -> date | None:
        """The cell as a date; None when it cannot be read, which is noted."""
        try:
            return read(self.text(field))
        except ValueError as fault:
            self.error(field, str(fault), "Correct the date in the file, or leave the row out.")
            return None

    def unknown(self, field: str) -> bool:
        """Whether the broker says that it does not know."""
        return self.text(field).lower() in UNKNOWN

    def error(self, field: str, message: str, remedy: str) -> None:
        self._note(RowProblem(self.line, field, message, remedy))

    def warn(self, field: str, message: str, remedy: str) -> None:
        self._note(RowProblem(self.line, field, message, remedy, Severity.WARNING))

    def _note(self, problem: RowProblem) -> None:
        """A cell that is read twice has one fault."""
        if problem not in self.problems:
            self.problems.append(problem)


def trimmed(cells: Sequence[str], keep: int = 0) -> list[str]:
    """The cells without blank ones at the end, but for the first `keep`."""
    end = len(cells)
    while end > keep and not cells[end - 1]:
        end -= 1
    return list(cells[:end])


def named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells by column name; cells beyond the header are kept under their number."""
    names = [*header, *(f"column {n}" for n in range(len(header) + 1, len(cells) + 1))]
    return dict(zip(names, trimmed(cells, len(header)), strict=False))


def columns(cells: Sequence[str], aliases: Mapping[str, str] | None = None) -> list[str]:
    """The names of a header's columns, each once: the second `Date` is `Date (2)`.

    aliases: lower-case spellings of other years to the name used here, so that exports of all years give equal rows.
    """
    seen: Counter[str] = Counter()
    names = []
    for cell in trimmed(cells):
        name = (aliases or {}).get(cell.lower(), cell)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
