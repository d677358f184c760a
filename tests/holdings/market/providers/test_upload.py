import datetime as dt
from decimal import Decimal

import pytest

from holdings.importers.base import ImportFailed
from holdings.importers.cells import DateOrder
from holdings.market.providers.base import Bar, Point
from holdings.market.providers.upload import read

DAY = dt.date(2024, 3, 21)


def points(text: str, order: DateOrder | None = None) -> list[Point]:
    return list(read(text.encode(), order).fetched.points)


@pytest.mark.parametrize(
    "text",
    [
        "Date,Close\n2024-03-21,10.5\n",
        "\ufeffPrices of a fund\n\nDate,Open,Close,Volume\n2024-03-21,9,10.5,\n",
        'Date,NAV\n"03/21/2024","$10.50"\n',
        "Datum;Schlusskurs\n21.03.2024;10,5\n",
        "price date\tprice\n21 Mar 2024\t10.5\n",
    ],
)
def test_it_finds_the_columns_by_their_names(text: str) -> None:
    assert points(text) == [Point(DAY, Decimal("10.5"))]


def test_faults_are_named_by_row_and_good_rows_are_kept() -> None:
    upload = read(b"Date,Close\n2024-03-20,10\n2024-13-21,11\n2024-03-22,ten\n2024-03-25,-1\n2024-03-26,12\n")
    assert [point.value for point in upload.fetched.points] == [10, 12]
    assert [(problem.row, problem.field) for problem in upload.problems] == [(3, "Date"), (4, "Close"), (5, "Close")]


def test_a_day_with_two_closes_is_a_fault_and_a_repeated_row_is_not() -> None:
    upload = read(b"Date,Close\n2024-03-20,10\n2024-03-20,10\n2024-03-20,11\n")
    assert [problem.row for problem in upload.problems] == [4]
    assert len(upload.fetched.points) == 1


def test_dates_that_can_be_read_in_two_ways_are_asked_for() -> None:
    text = "Date,Close\n03/04/2024,10\n"
    with pytest.raises(ImportFailed, match="two ways"):
        points(text)
    assert points(text, DateOrder.DMY)[0].day == dt.date(2024, 4, 3)


def test_the_currency_comes_from_its_column() -> None:
    assert read(b"Date,Close,Currency\n2024-03-21,10,GBX\n").fetched.currency == "GBX"
    with pytest.raises(ImportFailed, match="several currencies"):
        read(b"Date,Close,Currency\n2024-03-21,10,GBX\n2024-03-22,10,USD\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Date,Adj Close\n2024-03-21,10\n", "not trusted"),
        ("Date,Volume\n2024-03-21,10\n", "No column with a close"),
        ("Date,Close\n", "No prices were found"),
        ("hello\nworld\n", "No prices were found"),
    ],
)
def test_a_file_without_raw_closes_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ImportFailed, match=words):
        points(text)


def test_opens_highs_lows_and_volumes_are_read_where_the_file_has_them() -> None:
    upload = read(b"Date,Open,High,Low,Close,Volume\n2024-03-20,10,11,9.5,10,1200\n2024-03-21,10,,,10,\n")
    assert upload.fetched.bars == (
        Bar(dt.date(2024, 3, 20), Decimal(10), Decimal(11), Decimal("9.5"), Decimal(1200)),
        Bar(DAY, Decimal(10)),
    )
    german = read(b"Datum;Erster;Hoch;Tief;Schlusskurs;Volumen\n21.03.2024;10,2;10,9;10,1;10,5;1.200\n")
    assert german.fetched.bars == (Bar(DAY, Decimal("10.2"), Decimal("10.9"), Decimal("10.1"), Decimal(1200)),)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("2024-03-21,9,11,10,5", "High", "The high of 9 is under the low of 11."),
        ("2024-03-21,11,9,12,5", "High", "The close of 12 is above the high of 11."),
        ("2024-03-21,11,9,8,5", "Low", "The close of 8 is under the low of 9."),
        ("2024-03-21,11,9,10,-5", "Volume", "A volume of -5 is negative."),
        ("2024-03-21,-11,-12,10,5", "High", "The high of -11 is not a price above zero."),
        ("2024-03-21,eleven,9,10,5", "High", "eleven"),
    ],
)
def test_a_day_that_contradicts_itself_is_a_fault_of_its_column(row: str, column: str, words: str) -> None:
    upload = read(f"Date,High,Low,Close,Volume\n2024-03-20,11,9,10,5\n{row}\n".encode())
    assert [(problem.row, problem.field) for problem in upload.problems] == [(3, column)]
    assert words in upload.problems[0].message
    assert len(upload.fetched.points) == 1


def test_an_open_outside_its_day_is_a_fault_of_its_column() -> None:
    upload = read(b"Date,Open,High,Low,Close\n2024-03-20,8.9,11,9,10\n2024-03-21,11.1,11,9,10\n2024-03-22,0,11,9,10\n")
    assert [(problem.row, problem.field) for problem in upload.problems] == [(2, "Open"), (3, "Open"), (4, "Open")]
    assert [problem.message for problem in upload.problems] == [
        "The open of 8.9 is under the low of 9.",
        "The open of 11.1 is above the high of 11.",
        "The open of 0 is not a price above zero.",
    ]


def test_a_close_may_lie_outside_by_what_rounding_does() -> None:
    assert read(b"Date,High,Low,Close\n2024-03-20,100.004,99,100.01\n").problems == ()
