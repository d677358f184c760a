from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.base import DraftRow, Status
from holdings.importers.registry import read
from holdings.ledger.types import Character, Kind
from tests.holdings.importers.files import fixture, transactions


def rows(*lines: str) -> list[DraftRow]:
    return list(read(transactions(*lines)).rows)


def only(line: str) -> DraftRow:
    (row,) = rows(line)
    return row


def at(line: int) -> DraftRow:
    """The row of the 2025 file that came from a line."""
    (row,) = [row for row in read(fixture("schwab_transactions_2025.csv")).rows if line in row.rows]
    return row


def test_options_are_flagged_with_a_signed_number_of_contracts_and_one_name() -> None:
    closed, opened = at(3), at(4)

    assert (opened.kind, opened.symbol, opened.quantity) == (Kind.OPTION, "SPY   251219C00600000", -1)
    assert (closed.symbol, closed.quantity, closed.cash) == ("SPY   251219C00600000", 1, Decimal("-410.65"))
    assert opened.security.kind == "option"


def test_an_expired_option_leaves_with_the_sign_of_the_file_and_no_cash() -> None:
    expired = at(2)

    assert (expired.kind, expired.quantity, expired.cash) == (Kind.OPTION, -2, 0)


def test_a_cash_merger_in_two_rows_is_one_event() -> None:
    merger = at(5)

    assert (merger.rows, merger.kind, merger.symbol) == ((5, 6), Kind.MERGER, "HES")
    assert (merger.quantity, merger.cash, merger.other_quantity) == (-20, 3000, 0)


def test_a_stock_merger_in_two_rows_is_one_event() -> None:
    merger = at(7)

    assert (merger.rows, merger.kind, merger.symbol, merger.quantity) == ((7, 8), Kind.MERGER, "NBL", -345)
    assert (merger.other, merger.other_quantity, merger.status) == ("CVX", 41, Status.READY)


def test_cash_in_lieu_is_warned_of_where_the_fraction_is_not_written() -> None:
    cash = at(9)

    assert (cash.kind, cash.cash, cash.status) == (Kind.CASH_IN_LIEU, Decimal("12.66"), Status.WARNING)


def test_a_reverse_split_under_an_old_cusip_is_a_split_of_the_symbol() -> None:
    split = at(10)

    assert (split.rows, split.kind, split.symbol, split.quantity) == ((10, 11), Kind.SPLIT, "LCID", -270)


def test_a_changed_name_moves_the_lots_to_the_new_symbol() -> None:
    changed = at(12)

    assert (changed.kind, changed.symbol, changed.other) == (Kind.SYMBOL_CHANGE, "SQ", "BLOCK")
    assert changed.other_quantity == 15


def test_a_redeemed_bond_is_sold_at_par() -> None:
    redeemed = at(14)

    assert (redeemed.rows, redeemed.kind, redeemed.quantity, redeemed.cash) == ((14, 15), Kind.SELL, -10_000, 10_000)


def test_a_bond_is_quoted_for_a_hundred_of_face_value() -> None:
    bought = at(16)

    assert (bought.price, bought.cash, bought.status) == (Decimal("0.9895"), -9895, Status.READY)
    assert (bought.security.kind, bought.security.cusip) == ("bond", "912797KX4")


def test_a_return_of_capital_is_no_dividend() -> None:
    assert (at(19).kind, at(19).cash) == (Kind.RETURN_OF_CAPITAL, Decimal("53.50"))


def test_shares_travel_in_kind_and_their_unknown_basis_is_said() -> None:
    left, came, granted = at(20), at(21), at(22)

    assert [(row.kind, row.quantity, row.basis) for row in (left, came, granted)] == [
        (Kind.TRANSFER_OUT, -25, None),
        (Kind.TRANSFER_IN, 12, None),
        (Kind.TRANSFER_IN, 18, None),
    ]
    assert (left.status, came.status) == (Status.READY, Status.WARNING)


def test_a_money_market_fund_is_cash_once() -> None:
    parsed = read(fixture("schwab_transactions_2025.csv"))

    assert not any(23 in row.rows for row in parsed.rows)
    assert "1 row moves cash" in parsed.problems[0].message
    assert (at(24).kind, at(24).symbol, at(24).cash) == (Kind.DIVIDEND, "", Decimal("18.22"))


def test_a_credit_of_no_known_cause_is_counted_as_paid_in_and_says_so() -> None:
    assert (at(25).kind, at(25).status) == (Kind.DEPOSIT, Status.WARNING)
    assert (at(26).kind, at(26).cash) == (Kind.INTEREST, 100)


def test_a_spin_off_asks_for_parent_and_fraction_and_invents_neither() -> None:
    spun = at(27)

    assert (spun.kind, spun.symbol, spun.other, spun.other_quantity) == (Kind.SPIN_OFF, "", "SOLV", 4)
    assert (spun.basis_fraction, spun.status) == (None, Status.ERROR)
    assert "Form 8937" in spun.problems[0].remedy


@pytest.mark.parametrize(
    "lines",
    [
        ["08/18/2025|Stock Merger|CVX|CHEVRON CORP|41|||"],
        [f"08/18/2025|Stock Merger|{symbol}|ANY|{shares}|||" for symbol, shares in [("A", -1), ("B", -1), ("C", 2)]],
        ["09/15/2025|Cash Merger|HES|HESS CORP||||$3,000.00"],
        ["09/15/2025|Name Change|SQ|SQUARE INC|-15|||", "09/16/2025|Name Change|XYZ|BLOCK INC|15|||"],
        ["09/15/2025|Cash Merger|HES|HESS|-5|||$500.00", "09/15/2025|Cash Merger|HES|HESS|-5|||$500.00"],
    ],
)  # fmt: skip
def test_rows_that_do_not_plainly_belong_together_are_kept_and_not_booked(lines: list[str]) -> None:
    kept = rows(*lines)

    assert [(row.kind, row.status) for row in kept] == [(None, Status.WARNING)] * len(lines)
    assert all("by hand" in row.problems[0].remedy for row in kept)


def test_cash_beside_new_shares_asks_for_their_market_value() -> None:
    (merger,) = rows(
        "08/18/2025|Cash/Stock Merger|CVX|CHEVRON CORP|41|||$500.00",
        "08/18/2025|Cash/Stock Merger|NBL|NOBLE ENERGY INC|-345|||",
    )

    assert (merger.cash, merger.other_quantity, merger.status) == (500, 41, Status.ERROR)


def test_a_faulty_row_of_an_event_keeps_the_whole_event_from_being_booked() -> None:
    kept = rows("08/18/2025|Stock Merger|CVX|CHEVRON|x|||", "08/18/2025|Stock Merger|NBL|NOBLE|-345|||")

    assert [row.kind for row in kept] == [None, None]


@pytest.mark.parametrize(
    ("action", "amount", "kind"),
    [
        ("MoneyLink Transfer", "$5.00", Kind.DEPOSIT),
        ("MoneyLink Transfer", "-$5.00", Kind.WITHDRAWAL),
        ("Journal", "$5.00", Kind.TRANSFER_IN),
        ("Internal Transfer", "-$5.00", Kind.TRANSFER_OUT),
        ("Long Term Cap Gain Reinvest", "$5.00", Kind.DIVIDEND),
        ("Short Term Cap Gain", "$5.00", Kind.DIVIDEND),
        ("Margin Interest", "-$5.00", Kind.INTEREST),
        ("Tax Withholding", "-$5.00", Kind.TAX),
        ("Foreign Tax Reclaim", "$5.00", Kind.TAX),
        ("ADR Mgmt Fee", "-$5.00", Kind.FEE),
        ("Visa Purchase", "-$5.00", Kind.WITHDRAWAL),
        ("Adjustment", "-$5.00", Kind.WITHDRAWAL),
    ],
)
def test_cash_actions_have_the_kind_that_they_say(action: str, amount: str, kind: Kind) -> None:
    row = only(f"12/27/2022|{action}|KO|COCA COLA CO||||{amount}")

    assert (row.kind, row.trade_date, row.bookable) == (kind, date(2022, 12, 27), True)


@pytest.mark.parametrize(
    ("action", "character"),
    [
        ("Qualified Dividend", Character.QUALIFIED),
        ("Qual Div Reinvest", Character.QUALIFIED),
        ("Special Qual Div", Character.QUALIFIED),
        ("Non-Qualified Div", Character.ORDINARY),
        ("Long Term Cap Gain", Character.CAPITAL_GAIN),
        ("Long Term Cap Gain Reinvest", Character.CAPITAL_GAIN),
        ("Short Term Cap Gain Reinvest", Character.ORDINARY),
        ("Substitute Payment", Character.ORDINARY),
        ("Cash Dividend", Character.UNKNOWN),
        ("Reinvest Dividend", Character.UNKNOWN),
        ("Bank Interest", Character.UNKNOWN),
    ],
)
def test_income_has_the_character_that_its_action_says(action: str, character: Character) -> None:
    assert only(f"12/27/2022|{action}|VTSAX|VANGUARD TOTAL STOCK||||$5.00").character is character


def test_an_ending_of_something_that_is_no_option_is_kept() -> None:
    assert only("12/27/2022|Exchange or Exercise|ABCW|ABC CORP WARRANT|-10|||").kind is None
