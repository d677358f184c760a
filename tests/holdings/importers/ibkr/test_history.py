from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile, Security, Status
from holdings.importers.ibkr.history import IbkrHistory
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.files import fixture
from tests.holdings.importers.ibkr.files import history, only, said

BUY = "2025-07-03|U***41207|COCA-COLA CO/THE|Buy|KO|20.0|70.5|USD|-1410.0|-1.0|-1411.0"


@pytest.fixture(scope="module")
def pounds() -> ParsedFile:
    return read(fixture("ibkr_history_2025.csv"))


def test_it_knows_the_masked_account_and_the_last_day(pounds: ParsedFile) -> None:
    assert (pounds.importer, pounds.content, pounds.as_of) == (
        "ibkr_history",
        Content.TRANSACTIONS,
        date(2025, 11, 30),
    )
    assert pounds.accounts == (AccountHint("", "41207"),)


def test_gross_amount_is_bound_in_spite_of_its_space_and_a_dash_is_none(pounds: ParsedFile) -> None:
    sold = pounds.rows[5]

    assert (sold.kind, sold.symbol, sold.quantity) == (Kind.SELL, "ISF", -120)
    assert (sold.price, sold.fees, sold.cash, sold.currency) == (Decimal("8.55"), 3, 1023, "GBP")
    assert (pounds.rows[9].kind, pounds.rows[9].symbol) == (Kind.INTEREST, "")


def test_a_trade_in_another_currency_is_booked_in_it_at_the_rate_of_its_amount(pounds: ParsedFile) -> None:
    bought = next(row for row in pounds.rows if row.kind is Kind.BUY and row.symbol == "KO")

    assert (bought.currency, bought.price, bought.rate_currency) == ("USD", Decimal("70.5"), "GBP")
    assert bought.rate == Decimal("0.735290780142")
    assert (bought.fees, bought.cash) == (Decimal("1.020005"), Decimal("-1411.020005"))


def test_t22_cost_in_the_base_is_at_the_rate_of_the_trade() -> None:
    row = only(history("2021-08-20|U***41207|ABC INC|Buy|ABC|10|136.05|USD|-1162.6218054|-|-1162.6218054", base="EUR"))

    assert row.rate is not None
    assert (row.cash, round(row.cash * row.rate, 2)) == (Decimal("-1360.50"), Decimal("-1162.62"))


def test_a_conversion_is_booked_by_quantity_and_price_and_its_fee_apart(pounds: ParsedFile) -> None:
    exchange, fee = (row for row in pounds.rows if row.rows == (17,))

    assert (exchange.kind, exchange.cash, exchange.currency) == (Kind.EXCHANGE, 2040, "USD")
    assert (exchange.other_cash, exchange.other_currency, exchange.symbol) == (-1500, "GBP", "")
    assert (fee.kind, fee.cash, fee.currency) == (Kind.FEE, Decimal("-1.5"), "GBP")


def test_payments_are_of_their_kind(pounds: ParsedFile) -> None:
    assert [(row.kind, row.cash) for row in pounds.rows[1:5]] == [
        (Kind.DIVIDEND, Decimal("7.80")),
        (Kind.TAX, Decimal("-1.17")),
        (Kind.DIVIDEND, Decimal("4.2")),
        (Kind.RETURN_OF_CAPITAL, 31),
    ]
    assert [(row.kind, row.cash) for row in pounds.rows[-2:]] == [(Kind.FEE, Decimal("-0.4")), (Kind.DEPOSIT, 5000)]
    assert pounds.rows[1].security == Security(isin="US1912161007")


def test_a_revaluation_of_balances_is_kept_and_moves_no_cash(pounds: ParsedFile) -> None:
    assert (pounds.rows[0].kind, pounds.rows[0].status) == (None, Status.WARNING)
    assert "it moves no cash and is not booked" in said(pounds.rows[0])[0][2]


def test_a_file_with_other_currencies_says_that_payments_are_in_the_base(pounds: ParsedFile) -> None:
    assert [problem.message for problem in pounds.problems] == [
        "Payments are stated in GBP alone; those in USD are booked in GBP."
    ]


def test_closing_cash_is_compared_where_all_is_in_the_base() -> None:
    content = history(BUY).replace(b"Transaction History,H", b"Summary,Data,Ending Cash,88.995\nTransaction History,H")

    (cash,) = read(content).positions

    assert (cash.symbol, cash.quantity, cash.currency, cash.rows) == ("", Decimal("88.995"), "USD", (3,))
    assert cash.account == AccountHint("", "41207")


def test_closing_cash_of_several_currencies_is_no_balance(pounds: ParsedFile) -> None:
    assert pounds.positions == ()


def test_a_summary_that_disagrees_is_a_warning() -> None:
    content = history(BUY).replace(
        b"Transaction History,Header", b"Summary,Data,Change,-1400\nTransaction History,Header"
    )

    assert [(p.row, p.message) for p in read(content).problems] == [
        (3, "The summary says that cash changed by -1,400.00, the rows add up to -1,411.00.")
    ]


def test_older_files_without_a_price_currency_book_the_base_when_price_and_amount_agree() -> None:
    content = history(BUY.replace("|USD|", "|")).replace(b"Price,Price Currency,", b"Price,")

    row = only(content)

    assert (row.cash, row.price, row.currency, row.status) == (-1411, Decimal("70.5"), "USD", Status.READY)


def test_older_files_with_a_price_in_an_unnamed_currency_book_the_base_with_a_warning() -> None:
    older = history(BUY.replace("|USD|", "|"), base="GBP").replace(b"Price,Price Currency,", b"Price,")

    row = only(older.replace(b"-1410.0", b"-1036.76").replace(b"-1411.0", b"-1037.76"))

    assert (row.currency, row.cash, row.price, row.status) == (
        "GBP",
        Decimal("-1037.76"),
        Decimal("51.838"),
        Status.WARNING,
    )


def test_a_stated_exchange_rate_is_taken() -> None:
    content = history(f"{BUY}|0.74", base="GBP").replace(b",Net Amount", b",Net Amount,Exchange Rate")

    assert only(content).rate == Decimal("0.74")


def test_more_digits_than_can_be_kept_are_rounded() -> None:
    row = only(history("2025-06-04|U***41207|Data fee|Other Fee|-|-|-|-|-|-|-2.6375912650000001E-4"))

    assert (row.cash, row.status) == (Decimal("-0.000263759127"), Status.READY)


def test_an_option_is_flagged() -> None:
    row = only(history("2025-07-03|U***41207|PFE 20SEP25 30 C|Sell|PFE 20SEP25 30 C|-4|0.85|USD|340|-2.6|337.4"))

    assert (row.kind, row.quantity, row.cash, row.price) == (Kind.OPTION, -4, Decimal("337.4"), Decimal("0.85"))
    assert row.symbol == "PFE   250920C00030000"


def test_a_row_of_unknown_type_is_kept_as_a_numbered_warning() -> None:
    row = only(history("2025-07-03|U***41207|ABC SPLIT 2 FOR 1|Corporate Action|ABC|10|-|-|-|-|-"))

    assert (row.kind, row.status, row.rows) == (None, Status.WARNING, (4,))
    assert said(row)[0][1:] == (
        "Transaction Type",
        "“Corporate Action” has no known meaning; the row is kept and not booked.",
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("2025-07-03", "07/03/25"), "Date"),
        (("|20.0|", "|abc|"), "Quantity"),
        (("|20.0|", "|-|"), "Quantity"),
        (("|-1410.0|", "|1410.0|"), "Gross Amount"),
        (("|-1410.0|", "|-|"), "Gross Amount"),
        (("|KO|", "|-|"), "Symbol"),
        (("|70.5|", "|-70.5|"), "Price"),
        (("|USD|", "|DOLLARS|"), "Price Currency"),
        (("|-1.0|-1411.0", ""), ""),
    ],
)
def test_i06_a_faulty_row_names_its_line_and_column_and_good_rows_stay(change: tuple[str, str], field: str) -> None:
    faulty, fine = read(history(BUY.replace(*change), BUY)).rows

    assert (faulty.status, fine.status) == (Status.ERROR, Status.READY)
    assert (4, field) in [(line, name) for line, name, _ in said(faulty)]


def test_a_file_without_its_base_currency_asks_for_it() -> None:
    row = only(history(BUY, base=""))

    assert (row.status, "base currency" in row.problems[0].message) == (Status.ERROR, True)


def test_another_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="transaction history"):
        IbkrHistory().parse("Date,Amount\n2024-01-01,5\n")
