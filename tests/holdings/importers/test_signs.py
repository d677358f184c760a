"""Whatever numbers stand in a row, what is offered for booking has the signs that the ledger reads."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import DraftRow
from holdings.importers.registry import read
from holdings.importers.robinhood import codes
from holdings.importers.schwab.actions import CASH_EVENTS, EVENTS, MEANINGS
from holdings.importers.vanguard import actions as vanguard
from holdings.ledger.types import Kind
from tests.holdings.importers.files import transactions

NUMBERS = st.sampled_from(["", "0", "10", "-10", "0.5", "1000", "-1000.00", "5", "-5"])
SYMBOLS = st.sampled_from(["", "KO", "SWVXX", "912797KX4", "SPY 01/19/2024 450.00 C", "-SPY240119C450"])
FIDELITY = [
    *("YOU BOUGHT", "YOU SOLD", "YOU SOLD SHORT SALE", "REINVESTMENT", "DIVIDEND RECEIVED", "INTEREST EARNED"),
    *("MERGER MER", "REVERSE SPLIT", "DISTRIBUTION", "IN LIEU OF FRX SHARE", "RETURN OF CAPITAL", "FEE CHARGED"),
    *("FOREIGN TAX PAID", "TRANSFERRED FROM", "DIRECT DEPOSIT", "REDEMPTION PAYOUT", "EXPIRED WORTHLESS", "ODD"),
]
ACTIONS = {
    "schwab": sorted([*MEANINGS, *EVENTS, *CASH_EVENTS, "cash merger adj"]),
    "fidelity": FIDELITY,
    "vanguard": sorted([*vanguard._MEANINGS, "merger (incoming)", "merger (outgoing)", "conversion (incoming)"]),
    "robinhood": sorted([*codes._MEANINGS, *codes._EVENTS]),
}


def schwab(action: str, symbol: str, quantity: str, price: str, amount: str) -> bytes:
    return transactions(f"12/27/2022|{action}|{symbol}|ANY INC|{quantity}|{price}||{amount}")


def fidelity(action: str, symbol: str, quantity: str, price: str, amount: str) -> bytes:
    header = "Run Date,Action,Symbol,Description,Type,Quantity,Price,Commission,Fees,Accrued Interest,Amount"
    return (
        f"{header},Settlement Date\n12/27/2022,{action},{symbol},ANY INC,Cash,{quantity},{price},,,,{amount},".encode()
    )


def vanguard_file(action: str, symbol: str, quantity: str, price: str, amount: str) -> bytes:
    header = "Account Number,Trade Date,Transaction Type,Investment Name,Symbol,Shares,Share Price,Fees,Net Amount"
    return f"{header}\n98765432,12/27/2022,{action},ANY INC,{symbol},{quantity},{price},,{amount}".encode()


def robinhood(action: str, symbol: str, quantity: str, price: str, amount: str) -> bytes:
    header = "Activity Date,Process Date,Settle Date,Instrument,Description,Trans Code,Quantity,Price,Amount"
    return f"{header}\n9/18/2023,9/18/2023,9/20/2023,{symbol},ANY INC,{action},{quantity},{price},{amount}".encode()


FILES: dict[str, Callable[..., bytes]] = {
    "schwab": schwab,
    "fidelity": fidelity,
    "vanguard": vanguard_file,
    "robinhood": robinhood,
}


def has_the_signs_of_its_kind(row: DraftRow) -> bool:
    """Shares in are positive and cost money, shares out are negative and bring it; cash kinds have cash."""
    match row.kind:
        case Kind.BUY | Kind.REINVEST:
            return row.quantity > 0 > row.cash and bool(row.symbol)
        case Kind.SELL | Kind.MERGER:
            return row.quantity < 0 <= row.cash and bool(row.symbol)
        case Kind.DEPOSIT | Kind.RETURN_OF_CAPITAL | Kind.CASH_IN_LIEU:
            return row.cash > 0
        case Kind.WITHDRAWAL:
            return row.cash < 0
        case Kind.DIVIDEND | Kind.INTEREST | Kind.FEE | Kind.TAX:
            return bool(row.cash) and not row.quantity
        case Kind.SPLIT | Kind.SHORT | Kind.OPTION:
            return bool(row.quantity and row.symbol)
        case Kind.WORTHLESS:
            return row.quantity < 0
        case Kind.TRANSFER_IN:
            return row.quantity > 0 or row.cash > 0
        case Kind.TRANSFER_OUT:
            return row.quantity < 0 or row.cash < 0
    return False


@pytest.mark.parametrize("broker", FILES)
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_what_can_be_booked_has_the_signs_of_its_kind(broker: str, data: st.DataObject) -> None:
    action = data.draw(st.sampled_from(ACTIONS[broker]))
    cells = [data.draw(SYMBOLS), *(data.draw(NUMBERS) for _ in range(3))]

    for row in read(FILES[broker](action, *cells)).rows:
        assert not row.bookable or has_the_signs_of_its_kind(row), row
        assert not row.bookable or (row.trade_date and row.fees >= 0 and (row.price is None or row.price >= 0))
