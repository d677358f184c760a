from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, Status
from holdings.importers.registry import read
from holdings.importers.vanguard.download import VanguardDownload
from holdings.ledger.types import Character, Kind
from tests.holdings.importers.files import fixture, rows_unless_refused

ONE, TWO, PLAN = AccountHint("", "5432"), AccountHint("", "4321"), AccountHint("SOME INC. 401(K) PLAN", "6545")
HEADER = (
    "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,Shares,"
    "Share Price,Principal Amount,Commissions and Fees,Net Amount,Accrued Interest,Account Type,"
)


def rows(*lines: str) -> list[DraftRow]:
    """Rows of type|name|symbol|shares|price|net amount."""
    cells = [line.split("|") for line in lines]
    text = [f"98765432,2025-11-03,2025-11-04,{t},{t},{n},{s},{q},{p},0,0,{m},0.0,CASH," for t, n, s, q, p, m in cells]
    return list(read("\n".join([HEADER, *text]).encode()).rows)


@pytest.fixture(scope="module")
def parsed() -> ParsedFile:
    return read(fixture("vanguard_download_2022.csv"))


def at(parsed: ParsedFile, line: int) -> list[DraftRow]:
    return [row for row in parsed.rows if line in row.rows]


def test_one_file_holds_positions_and_transactions_of_accounts_and_of_a_plan(parsed: ParsedFile) -> None:
    assert (parsed.importer, parsed.content) == ("vanguard_download", Content.MIXED)
    assert parsed.accounts == (ONE, TWO, PLAN)
    assert [(line.account, line.symbol) for line in parsed.positions[:4]] == [
        (ONE, "BND"),
        (ONE, ""),
        (TWO, "VTSAX"),
        (TWO, ""),
    ]


def test_the_settlement_fund_is_cash_and_counted_once(parsed: ParsedFile) -> None:
    cash = parsed.positions[1]

    assert (cash.quantity, cash.value, cash.basis) == (Decimal("101.50"), Decimal("101.50"), None)
    assert [problem.message for problem in parsed.problems] == [
        "2 rows move cash into or out of a sweep or money market fund (lines 14, 19)."
    ]
    assert [(row.kind, row.symbol, row.cash) for row in at(parsed, 18)] == [(Kind.DIVIDEND, "", Decimal("0.22"))]


def test_no_position_has_a_basis_as_the_file_states_none(parsed: ParsedFile) -> None:
    assert {line.basis for line in parsed.positions} == {None}


def test_a_plan_names_its_funds_which_have_no_symbol(parsed: ParsedFile) -> None:
    fund = parsed.positions[4]

    assert (fund.account, fund.quantity) == (PLAN, 10)
    assert fund.symbol == "Vanguard Total International Stock Index Fund Institutional Shares"


def test_a_reinvested_dividend_is_income_and_a_purchase(parsed: ParsedFile) -> None:
    (income,), (shares,) = at(parsed, 11), at(parsed, 12)

    assert (income.kind, income.cash, income.account) == (Kind.DIVIDEND, Decimal("200.5"), ONE)
    assert (shares.kind, shares.quantity, shares.cash) == (Kind.REINVEST, 2, Decimal("-200.5"))


def test_a_sale_has_its_commission_inside_the_net_amount(parsed: ParsedFile) -> None:
    (sold,) = at(parsed, 13)

    assert (sold.kind, sold.quantity, sold.fees, sold.cash) == (Kind.SELL, -10, 1, Decimal("519.1"))
    assert (sold.trade_date, sold.status) == (date(2022, 12, 28), Status.READY)


def test_a_conversion_of_share_classes_is_one_event(parsed: ParsedFile) -> None:
    (converted,) = at(parsed, 20)

    assert (converted.rows, converted.kind, converted.symbol) == ((20, 21), Kind.MERGER, "VTSMX")
    assert (converted.quantity, converted.other, converted.other_quantity) == (Decimal("-100.04"), "VTSAX", 100)


def test_a_conversion_between_accounts_is_a_transfer(parsed: ParsedFile) -> None:
    (cash,) = at(parsed, 22)
    (shares,) = rows("Conversion (incoming)|VANGUARD TOTAL STOCK|VTSAX|5.0|93.01|0.0")

    assert (cash.kind, cash.cash) == (Kind.TRANSFER_IN, 6000)
    assert (shares.kind, shares.quantity, shares.status) == (Kind.TRANSFER_IN, 5, Status.WARNING)


def test_treasury_bills_are_quoted_for_a_hundred_and_redeemed(parsed: ParsedFile) -> None:
    (bought,), (redeemed,) = at(parsed, 24), at(parsed, 25)

    assert (bought.price, bought.security.kind, bought.status) == (Decimal("0.98"), "bond", Status.READY)
    assert (redeemed.kind, redeemed.quantity, redeemed.cash) == (Kind.SELL, -1000, 1000)


def test_a_row_of_unknown_type_is_kept_as_a_numbered_warning(parsed: ParsedFile) -> None:
    (cancelled,) = at(parsed, 26)

    assert (cancelled.kind, cancelled.status, cancelled.problems[0].row) == (None, Status.WARNING, 26)


def test_a_contribution_to_a_plan_is_paid_in_and_buys_shares(parsed: ParsedFile) -> None:
    assert [(row.kind, row.quantity, row.cash, row.account) for row in at(parsed, 35)] == [
        (Kind.DEPOSIT, 0, Decimal("50.31"), PLAN),
        (Kind.BUY, Decimal("5.208"), Decimal("-50.31"), PLAN),
    ]


def test_no_cash_stays_in_a_plan(parsed: ParsedFile) -> None:
    assert sum(row.cash for row in parsed.rows if row.account == PLAN) == 0
    assert [row.kind for line in (38, 39) for row in at(parsed, line)] == [
        Kind.DIVIDEND,
        Kind.REINVEST,
        Kind.SELL,
        Kind.FEE,
    ]


def test_a_529_plan_turns_contributions_into_shares_and_shares_into_withdrawals() -> None:
    college = read(fixture("vanguard_download_529.csv"))

    assert (college.accounts, college.positions[0].quantity) == ((AccountHint("", "4501"),), Decimal("348.5265"))
    assert [(row.kind, row.quantity, row.cash, row.status) for row in college.rows] == [
        (Kind.DEPOSIT, 0, 250, Status.READY),
        (Kind.BUY, Decimal("26.2881"), -250, Status.READY),
        (Kind.SELL, -10, 90, Status.READY),
        (Kind.WITHDRAWAL, 0, -90, Status.READY),
    ]


def test_the_later_spelling_of_columns_and_days_is_read() -> None:
    later = read(fixture("vanguard_download_2025.csv"))

    assert (later.content, [row.trade_date for row in later.rows]) == (
        Content.TRANSACTIONS,
        [date(2025, 11, 3), date(2025, 11, 1)],
    )
    assert (later.rows[0].kind, later.rows[0].fees, later.rows[0].cash) == (Kind.BUY, 0, Decimal("-991.50"))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Capital gain (ST)|ANY FUND|VWENX|0.0|1.0|5.0", Kind.DIVIDEND),
        ("Reinvestment (LT gain)|ANY FUND|VWENX|1.0|5.0|-5.0", Kind.REINVEST),
        ("Buy (exchange)|ANY FUND|VWENX|1.0|5.0|-5.0", Kind.BUY),
        ("Withdrawal|CASH||0.0|1.0|-5.0", Kind.WITHDRAWAL),
        ("Distribution|ANY FUND|VWENX|-1.0|5.0|0.0", Kind.TRANSFER_OUT),
        ("Rollover (incoming)|CASH||0.0|1.0|5.0", Kind.TRANSFER_IN),
        ("Stock split|APPLE INC|AAPL|30.0|0.0|0.0", Kind.SPLIT),
        ("Corp Action (Spinoff)|SOLVENTUM|SOLV|3.0|0.0|0.0", Kind.SPIN_OFF),
        ("Sell to Open|SPY 12/19/2025 600.00 C|SPY|-1.0|9.2|919.0", Kind.OPTION),
        ("Sell short|GAMESTOP|GME|-1.0|9.2|9.2", Kind.SHORT),
        ("Merger (incoming)|NEWCO|NEW|3.0|0.0|0.0", None),
    ],
)
def test_types_have_the_kind_that_they_say(line: str, kind: Kind | None) -> None:
    (row,) = rows(line)

    assert row.kind is kind


@pytest.mark.parametrize(
    ("type_", "character"),
    [
        ("Capital gain (LT)", Character.CAPITAL_GAIN),
        ("Capital gain (ST)", Character.ORDINARY),
        ("Dividend", Character.UNKNOWN),
    ],
)
def test_income_has_the_character_that_its_type_says(type_: str, character: Character) -> None:
    (row,) = rows(f"{type_}|ANY FUND|VWENX|0.0|1.0|5.0")

    assert row.character is character


@pytest.mark.parametrize(
    "line",
    ["Buy|ANY FUND|VWENX|x|5.0|-5.0", "Buy|ANY FUND||1.0|5.0|-5.0", "Buy|ANY FUND|VWENX|1.0|5.0|5.0"],
)
def test_I_06_a_faulty_row_is_an_error_and_good_rows_are_still_offered(line: str) -> None:
    good = "Buy|ANY FUND|VWENX|1.0|5.0|-5.0"

    assert [row.status for row in rows(good, line, good)] == [Status.READY, Status.ERROR, Status.READY]


def test_another_kind_of_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="Vanguard download"):
        VanguardDownload().parse("Symbol,Quantity\n")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 60), st.text(max_size=20))
def test_no_damage_to_a_file_raises_anything_but_the_named_error(start: int, length: int, noise: str) -> None:
    text = fixture("vanguard_download_2022.csv").decode()
    damaged = text[:start] + noise + text[start + length :]

    assert all(row.problems or row.trade_date for row in rows_unless_refused(VanguardDownload(), damaged))
