import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, Status
from holdings.importers.registry import read
from holdings.importers.schwab.transactions import SchwabTransactions
from holdings.ledger.types import Kind
from tests.holdings.importers.files import HEADER, fixture, rows_unless_refused, transactions


def only(row: str) -> DraftRow:
    (draft,) = read(transactions(row)).rows
    return draft


def said(row: DraftRow) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.field, problem.message) for problem in row.problems]


@pytest.fixture(scope="module")
def old() -> ParsedFile:
    return read(fixture("schwab_transactions_2022.csv"))


@pytest.fixture(scope="module")
def new() -> ParsedFile:
    return read(fixture("schwab_transactions_2024.csv"))


def test_the_banner_gives_account_and_day(old: ParsedFile) -> None:
    assert (old.importer, old.content) == ("schwab_transactions", Content.TRANSACTIONS)
    assert old.accounts == (AccountHint("Household Taxable", "417"),)
    assert old.as_of == date(2022, 12, 28)


def test_every_row_is_kept_with_its_line_and_cells(old: ParsedFile) -> None:
    assert [row.rows for row in old.rows] == [(line,) for line in range(3, 18)]
    assert old.rows[0].raw["Amount"] == "$2001.20"
    assert old.problems == ()


def test_a_sell_without_a_sign_takes_shares_and_brings_cash(old: ParsedFile) -> None:
    sold = old.rows[0]

    assert (sold.kind, sold.symbol, sold.quantity, sold.price) == (Kind.SELL, "BBY", -25, Decimal("80.05"))
    assert (sold.fees, sold.cash, sold.status) == (Decimal("0.05"), Decimal("2001.20"), Status.READY)


def test_of_two_dates_the_second_is_the_day_of_the_event(old: ParsedFile) -> None:
    interest = old.rows[1]

    assert (interest.kind, interest.trade_date, interest.cash) == (Kind.INTEREST, date(2022, 12, 15), Decimal("1.37"))


def test_a_reinvested_dividend_is_income_and_a_purchase(old: ParsedFile) -> None:
    shares, income = old.rows[2:4]

    assert (shares.kind, shares.quantity, shares.cash) == (Kind.REINVEST, Decimal("0.6913"), -44)
    assert (income.kind, income.quantity, income.cash) == (Kind.DIVIDEND, 0, 44)


def test_a_split_adds_shares_and_no_cash(old: ParsedFile) -> None:
    split = old.rows[4]

    assert (split.kind, split.quantity, split.cash) == (Kind.SPLIT, 40, 0)


def test_a_row_of_unknown_action_is_kept_as_a_numbered_warning() -> None:
    unknown = only("12/27/2022|Dist Rights Trans|GE|GENERAL ELECTRIC CO|10|||")

    assert (unknown.kind, unknown.status, unknown.bookable) == (None, Status.WARNING, False)
    assert said(unknown) == [(2, "Action", "“Dist Rights Trans” has no known meaning; the row is kept and not booked.")]


def test_income_tax_fees_and_deposits_are_cash(old: ParsedFile) -> None:
    assert [(row.kind, row.cash) for row in old.rows[6:9]] == [
        (Kind.DIVIDEND, Decimal("56.50")),
        (Kind.TAX, Decimal("-8.48")),
        (Kind.FEE, Decimal("-7.50")),
    ]
    assert (old.rows[14].kind, old.rows[14].cash) == (Kind.DEPOSIT, 20_000)


def test_without_a_banner_columns_bind_by_name_after_a_byte_order_mark_and_blank_lines(new: ParsedFile) -> None:
    dividend, sold, journal = new.rows

    assert (new.accounts, new.as_of) == ((), None)
    assert (sold.quantity, sold.price, sold.cash) == (-1200, Decimal("185.04"), Decimal("222046.22"))
    assert (dividend.symbol, dividend.rows) == ("PG", (4,))
    assert (journal.kind, journal.cash) == (Kind.TRANSFER_OUT, -6500)
    assert {row.status for row in new.rows} == {Status.READY}


def test_an_amount_that_does_not_follow_from_the_trade_is_a_warning() -> None:
    row = only("12/27/2022|Buy|KO|COCA COLA CO|10|$63.57|$1.00|-$640.00")

    assert row.status is Status.WARNING
    assert said(row) == [(2, "Amount", "Quantity, price and fees make -636.70, the amount is -640.00.")]
    assert row.bookable


@pytest.mark.parametrize("amount", ["-$636.69", "-$636.70", "-$636.71"])
def test_a_cent_of_rounding_is_no_difference(amount: str) -> None:
    assert only(f"12/27/2022|Buy|KO|COCA COLA CO|10|$63.57|$1.00|{amount}").status is Status.READY


def test_T_20_a_short_sale_is_kept_apart_and_never_a_sale_of_shares() -> None:
    sold = only("12/27/2022|Sell Short|GE|GENERAL ELECTRIC CO|10|$83.00||$830.00")
    covered = only("12/28/2022|Buy to Cover|GE|GENERAL ELECTRIC CO|10|$80.00||-$800.00")

    assert [(row.kind, row.quantity, row.cash) for row in (sold, covered)] == [
        (Kind.SHORT, -10, 830),
        (Kind.SHORT, 10, -800),
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("16/09/21|Buy|KO|COCA COLA CO|10|$63.57||-$635.70", "Date"),
        ("|Buy|KO|COCA COLA CO|10|$63.57||-$635.70", "Date"),
        ("12/27/2022|Buy|KO|COCA COLA CO|abc|$63.57||-$635.70", "Quantity"),
        ("12/27/2022|Buy|KO|COCA COLA CO||$63.57||-$635.70", "Quantity"),
        ("12/27/2022|Buy|KO|COCA COLA CO|-10|$63.57||-$635.70", "Quantity"),
        ("12/27/2022|Buy|KO|COCA COLA CO|10|$63.57||$635.70", "Amount"),
        ("12/27/2022|Sell|KO|COCA COLA CO|10|$63.57||", "Amount"),
        ("12/27/2022|Buy||COCA COLA CO|10|$63.57||-$635.70", "Symbol"),
        ("12/27/2022|Buy|KO|COCA COLA CO|10|-$63.57||-$635.70", "Fees & Comm"),
        ("12/27/2022|Stock Split|KO|COCA COLA CO||||", "Quantity"),
        ("12/27/2022|Cash Dividend|KO|COCA COLA CO||||1.234,56", "Amount"),
        ("12/27/2022|Buy|KO", ""),
        ("12/27/2022|Buy|KO|COCA COLA CO|10|$63.57||-$635.70|more", ""),
    ],
)
def test_I_06_a_faulty_row_is_an_error_that_names_its_line_and_field(row: str, field: str) -> None:
    draft = only(row)

    assert draft.status is Status.ERROR
    assert (2, field) in [(line, name) for line, name, _ in said(draft)]
    assert all(problem.remedy for problem in draft.problems)


def test_I_06_good_rows_are_still_offered_beside_a_faulty_one() -> None:
    good = "12/27/2022|Buy|KO|COCA COLA CO|10|$63.57||-$635.70"

    rows = read(transactions(good, good.replace("12/27/2022", "16/09/21"), good, good)).rows

    assert [row.status for row in rows] == [Status.READY, Status.ERROR, Status.READY, Status.READY]


def test_a_stray_quote_spoils_its_own_row_alone() -> None:
    lines = [HEADER, '"12/27/2022","Buy","KO","COCA', '"12/27/2022","Bank Interest","","","","","","$1.00"']

    broken, whole = read("\n".join(lines).encode()).rows

    assert (broken.status, whole.status) == (Status.ERROR, Status.READY)


def test_a_total_that_disagrees_warns_that_rows_may_be_missing() -> None:
    dividend = "12/27/2022|Cash Dividend|KO|COCA COLA CO||||$1.00"

    parsed = read(transactions(dividend, "Transactions Total|||||||$3.00"))

    assert len(parsed.rows) == 1
    assert [problem.message for problem in parsed.problems] == ["The total says 3.00, the rows add up to 1.00."]


def test_older_files_hold_a_block_for_each_account() -> None:
    block = (
        '"Transactions  for account {} as of 09/27/2021 22:00:26 ET"\n'
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount",\n'
        '"06/16/2021","Security Transfer","NO NUMBER","TOA ACAT 0001","","","","$101.00",\n'
        'Transactions Total,"","","","","","","",$101.00\n\n'
    )

    parsed = read((block.format("XXXX-1234") + block.format("XXXX-5678")).encode())

    assert [(row.account, row.kind, row.symbol) for row in parsed.rows] == [
        (AccountHint("", "1234"), Kind.TRANSFER_IN, ""),
        (AccountHint("", "5678"), Kind.TRANSFER_IN, ""),
    ]
    assert (parsed.accounts, parsed.problems) == ((AccountHint("", "1234"), AccountHint("", "5678")), ())


def test_shares_that_leave_and_come_again_the_same_day_keep_their_lots() -> None:
    parsed = read(
        transactions(
            "05/13/2024|Journaled Shares|SCHB|TDA TRAN - TRANSFER OF SECURITY OR OPTION OUT|-18.933|||",
            "05/13/2024|Internal Transfer|SCHB|SCHWAB US BROAD MARKET ETF|18.933|||",
            "05/13/2024|Journaled Shares|SCHB|SCHWAB US BROAD MARKET ETF|-2|||",
        )
    )

    assert [(row.kind, row.quantity) for row in parsed.rows] == [(Kind.TRANSFER_OUT, -2)]
    assert parsed.problems[0].message.startswith("2 rows move shares out of the account and in again")


def test_a_file_of_a_header_alone_holds_no_rows() -> None:
    assert read(transactions()).rows == ()


def test_another_kind_of_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="Schwab transactions"):
        SchwabTransactions().parse("Date,Action,Amount\n")


@pytest.fixture(params=["Etc/GMT+7", "Etc/GMT-3", "Europe/London"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_I_05_a_day_stays_the_day_it_is_in_every_time_zone() -> None:
    assert only("08/15/2024|Bank Interest||||||$1.00").trade_date == date(2024, 8, 15)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 1500), st.integers(0, 60), st.text(max_size=20))
def test_no_damage_to_a_file_raises_anything_but_the_named_error(start: int, length: int, noise: str) -> None:
    text = fixture("schwab_transactions_2022.csv").decode()
    damaged = text[:start] + noise + text[start + length :]

    rows = rows_unless_refused(SchwabTransactions(), damaged)

    assert all(row.problems or row.trade_date for row in rows)
