"""A year's tax: pots, allowance, surcharges, couples, private sales."""

from decimal import Decimal

import pytest

from holdings.tax.facts import FilingStatus
from holdings.tax.history import FundShare
from holdings.tax.jurisdiction import UnknownYear
from holdings.tax.outcome import Income
from tests.holdings.tax.de.years import GENERAL, PRIVATE, SHARES, assessed, gain, parts

FLAT = Decimal("0.26375")


@pytest.mark.parametrize(
    ("year", "single", "couple"),
    [(2022, 801, 1602), (2023, 1000, 2000), (2024, 1000, 2000), (2025, 1000, 2000), (2026, 1000, 2000)],
)
def test_each_year_has_its_allowance(year: int, single: int, couple: int) -> None:
    of_one = assessed(gain(5000), year=year)
    of_two = assessed(gain(5000), year=year, joint_allowance=True)

    assert (of_one.tax, of_two.tax) == ((5000 - single) * FLAT, (5000 - couple) * FLAT)


def test_a_year_without_figures_names_those_that_there_are() -> None:
    with pytest.raises(UnknownYear, match="2019, only of 2022, 2023, 2024, 2025, 2026"):
        assessed(gain(5000), year=2019)


def test_dividends_and_interest_are_taxed_beside_gains_and_alone() -> None:
    found = assessed(gain(5000), dividends=800, interest=400)

    assert (found.tax, found.without_gains) == (5200 * FLAT, 200 * FLAT)


def test_a_loss_of_shares_leaves_dividends_taxed() -> None:
    found = assessed(gain(-5000), dividends=3000)

    assert (found.tax, found.carried[SHARES]) == (2000 * FLAT, 5000)


def test_a_loss_of_a_fund_takes_dividends_down_even_below_the_allowance() -> None:
    found = assessed(gain(-2500, GENERAL), dividends=3000)

    assert (found.tax, found.without_gains, found.tax_on_gains) == (0, 2000 * FLAT, -2000 * FLAT)


def test_a_part_of_what_funds_distribute_is_exempt() -> None:
    paid = Income(
        dividends=Decimal(10_000),
        fund_dividends={
            FundShare.EQUITY: Decimal(4000),
            FundShare.PROPERTY: Decimal(1000),
            FundShare.OTHER: Decimal(1),
        },
    )

    assert parts(assessed(income=paid))["taxable"] == 10_000 - 1200 - 600 - 1000


def test_gains_that_funds_distributed_and_interest_exempt_elsewhere_are_income_like_dividends() -> None:
    told = Income(Decimal(2000), capital_gain_distributions=Decimal(600), exempt=Decimal(400))

    assert parts(assessed(income=told)) == parts(assessed(income=Income(Decimal(3000))))


def test_interest_that_was_paid_is_no_negative_income() -> None:
    assert assessed(gain(3000), interest=-900).tax == 2000 * FLAT


def test_losses_of_each_pot_go_on_and_come_back_in_it() -> None:
    lost = assessed(gain(-700), gain(-300, GENERAL))
    found = assessed(gain(2000), dividends=1500, brought={pot: int(loss) for pot, loss in lost.carried.items()})

    assert lost.carried == {SHARES: 700, GENERAL: 300, PRIVATE: 0}
    assert (parts(found)["taxable"], found.carried) == (1500, {SHARES: 0, GENERAL: 0, PRIVATE: 0})


def test_the_parts_add_up() -> None:
    found = parts(
        assessed(
            gain(-900),
            gain(8000, GENERAL),
            income=Income(Decimal(500), interest=Decimal(70), fund_dividends={FundShare.MIXED: Decimal(200)}),
            brought={GENERAL: 600},
            church_rate=Decimal("0.09"),
        )
    )

    sums = ("dividends", "interest", "exempt", "general", "shares", "brought_shares", "brought", "lost", "allowance")
    assert sum(found[code] for code in sums) == found["taxable"] == 500 + 70 - 30 + 8000 - 600 - 1000
    taxes = sum(found[code] for code in ("flat", "solidarity", "church", "private_tax"))
    assert abs(taxes - found["tax"]) < Decimal("1e-20")


def test_marginal_rates_know_what_a_pot_can_still_take() -> None:
    lost = assessed(gain(-900), dividends=3000)
    free = assessed(dividends=400)

    assert (lost.marginal[SHARES], lost.marginal[GENERAL]) == (0, FLAT)
    assert (free.marginal[SHARES], free.marginal[GENERAL]) == (0, 0)


@pytest.mark.parametrize(
    ("dividends", "loss", "base", "room"), [(400, 0, 400, 600), (1000, 0, 1000, None), (400, 900, -500, 1500)]
)
def test_the_schedule_says_what_is_left_of_the_allowance(dividends: int, loss: int, base: int, room: int) -> None:
    found = assessed(gain(-loss, GENERAL), dividends=dividends).schedules[0]

    assert (found.base, found.room, found.next_rate) == (base, room, 0 if room else FLAT)


def test_spouses_who_are_assessed_together_share_gains_and_losses() -> None:
    theirs = gain(-4000, holder="spouse")

    alone = assessed(gain(5000), theirs)
    together = assessed(gain(5000), theirs, status=FilingStatus.JOINT)

    assert (alone.tax, together.tax) == (4000 * FLAT, 0)
    assert any("other persons" in note for note in alone.notes)
    assert not together.notes


def test_gains_of_a_child_and_of_unknown_cost_are_named_and_in_no_figure() -> None:
    found = assessed(gain(9000, holder="dependant"), gain(700)._replace(basis=None), status=FilingStatus.JOINT)

    assert found.tax == 0
    assert any("700.00 EUR" in note for note in found.notes)
    assert any("other persons" in note for note in found.notes)


def test_withheld_tax_is_named_and_not_credited() -> None:
    found = assessed(income=Income(dividends=Decimal(2000), withheld=Decimal(300)))

    assert found.tax == 1000 * FLAT
    assert any("300.00 EUR" in note for note in found.notes)


def test_a_lump_sum_is_there_had_nothing_been_sold() -> None:
    lump_sum = gain(3000, GENERAL)._replace(quantity=Decimal(0))

    assert assessed(lump_sum, gain(500, GENERAL)).without_gains == 2000 * FLAT


def test_rates_that_the_user_entered_are_the_rates() -> None:
    own = {"long_rate": Decimal("0.2"), "short_rate": Decimal("0.4")}
    found = assessed(gain(3000), gain(2000, PRIVATE), church_rate=Decimal("0.09"), **own)

    assert found.tax == 2000 * Decimal("0.2") + 2000 * Decimal("0.4")


def test_private_sales_are_taxed_by_the_schedule_on_top_of_other_income() -> None:
    """At 100,000 euros of income 42 %, and the surcharge of 5.5 % in full."""
    found = assessed(gain(2000, PRIVATE), other_income=Decimal(130_000), deductions=Decimal(10_000))

    assert found.tax == 2000 * Decimal("0.42") * Decimal("1.055")
    assert found.marginal[PRIVATE] == Decimal("0.42") * Decimal("1.055")


def test_private_sales_below_the_basic_allowance_of_the_schedule_bear_no_tax() -> None:
    assert assessed(gain(2000, PRIVATE), other_income=Decimal(10_000)).tax == 0


@pytest.mark.parametrize(("year", "limit"), [(2022, 600), (2023, 600), (2024, 1000), (2025, 1000), (2026, 1000)])
def test_each_year_has_its_limit_for_private_sales(year: int, limit: int) -> None:
    rich = {"other_income": Decimal(100_000), "year": year}

    assert assessed(gain(limit - 1, PRIVATE), **rich).tax == 0
    assert assessed(gain(limit, PRIVATE), **rich).tax > limit * Decimal("0.42")


def test_a_loss_of_private_sales_meets_no_capital_income_and_goes_on() -> None:
    found = assessed(gain(-2000, PRIVATE), gain(3000))

    assert (found.tax, found.carried[PRIVATE], found.net[PRIVATE]) == (2000 * FLAT, 2000, -2000)


def test_each_spouse_has_a_limit_for_private_sales() -> None:
    found = assessed(
        gain(900, PRIVATE), gain(900, PRIVATE, holder="spouse"), status=FilingStatus.JOINT, other_income=Decimal(90_000)
    )

    assert found.tax == 0
