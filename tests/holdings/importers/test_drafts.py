from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from holdings.importers.base import DraftRow, RowProblem, Severity, Status
from holdings.importers.drafts import beside, plain, unit_price, with_problems
from holdings.importers.ghostfolio import GhostfolioCsv
from holdings.importers.mapped import AmountIs, parse, propose
from holdings.ledger.exact import exact
from holdings.ledger.types import Kind

SALE = DraftRow(
    rows=(7,),
    raw={},
    kind=Kind.SELL,
    trade_date=date(2024, 5, 6),
    symbol="KO",
    quantity=Decimal(-2),
    cash=Decimal(90),
    external_id="x",
)
GHOSTFOLIO = "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note\n2024-05-06,BTC,YAHOO,USD,{},{},buy,0,\n"


@pytest.mark.parametrize(
    ("value", "text"), [("50.00", "50"), ("5E+1", "50"), ("0.10", "0.1"), ("-3.0", "-3"), ("0", "0")]
)
def test_a_derived_number_is_written_without_idle_zeros(value: str, text: str) -> None:
    assert str(plain(Decimal(value))) == text


def test_a_price_is_kept_to_ten_decimals() -> None:
    assert unit_price(Decimal(-100), Decimal(3)) == Decimal("33.3333333333")


def test_the_price_of_a_tiny_part_of_a_share_is_no_fault() -> None:
    with localcontext(exact):
        assert unit_price(Decimal(10**19), Decimal("1E-18")) == Decimal(10**37)


def test_what_was_withheld_has_only_its_cash() -> None:
    tax = beside(SALE, Kind.TAX, Decimal(-5))

    assert (tax.kind, tax.cash, tax.quantity, tax.external_id, tax.rows) == (Kind.TAX, -5, 0, "", (7,))


def test_an_error_holds_back_the_rows_beside_it_and_a_warning_does_not() -> None:
    error, warning = (RowProblem(7, "Date", "", "", severity) for severity in Severity)
    rows = [SALE, beside(SALE, Kind.TAX, Decimal(-5))]

    assert [row.status for row in with_problems(rows, [error])] == [Status.ERROR, Status.ERROR]
    assert [row.status for row in with_problems(rows, [warning])] == [Status.WARNING, Status.READY]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("symbol", {"symbol": ""}),
        ("quantity", {"quantity": Decimal(2)}),
        ("cash", {"cash": Decimal(-1)}),
        ("cash", {"kind": Kind.BUY, "quantity": Decimal(2), "cash": Decimal(0)}),
        ("cash", {"kind": Kind.DEPOSIT, "quantity": Decimal(0), "cash": Decimal(-90)}),
        ("cash", {"kind": Kind.DIVIDEND, "quantity": Decimal(0), "cash": Decimal(0)}),
        ("cash", {"kind": Kind.TRANSFER_IN, "cash": Decimal(0)}),
        ("quantity", {"kind": Kind.OPTION, "quantity": Decimal(0)}),
        ("price", {"price": Decimal(-1)}),
    ],
)
def test_what_no_reader_found_wrong_must_have_the_signs_of_its_kind(field: str, change: dict[str, Any]) -> None:
    (row,) = with_problems([replace(SALE, **change)], [])

    assert (row.status, row.problems[0].field) == (Status.ERROR, field)


def test_a_product_is_rounded_to_the_decimals_that_are_stored() -> None:
    (row,) = GhostfolioCsv().parse(GHOSTFOLIO.format("1.0000000001", "0.123456789012345678")).rows

    assert row.cash == Decimal("-0.123456789024691357")
    assert row.quantity == Decimal("0.123456789012345678")


def test_a_product_beyond_the_stored_digits_is_an_error_of_its_row() -> None:
    (row,) = GhostfolioCsv().parse(GHOSTFOLIO.format("9" * 19, "9" * 19)).rows

    assert (row.status, row.problems[-1].field) == (Status.ERROR, "cash")


def test_a_reverse_split_by_thirds_is_rounded_to_the_decimals_that_are_stored() -> None:
    text = "Date,Type,Symbol,Shares,Amount\n2024-01-02,buy,KO,10,100.00\n2024-01-03,split,KO,1:3,\n"
    rows = parse(text, replace(propose(text).spec, amount_is=AmountIs.TOTAL)).rows
    assert rows[1].quantity == Decimal("-6.666666666666666667")
