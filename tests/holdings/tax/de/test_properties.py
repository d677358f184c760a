"""What holds for every history: cost, proceeds and shares are conserved, and no order or choice changes anything."""

from dataclasses import replace
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.exact import exact
from holdings.ledger.types import Entry, Kind, Pick, Relief
from holdings.tax.history import FundYear, FundYears
from holdings.tax.outcome import Matching
from tests.holdings.tax.de import households
from tests.holdings.tax.de.households import WORLD
from tests.holdings.tax.pooled.random_trades import histories

FUNDS = {(WORLD, 2024): FundYear(Decimal(50), Decimal(70))}
AS_OF = "2025-12-31"


def matched(history: list[Entry], funds: FundYears | None = None) -> Matching:
    return households.matched(*history, funds=funds, as_of=AS_OF)


def of_a_fund(history: list[Entry]) -> list[Entry]:
    return [replace(entry, instrument=WORLD) for entry in history]


def total(amounts: object) -> Decimal:
    with localcontext(exact):
        return sum(amounts, Decimal(0))  # type: ignore[call-overload, no-any-return]


@given(histories())
def test_what_was_paid_is_the_cost_of_what_was_sold_and_of_the_lots(history: list[Entry]) -> None:
    found = matched(history)

    paid = total(-entry.cash for entry in history if entry.kind is Kind.BUY)
    assert total([*(each.basis for each in found.slices), *(lot.basis for lot in found.lots)]) == paid


@given(histories())
def test_a_lump_sum_is_added_to_the_cost_and_nothing_else_is(history: list[Entry]) -> None:
    fund = of_a_fund(history)
    plain, raised = matched(fund), matched(fund, funds=FUNDS)

    sums = total(each.gain for each in raised.slices if each.rule == "advance lump sum")
    assert total(lot.basis for lot in raised.lots) == total(lot.basis for lot in plain.lots) + sums
    assert total(lot.quantity for lot in raised.lots) == total(lot.quantity for lot in plain.lots)


@given(histories())
def test_every_share_sold_is_in_one_slice_and_what_was_received_is_shared_out_whole(history: list[Entry]) -> None:
    found = matched(history)

    for sale in (entry for entry in history if entry.kind is Kind.SELL):
        parts = [each for each in found.slices if each.sale == sale.id]
        assert total(each.quantity for each in parts) == -sale.quantity
        assert total(each.proceeds for each in parts) == sale.cash


@given(histories())
def test_a_sale_takes_no_lot_while_an_older_one_of_its_account_is_open(history: list[Entry]) -> None:
    found = matched(history)

    for lot in found.lots:
        later = [each for each in found.slices if each.account == lot.account and each.acquired and lot.acquired]
        assert all(each.acquired <= lot.acquired for each in later if each.sold >= lot.acquired)  # type: ignore[operator]


@given(histories(), st.randoms(use_true_random=False))
def test_neither_the_order_of_the_input_nor_any_choice_of_lots_matters(history: list[Entry], random: object) -> None:
    bought = [entry.id for entry in history if entry.kind is Kind.BUY]
    chosen = [
        replace(entry, relief=Relief.HIFO, picks=(Pick(random.choice(bought), -entry.quantity),))  # type: ignore[attr-defined]
        if entry.kind is Kind.SELL
        else entry
        for entry in history
    ]
    random.shuffle(chosen)  # type: ignore[attr-defined]

    assert matched(chosen) == matched(history)


@given(histories())
def test_the_gain_of_a_whole_life_is_cash_out_less_cash_in_with_lump_sums_or_without(history: list[Entry]) -> None:
    """All that is left is sold long after; lump sums are income early and so much less gain later."""
    fund = of_a_fund(history)
    rest = [
        Entry(f"z{n}", lot.account, Kind.SELL, households.german(as_of=AS_OF).as_of, WORLD, -lot.quantity, Decimal(7))
        for n, lot in enumerate(households.german(*fund).ledger.lots)
    ]
    cash = total(entry.cash for entry in [*fund, *rest])

    assert total(each.gain for each in matched([*fund, *rest]).slices) == cash
    assert total(each.gain for each in matched([*fund, *rest], funds=FUNDS).slices) == cash


@given(histories())
def test_what_counts_of_a_fund_is_the_same_part_of_every_gain_and_loss(history: list[Entry]) -> None:
    for each in matched(of_a_fund(history)).slices:
        assert each.gain is not None
        assert each.recognised == exact.multiply(each.gain, Decimal("0.7"))
