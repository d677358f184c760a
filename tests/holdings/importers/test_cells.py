from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.cells import number, us_date


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("1.234,56", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("1'345,12", ",", "1345.12"),
        ("1’345.12", ".", "1345.12"),
        ("1 234,5", ",", "1234.5"),
        ("1,98E-6", ",", "0.00000198"),
        ("(12.00)", ".", "-12.00"),
        ("($43.64)", ".", "-43.64"),
        ("-$3320.05", ".", "-3320.05"),
        ("$-7.50", ".", "-7.50"),
        ("\u22127.50", ".", "-7.50"),
        ("+0.05", ".", "0.05"),
        (".00", ".", "0"),
        ("5.", ".", "5"),
        ("  45 ", ".", "45"),
        ("1,234,567.8", ".", "1234567.8"),
    ],
)
def test_I_07_numbers_are_read_by_the_declared_decimal_sign(text: str, sign: str, value: str) -> None:
    assert number(text, sign) == Decimal(value)


@pytest.mark.parametrize("text", ["", "--", "n/a", "Incomplete", "-"])
def test_I_07_what_says_unknown_is_not_zero(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1.234,56",
        "1,23",
        "abc",
        "12,34,567",
        "(12.00",
        "12.00)",
        "1.2.3",
        "--5",
        "-$-5",
        "(-5)",
        "1,234'567",
        "5%",
        "10S",
        ".",
        "$",
        "١٢",
        "NaN",
        "1E999",
    ],
)
def test_I_07_what_is_not_surely_a_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        number(text)


@pytest.mark.parametrize("text", ["1" + "0" * 20, "9E25", "0." + "1" * 19])
def test_a_number_beyond_the_stored_columns_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="more digits than can be kept"):
        number(text)


def test_a_number_as_long_as_the_stored_columns_keeps_every_digit() -> None:
    digits = "12345678901234567890.123456789012345678"

    assert str(number(f"({digits})")) == f"-{digits}"


@pytest.mark.parametrize("text", ["12/28/2022", "12/28/2022 "])
def test_a_date_is_month_first(text: str) -> None:
    assert us_date(text) == date(2022, 12, 28)


@pytest.mark.parametrize("text", ["16/09/21", "28/12/2022", "2022-12-28", "02/29/2022", "", "12/28/20222"])
def test_a_date_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="MM/DD/YYYY"):
        us_date(text)
