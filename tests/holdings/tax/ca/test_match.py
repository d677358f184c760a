"""Whose purchases make a loss superficial, what becomes of it, and what changes a cost without a disposition."""

from datetime import date
from decimal import Decimal

import pytest

from holdings.ledger.types import Kind
from holdings.tax.ca import CANADA
from holdings.tax.jurisdiction import UnsupportedHistory
from holdings.tax.outcome import Effect, Matching
from tests.holdings.ledger.histories import buy, entry, merger, received, sell, sent, spin_off, split
from tests.holdings.tax.pooled.households import gains, household, pool

RY = [buy("b", "2020-01-06", 100, 1000)]
LOSS = [*RY, sell("s", "2024-06-03", 100, 600)]


def matched(*entries: object, **more: str) -> Matching:
    return CANADA.match(household(*entries, currency="CAD", **more))  # type: ignore[arg-type]


def denied(found: Matching) -> list[Decimal]:
    return [each.disallowed for each in found.slices]


@pytest.mark.parametrize(("bought", "part"), [("2024-07-03", 400), ("2024-07-04", 0)])
def test_a_purchase_counts_through_day_30(bought: str, part: int) -> None:
    assert denied(matched(*LOSS, buy("b2", bought, 100, 500))) == [part]


@pytest.mark.parametrize(("bought", "part"), [("2024-05-04", 400), ("2024-05-03", 0)])
def test_a_purchase_counts_from_30_days_before(bought: str, part: int) -> None:
    """The spouse buys at the price that the sale fetches."""
    assert denied(matched(*LOSS, buy("b2", bought, 100, 600, account="spouse"))) == [part]


def test_shares_bought_just_before_a_part_is_sold_make_the_loss_superficial() -> None:
    """There is no rule that a purchase cannot replace its own shares: 200 bought, 100 sold, 100 owned at the end."""
    found = matched(buy("b", "2024-06-03", 200, 2000), sell("s", "2024-06-10", 100, 600))

    assert denied(found) == [400]
    assert pool(found) == (100, 1400)


def test_shares_that_are_all_gone_at_the_end_of_the_period_replace_nothing() -> None:
    assert denied(matched(buy("b", "2024-06-03", 200, 2000), sell("s", "2024-06-10", 200, 600))) == [0]


def test_a_loss_is_no_larger_than_what_is_owned_at_the_end() -> None:
    found = matched(*LOSS, buy("b2", "2024-06-10", 100, 500), sell("s2", "2024-06-20", 70, 420))

    assert denied(found)[0] == 400 * Decimal(30) / 100


def test_a_gain_is_never_denied() -> None:
    assert denied(matched(*RY, sell("s", "2024-06-03", 100, 1600), buy("b2", "2024-06-10", 100, 500))) == [0]


def test_two_losses_share_one_purchase_the_earlier_first() -> None:
    found = matched(
        buy("b", "2020-01-06", 200, 2000),
        sell("s", "2024-06-03", 100, 600),
        sell("s2", "2024-06-04", 100, 600),
        buy("b2", "2024-06-10", 150, 900),
    )

    assert denied(found) == [400, 200]
    assert pool(found) == (150, 900 + 600)


def test_what_is_owned_at_the_end_is_shared_by_two_losses_too() -> None:
    """150 are sold again at a gain: of 200 bought, 50 are left for both losses together."""
    found = matched(
        buy("b", "2020-01-06", 200, 2000),
        sell("s", "2024-06-03", 100, 600),
        sell("s2", "2024-06-04", 100, 600),
        buy("b2", "2024-06-10", 200, 1000),
        sell("s3", "2024-06-20", 150, 9000),
    )

    assert denied(found) == [200, 0, 0]


def test_the_purchase_of_the_spouse_defers_the_loss_into_the_spouses_cost() -> None:
    found = matched(*LOSS, buy("b2", "2024-06-10", 100, 500, account="spouse"))

    assert [(each.effect, each.amount) for each in found.replacements] == [(Effect.DEFERRED, 400)]
    assert pool(found, holder="bob") == (100, 900)


def test_the_purchase_of_a_plan_loses_it_for_good() -> None:
    found = matched(*LOSS, buy("b2", "2024-06-10", 100, 500, account="plan"))

    assert [(each.effect, each.amount) for each in found.replacements] == [(Effect.PERMANENT, 400)]
    assert denied(found) == [400]


def test_a_child_is_not_affiliated() -> None:
    assert denied(matched(*LOSS, buy("b2", "2024-06-10", 100, 500, account="child"))) == [0]


def test_old_shares_of_the_seller_take_no_part_of_what_the_spouse_acquired() -> None:
    found = matched(
        buy("b", "2020-01-06", 100, 1000),
        sell("s", "2024-06-03", 40, 240),
        buy("b2", "2024-06-10", 40, 240, account="spouse"),
    )

    assert denied(found) == [160]
    assert (pool(found), pool(found, holder="bob")) == ((60, 600), (40, 400))


def test_where_what_was_acquired_is_sold_again_the_old_shares_take_the_loss() -> None:
    found = matched(
        buy("b", "2020-01-06", 100, 1000),
        sell("s", "2024-06-03", 40, 240),
        buy("b2", "2024-06-10", 40, 240, account="spouse"),
        sell("s2", "2024-06-20", 40, 250, account="spouse"),
    )

    assert denied(found) == [160, 0]
    assert pool(found) == (60, 760)


def test_a_purchase_after_a_split_is_counted_in_the_shares_of_the_sale() -> None:
    found = matched(
        buy("b", "2020-01-06", 200, 2000),
        sell("s", "2024-06-03", 100, 600),
        split("x", "2024-06-05", 100),
        buy("b2", "2024-06-10", 100, 300),
    )

    assert denied(found) == [200]
    assert [each.quantity for each in found.replacements] == [50]
    assert pool(found) == (300, 1000 + 300 + 200)


def test_while_the_period_runs_a_loss_counts_what_is_owned_today_and_is_provisional() -> None:
    found = matched(*LOSS, buy("b2", "2024-06-10", 100, 500), as_of="2024-06-12")

    assert [(each.disallowed, each.final_after) for each in found.slices] == [(400, date(2024, 7, 3))]


def test_a_gain_is_provisional_while_an_earlier_loss_may_still_change_its_cost() -> None:
    found = matched(
        *LOSS, buy("b2", "2024-06-10", 100, 500), sell("s2", "2024-06-20", 50, 900), sell("s3", "2024-08-01", 50, 900)
    )

    assert [each.final_after for each in found.slices] == [date(2024, 7, 3), date(2024, 7, 3), None]


def test_a_loss_on_shares_moved_into_a_plan_does_not_count() -> None:
    moved = [sent("t", "2024-06-03", 100, fair_value="600"), received("u", "2024-06-03", 100, "t", account="plan")]
    found = matched(*RY, *moved)

    (slice_,) = found.slices
    assert (slice_.gain, slice_.recognised) == (-400, 0)
    assert "registered plan" in slice_.notes[0]
    assert found.replacements == ()


def test_a_gain_on_shares_moved_into_a_plan_counts() -> None:
    moved = [sent("t", "2024-06-03", 100, fair_value="1600"), received("u", "2024-06-03", 100, "t", account="plan")]

    assert [each.recognised for each in matched(*RY, *moved).slices] == [600]


def test_a_transfer_to_the_spouse_is_a_rollover_at_the_average_cost() -> None:
    found = matched(*RY, sent("t", "2024-06-03", 60), received("u", "2024-06-03", 60, "t", account="spouse"))

    assert (found.slices, pool(found), pool(found, holder="bob")) == ((), (40, 400), (60, 600))


def test_the_spouses_shares_are_a_pool_of_their_own() -> None:
    found = matched(*RY, buy("b2", "2020-01-06", 100, 3000, account="spouse"), sell("s", "2024-06-03", 50, 2000))

    assert gains(found) == 1500


def test_capital_paid_back_lowers_the_cost_and_below_nothing_it_is_a_gain() -> None:
    """ITA 53(2), 40(3): a cost that falls below nothing is a gain at once."""
    found = matched(
        *RY,
        entry("c", Kind.RETURN_OF_CAPITAL, "2024-06-03", cash="900"),
        entry("d", Kind.RETURN_OF_CAPITAL, "2024-12-03", cash="300"),
    )

    assert [(each.sale, each.gain) for each in found.slices] == [("d", 200)]
    assert pool(found) == (100, 0)


@pytest.mark.parametrize(("cash", "cost", "unknown"), [("150", 850, []), ("250", 1000, [None])])
def test_cash_for_a_fraction_up_to_200_dollars_comes_off_the_cost(
    cash: str, cost: int, unknown: list[Decimal | None]
) -> None:
    found = matched(*RY, entry("c", Kind.CASH_IN_LIEU, "2024-06-03", cash=cash))

    assert [each.basis for each in found.slices] == unknown
    assert pool(found) == (100, cost)


def test_a_merger_for_shares_is_a_rollover_and_one_with_cash_a_disposition() -> None:
    alone = matched(*RY, merger("m", "2024-06-03", 100, 50))
    with_cash = matched(*RY, merger("m", "2024-06-03", 100, 50, cash="400", fair_value="1200"))

    assert (alone.slices, pool(alone, "PEP")) == ((), (50, 1000))
    assert (gains(with_cash), pool(with_cash, "PEP")) == (600, (50, 1200))


def test_a_spin_off_takes_its_fraction_of_the_cost_along() -> None:
    found = matched(*RY, spin_off("o", "2024-06-03", 25, "0.2"))

    assert (pool(found), pool(found, "PEP")) == ((100, 800), (25, 200))


def test_worthless_shares_are_a_loss_of_the_end_of_the_year_whatever_is_bought() -> None:
    worthless = entry("w", Kind.WORTHLESS, "2024-06-03", -100)
    found = matched(*RY, worthless, buy("b2", "2024-06-10", 100, 1))

    assert [(each.recognised, each.sold) for each in found.slices] == [(-1000, date(2024, 12, 31))]


def test_shares_that_nobody_held_and_pools_of_unknown_cost_have_no_gain() -> None:
    found = matched(*RY, sell("s", "2024-06-03", 150, 3000))

    assert [(each.rule, each.quantity, each.proceeds, each.basis) for each in found.slices] == [
        ("average cost", 100, 2000, 1000),
        ("not held", 50, 1000, None),
    ]


def test_a_household_in_another_currency_is_refused() -> None:
    with pytest.raises(UnsupportedHistory, match="CAD"):
        CANADA.match(household(*RY, currency="USD"))


def test_the_rows_of_schedule_3_show_what_is_denied() -> None:
    found = matched(*LOSS, buy("b2", "2024-06-10", 50, 300))
    heading, rows = CANADA.report(found.slices, {})

    assert len(heading) == len(rows[0])
    assert rows == [("100", "KO", "2024-06-03", "600.00", "1000.00", "-400.00", "200.00", "-200.00", "")]
