"""Tables as CSV files."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.exports import csv_response, written


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(cell: str) -> None:
    assert written(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Decimal("-513.00"), "-513.00"),
        (Decimal("1E+3"), "1000"),
        (-24, "-24"),
        (dt.date(2022, 12, 28), "2022-12-28"),
        (None, ""),
        ("BRK-B", "BRK-B"),
    ],
)
def test_numbers_and_dates_stay_what_they_are(cell: Decimal | int | dt.date | str | None, text: str) -> None:
    assert written(cell) == text


def test_a_file_is_a_download_with_its_head() -> None:
    response = csv_response("holdings", ["Symbol", "Name"], [["KO", "Coca-Cola, Inc."]])
    assert response["Content-Disposition"] == 'attachment; filename="holdings.csv"'
    assert response.content.decode() == 'Symbol,Name\r\nKO,"Coca-Cola, Inc."\r\n'
