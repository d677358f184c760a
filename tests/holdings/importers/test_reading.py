from decimal import Decimal

from holdings.importers.reading import RowReader, columns


def test_a_second_column_of_the_same_name_is_numbered() -> None:
    assert columns(["Symbol", "Date", "Cost", "Date", "Date", ""]) == ["Symbol", "Date", "Cost", "Date (2)", "Date (3)"]


def test_spellings_of_other_years_bind_to_one_name() -> None:
    assert columns(["RUN DATE", "Price ($)"], {"run date": "Run Date", "price ($)": "Price"}) == ["Run Date", "Price"]


def test_numbers_are_read_by_the_decimal_sign_of_the_file() -> None:
    row = RowReader(2, ["Value"], ["1.234,50"], decimal=",")

    assert (row.number("Value"), row.problems) == (Decimal("1234.50"), [])


def test_a_cell_that_is_read_twice_has_one_fault() -> None:
    row = RowReader(2, ["Price"], ["ten"])

    assert (row.number("Price"), row.number("Price"), len(row.problems)) == (None, None, 1)


def test_a_row_of_another_length_than_the_header_is_an_error() -> None:
    row = RowReader(7, ["a", "b"], ["1", "2", "3", ""])

    assert [(problem.row, problem.message) for problem in row.problems] == [
        (7, "4 cells where the header names 2 columns.")
    ]
    assert row.raw["column 3"] == "3"
