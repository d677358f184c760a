"""What the protocol promises of every country whose rules are known, on small histories that say nothing special."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from holdings.ledger.types import Entry, Kind
from holdings.tax.facts import TaxFacts
from holdings.tax.history import History, TaxInstrument
from holdings.tax.jurisdiction import Jurisdiction, UnknownYear, UnsupportedHistory
from holdings.tax.outcome import Assessment, Income, Slice
from holdings.tax.registry import JURISDICTIONS
from tests.holdings.ledger.histories import buy, entry, received, sell, sent, split
from tests.holdings.tax.pooled.households import household

DAY = date(2024, 7, 1)
BOUGHT = [buy("b1", "2020-01-06", 100, 1000), buy("b2", "2021-01-06", 100, 3000)]
HISTORIES = {
    "one sale": [*BOUGHT, sell("s", "2024-07-01", 150, 4500)],
    "a gain and a loss": [*BOUGHT, sell("s", "2024-07-01", 100, 4500), sell("t", "2024-09-02", 100, 100)],
    "a split": [*BOUGHT, split("x", "2022-01-03", 200), sell("s", "2024-07-01", 300, 4500)],
    "a transfer": [
        *BOUGHT,
        sent("t", "2022-01-03", 100),
        received("u", "2022-01-03", 100, "t"),
        sell("s", "2024-07-01", 50, 4500, account="other"),
    ],
    "nothing but dividends": [*BOUGHT, entry("d", Kind.DIVIDEND, "2024-07-01", cash=500)],
    "more sold than held": [*BOUGHT, sell("s", "2024-07-01", 250, 4500)],
}
pytestmark = pytest.mark.parametrize("rules", JURISDICTIONS.values(), ids=JURISDICTIONS)
each_history = pytest.mark.parametrize("entries", HISTORIES.values(), ids=HISTORIES)


def history(rules: Jurisdiction, entries: list[Entry]) -> History:
    found = household(*entries, currency=rules.currency, as_of="2025-12-31")
    return replace(found, instruments={"KO": TaxInstrument("KO", "KO", "KO")})


def assessed(rules: Jurisdiction, slices: tuple[Slice, ...], income: Income | None = None) -> Assessment:
    year = rules.tax_year(DAY)
    facts = TaxFacts(rules.country, year.label, other_income=Decimal(60_000))
    return rules.assess([each for each in slices if each.sold in year], income or Income(), facts, year, {})


def test_it_says_what_it_is(rules: Jurisdiction) -> None:
    assert JURISDICTIONS[rules.country] is rules
    assert len(rules.loss_pots) == 2
    assert all(sentence.endswith(".") for sentence in (*rules.not_covered, *rules.unsure))
    assert rules.not_covered
    assert rules.unsure


def test_tax_years_cover_every_day_once(rules: Jurisdiction) -> None:
    day = date(2021, 12, 31)
    while day < date(2027, 1, 1):
        year, next_year = rules.tax_year(day), rules.tax_year(rules.tax_year(day).last + timedelta(days=1))
        assert day in year
        assert rules.tax_year(year.first) == rules.tax_year(year.last) == year
        assert next_year.first == year.last + timedelta(days=1)
        day += timedelta(days=1)


def test_a_history_in_another_currency_is_refused(rules: Jurisdiction) -> None:
    with pytest.raises(UnsupportedHistory):
        rules.match(household(*BOUGHT, currency="JPY"))


@each_history
def test_slices_and_what_is_left_out_add_up_to_what_was_sold(rules: Jurisdiction, entries: list[Entry]) -> None:
    found = rules.match(history(rules, entries))

    for sale in (each for each in entries if each.kind is Kind.SELL):
        parts = [each for each in found.slices if each.sale == sale.id]
        apart = [each for each in found.left_out if each.entry == sale.id]
        assert sum(each.proceeds for each in (*parts, *apart)) == sale.cash
        assert apart or sum(each.quantity for each in parts) == -sale.quantity


@each_history
def test_lots_or_pools_are_what_the_accounts_hold(rules: Jurisdiction, entries: list[Entry]) -> None:
    given = history(rules, entries)
    found = rules.match(given)

    held = sum(lot.quantity for lot in given.ledger.lots)
    assert sum(each.quantity for each in (*found.lots, *found.pools)) == held


@each_history
def test_the_order_of_the_input_does_not_matter(rules: Jurisdiction, entries: list[Entry]) -> None:
    found = rules.match(history(rules, entries))

    for shuffled in permutations(entries):
        assert rules.match(history(rules, list(shuffled))) == found


@each_history
def test_the_same_input_gives_the_same_output(rules: Jurisdiction, entries: list[Entry]) -> None:
    slices = rules.match(history(rules, entries)).slices

    assert assessed(rules, slices) == assessed(rules, slices)


def test_nothing_is_no_tax_on_gains(rules: Jurisdiction) -> None:
    found = assessed(rules, (), Income(dividends=Decimal(9000), qualified=Decimal(9000), interest=Decimal(500)))

    assert found.tax_on_gains == 0
    assert not any(found.carried.values())
    assert found.currency == rules.currency


@each_history
def test_marginal_rates_are_from_nothing_to_less_than_all(rules: Jurisdiction, entries: list[Entry]) -> None:
    found = assessed(rules, rules.match(history(rules, entries)).slices)

    assert set(found.marginal) == set(found.net) == set(found.carried)
    assert all(0 <= rate < 1 for rate in found.marginal.values())


@each_history
def test_more_gain_is_never_less_tax(rules: Jurisdiction, entries: list[Entry]) -> None:
    slices = rules.match(history(rules, entries)).slices
    more = rules.match(
        history(rules, [*entries, buy("c", "2020-01-06", 1, 1), sell("v", "2024-07-02", 1, 9000)])
    ).slices

    assert assessed(rules, more).tax >= assessed(rules, slices).tax


def test_a_year_without_figures_is_named(rules: Jurisdiction) -> None:
    year = rules.tax_year(date(1999, 7, 1))

    with pytest.raises(UnknownYear, match="1999"):
        rules.assess((), Income(), TaxFacts(rules.country, year.label), year, {})


@each_history
def test_each_row_of_the_form_has_a_cell_for_each_heading(rules: Jurisdiction, entries: list[Entry]) -> None:
    given = history(rules, entries)
    heading, rows = rules.report(rules.match(given).slices, given.instruments)

    assert all(len(row) == len(heading) for row in rows)
