from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.importers.cells import DateOrder, currency, date_orders, day, decimal_signs, moment, number, us_date


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
        ("4.312,50 €", ",", "4312.50"),
        ("€4.312,50", ",", "4312.50"),
        ("12,00-", ",", "-12.00"),
        ("-0,5\u00a0€", ",", "-0.5"),
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
        "-5-",
        "5--",
        "(5-)",
        "1,234'567",
        "5%",
        "10S",
        "E1",
        "(e5)",
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


@pytest.mark.parametrize(
    ("texts", "signs"),
    [
        (["1,234", "5"], {".", ","}),
        (["1,234", "5.5"], {"."}),
        (["1.234,56", "--"], {","}),
        (["1,234", "5.5", "5,5"], set()),
        (["", " "], set()),
        (["abc"], set()),
    ],
)
def test_I_07_a_column_says_its_decimal_sign_or_leaves_it_open(texts: list[str], signs: set[str]) -> None:
    assert decimal_signs(texts) == signs


@given(st.decimals("-1e12", "1e12", places=6), st.sampled_from([".", ","]))
def test_I_07_a_number_comes_back_from_how_it_is_written(value: Decimal, sign: str) -> None:
    written = f"{value:,f}".translate(str.maketrans({",": ".", ".": ","})) if sign == "," else f"{value:,f}"

    assert number(written, sign) == value


@given(st.text("0123456789.,'-+()$€eE abc%", max_size=8), st.sampled_from([".", ","]))
def test_any_cell_is_a_number_or_refused(text: str, sign: str) -> None:
    try:
        value = number(text, sign)
    except ValueError:
        return
    assert value is None or value.is_finite()


DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD
SIXTEENTH = date(2021, 9, 16)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("16/09/21", DMY),
        ("16.09.2021", DMY),
        ("16. 9. 2021", DMY),
        ("16-09-2021", DMY),
        ("9/16/2021", MDY),
        ("09/16/21", MDY),
        ("2021-09-16", MDY),
        ("2021/9/16", DMY),
        ("20210916", DMY),
        ("16-Sep-2021", MDY),
        ("16. September 2021", DMY),
        ("Sep 16, 2021", DMY),
    ],
)
def test_a_day_is_read_in_the_declared_order(text: str, order: DateOrder) -> None:
    assert day(text, order) == SIXTEENTH


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("16/09/21", MDY),
        ("16/09/21", YMD),
        ("09/16/2021", DMY),
        ("16.09/2021", DMY),
        ("16/09/021", DMY),
        ("0021-09-16", YMD),
        ("31.02.2021", DMY),
        ("16 Bananas 2021", DMY),
        ("20211609", YMD),
        ("--", DMY),
        ("", DMY),
    ],
)
def test_a_day_in_another_order_is_refused_in_words(text: str, order: DateOrder) -> None:
    with pytest.raises(ValueError, match=r"year|month|day"):
        day(text, order)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("20210916;085905", time(8, 59, 5)),
        ("2021-09-16T09:30", time(9, 30)),
        ("2021-09-16, 10:30:00", time(10, 30)),
        ("09/16/2021 02:21:05 PM ET", time(14, 21, 5)),
        ("09/16/2021 12:05 am", time(0, 5)),
        ("2021-09-16T23:30:00.000Z", time(23, 30)),
        ("2021-09-16T23:30:00-07:00", time(23, 30)),
        ("2021-09-16T00:00:00.000Z", None),
        ("2021-09-16T00:00:00+03:00", None),
        ("2021-09-16", None),
    ],
)
def test_I_05_day_and_time_stay_as_written_whatever_the_time_zone(text: str, clock: time | None) -> None:
    assert moment(text, MDY) == (SIXTEENTH, clock)


@pytest.mark.parametrize("text", ["16/09/2021 25:00", "16/09/2021 13:00 PM", "16/09/2021T99", "16/09/2021 noon"])
def test_what_follows_a_date_must_be_a_time(text: str) -> None:
    with pytest.raises(ValueError, match="16/09/2021"):
        moment(text, DMY)


@pytest.mark.parametrize(("year", "full"), [("69", 2069), ("70", 1970), ("99", 1999), ("00", 2000)])
def test_two_digits_of_a_year_are_those_from_1970_to_2069(year: str, full: int) -> None:
    assert day(f"01/02/{year}", DMY).year == full


@pytest.mark.parametrize(
    ("texts", "orders"),
    [
        (["03/04/2024", "01/02/2024"], {DMY, MDY}),
        (["03/04/2024", "13/02/2024", ""], {DMY}),
        (["03/04/2024", "02/13/2024"], {MDY}),
        (["2024-04-03"], {DMY, MDY, YMD}),
        (["13/02/2024", "02/13/2024"], set()),
        ([""], set()),
    ],
)
def test_a_column_says_its_order_or_leaves_it_open(texts: list[str], orders: set[DateOrder]) -> None:
    assert date_orders(texts) == orders


@pytest.mark.parametrize(
    ("text", "code", "unit"),
    [
        ("usd", "USD", "1"),
        (" EUR ", "EUR", "1"),
        ("€", "EUR", "1"),
        ("GBP", "GBP", "1"),
        ("GBp", "GBP", "0.01"),
        ("GBX", "GBP", "0.01"),
        ("ZAc", "ZAR", "0.01"),
        ("ILA", "ILS", "0.01"),
    ],
)
def test_t26_a_hundredth_of_a_currency_is_told_from_the_whole(text: str, code: str, unit: str) -> None:
    assert currency(text) == (code, Decimal(unit))


@pytest.mark.parametrize("text", ["", "EURO", "XYZ", "12"])
def test_what_is_no_currency_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a currency"):
        currency(text)
