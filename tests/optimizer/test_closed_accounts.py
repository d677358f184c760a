"""Accounts whose ledger differs from the broker's statement: nothing is traded there until that is settled."""

from __future__ import annotations

from decimal import Decimal

import pytest

from holdings.models import Difference, FlaggedPosition
from holdings.services.reconcile import accept, compare
from optimizer import inputs, tasks
from optimizer.engine.plan import plan
from optimizer.engine.types import Plan, Snapshot
from optimizer.services.expiry import stale_reason
from tests import factories
from tests.holdings.statements import statement, states
from tests.optimizer import markets, plans
from tests.optimizer.engine.households import account, asset, household, lot, panel
from tests.optimizer.markets import Market
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return markets.market()


def differs(where, what, shares: str = "501") -> Difference:
    states(statement(where), what, shares)
    return compare(account=where)[0]


def read(market: Market) -> Snapshot:
    return inputs.read(markets.asked(market))[0]


def closed(snapshot: Snapshot) -> dict[str, str]:
    return {row.name: row.closed for row in snapshot.accounts if row.closed}


def make(snapshot: Snapshot) -> Plan:
    return plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)


def test_an_open_difference_closes_its_account_and_says_why(market) -> None:
    differs(market.taxable, market.instruments["XOM"])
    assert closed(read(market)) == {
        "taxable": "1 figure of its ledger differs from the broker's positions of 27 Dec 2022."
    }


def test_an_accepted_difference_closes_nothing(market) -> None:
    row = differs(market.taxable, market.instruments["XOM"])
    accept(difference=row, user=market.alice, reason="a transfer under way")
    assert closed(read(market)) == {}


def test_a_gain_that_differs_closes_nothing(market) -> None:
    row = differs(market.taxable, market.instruments["XOM"])
    Difference.objects.filter(pk=row.pk).update(kind=Difference.Kind.GAIN)
    assert closed(read(market)) == {}


def test_when_every_account_differs_there_is_no_plan_and_the_remedy_is_named(market) -> None:
    factories.buy(market.ira, market.instruments["KO"], "10", "60", factories.AS_OF)
    differs(market.taxable, market.instruments["XOM"])
    differs(market.ira, market.instruments["KO"])
    with pytest.raises(inputs.CannotPropose, match=r"taxable \(1 difference\), traditional_ira \(1 difference\)"):
        read(market)


def test_proceeds_of_a_short_sale_are_not_spent(market) -> None:
    xom = market.instruments["XOM"]
    FlaggedPosition.objects.create(account=market.taxable, instrument=xom, quantity=-5, cash=Decimal(700))
    (row,) = (row for row in read(market).accounts if row.name == "taxable")
    assert row.reserved_cash == 700


def test_a_closed_account_is_neither_sold_nor_bought_in() -> None:
    places = [account("main", "5000", closed="2 figures differ."), account("other", "5000", "roth_ira")]
    lots = [lot("1", "a", "100", "5000"), lot("2", "a", "100", "5000", account="other")]
    made = make(household([asset("a"), asset("b")], lots, {"a": "0.5", "b": "0.5"}, places))
    assert {trade.account for trade in made.trades} == {"other"}
    assert made.held[0] == "Held: nothing is traded in Main. 2 figures differ."


def test_a_proposal_expires_when_a_traded_account_starts_to_differ() -> None:
    case = plans.case()
    proposal = plans.proposal(case)
    differs(case.account, case.xom, "101")
    assert stale_reason(proposal) == "The ledger of taxable differs from what its broker states."


def test_the_page_of_a_proposal_names_the_account_with_a_link() -> None:
    case = plans.case()
    proposal = plans.proposal(case)
    row = {"account": str(case.account.uuid), "name": "taxable", "why": "1 figure differs."}
    proposal.evidence["closed"] = [row]
    proposal.save(update_fields=["evidence"])
    shown = visitor(case.alice).get(address(case.house, "proposal", number=1)).content.decode()
    assert "Nothing is traded in taxable." in shown
    assert f'<a href="{address(case.house, "account", account=case.account.uuid)}">Settle or accept</a>' in shown


def test_the_overview_says_what_differs_and_links_to_it() -> None:
    case = plans.case()
    differs(case.account, case.xom, "101")
    shown = visitor(case.alice).get(address(case.house, "overview")).content.decode()
    assert "taxable differs from its broker in 1 figure." in shown


def test_a_run_that_found_every_account_closed_links_to_them(market) -> None:
    factories.buy(market.ira, market.instruments["KO"], "10", "60", factories.AS_OF)
    differs(market.taxable, market.instruments["XOM"])
    differs(market.ira, market.instruments["KO"])
    run = markets.asked(market)
    tasks.run(run.pk)
    shown = visitor(market.alice).get(address(market.house, "run", run=run.uuid)).content.decode()
    assert "The ledger of every account differs from what its broker states" in shown
    assert ">Open traditional_ira</a>" in shown
