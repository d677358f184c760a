"""Uploaded series beside prices: columns by name, faults by row, strangers left out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from holdings.importers.base import ImportFailed
from holdings.market.providers.scores import WHOLE, read

KNOWN = {"XOM": "x", "KO": "k", "US30231G1022": "x"}
JAN, FEB = dt.date(2022, 1, 31), dt.date(2022, 2, 28)


def test_scores_are_read_by_instrument_rising_by_day() -> None:
    found = read(b"Date,Symbol,Value\n2022-02-28,XOM,0.5\n2022-01-31,XOM,-1\n2022-01-31,ko,2\n", KNOWN)
    assert found.points == {"x": [(JAN, Decimal(-1)), (FEB, Decimal("0.5"))], "k": [(JAN, Decimal(2))]}


def test_an_isin_names_an_instrument_too() -> None:
    assert set(read(b"date;isin;score\n31.01.2022;US30231G1022;1,5\n", KNOWN).points) == {"x"}


def test_without_symbols_it_is_one_series() -> None:
    found = read(b"Datum;Wert\n31.01.2022;1,5\n28.02.2022;2,25\n", KNOWN)
    assert found.points == {WHOLE: [(JAN, Decimal("1.5")), (FEB, Decimal("2.25"))]}


def test_rows_of_others_are_counted_and_left_out() -> None:
    found = read(b"Date,Ticker,Value\n2022-01-31,XOM,1\n2022-01-31,ZZZ,1\n2022-02-28,ZZZ,1\n", KNOWN)
    assert (set(found.points), found.strangers) == ({"x"}, {"ZZZ": 2})


def test_a_blank_value_is_no_value() -> None:
    assert read(b"Date,Symbol,Value\n2022-01-31,XOM,\n2022-02-28,XOM,1\n", KNOWN).points == {"x": [(FEB, Decimal(1))]}


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("2022-13-01,XOM,1", "Date", "2022-13-01"),
        ("2022-02-28,XOM,much", "Value", "much"),
        ("2022-01-31,XOM,2", "Date", "A second value for 31 Jan 2022 of XOM."),
    ],
)
def test_a_fault_names_its_row_and_column(row, field, words) -> None:
    (problem,) = read(f"Date,Symbol,Value\n2022-01-31,XOM,1\n{row}\n".encode(), KNOWN).problems
    assert (problem.row, problem.field) == (3, field)
    assert words in problem.message
    assert problem.remedy


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Symbol,Value\nXOM,1\n", "Date and Value"),
        (b"Date,Symbol\n2022-01-31,XOM\n", "Date and Value"),
        (b"Date,Value\n", "Date and Value"),
        (b"Date,Value\n01/02/2022,1\n02/03/2022,2\n", "two ways"),
        (b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content, words) -> None:
    with pytest.raises(ImportFailed, match=words):
        read(content, KNOWN)
