import time as clock
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

import pytest

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile, Security, Status
from holdings.importers.ibkr.flex_csv import IbkrFlexCsv
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.files import fixture
from tests.holdings.importers.ibkr.files import flex, only, said

BUY = "U7654321|USD|1|STK|KO|20260918;085905|20260918|10|60|-600|0|-1|USD|O|P|BUY"


@pytest.fixture(scope="module")
def one_table() -> ParsedFile:
    return read(fixture("ibkr_flex_trades_2023.csv"))


@pytest.fixture(scope="module")
def sections() -> ParsedFile:
    return read(fixture("ibkr_flex_sections_2026.csv"))


def test_one_table_of_trades_names_instruments_by_isin(one_table: ParsedFile) -> None:
    bought, sold = one_table.rows[:2]

    assert (bought.symbol, bought.security) == ("US9229087690", Security(isin="US9229087690"))
    assert (bought.quantity, bought.price, bought.fees) == (45, Decimal("202.71"), 1)
    assert (bought.cash, sold.cash) == (Decimal("-9122.95"), Decimal("1014.42"))
    assert (bought.trade_date, bought.trade_time) == (date(2023, 5, 22), None)


def test_a_conversion_without_a_symbol_asks_for_its_currency_and_keeps_its_fee(one_table: ParsedFile) -> None:
    exchange, fee = one_table.rows[2:4]

    assert (exchange.kind, exchange.cash, exchange.other_cash) == (Kind.EXCHANGE, Decimal("9189.35"), -8500)
    assert (exchange.status, said(exchange)[0][1]) == (Status.ERROR, "symbol")
    assert (fee.kind, fee.cash, fee.currency, fee.status) == (Kind.FEE, Decimal("-1.83"), "CHF", Status.READY)


def test_sections_give_account_base_and_day(sections: ParsedFile) -> None:
    assert (sections.importer, sections.content) == ("ibkr_flex_csv", Content.MIXED)
    assert (sections.accounts, sections.as_of) == ((AccountHint("Long run", "7654321"),), date(2026, 9, 30))
    assert sections.problems == ()


def test_executions_are_counted_once_beside_orders_and_summaries(sections: ParsedFile) -> None:
    bought = [row for row in sections.rows if row.kind is Kind.BUY]

    assert [(row.quantity, row.cash) for row in bought] == [(3, Decimal("-2704.62")), (2, Decimal("-1805.08"))]
    assert bought[0].fees == Decimal("4.62")


def test_orders_are_counted_where_there_are_no_executions() -> None:
    header, *rows = flex(BUY, BUY.replace("|10|60|-600|", "|10|60|-600|")).decode().split("\n")
    lines = [header + ',"LevelOfDetail"', rows[0] + ',"ORDER"', rows[1] + ',"SYMBOL_SUMMARY"']

    assert [row.rows for row in read("\n".join(lines).encode()).rows] == [(2,)]


def test_summaries_alone_book_nothing_and_say_what_to_choose() -> None:
    header, row = flex(BUY).decode().split("\n")

    parsed = read(f'{header},"LevelOfDetail"\n{row},"SYMBOL_SUMMARY"'.encode())

    assert parsed.rows == ()
    assert [problem.remedy for problem in parsed.problems] == [
        "Choose Executions or Orders in the Trades section of the Flex query."
    ]


def test_the_rate_to_the_account_s_base_is_kept_with_its_currency(sections: ParsedFile) -> None:
    assert (sections.rows[0].currency, sections.rows[0].rate, sections.rows[0].rate_currency) == (
        "EUR",
        Decimal("1.10"),
        "USD",
    )
    assert sections.rows[0].external_id == "9000001"


def test_a_base_that_is_not_named_is_the_currency_whose_rate_is_one() -> None:
    rows = read(flex(BUY, BUY.replace("|USD|1|STK", "|EUR|1.10|STK").replace("|USD|O", "|EUR|O"))).rows

    assert [(row.rate, row.rate_currency) for row in rows] == [(1, "USD"), (Decimal("1.10"), "USD")]


def test_a_conversion_with_its_commission_in_a_third_currency_is_two_rows(sections: ParsedFile) -> None:
    exchange, fee = [row for row in sections.rows if row.rows == (15,)]

    assert (exchange.kind, exchange.cash, exchange.currency) == (Kind.EXCHANGE, Decimal("-5062.3"), "USD")
    assert (exchange.other_cash, exchange.other_currency) == (4600, "EUR")
    assert (fee.kind, fee.cash, fee.currency, fee.rate) == (Kind.FEE, Decimal("-1.79"), "CHF", None)


def test_a_trade_with_its_commission_in_another_currency_does_not_add_it_to_its_cost() -> None:
    trade, fee = read(flex(BUY.replace("|-1|USD|", "|-1|EUR|"))).rows

    assert (trade.cash, trade.fees) == (-600, 0)
    assert (fee.kind, fee.cash, fee.currency) == (Kind.FEE, -1, "EUR")


def test_a_commission_in_no_currency_is_an_error_of_its_own_row() -> None:
    trade, fee = read(flex(BUY.replace("|-1|USD|", "|-1|DOLLARS|"))).rows

    assert (trade.status, fee.status) == (Status.READY, Status.ERROR)
    assert said(fee) == [(2, "IBCommissionCurrency", "“DOLLARS” is no currency.")]


def test_a_trade_after_hours_is_of_its_trade_date_and_loses_the_time_of_the_evening_before(
    sections: ParsedFile,
) -> None:
    exchange = next(row for row in sections.rows if row.kind is Kind.EXCHANGE)

    assert (exchange.trade_date, exchange.trade_time) == (date(2026, 9, 17), None)


def test_payments_are_counted_once_beside_their_summary(sections: ParsedFile) -> None:
    assert [(row.kind, row.cash) for row in sections.rows if row.kind is Kind.DIVIDEND] == [
        (Kind.DIVIDEND, Decimal("83.70"))
    ]


def test_positions_lots_and_gains_are_stated(sections: ParsedFile) -> None:
    assert [(line.symbol, line.quantity, line.basis) for line in sections.positions] == [("ASML", 5, Decimal("4509.7"))]
    assert [(line.quantity, line.acquired) for line in sections.lots] == [
        (3, date(2026, 9, 18)),
        (2, date(2026, 9, 18)),
    ]
    (gain,) = sections.gains
    assert (gain.acquired, gain.sold, gain.proceeds) == (date(2024, 5, 3), date(2026, 9, 22), Decimal("2998.98"))


def test_an_etf_is_one_and_its_identifiers_are_kept(sections: ParsedFile) -> None:
    sold = next(row for row in sections.rows if row.kind is Kind.SELL)

    assert sold.security == Security(
        "VANGUARD TOTAL STOCK MKT ETF", "etf", isin="US9229087690", cusip="922908769", exchange="ARCA"
    )


def test_lines_may_say_what_they_are_and_of_which_section() -> None:
    header, row = flex(BUY).decode().split("\n")

    parsed = read(f'"HEADER","TRNT",{header}\n"DATA","TRNT",{row}'.encode())

    assert [(line.kind, line.quantity) for line in parsed.rows] == [(Kind.BUY, 10)]


def test_headers_that_repeat_without_marks_begin_a_table_each() -> None:
    cash = '"ClientAccountID","CurrencyPrimary","Description","Date/Time","Amount","Type"'
    rows = f'{cash}\n"U7654321","USD","CASH RECEIPTS","20260105","250","Deposits/Withdrawals"\n'

    assert [row.kind for row in read(rows.encode() + flex(BUY)).rows] == [Kind.DEPOSIT, Kind.BUY]


def test_a_table_of_corporate_actions_is_known_by_its_columns() -> None:
    header = '"ClientAccountID","CurrencyPrimary","AssetClass","Symbol","Description","ReportDate","Amount","Proceeds"'
    sentence = "NVDA(US67066G1040) SPLIT 10 FOR 1 (NVDA, NVIDIA CORP, US67066G1040)"
    row = f'"U7654321","USD","STK","NVDA","{sentence}","20240610","0","0","0","180","FS"'

    split = only(f'{header},"Value","Quantity","Type"\n{row}'.encode())

    assert (split.kind, split.symbol, split.quantity) == (Kind.SPLIT, "NVDA", 180)


def test_a_cancelled_trade_takes_its_trade_back() -> None:
    taken_back = BUY.replace("|10|60|-600|0|-1|", "|-10|60|600|0|1|").replace("|BUY", "|BUY (Ca.)")

    assert [row.kind for row in read(flex(BUY, taken_back)).rows] == [None, None]


def test_a_balance_in_the_base_alone_needs_the_base() -> None:
    header = '"ClientAccountID","CurrencyPrimary","LevelOfDetail","ToDate","EndingCash"'
    row = '"U7654321","BASE_SUMMARY","BaseCurrency","20260930","12.5"'

    assert read(f"{header}\n{row}".encode()).positions == ()


def test_tables_that_are_not_read_are_passed_over() -> None:
    other = '"ClientAccountID","ReportDate","Total"\n"U7654321","20260918","100.00"\n'

    assert [row.kind for row in read(flex(BUY) + b"\n" + other.encode()).rows] == [Kind.BUY]


def test_each_account_keeps_its_name() -> None:
    rows = read(flex(BUY, BUY.replace("U7654321", "U1111222"))).rows

    assert [row.account for row in rows] == [AccountHint("", "7654321"), AccountHint("", "1111222")]


@pytest.fixture(params=["Etc/GMT+7", "Etc/GMT-3", "Europe/London"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    clock.tzset()
    yield
    monkeypatch.undo()
    clock.tzset()


@pytest.mark.usefixtures("zone")
def test_i05_a_time_of_the_exchange_stays_on_its_day_in_every_time_zone() -> None:
    row = only(flex(BUY))

    assert (row.trade_date, row.trade_time) == (date(2026, 9, 18), time(8, 59, 5))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("20260918;085905|20260918", "09/18/26|09/18/26"), "DateTime"),
        (("|10|60|", "|ten|60|"), "Quantity"),
        (("|10|60|", "||60|"), "Quantity"),
        (("|-600|", "|600|"), "Proceeds"),
        (("|USD|1|", "|DOLLARS|1|"), "CurrencyPrimary"),
        (("|KO|", "||"), "Symbol"),
        (("|10|60|", "|10|-60|"), "TradePrice"),
        (("|O|P|BUY", ""), ""),
    ],
)
def test_i06_a_faulty_row_names_its_line_and_column_and_good_rows_stay(change: tuple[str, str], field: str) -> None:
    faulty, fine = (row for row in read(flex(BUY.replace(*change), BUY)).rows if row.kind is not Kind.FEE)

    assert (faulty.status, fine.status) == (Status.ERROR, Status.READY)
    assert (2, field) in [(line, name) for line, name, _ in said(faulty)]


def test_another_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="Flex query"):
        IbkrFlexCsv().parse("Date,Amount\n2024-01-01,5\n")
