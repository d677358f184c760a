"""What was decided before binds the next run."""

import pytest

from optimizer.services.decisions import decide
from tests import factories
from tests.optimizer import markets
from tests.optimizer.inputs.readings import proposed, purchase, read, sale

pytestmark = pytest.mark.django_db


def test_what_was_rejected_in_any_ancestor_is_forbidden(market) -> None:
    first = proposed(market, sale(market))
    second = proposed(market, purchase(market), parent=first)
    for each in (first, second):
        rejected = {trade.uuid: "no" for trade in each.trades.all()}
        decide(proposal=each, user=market.alice, approved=[], rejected=rejected)
    forbidden = read(market, parent=str(second.uuid)).locks.forbidden
    assert {(f.account, f.side) for f in forbidden} == {
        (str(market.taxable.uuid), "sell"),
        (str(market.ira.uuid), "buy"),
    }


def test_without_a_parent_nothing_is_forbidden(market) -> None:
    proposal = proposed(market, sale(market))
    decide(proposal=proposal, user=market.alice, approved=[], rejected={proposal.trades.get().uuid: "no"})
    assert read(market).locks.forbidden == ()


def test_what_was_marked_approved_is_fixed_lot_and_quantity(market) -> None:
    proposal = proposed(market, sale(market), purchase(market))
    chosen = proposal.trades.get(side="sell")
    (fixed,) = read(market, parent=str(proposal.uuid), approved=[str(chosen.uuid)]).locks.fixed
    assert (fixed.side, fixed.lot, fixed.quantity) == ("sell", market.lot, 100)


def test_the_parent_of_another_household_is_none(market) -> None:
    other = markets.market(factories.user("charlie"))
    foreign = proposed(other, sale(other))
    decide(proposal=foreign, user=other.alice, approved=[], rejected={foreign.trades.get().uuid: "no"})
    locks = read(market, parent=str(foreign.uuid), approved=[str(foreign.trades.get().uuid)]).locks
    assert (locks.forbidden, locks.fixed) == ((), ())
