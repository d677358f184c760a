"""The tax of selling everything on the last day, by the rules and brackets of its year."""

from decimal import Decimal

from holdings.ledger.types import Entry, Kind
from holdings.tax.chain import outcome
from holdings.tax.facts import TaxFacts
from holdings.tax.flows import Engine
from holdings.tax.liquidation import Liquidation, liquidation, sold_out
from holdings.tax.us.rules import UNITED_STATES
from tests.holdings.ledger.histories import buy, entry, sell
from tests.holdings.tax.us.households import household


def liquidated(*entries: Entry, price: int, income: int = 80_000, as_of: str = "2025-12-31") -> Liquidation:
    history = household(entries, as_of=as_of)
    years = outcome(UNITED_STATES, history, lambda year: TaxFacts("US", year.label, other_income=Decimal(income))).years
    prices = {"KO": Decimal(price), "PEP": Decimal(price)}
    return liquidation(Engine(UNITED_STATES, history, years[-1]), sold_out(UNITED_STATES, history, prices))


LONG_HELD = buy("b", "2024-01-02", 100, 10_000)


def test_long_held_gains_are_taxed_as_such_and_short_ones_as_income() -> None:
    found = liquidated(LONG_HELD, buy("c", "2025-06-02", 100, 10_000, account="other", instrument="PEP"), price=120)

    assert found.tax == {"taxable": 300, "other": 440}  # 2,000 x 15 %, 2,000 x 22 %


def test_it_climbs_the_brackets_that_one_flat_rate_would_miss() -> None:
    found = liquidated(LONG_HELD, price=700, income=10_000)

    # 10,000 and the gain of 60,000 less the deduction of 15,750: 5,900 lie above 48,350, where 0 % ends
    assert found.tax == {"taxable": 885}


def test_losses_save_what_the_year_lets_them() -> None:
    assert liquidated(LONG_HELD, price=10).tax == {"taxable": -660}


def test_a_realised_loss_of_the_year_comes_off_first() -> None:
    found = liquidated(LONG_HELD, sell("s", "2025-03-03", 20, 1_000), price=120)

    # net long 1,600 - 1,000 at 15 %, and the 220 that the loss saved are gone
    assert found.tax == {"taxable": 600 * Decimal("0.15") + 220}


def test_what_an_ira_holds_is_not_sold() -> None:
    assert liquidated(buy("b", "2024-01-02", 10, 1_000, account="ira"), price=500) == Liquidation()


def test_what_was_bought_on_the_last_day_is_sold_after_it() -> None:
    assert liquidated(buy("b", "2025-12-31", 10, 1_000), price=200).tax == {"taxable": 220}


def test_shares_of_unknown_cost_are_named() -> None:
    found = liquidated(entry("o", Kind.OPENING, "2024-01-02", 10), price=200)

    assert found.unknown == {"KO"}
