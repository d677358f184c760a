import json
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, DraftRow, ImportFailed, ParsedFile, Security, Status
from holdings.importers.ghostfolio import GhostfolioCsv, GhostfolioJson
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.files import fixture, rows_unless_refused

HEADER = "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note"


@pytest.fixture(scope="module")
def table() -> ParsedFile:
    return read(fixture("ghostfolio.csv"))


@pytest.fixture(scope="module")
def export() -> ParsedFile:
    return read(fixture("ghostfolio.json"))


def activity(**changes: object) -> bytes:
    plain = {
        "type": "BUY",
        "date": "2024-02-15T00:00:00.000Z",
        "symbol": "KO",
        "dataSource": "YAHOO",
        "quantity": 1,
        "unitPrice": 60,
        "fee": 0,
        "currency": "USD",
    }
    return json.dumps({"activities": [plain | changes]}).encode()


def moved(rows: list[DraftRow]) -> list[tuple[Kind | None, Decimal, Decimal]]:
    return [(row.kind, row.quantity, row.cash) for row in rows]


def of_line(parsed: ParsedFile, *lines: int) -> list[DraftRow]:
    return [row for row in parsed.rows if row.rows[0] in lines]


def test_five_forms_of_dates_stand_in_one_file(table: ParsedFile) -> None:
    assert [of_line(table, line)[0].trade_date for line in range(2, 8)] == [
        date(2022, 3, 14),
        date(2022, 4, 1),
        date(2022, 5, 9),
        date(2022, 6, 30),
        date(2022, 7, 12),
        date(2051, 7, 4),
    ]


def test_a_purchase_pays_shares_price_and_fee(table: ParsedFile) -> None:
    (bought,) = of_line(table, 2)

    assert (bought.kind, bought.quantity, bought.price) == (Kind.BUY, 12, Decimal("58.41"))
    assert (bought.fees, bought.cash, bought.status) == (Decimal("4.50"), Decimal("-705.42"), Status.READY)
    assert bought.description == "Second cup ☕"


def test_t27_a_dividend_stays_gross_beside_its_fee(table: ParsedFile, export: ParsedFile) -> None:
    assert moved(of_line(table, 3)) == [(Kind.DIVIDEND, 0, Decimal("5.28")), (Kind.FEE, 0, -1)]
    assert moved(of_line(export, 3)) == [(Kind.DIVIDEND, 0, Decimal("1.86")), (Kind.FEE, 0, -19)]


def test_t26_pence_become_pounds_once(table: ParsedFile) -> None:
    (bought,) = of_line(table, 6)

    assert (bought.currency, bought.price, bought.cash) == ("GBP", Decimal("1.285"), -257)


def test_a_draft_is_kept_and_not_booked(table: ParsedFile, export: ParsedFile) -> None:
    drafts = [*of_line(table, 7), *of_line(export, 1)]

    assert [(row.kind, row.status, row.bookable) for row in drafts] == [(None, Status.WARNING, False)] * 2
    assert drafts[0].security.isin == "US1912161007"


def test_fees_and_interest_of_an_account_are_of_no_security(table: ParsedFile) -> None:
    assert [row.symbol for row in of_line(table, 8, 9)] == ["", ""]


def test_fees_interest_and_liabilities_stand_alone(table: ParsedFile) -> None:
    assert moved(of_line(table, 8, 9, 10)) == [
        (Kind.FEE, 0, Decimal("-3.20")),
        (Kind.INTEREST, 0, Decimal("7.15")),
        (None, 0, 0),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "TradeDate,Symbol,DataSource,CurrencyPrimary,TradePrice,Qty,Buy/Sell,IBCommission,Comment",
        "date,ticker,datasource,ccy,unitprice,units,type,commission,comment",
        "DATE,CODE,DATASOURCE,CURRENCY,VALUE,SHARES,ACTION,FEE,NOTE",
    ],
)
def test_columns_have_the_names_that_ghostfolio_takes(header: str) -> None:
    (row,) = read(f"{header}\n2024-05-06,KO,YAHOO,USD,60,2,buy,1,hello\n".encode()).rows

    assert (row.symbol, row.cash, row.description) == ("KO", -121, "hello")


def test_the_export_names_accounts_and_securities(export: ParsedFile) -> None:
    bought = of_line(export, 2)[0]

    assert export.accounts == (AccountHint("Broker", ""), AccountHint("Example Bank", ""))
    assert bought.security == Security("FTSE All-World", "etf", "IE00BK5BQT80", exchange="XETR")
    assert (bought.account, bought.external_id, bought.raw["Tags"]) == (AccountHint("Broker", ""), "a-2", "core")


def test_numbers_of_the_export_are_exact(export: ParsedFile) -> None:
    assert of_line(export, 2)[0].cash == Decimal("-1.93")


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2024-08-15T00:00:00.000Z", None),
        ("2024-08-15T22:00:00.000Z", time(22)),
        ("2024-08-15T23:30:00-07:00", time(23, 30)),
        ("2024-08-15", None),
    ],
)
def test_i05_the_day_stays_the_written_one(written: str, clock: time | None) -> None:
    (row,) = read(activity(date=written)).rows

    assert (row.trade_date, row.trade_time) == (date(2024, 8, 15), clock)


def test_a_flat_is_a_private_holding_under_its_name(export: ParsedFile) -> None:
    (flat,) = of_line(export, 4)

    assert (flat.kind, flat.symbol, flat.security.kind, flat.account) == (
        Kind.BUY,
        "FLAT IN LEIPZIG",
        "private",
        None,
    )


def test_t20_sales_without_a_holding_stay_sales_of_shares(export: ParsedFile) -> None:
    assert moved(of_line(export, 5, 6)) == [
        (Kind.SELL, -1, Decimal("44553.96")),
        (Kind.SELL, -1, Decimal("46737.48")),
    ]


def test_balances_are_told_and_not_compared(export: ParsedFile) -> None:
    assert "Broker holds 1250.75 EUR on 2024-05-31" in export.problems[0].message
    assert export.positions == ()


TYPES = ["buy", "sell", "swap", "buy"]


def test_i06_an_unknown_type_in_the_third_of_four_rows_keeps_the_others() -> None:
    rows = [
        f"2024-05-0{day},KO,YAHOO,USD,60,2,{type_},1," for day, type_ in enumerate(["buy", "sell", "swap", "buy"], 1)
    ]
    drafts = read("\n".join([HEADER, *rows]).encode()).rows

    assert [row.status for row in drafts] == [Status.READY, Status.READY, Status.ERROR, Status.READY]
    assert (drafts[2].problems[0].row, drafts[2].problems[0].field) == (4, "Action")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("2024-05-06,KO,YAHOO,US dollar,60,2,buy,1,", "Currency"),
        ("16/09/21,KO,YAHOO,USD,60,2,buy,1,", "Date"),
        ("2024-05-06,KO,YAHOO,USD,60,2,,1,", "Action"),
        ("2024-05-06,KO,YAHOO,USD,sixty,2,buy,1,", "Price"),
        ("2024-05-06,KO,YAHOO,USD,60,-2,buy,1,", "Quantity"),
        ("2024-05-06,KO,YAHOO,USD,0,2,dividend,0,", "Price"),
        ("2024-05-06,KO,YAHOO,USD,60,2,buy,free,", "Fee"),
    ],
)
def test_i06_what_ghostfolio_refuses_is_named_by_row_and_field(row: str, field: str) -> None:
    drafts = read(f"{HEADER}\n{row}\n".encode()).rows

    assert all(draft.status is Status.ERROR for draft in drafts)
    assert field in {problem.field for problem in drafts[0].problems}


@pytest.mark.parametrize(
    "text",
    ['{"activities": 5, "unitPrice": 1}', '{"activities": [{"unitPrice": NaN}]}', '{"activities": [', "[" * 5000],
)
def test_json_that_is_broken_is_refused(text: str) -> None:
    with pytest.raises(ImportFailed):
        GhostfolioJson().parse(text)


VALUE = (
    st.none() | st.booleans() | st.integers(-5, 10**30) | st.text(max_size=6) | st.floats(allow_nan=False) | st.just([])
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["type", "date", "symbol", "quantity", "unitPrice", "fee", "currency"]), VALUE))
def test_any_activity_is_a_row_with_its_problems(changes: dict[str, object]) -> None:
    for row in rows_unless_refused(GhostfolioJson(), activity(**changes).decode()):
        assert row.trade_date or not row.bookable


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_below_the_header_is_rows_with_their_problems(text: str) -> None:
    for row in rows_unless_refused(GhostfolioCsv(), f"{HEADER}\n{text}"):
        assert row.trade_date or not row.bookable
