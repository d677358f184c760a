"""What is not known, or not computed, stands apart from every figure, with its reason; what is unsure has a note."""

from decimal import Decimal

import pytest

from holdings.ledger.types import Entry, Kind, Origin
from holdings.tax.jurisdiction import UnsupportedHistory
from holdings.tax.outcome import GainClass
from holdings.tax.us.matching import match
from holdings.tax.us.matching.notes import BOND, SIX_MONTHS
from tests.holdings.ledger.histories import buy, entry, merger, money, opening, received, sell, sent, spin_off
from tests.holdings.tax.us.households import disallowed, household, matched, recognised, slices, the_lot


def test_a_history_in_another_currency_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(UnsupportedHistory, match="kept in EUR: change the currency"):
        match(household([], currency="EUR"))


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ([opening("o", "2022-01-03", 5), sell("s", "2022-06-01", 5, 50)], "basis of the lot is unknown"),
        ([opening("o", "2022-01-03", 5, basis="50"), sell("s", "2022-06-01", 5, 50)], "date of the lot is unknown"),
        ([sell("s", "2022-06-01", 5, 50)], "No lot held these shares"),
        ([buy("b", "2022-01-03", 5, 50, rate=None), sell("s", "2022-06-01", 5, 50)], "exchange rate is missing"),
        ([entry("s", Kind.OPTION, "2022-06-01", -1, cash=50)], "Options are not computed"),
        ([entry("s", Kind.SHORT, "2022-06-01", -5, cash=50)], "Short sales are not computed"),
        (
            [buy("b", "2022-01-03", 1, 5, instrument="CALL"), sell("s", "2022-06-01", 1, 50, instrument="CALL")],
            "Options are not computed",
        ),
        ([entry("s", Kind.CASH_IN_LIEU, "2022-06-01", cash=50)], "No lot held these shares"),
    ],
)
def test_what_cannot_be_computed_is_left_out_with_its_proceeds_and_its_reason(
    history: list[Entry], reason: str
) -> None:
    matching = matched(*history)

    (left,) = matching.left_out
    assert (left.entry, left.proceeds, matching.slices) == ("s", 50, ())
    assert reason in left.reason


def test_a_corporate_action_that_lacks_its_figures_is_left_out() -> None:
    (left,) = matched(buy("b", "2022-01-03", 5, 50), merger("m", "2022-06-01", 5, 5, cash=10)).left_out

    assert (left.entry, left.proceeds) == ("m", 10)
    assert "market value" in left.reason


def test_sales_in_an_ira_are_left_out_of_nothing() -> None:
    assert matched(sell("s", "2022-06-01", 5, 50, account="ira")).left_out == ()


def test_shares_from_an_ira_have_no_known_basis_in_a_taxed_account() -> None:
    matching = matched(
        buy("b", "2022-01-03", 5, 50, account="ira"),
        sent("o", "2022-05-02", 5, account="ira"),
        received("i", "2022-05-02", 5, "o", account="taxable"),
        sell("s", "2022-06-01", 5, 40),
    )

    assert matching.slices == ()
    assert "came out of a retirement account" in matching.left_out[0].reason


def test_shares_put_into_an_ira_count_as_sold_at_a_value_that_is_not_recorded() -> None:
    matching = matched(
        buy("b", "2022-01-03", 5, 50), sent("o", "2022-05-02", 5), received("i", "2022-05-02", 5, "o", account="ira")
    )

    assert [left.entry for left in matching.left_out] == ["o"]


def test_the_basis_that_a_broker_adjusted_already_is_not_adjusted_twice() -> None:
    """The lot came with 250 of disallowed loss inside: of 400 that it replaces, 150 are new."""
    sold = [buy("b", "2022-01-03", 100, 1000), sell("s", "2022-06-01", 100, 600)]
    brought = opening("r", "2022-08-01", 100, basis="950", acquired="2022-06-10", disallowed="250", account="other")

    matching = matched(*sold, brought)
    assert (disallowed(matching, "s"), the_lot(matching, "r").basis) == (400, 1100)


def test_the_part_that_a_broker_adjusted_is_used_once() -> None:
    sold = [
        buy("b", "2022-01-03", 100, 1000),
        sell("s1", "2022-06-01", 50, 300),
        sell("s2", "2022-06-02", 50, 300),
    ]
    brought = opening("r", "2022-08-01", 100, basis="950", acquired="2022-06-10", disallowed="250", account="other")

    matching = matched(*sold, brought)
    assert [lot.deferred for lot in matching.lots] == [0, 150]


@pytest.mark.parametrize(("instrument", "loss"), [("BTC", 0), ("IBIT", 400)])
def test_digital_assets_are_not_subject_and_funds_that_hold_them_are(instrument: str, loss: int) -> None:
    matching = matched(
        buy("b", "2025-01-03", 100, 1000, instrument=instrument),
        sell("s", "2025-06-01", 100, 600, instrument=instrument),
        buy("r", "2025-06-02", 100, 610, instrument=instrument),
    )

    assert disallowed(matching, "s") == loss


@pytest.mark.parametrize(
    ("proceeds", "gain", "pot"), [(1200, 200, GainClass.LONG), (900, 0, GainClass.LONG), (700, -100, GainClass.SHORT)]
)
def test_a_gift_below_its_cost_has_two_bases_and_two_dates(proceeds: int, gain: int, pot: GainClass) -> None:
    gift = opening("g", "2022-05-02", 10, basis="1000", acquired="2020-01-03", origin=Origin.GIFT, fair_value="800")

    (only,) = matched(gift, sell("s", "2022-06-01", 10, proceeds)).slices
    assert (only.gain, only.gain_class) == (gain, pot)


def test_a_gift_sold_at_a_loss_can_be_replaced_and_tacks_from_the_gift() -> None:
    gift = opening("g", "2022-05-02", 10, basis="1000", acquired="2020-01-03", origin=Origin.GIFT, fair_value="800")

    matching = matched(gift, sell("s", "2022-06-01", 10, 700), buy("r", "2022-06-10", 10, 710))
    assert (the_lot(matching, "r").basis, the_lot(matching, "r").tacked_days) == (810, 30)


@pytest.mark.parametrize(("sold", "pot"), [("2023-06-01", GainClass.COLLECTIBLE), ("2022-06-01", GainClass.SHORT)])
def test_a_metal_fund_s_long_gain_is_a_collectible_s(sold: str, pot: GainClass) -> None:
    (only,) = matched(
        buy("b", "2022-01-03", 1, 170, instrument="GLD"), sell("s", sold, 1, 180, instrument="GLD")
    ).slices

    assert only.gain_class is pot


def test_bonds_carry_a_note_on_what_is_not_computed() -> None:
    (only,) = matched(
        buy("b", "2022-01-03", 1, 980, instrument="T-BOND"), sell("s", "2022-06-01", 1, 990, instrument="T-BOND")
    ).slices

    assert only.notes == (BOND,)


@pytest.mark.parametrize(
    ("bought", "paid", "proceeds", "noted"),
    [
        ("2022-01-03", "2022-03-01", 90, True),
        ("2021-11-30", "2022-03-01", 90, True),  # six months to the day
        ("2021-11-29", "2022-03-01", 90, False),  # a day longer
        ("2022-01-03", "2022-01-02", 90, False),
        ("2022-01-03", "2022-03-01", 110, False),
    ],
)
def test_a_loss_of_a_fund_held_for_six_months_points_to_what_it_paid(
    bought: str, paid: str, proceeds: int, noted: bool
) -> None:
    (only,) = matched(
        buy("b", bought, 1, 100, instrument="VFIAX"),
        entry("d", Kind.DIVIDEND, paid, cash=2, instrument="VFIAX"),
        sell("s", "2022-05-31", 1, proceeds, instrument="VFIAX"),
    ).slices

    assert (SIX_MONTHS in only.notes) is noted


def test_amounts_are_in_dollars_at_the_rate_of_each_day() -> None:
    (only,) = matched(
        buy("b", "2022-01-03", 10, 100, currency="EUR", rate=Decimal("1.10")),
        sell("s", "2022-06-01", 10, 100, currency="EUR", rate=Decimal("1.05")),
    ).slices

    assert (only.proceeds, only.basis, only.gain) == (105, 110, -5)


def test_a_loss_that_only_the_exchange_rate_made_can_be_replaced() -> None:
    matching = matched(
        buy("b", "2022-01-03", 10, 100, currency="EUR", rate=Decimal("1.10")),
        sell("s", "2022-06-01", 10, 100, currency="EUR", rate=Decimal("1.05")),
        buy("r", "2022-06-02", 10, 100, currency="EUR", rate=Decimal("1.05")),
    )

    assert (recognised(matching), the_lot(matching, "r").basis, slices(matching, "s")[0].disallowed) == (0, 110, 5)


def test_cash_and_dividends_are_no_disposals() -> None:
    matching = matched(
        money("m", Kind.DEPOSIT, "2022-01-03", 100),
        buy("b", "2022-01-03", 1, 10),
        spin_off("x", "2022-02-01", 1, "0.5"),
        entry("d", Kind.DIVIDEND, "2022-03-01", cash=5),
    )

    assert (matching.slices, matching.left_out) == ((), ())
