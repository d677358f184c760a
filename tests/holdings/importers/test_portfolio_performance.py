import time
from datetime import date
from datetime import time as clock
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, DraftRow, ParsedFile, Security, Status
from holdings.importers.fingerprint import identify
from holdings.importers.portfolio_performance import PortfolioPerformance
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.files import fixture, rows_unless_refused

HEADER = fixture("pp_deposit_en.csv").decode().splitlines()[0]


@pytest.fixture(scope="module")
def deposit() -> ParsedFile:
    return read(fixture("pp_deposit_en.csv"))


@pytest.fixture(scope="module")
def securities() -> ParsedFile:
    return read(fixture("pp_securities_de.csv"))


@pytest.fixture(scope="module")
def everything() -> ParsedFile:
    return read(fixture("pp_all_de.csv"))


def on_line(parsed: ParsedFile, line: int) -> list[DraftRow]:
    return [row for row in parsed.rows if row.rows == (line,)]


def moved(rows: list[DraftRow]) -> list[tuple[Kind | None, Decimal, Decimal]]:
    return [(row.kind, row.quantity, row.cash) for row in rows]


def test_every_line_ends_in_a_draft(deposit: ParsedFile) -> None:
    assert deposit.importer == "portfolio_performance"
    assert {row.rows[0] for row in deposit.rows} == set(range(2, 14))
    assert all(row.status is Status.READY for row in deposit.rows)


def test_the_rows_move_as_much_cash_as_the_file_says(deposit: ParsedFile) -> None:
    said = {row.rows: Decimal(row.raw["Value"].replace(",", "")) for row in deposit.rows}

    assert sum(row.cash for row in deposit.rows) == sum(said.values())


def test_t22_a_purchase_costs_what_the_account_paid_and_never_todays_rate(deposit: ParsedFile) -> None:
    (bought,) = on_line(deposit, 3)

    assert (bought.trade_date, bought.trade_time) == (date(2021, 8, 20), clock(15, 31))
    assert (bought.cash, bought.currency, bought.quantity) == (Decimal("-1162.62"), "EUR", 10)
    assert (bought.rate_currency, round(bought.rate or 0, 7)) == ("USD", round(1 / Decimal("0.8545548"), 7))
    assert bought.raw["Exchange Rate"] == "0.8545548"


def test_fees_are_inside_the_value_of_a_purchase(deposit: ParsedFile) -> None:
    (bought,) = on_line(deposit, 4)

    assert (bought.cash, bought.fees, bought.price) == (Decimal("-1004.90"), Decimal("4.90"), 80)
    assert (bought.symbol, bought.description) == ("VWCE.DE", "savings plan")
    assert bought.security == Security(name="Vanguard FTSE All-World, Acc", isin="IE00BK5BQT80")


def test_a_dividend_is_booked_gross_beside_its_tax(deposit: ParsedFile) -> None:
    assert moved(on_line(deposit, 5)) == [(Kind.DIVIDEND, 0, Decimal("4.94")), (Kind.TAX, 0, Decimal("-0.52"))]


def test_charges_and_refunds_move_cash_against_their_kind(deposit: ParsedFile) -> None:
    rows = [row for line in (6, 7, 8) for row in on_line(deposit, line)]

    assert moved(rows) == [
        (Kind.INTEREST, 0, Decimal("-1.25")),
        (Kind.TAX, 0, Decimal("3.10")),
        (Kind.FEE, 0, Decimal("0.90")),
    ]


def test_i02_two_equal_fees_of_a_day_are_kept(deposit: ParsedFile) -> None:
    fees = [row for row in identify(deposit.rows, "pp") if row.row.cash == Decimal("-7.50")]

    assert [row.occurrence for row in fees] == [1, 2]


def test_cash_moves_between_accounts_in_and_out(deposit: ParsedFile) -> None:
    rows = [on_line(deposit, line)[0] for line in (2, 11, 13)]

    assert moved(rows) == [(Kind.DEPOSIT, 0, 5000), (Kind.TRANSFER_OUT, 0, -300), (Kind.WITHDRAWAL, 0, -100)]


def test_tax_withheld_from_a_sale_is_a_row_apart(deposit: ParsedFile) -> None:
    sold, tax = on_line(deposit, 12)

    assert moved([sold, tax]) == [
        (Kind.SELL, Decimal("-6.5"), Decimal("655.10")),
        (Kind.TAX, 0, Decimal("-14.80")),
    ]
    assert (sold.fees, sold.price) == (Decimal("4.90"), Decimal("101.5384615385"))


def test_i08_a_trade_that_both_files_hold_is_one(deposit: ParsedFile, securities: ParsedFile) -> None:
    trades = {Kind.BUY, Kind.SELL}
    one, other = (
        {(row.fingerprint, row.occurrence) for row in identify(parsed.rows, "pp") if row.row.kind in trades}
        for parsed in (deposit, securities)
    )

    assert len(one) == 3
    assert one == other


def test_i08_the_tax_of_a_sale_is_one_too(deposit: ParsedFile, securities: ParsedFile) -> None:
    one, other = (identify(parsed.rows, "pp") for parsed in (deposit, securities))

    assert on_line(securities, 8)[1].cash == Decimal("-14.80")
    assert {row.fingerprint for row in other if row.row.kind is Kind.TAX} <= {row.fingerprint for row in one}


def test_a_delivery_counts_from_its_day_and_says_so(securities: ParsedFile) -> None:
    (delivered,) = on_line(securities, 4)

    assert (delivered.kind, delivered.quantity, delivered.cash) == (Kind.TRANSFER_IN, 25, 0)
    assert (delivered.basis, delivered.acquired, delivered.status) == (2500, date(2021, 10, 1), Status.WARNING)
    assert delivered.symbol == "DE0007164600"


def test_a_transfer_in_kind_brings_the_lots_of_the_other_account(securities: ParsedFile) -> None:
    came, left, gone = (on_line(securities, line)[0] for line in (5, 6, 7))

    assert (came.kind, came.quantity, came.basis, came.acquired) == (Kind.TRANSFER_IN, 8, None, None)
    assert moved([left, gone]) == [(Kind.TRANSFER_OUT, -4, 0), (Kind.TRANSFER_OUT, -1, 0)]


def test_switzerland_separates_with_semicolons_and_writes_points() -> None:
    content = f"{HEADER.replace(',', ';')}\r\n2024-05-06T00:00;Deposit;1'345.12;CHF;;;;;;;;;;;\r\n".encode()

    (row,) = read(content).rows
    assert (row.cash, row.currency) == (Decimal("1345.12"), "CHF")


def test_all_transactions_name_their_accounts(everything: ParsedFile) -> None:
    bought = on_line(everything, 2)[0]

    assert everything.accounts == tuple(AccountHint(name, "") for name in ("Mein Depot", "Mein Konto", "Dollarkonto"))
    assert (bought.symbol, bought.cash, bought.price) == ("BEISPIEL AG", -1505, Decimal("150.25"))


def test_t24_a_foreign_amount_stays_in_its_currency(everything: ParsedFile) -> None:
    (dividend,) = on_line(everything, 4)

    assert (dividend.kind, dividend.cash, dividend.currency) == (Kind.DIVIDEND, Decimal("2.50"), "USD")


def test_a_file_that_does_not_name_its_currency_is_said(everything: ParsedFile) -> None:
    assert "EUR is taken" in everything.problems[0].message


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("16/09/21,Buy,-10.00,EUR,,,,,,1,,,KO,Coca-Cola,", "Date"),
        ("2024-05-06T00:00,Buy,-1O.00,EUR,,,,,,1,,,KO,Coca-Cola,", "Value"),
        ("2024-05-06T00:00,Buy,-10.00,EURO,,,,,,1,,,KO,Coca-Cola,", "Transaction Currency"),
        ("2024-05-06T00:00,Buy,-10.00,EUR,,,,,,,,,KO,Coca-Cola,", "Shares"),
        ("2024-05-06T00:00,Buy,-10.00,EUR,,,,,,1,,,,,", "Security Name"),
        ("2024-05-06T00:00,Deposit,,EUR,,,,,,,,,,,", "Value"),
    ],
)
def test_i06_what_is_wrong_is_named_and_the_other_rows_stay(row: str, field: str) -> None:
    good = "2024-05-07T00:00,Deposit,10.00,EUR,,,,,,,,,,,"
    wrong, fine = read(f"{HEADER}\n{row}\n{good}\n".encode()).rows

    assert (wrong.status, wrong.rows) == (Status.ERROR, (2,))
    assert field in {problem.field for problem in wrong.problems}
    assert fine.status is Status.READY


def test_i06_an_unknown_type_is_kept_and_not_booked() -> None:
    (row,) = read(f"{HEADER}\n2024-05-06T00:00,Kaufen,10.00,EUR,,,,,,1,,,KO,Coca-Cola,\n".encode()).rows

    assert (row.kind, row.status, row.bookable) == (None, Status.WARNING, False)


def test_a_rate_that_the_amounts_contradict_is_said() -> None:
    row = "2024-05-06T00:00,Buy,-100.00,EUR,110.00,USD,2.0000,,,1,,,KO,Coca-Cola,"

    (bought,) = read(f"{HEADER}\n{row}\n".encode()).rows
    assert (bought.cash, bought.status) == (-100, Status.WARNING)


CELL = st.sampled_from(["", "--", "abc", "1.5", "-3", "Buy", "Dividend", "2024-01-02T00:00", "KO", "EUR", '"', "USD 3"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELL | st.text(max_size=8), min_size=1, max_size=16), max_size=5))
def test_any_rows_are_drafts_with_their_problems(rows: list[list[str]]) -> None:
    text = "\n".join([HEADER, *(",".join(cells) for cells in rows)])

    for row in rows_unless_refused(PortfolioPerformance(), text):
        assert row.trade_date or not row.bookable


def test_a_long_history_is_read_in_seconds() -> None:
    line = '2021-09-03T00:00,Buy,"-1,004.90",EUR,,,,4.90,,12.5,IE00BK5BQT80,A2PKXG,VWCE.DE,"Vanguard FTSE, Acc",'
    content = "\n".join([HEADER, *[line] * 10_000]).encode()

    begun = time.perf_counter()
    assert len(read(content).rows) == 10_000
    assert time.perf_counter() - begun < 10
