from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.replay import replay
from holdings.tax.us import LOSS_LIMIT, Rates, TaxYear, YearToDate, net_tax, year_to_date
from tests.holdings.ledger.histories import buy, opening, sell

RATES = Rates(short=Decimal("0.35"), long=Decimal("0.15"), ordinary=Decimal("0.32"), state=Decimal("0.05"))
AMOUNTS = st.decimals(-100_000, 100_000, places=2)
LOSSES = st.decimals(0, 50_000, places=2)


def year(short: int, long: int, carry_short: int = 0, carry_long: int = 0) -> TaxYear:
    carried = {"carry_short": Decimal(carry_short), "carry_long": Decimal(carry_long)}
    return net_tax(Decimal(short), Decimal(long), RATES, **carried)


@pytest.mark.parametrize(
    ("short", "long", "tax"),
    [
        (1000, 2000, "800"),  # 1,000 x 40 % + 2,000 x 20 %
        (-500, 2000, "300"),  # 1,500 x 20 %
        (2000, -500, "600"),  # 1,500 x 40 %
        (-1000, -1000, "-740"),  # 2,000 off other income at 37 %
        (-5000, 1000, "-1110"),  # no more than 3,000
        (0, 0, "0"),
    ],
)
def test_gains_and_losses_net_within_and_then_across_terms(short: int, long: int, tax: str) -> None:
    assert year(short, long).tax == Decimal(tax)


def test_a_carried_loss_goes_first_against_its_own_term() -> None:
    netted = year(4000, 1000, carry_short=1000, carry_long=3000)

    assert (netted.net_short, netted.net_long) == (3000, -2000)
    assert (netted.taxed_short, netted.taxed_long) == (1000, 0)


def test_the_limit_uses_up_short_losses_first_and_the_rest_keeps_its_character() -> None:
    netted = year(-2000, -4000)

    assert netted.deductible == 3000
    assert (netted.carry_short, netted.carry_long) == (0, 3000)


def test_a_short_loss_beyond_a_long_gain_and_the_limit_is_carried_as_short() -> None:
    netted = year(-10_000, 2000)

    assert (netted.carry_short, netted.carry_long) == (5000, 0)


def test_a_married_person_filing_separately_deducts_half() -> None:
    assert net_tax(Decimal(-5000), Decimal(0), RATES, limit=Decimal(1500)).carry_short == 3500


def three_pieces(short: Decimal, long: Decimal, carry_value: Decimal) -> Decimal:
    """The schedule that the rebalance solves: convex piecewise linear on each of three pieces of (S, L)."""
    at_short, at_long, at_other = (rate + RATES.state for rate in (RATES.short, RATES.long, RATES.ordinary))
    net = short + long
    beyond_limit = -LOSS_LIMIT * at_other + carry_value * (net + LOSS_LIMIT)
    if long >= 0 and net >= 0:
        return max(at_long * net, at_short * short + at_long * long)
    if long <= 0:
        return max(at_short * net, at_other * net, beyond_limit)
    return max(at_other * net, beyond_limit)


@given(AMOUNTS, AMOUNTS, LOSSES, LOSSES)
def test_the_three_piece_formula_is_this_tax(
    short: Decimal, long: Decimal, carry_short: Decimal, carry_long: Decimal
) -> None:
    netted = net_tax(short, long, RATES, carry_short=carry_short, carry_long=carry_long)
    value = Decimal("0.13")

    carried_on = value * (netted.carry_short + netted.carry_long)
    assert three_pieces(netted.net_short, netted.net_long, value) == netted.tax - carried_on


@given(AMOUNTS, AMOUNTS, LOSSES, LOSSES)
def test_no_dollar_is_lost_between_taxed_deducted_and_carried(
    short: Decimal, long: Decimal, carry_short: Decimal, carry_long: Decimal
) -> None:
    netted = net_tax(short, long, RATES, carry_short=carry_short, carry_long=carry_long)

    taxed = netted.taxed_short + netted.taxed_long
    assert taxed - netted.deductible - netted.carry_short - netted.carry_long == netted.net_short + netted.net_long
    assert min(netted.taxed_short, netted.taxed_long, netted.carry_short, netted.carry_long) >= 0


def test_gains_to_date_are_those_of_taxable_accounts_in_this_year() -> None:
    ledger = replay(
        [
            buy("old", "2020-01-02", 40, 400),
            sell("last-year", "2021-12-31", 10, 500),
            sell("long", "2022-02-01", 10, 250),
            buy("new", "2022-03-01", 10, 400, instrument="PEP"),
            sell("short", "2022-04-01", 10, 330, instrument="PEP"),
            opening("o", "2022-05-02", 10, instrument="GE"),
            sell("unknown", "2022-05-03", 10, 77, instrument="GE"),
            sell("later", "2022-12-29", 10, 900),
            buy("inside", "2022-01-03", 10, 10, account="ira"),
            sell("inside-sale", "2022-02-01", 10, 99, account="ira"),
        ]
    )

    gains = year_to_date(ledger.realised, taxable={"taxable"}, as_of=date(2022, 12, 28))

    assert gains == YearToDate(short=Decimal(-70), long=Decimal(150), unknown=Decimal(77))
