"""Each slice on the line of its form; a year whose form was not seen has its meaning alone."""

from decimal import Decimal

from holdings.tax.de import GERMANY
from holdings.tax.history import FundYear
from tests.holdings.ledger.histories import buy, sell
from tests.holdings.tax.de.households import BOND, COIN, INSTRUMENTS, WORLD, matched

KINDS = ["KO", BOND, WORLD, COIN]


def rows(year: int) -> list[tuple[str, ...]]:
    """A gain and a loss of each kind of instrument, and a lump sum."""
    bought = [buy(f"b{name}", f"{year - 1}-06-03", 2, 200, instrument=name) for name in KINDS]
    sold = [
        sell(f"{name}{proceeds}", f"{year}-03-03", 1, proceeds, instrument=name)
        for name in KINDS
        for proceeds in (90, 130)
    ]
    found = matched(*bought, *sold, funds={(WORLD, year - 1): FundYear(Decimal(100), Decimal(120))})
    heading, rows = GERMANY.report(found.slices, INSTRUMENTS)
    assert {len(row) for row in rows} == {len(heading)}
    return [tuple(row[:3]) for row in rows]


def test_each_slice_goes_to_its_line() -> None:
    assert set(rows(2025)) == {
        ("Anlage KAP", "19, 20", "Gain of shares"),
        ("Anlage KAP", "19, 23", "Loss of shares"),
        ("Anlage KAP", "19", "Other capital income"),
        ("Anlage KAP", "19, 22", "Loss of other capital assets"),
        ("Anlage KAP-INV", "9", "Advance lump sum: equity fund"),
        ("Anlage KAP-INV", "14", "Sale of units: equity fund"),
        ("Anlage SO", "", "Private sales: virtual currencies"),
    }


def test_a_year_whose_form_was_not_seen_names_no_line() -> None:
    assert {lines for _, lines, _ in rows(2026)} == {""}


def test_amounts_are_in_cents_and_those_of_funds_before_partial_exemption() -> None:
    found = matched(buy("b", "2024-06-03", 3, 100, instrument=WORLD), sell("s", "2025-03-03", 1, 50, instrument=WORLD))
    _, (row,) = GERMANY.report(found.slices, INSTRUMENTS)

    assert row[3:12] == ("2025-03-03", WORLD, "1", "2024-06-03", "50.00", "33.33", "16.67", "5.00", "FIFO")
