"""What not to buy, by losses made and losses under way."""

from __future__ import annotations

import datetime as dt

import pytest

from holdings.models import Classification
from holdings.taxation import store
from optimizer import selectors
from optimizer.models import Order, Trade
from optimizer.pages.blocked import Blocked, blocked
from optimizer.services import decisions
from tests import factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def rows(case: plans.Case) -> list[Blocked]:
    """With the tax as a worker leaves it."""
    store.refresh(case.house)
    return blocked(case.house, selectors.open_orders(case.house))


def order_to_sell(case: plans.Case, gain: int) -> Order:
    proposal = plans.proposal(case)
    Trade.objects.filter(side="sell").update(gain=gain)
    sale = plans.sale_of(proposal)
    return decisions.decide(proposal=proposal, user=case.alice, approved=[sale.uuid], rejected={})[0]


def test_nothing_is_blocked_without_a_loss(case) -> None:
    factories.sell(case.account, case.xom, "10", "90", dt.date(2022, 12, 20))
    assert rows(case) == []


def test_a_loss_blocks_for_thirty_days_after_the_sale(case) -> None:
    factories.sell(case.account, case.xom, "10", "70", dt.date(2022, 12, 20))
    row = rows(case)[0]
    assert (row.symbols, row.free_from) == ("XOM", dt.date(2023, 1, 20))
    assert row.why == ["10 shares sold at a loss on 20 Dec 2022."]


def test_a_loss_older_than_the_window_blocks_nothing(case) -> None:
    factories.sell(case.account, case.xom, "10", "70", dt.date(2022, 11, 27))
    assert rows(case) == []


def test_sales_of_one_day_are_one_line(case) -> None:
    for shares in ("10", "5"):
        factories.sell(case.account, case.xom, shares, "70", dt.date(2022, 12, 20))
    assert rows(case)[0].why == ["15 shares sold at a loss on 20 Dec 2022."]


def test_a_loss_in_a_retirement_account_blocks_nothing(case) -> None:
    ira = factories.account(case.house, "roth_ira")
    factories.deposit(ira, "1000")
    factories.buy(ira, case.ko, "10", "60", dt.date(2022, 1, 3))
    factories.sell(ira, case.ko, "10", "50", dt.date(2022, 12, 20))
    assert rows(case) == []


def test_every_member_of_the_identity_group_is_named(case) -> None:
    Classification.objects.update(identity_group="twins")
    factories.sell(case.account, case.xom, "10", "70", dt.date(2022, 12, 20))
    assert rows(case)[0].symbols == "KO, XOM"


def test_an_open_sale_at_a_loss_blocks_from_its_trade_date(case) -> None:
    order_to_sell(case, -300)
    row = rows(case)[0]
    assert (row.symbols, row.free_from) == ("XOM", dt.date(2023, 1, 29))
    assert row.why == ["Order 1 would sell at a loss; the date counts from a sale on 29 Dec 2022."]


def test_an_open_sale_at_a_gain_blocks_nothing(case) -> None:
    order_to_sell(case, 300)
    assert rows(case) == []


def test_a_loss_booked_for_the_next_session_counts(case) -> None:
    factories.sell(case.account, case.xom, "10", "70", plans.TRADE_DATE)
    assert rows(case)[0].free_from == dt.date(2023, 1, 29)


def test_what_was_bought_again_forbids_nothing_more(case) -> None:
    factories.sell(case.account, case.xom, "10", "70", dt.date(2022, 12, 15))
    factories.buy(case.account, case.xom, "10", "70", dt.date(2022, 12, 20))
    assert rows(case) == []


def test_a_loss_that_no_worker_has_seen_yet_blocks_at_once(case) -> None:
    assert rows(case) == []
    factories.sell(case.account, case.xom, "10", "70", dt.date(2022, 12, 20))
    (row,) = blocked(case.house, ())
    assert (row.symbols, row.free_from) == ("XOM", dt.date(2023, 1, 20))
