"""Rows of whole files, replayed by the ledger, against what the same files state."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest

from holdings.importers.base import DraftRow, ParsedFile
from holdings.importers.registry import read
from holdings.ledger.replay import replay
from holdings.ledger.types import ZERO, Entry, Ledger
from tests.holdings.importers.files import fixture


def entries(rows: Sequence[DraftRow]) -> Iterator[Entry]:
    """The bookable rows, as transactions of one account."""
    for number, row in enumerate(rows):
        if row.kind and row.trade_date and row.bookable:
            yield Entry(
                id=str(number),
                account="one",
                kind=row.kind,
                trade_date=row.trade_date,
                trade_time=row.trade_time,
                instrument=row.symbol or None,
                quantity=row.quantity,
                cash=row.cash,
                price=row.price,
                fees=row.fees,
                currency=row.currency,
                basis=row.basis,
                acquired=row.acquired,
                other=row.other or None,
                other_quantity=row.other_quantity,
                other_currency=row.other_currency,
                other_cash=row.other_cash,
                fair_value=row.fair_value,
            )


def shares(ledger: Ledger) -> dict[str, Decimal]:
    """Held and flagged quantities by symbol."""
    held: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for lot in ledger.lots:
        held[lot.instrument] += lot.quantity
    for flagged in ledger.flagged:
        held[flagged.instrument] += flagged.quantity
    return dict(held)


@pytest.fixture(scope="module")
def statement() -> ParsedFile:
    return read(fixture("ibkr_activity_2024.csv"))


def test_a_statement_s_rows_make_its_positions_options_and_shorts_included(statement: ParsedFile) -> None:
    ledger = replay(entries(statement.rows))

    assert ledger.problems == ()
    assert shares(ledger) == {line.symbol: line.quantity for line in statement.positions if line.symbol}


def test_a_statement_s_rows_make_its_cash_in_each_currency_to_the_cent(statement: ParsedFile) -> None:
    ledger = replay(entries(statement.rows))

    balances = {line.currency: line.quantity for line in statement.positions if not line.symbol}
    assert {currency: cash for (_, currency), cash in ledger.cash.items()} == balances


def test_a_statement_s_lots_have_the_basis_that_it_states(statement: ParsedFile) -> None:
    lots = replay(entries(statement.rows)).lots

    own = {lot.instrument: (lot.quantity, lot.basis, lot.acquired) for lot in lots}
    assert {line.symbol: own[line.symbol] for line in statement.lots} == {
        line.symbol: (line.quantity, line.basis, line.acquired) for line in statement.lots
    }


def test_a_statement_s_closed_lot_is_the_gain_that_the_ledger_realises(statement: ParsedFile) -> None:
    realised = [gain for gain in replay(entries(statement.rows)).realised if gain.lot]

    assert [(gain.quantity, gain.basis, gain.proceeds, gain.acquired, gain.sold) for gain in realised] == [
        (line.quantity, line.basis, line.proceeds, line.acquired, line.sold) for line in statement.gains
    ]


def test_amounts_of_all_activities_make_the_total_that_the_file_states() -> None:
    rows = read(fixture("etrade_transactions_2025.csv")).rows

    assert replay(entries(rows)).cash == {("one", "USD"): Decimal("-15949.97")}


def test_opening_rows_make_the_positions_of_a_portfolio() -> None:
    parsed = read(fixture("etrade_portfolio_2026.csv"))

    assert shares(replay(entries(parsed.rows))) == {
        line.symbol: line.quantity for line in parsed.positions if line.symbol
    }
