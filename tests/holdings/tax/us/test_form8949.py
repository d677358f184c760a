"""Form 8949: the columns, the code, the box, and Schedule D's lines."""

from datetime import date
from decimal import Decimal

import pytest

from holdings.tax.history import Asset, TaxInstrument
from holdings.tax.outcome import GainClass, Slice
from holdings.tax.us import form8949
from tests.holdings.tax.us.slices import sold

LONG, SHORT = GainClass.LONG, GainClass.SHORT
INSTRUMENTS = {"XYZ": TaxInstrument("XYZ", "XYZ", "XYZ"), "BTC": TaxInstrument("BTC", "BTC", "BTC", Asset.CRYPTO)}


def row(each: Slice) -> form8949.Row:
    (found,) = form8949.rows([each], INSTRUMENTS)
    return found


def test_a_row_has_the_columns_of_the_form() -> None:
    assert form8949.as_text(row(sold("-250.50"))) == (
        "A",
        "10 XYZ",
        "01/15/2024",
        "06/02/2025",
        "10000.00",
        "10250.50",
        "",
        "",
        "-250.50",
    )


def test_a_wash_sale_has_code_w_and_its_loss_as_a_positive_adjustment() -> None:
    found = row(sold(-1000, disallowed=600))

    assert (found.code, found.adjustment, found.gain) == ("W", 600, -400)


def test_a_loss_that_exempt_interest_denies_has_code_l_and_adds_to_that_of_a_wash_sale() -> None:
    """Instructions for Form 8949, column (f): L is a nondeductible loss other than one of code W."""
    found = row(sold(-1000, disallowed=300, exempt=Decimal(-500)))

    assert (found.code, found.adjustment, found.gain) == ("LW", 800, -200)


def test_a_loss_that_distributions_made_long_term_is_in_part_ii_with_code_t() -> None:
    """Code T: the type of gain or loss on Form 1099-B is not the right one; no amount is adjusted."""
    found = row(sold(-200, LONG, turned=True))

    assert (found.box, found.code, found.adjustment, found.gain) == ("D", "T", 0, -200)


def test_a_collectible_has_code_c_and_both_codes_stand_in_order() -> None:
    assert row(sold(-100, GainClass.COLLECTIBLE, disallowed=100)).code == "CW"


def test_inherited_shares_say_so_in_place_of_a_date() -> None:
    assert row(sold(1, LONG, acquired=None)).acquired == "INHERITED"


@pytest.mark.parametrize(
    ("box", "each"),
    [
        ("A", sold(1)),
        ("B", sold(1, reported=False)),
        ("D", sold(1, LONG)),
        ("E", sold(1, LONG, reported=False)),
        ("C", sold(1, instrument="BTC", day="2024-06-03")),
        ("F", sold(1, LONG, instrument="BTC", day="2024-06-03")),
        ("H", sold(1, instrument="BTC")),
        ("K", sold(1, LONG, instrument="BTC")),
    ],
)
def test_the_box_is_by_term_by_report_and_since_2025_by_digital_asset(box: str, each: Slice) -> None:
    assert row(each).box == box


def test_schedule_d_adds_the_boxes_of_a_line() -> None:
    found = form8949.rows(
        [sold(100), sold(50, instrument="BTC"), sold(-30, reported=False), sold(7, LONG)], INSTRUMENTS
    )
    lines = {total.line: total.gain for total in form8949.totals(found)}

    assert lines == {"1b": 100, "2": 20, "8b": 7}


def test_totals_are_those_of_the_rows_in_cents() -> None:
    found = form8949.rows([sold("0.004"), sold("0.004")], INSTRUMENTS)

    assert [total.gain for total in form8949.totals(found)] == [sum(row.gain for row in found)]


def test_a_sale_of_unknown_basis_is_left_to_the_reader() -> None:
    unknown = sold(0, GainClass.UNKNOWN, basis=None)

    assert form8949.rows([unknown], INSTRUMENTS) == ()


def test_rows_stand_by_box_and_day() -> None:
    found = form8949.rows([sold(1, LONG), sold(1, day="2025-07-01"), sold(1, day="2025-03-03")], INSTRUMENTS)

    assert [(each.box, each.sold) for each in found] == [
        ("A", date(2025, 3, 3)),
        ("A", date(2025, 7, 1)),
        ("D", date(2025, 6, 2)),
    ]
    assert all(isinstance(each.gain, Decimal) for each in found)
