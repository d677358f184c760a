"""Plans judged by the exact tax of a whole year: known answers by country."""

from dataclasses import replace
from decimal import Decimal

import pytest

from holdings.tax.outcome import Income
from holdings.tax.registry import JURISDICTIONS
from optimizer.engine.plan import plan
from optimizer.engine.rebalance.book import make_book
from optimizer.engine.rebalance.judge import judge
from optimizer.engine.rebalance.orders import Pick
from optimizer.engine.types import Snapshot, TaxInput
from tests.optimizer.engine.households import NEW, OLD, RATES, account, asset, household, lot, panel, policy
from tests.optimizer.engine.rebalance.years import tax_input, year_input


def year(country: str, wages: int, **facts: Decimal) -> TaxInput:
    """2025, nothing but wages."""
    made, rules = year_input(country, 0), JURISDICTIONS[country]
    told = replace(made.facts, **{"other_income": Decimal(wages), "deductions": None, "status": "single", **facts})
    shape = rules.shape(Income(), told, made.year, {})
    return tax_input(replace(made, facts=told, income=Income(), carried={}, shape=shape))


def sold(tax: TaxInput, *gains: tuple[str, object]) -> tuple[Decimal, list[Decimal]]:
    """The tax of selling lots whole, each of 100 shares at 1,000, and the shares of it; gains by lot with their day."""
    lots = [lot(str(n), "a", "100", str(100_000 - int(gain)), day) for n, (gain, day) in enumerate(gains)]
    book = make_book(household([asset("a", "1000")], lots, {"a": "1"}, tax=tax))
    judged = judge(book, [Pick("main", "a", each.key, Decimal(100)) for each in lots])
    assert sum(trade.tax for trade in judged.trades) == judged.tax
    return judged.tax, [trade.tax for trade in judged.trades]


def test_long_gains_are_free_to_the_edge_and_taxed_beyond():
    """45,000 of taxable wages, free to 48,350: 16,650 of 20,000 at 15 %."""
    tax, _ = sold(year("US", 60_000, deductions=Decimal(15_000), state_rate=Decimal(0)), ("20000", OLD))
    assert tax == Decimal("2497.50")


def test_short_gains_fill_brackets_and_meet_the_investment_tax():
    """185,000 of taxable wages: 24 % to 197,300, 32 % beyond, and 3.8 % of all over 200,000 before deductions."""
    tax, _ = sold(year("US", 200_000, deductions=Decimal(15_000), state_rate=Decimal(0)), ("20000", NEW))
    assert tax == 12_300 * Decimal("0.24") + 7_700 * Decimal("0.32") + 20_000 * Decimal("0.038")


def test_each_trade_has_the_rate_of_its_term():
    rates = year("US", 100_000, deductions=Decimal(15_000), state_rate=Decimal(0))
    _, shares = sold(rates, ("10000", OLD), ("1000", NEW))
    assert shares == [Decimal("1500.00"), Decimal("220.00")]


def test_a_british_gain_is_free_to_the_exempt_amount_then_by_band():
    """50,270 less 45,000 leaves 5,270 of the band: 3,000 free, 5,270 at 18 %, 11,730 at 24 %."""
    tax, _ = sold(year("GB", 45_000), ("20000", OLD))
    assert tax == 5_270 * Decimal("0.18") + 11_730 * Decimal("0.24")


def test_half_of_a_canadian_gain_is_income():
    """At 57,375 of wages the first 20.5 % bracket begins; half of 20,000 lies in it, with 5 % of the province."""
    tax, _ = sold(year("CA", 60_000, state_rate=Decimal("0.05")), ("20000", OLD))
    assert tax == 10_000 * (Decimal("0.205") + Decimal("0.05"))


def harvest(tax: TaxInput) -> Snapshot:
    """On its target, with a gain of 50,000 in 100,000."""
    lots = [lot("1", "a", "1000", "50000")]
    return household([asset("a")], lots, policy({"a": "1"}), [account(cash="100")], tax=tax)


def test_gains_of_a_free_bracket_are_realised_and_bought_back():
    """30,000 of wages less 15,000 leave 33,350 of the free bracket."""
    snapshot = harvest(year("US", 30_000, deductions=Decimal(15_000), state_rate=Decimal(0)))
    made = plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)
    (gain,) = (trade.gain for trade in made.trades if trade.side == "sell")
    assert made.after.tax == 0
    assert 33_000 < gain <= 33_350
    assert {trade.side for trade in made.trades} == {"sell", "buy"}


def test_where_buying_back_undoes_a_gain_none_is_realised_for_it():
    snapshot = harvest(year("GB", 30_000))
    assert plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None).trades == ()


@pytest.mark.parametrize(("wages", "worth", "later"), [(0, 0.0, 0.0), (20_000, 0.10, 0.09), (90_000, 0.13, 0.09)])
def test_a_carried_loss_is_worth_what_a_deducted_one_saves_and_at_least_the_later_tax(wages, worth, later):
    """Defaults of 0.13 and 0.09; 20,000 of wages less 15,000 are taxed at 10 %."""
    book = make_book(harvest(year("US", wages, deductions=Decimal(15_000), state_rate=Decimal(0))))
    assert (book.rates.carry, book.deferral) == (worth, later)


@pytest.mark.parametrize(
    ("tax", "said"),
    [
        (year("GB", 30_000), "Tax is that of 2025-26 by its whole schedule"),
        (year("US", 30_000, short_rate=Decimal("0.3"), long_rate=Decimal("0.2")), "Tax uses the rates you entered"),
        (RATES, "Tax uses the rates that are entered, one a term"),
    ],
)
def test_a_note_says_how_the_tax_is_counted(tax, said):
    snapshot = harvest(tax)
    made = plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)
    assert len([note for note in made.notes if note.startswith(said)]) == 1


@pytest.mark.parametrize("country", ["GB", "CA"])
def test_where_gains_are_in_one_pot_the_time_held_counts_for_nothing(country):
    new, old = (sold(year(country, 60_000), ("20000", day))[0] for day in (NEW, OLD))
    assert new == old > 0
