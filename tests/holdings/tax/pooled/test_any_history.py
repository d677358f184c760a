"""Histories of every kind of transaction, faulty ones too: each is computed, and what cannot be is named."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from holdings.ledger.exact import exact
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, ProblemCode
from holdings.tax.ca import CANADA
from holdings.tax.history import History, Shelter, TaxAccount
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.uk import UK
from tests.holdings.ledger.random_histories import histories

ACCOUNTS = {
    "taxable": TaxAccount("taxable", "ann"),
    "ira": TaxAccount("ira", "ann", shelter=Shelter.TRADITIONAL_IRA),
}
BOTH_TAXED = ACCOUNTS | {"ira": TaxAccount("ira", "ann")}
COUNTRIES = pytest.mark.parametrize("rules", [UK, CANADA], ids=["UK", "Canada"])


def told(entries: list[Entry], rules: Jurisdiction, accounts: dict[str, TaxAccount] = ACCOUNTS) -> History:
    return History(tuple(entries), replay(entries), accounts, {}, date(2027, 12, 31), rules.currency)


@COUNTRIES
@settings(max_examples=150, deadline=None)
@given(entries=histories())
def test_no_history_is_too_strange(rules: Jurisdiction, entries: list[Entry]) -> None:
    found = rules.match(told(entries, rules))

    assert all(pool.quantity > 0 for pool in found.pools)
    assert all(each.quantity >= 0 for each in found.slices)
    assert {each.account for each in found.slices} <= {"taxable"}


@COUNTRIES
@settings(max_examples=50, deadline=None)
@given(entries=histories())
def test_the_order_of_the_input_does_not_matter(rules: Jurisdiction, entries: list[Entry]) -> None:
    shuffled = list(entries)
    random.Random(len(entries)).shuffle(shuffled)  # noqa: S311

    assert rules.match(told(shuffled, rules)) == rules.match(told(entries, rules))


@COUNTRIES
@settings(max_examples=100, deadline=None)
@given(entries=histories())
def test_every_sale_is_in_slices_or_is_named(rules: Jurisdiction, entries: list[Entry]) -> None:
    found = rules.match(told(entries, rules))
    named = {each.entry for each in found.left_out}

    for sale in (e for e in entries if e.kind is Kind.SELL and e.account == "taxable" and e.id not in named):
        parts = [each for each in found.slices if each.sale == sale.id]
        with_all = sum((each.proceeds for each in parts), Decimal(0))
        assert exact.subtract(with_all, sale.cash * (sale.rate or 0)).quantize(Decimal("1e-9")) == 0


@COUNTRIES
@settings(max_examples=100, deadline=None)
@given(entries=histories())
def test_where_nothing_is_oversold_the_pools_hold_what_the_accounts_hold(
    rules: Jurisdiction, entries: list[Entry]
) -> None:
    """Of two accounts, whatever splits each of them books."""
    plain = {Kind.BUY, Kind.REINVEST, Kind.SELL, Kind.SPLIT, Kind.SPIN_OFF, Kind.RETURN_OF_CAPITAL, Kind.CASH_IN_LIEU}
    kept = [replace(entry, basis=None) for entry in entries if entry.kind in plain]
    history = told(kept, rules, BOTH_TAXED)
    if any(problem.code is ProblemCode.OVERSOLD for problem in history.ledger.problems):
        return
    pools = {pool.instrument: pool.quantity for pool in rules.match(history).pools}

    for instrument in {lot.instrument for lot in history.ledger.lots}:
        held = sum((lot.quantity for lot in history.ledger.lots if lot.instrument == instrument), Decimal(0))
        assert abs(exact.subtract(pools.get(instrument, Decimal(0)), held)) < Decimal("1e-12") * (1 + held)
