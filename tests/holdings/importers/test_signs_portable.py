"""Whatever numbers stand in a row of the portable formats, what is offered has the signs that the ledger reads."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers import mapped
from holdings.importers.base import DraftRow
from holdings.importers.mapped import AmountIs, Field, MappingSpec, Signs
from holdings.importers.ofx.transactions import READERS
from holdings.importers.portfolio_performance import _TYPES
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.ofx_files import KO, ofx, statement
from tests.holdings.importers.test_signs import has_the_signs_of_its_kind

Rows = tuple[DraftRow, ...]
NUMBERS = st.sampled_from(["", "0", "10", "-10", "0.5", "1000", "-1000.00", "5", "-5", "0.00"])
SYMBOLS = st.sampled_from(["", "KO"])
FLAGS = st.sampled_from(["", "IN", "OUT", "INTEREST", "SELLSHORT", "BUYTOCOVER", "EXPIRE"])
SPECS = st.builds(
    MappingSpec,
    header=st.just(("date", "type", "symbol", "shares", "price", "amount", "fees", "tax")),
    columns=st.just(
        {Field.DATE: "date", Field.KIND: "type", Field.SYMBOL: "symbol", Field.QUANTITY: "shares"}
        | {Field.PRICE: "price", Field.AMOUNT: "amount", Field.FEES: "fees", Field.TAX: "tax"}
    ),
    kinds=st.just({str(kind): kind for kind in mapped.KINDS}),
    signs=st.sampled_from(Signs),
    amount_is=st.sampled_from(AmountIs),
    fees_in_amount=st.booleans(),
)


def ghostfolio(data: st.DataObject, n: Callable[[], str]) -> Rows:
    type_ = data.draw(st.sampled_from(["buy", "sell", "item", "dividend", "interest", "fee", "liability"]))
    header = "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note"
    return read(f"{header}\n2024-05-06,{data.draw(SYMBOLS)},YAHOO,USD,{n()},{n()},{type_},{n()},".encode()).rows


def portfolio_performance(data: st.DataObject, n: Callable[[], str]) -> Rows:
    type_ = data.draw(st.sampled_from(sorted(_TYPES)))
    header = "Date,Type,Value,Transaction Currency,Fees,Taxes,Shares,Ticker Symbol,Security Name"
    row = f"2024-05-06T00:00,{type_},{n()},EUR,{n()},{n()},{n()},{data.draw(SYMBOLS)},"
    return read(f"{header}\n{row}\n2024-05-06T00:00,Deposit,1.00,EUR,,,,,".encode()).rows


def ofx_file(data: st.DataObject, n: Callable[[], str]) -> Rows:
    name, flag = data.draw(st.sampled_from(sorted(READERS))), data.draw(FLAGS)
    numbers = "".join(f"<{each}>{n()}</{each}>" for each in NUMBERED)
    flags = "".join(f"<{each}>{flag}</{each}>" for each in FLAGGED)
    security = data.draw(st.sampled_from(["", KO]))
    body = f"<INVTRAN><FITID>1</FITID><DTTRADE>20240506</DTTRADE></INVTRAN>{security}{numbers}{flags}"
    return read(ofx(statement(f"<{name}>{body}</{name}>"))).rows


NUMBERED = (
    *("UNITS", "UNITPRICE", "TOTAL", "TRNAMT", "COMMISSION", "WITHHOLDING"),
    *("OLDUNITS", "NEWUNITS", "NUMERATOR", "DENOMINATOR", "FRACCASH"),
)
FLAGGED = ("TFERACTION", "INCOMETYPE", "SELLTYPE", "BUYTYPE", "OPTACTION")


def any_table(data: st.DataObject, n: Callable[[], str]) -> Rows:
    spec, kind = data.draw(SPECS), data.draw(st.sampled_from(mapped.KINDS))
    row = f"2024-05-06,{kind},{data.draw(SYMBOLS)},{n()},{n()},{n()},{n()},{n()}"
    return mapped.parse(f"{','.join(spec.header)}\n{row}", spec).rows


@pytest.mark.parametrize("rows_of", [ghostfolio, portfolio_performance, ofx_file, any_table])
@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_what_can_be_booked_has_the_signs_of_its_kind(
    rows_of: Callable[[st.DataObject, Callable[[], str]], Rows], data: st.DataObject
) -> None:
    for row in rows_of(data, lambda: data.draw(NUMBERS)):
        if row.bookable:
            assert has_the_signs_of_its_kind(row) or (row.kind is Kind.OPENING and row.quantity > 0), row
            assert row.trade_date
            assert row.fees >= 0
            assert row.price is None or row.price >= 0
