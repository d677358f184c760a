"""Tables as CSV files that a spreadsheet may open."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import HttpResponse

Cell = str | Decimal | int | dt.date | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A download. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([written(cell) for cell in row] for row in rows)
    return response


def written(cell: Cell) -> str:
    """One cell as it stands in the file."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return str(cell)
