import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts.models import Household
from holdings.services.ledger import BookingRefused
from optimizer.models import Fill, Order
from optimizer.services import orders
from optimizer.services.decisions import decide
from tests import factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def sale(case) -> Order:
    return approved(case)[0]


def approved(case: plans.Case) -> list[Order]:
    proposal = plans.proposal(case)
    trades = [trade.uuid for trade in proposal.trades.all()]
    return decide(proposal=proposal, user=case.alice, approved=trades, rejected={})


def fill(order: Order, quantity: str, price: str = "100", key: uuid.UUID | None = None, fees: str = "0") -> Fill:
    return orders.record_fill(
        order=order,
        user=factories.user(),
        key=key or uuid.uuid4(),
        date=plans.TRADE_DATE,
        quantity=Decimal(quantity),
        price=Decimal(price),
        fees=Decimal(fees),
    )


def test_a_fill_sells_from_the_lot_that_was_approved(case, sale) -> None:
    fill(sale, "40")
    assert case.account.lots.get(key=case.lot).quantity == 60
    assert case.account.realised_gains.get().gain == 800


def test_a_fill_at_another_price_books_what_was_traded(case, sale) -> None:
    fill(sale, "40", "99.5", fees="1")
    assert case.account.realised_gains.get().proceeds == Decimal(3979)


def test_a_partial_fill_leaves_the_order_open_for_the_rest(sale) -> None:
    fill(sale, "15")
    sale.refresh_from_db()
    assert (sale.status, sale.filled, sale.is_open) == ("partial", 15, True)


def test_the_last_share_closes_the_order(sale) -> None:
    fill(sale, "15")
    fill(sale, "25")
    sale.refresh_from_db()
    assert (sale.status, sale.is_open) == ("filled", False)


def test_fills_of_an_order_are_one_acquisition_or_sale_for_tax(sale) -> None:
    names = [fill(sale, shares).transaction.order for shares in ("10", "15")]
    assert names == [str(sale.uuid)] * 2


def test_the_same_key_records_once(case, sale) -> None:
    key = uuid.uuid4()
    assert fill(sale, "15", key=key) == fill(sale, "15", key=key)
    assert case.account.lots.get(key=case.lot).quantity == 85


def test_more_shares_than_are_left_are_refused(sale) -> None:
    with pytest.raises(orders.FillRefused, match="40 shares left"):
        fill(sale, "41")


@pytest.mark.parametrize("day", [dt.date(2022, 12, 27), dt.date(2022, 12, 30)])
def test_a_fill_is_of_the_days_between_proposal_and_today(day: dt.date, sale) -> None:
    with pytest.raises(orders.FillRefused, match="lies between 28 Dec 2022 and 29 Dec 2022"):
        orders.record_fill(order=sale, user=None, key=uuid.uuid4(), date=day, quantity=Decimal(1), price=Decimal(100))


def test_a_fill_beyond_what_can_be_recorded_is_refused(sale) -> None:
    with pytest.raises(orders.FillRefused, match="too many digits"):
        fill(sale, "1", "1" + "0" * 18)


def test_a_lot_that_is_gone_leaves_the_order_as_it_was(case, sale) -> None:
    factories.sell(case.account, case.xom, "80", "100", dt.date(2022, 12, 27))
    with pytest.raises(BookingRefused):
        fill(sale, "40")
    sale.refresh_from_db()
    assert (sale.status, sale.filled) == ("approved", 0)
    assert not Fill.objects.exists()


def test_a_paper_household_fills_all_at_the_price_less_the_spread(case) -> None:
    approved(case)
    assert orders.fill_paper(household=case.house, user=case.alice) == 2
    assert Fill.objects.get(order__side="sell").price == Decimal("99.95")
    assert Fill.objects.get(order__side="buy").price == Decimal("50.025")


def test_a_paper_fill_pays_the_fee_of_the_proposal_beside_the_price(case) -> None:
    proposal = plans.proposal(case)
    sale = proposal.trades.get(side="sell")
    proposal.trades.filter(pk=sale.pk).update(cost=sale.cost + 5, fee=Decimal(5))
    decide(proposal=proposal, user=case.alice, approved=[sale.uuid], rejected={})
    orders.fill_paper(household=case.house, user=case.alice)
    filled = Fill.objects.get()
    assert (filled.price, filled.transaction.fees) == (Decimal("99.95"), 5)


def test_cash_after_paper_fills_is_the_proposals_to_the_cent(case) -> None:
    approved(case)
    orders.fill_paper(household=case.house, user=case.alice)
    assert case.account.cash_balances.get().amount == Decimal("500") + 4000 - 2 - 3000 - Decimal("1.5")


def test_filling_on_paper_twice_books_once(case) -> None:
    approved(case)
    orders.fill_paper(household=case.house, user=case.alice)
    assert orders.fill_paper(household=case.house, user=case.alice) == 0
    assert Fill.objects.count() == 2


def test_a_paper_fill_that_fails_fills_nothing(case) -> None:
    approved(case)
    factories.sell(case.account, case.xom, "80", "100", dt.date(2022, 12, 27))
    with pytest.raises(BookingRefused):
        orders.fill_paper(household=case.house, user=case.alice)
    assert not Fill.objects.exists()


def test_a_real_household_records_what_the_broker_reports(case) -> None:
    approved(case)
    Household.objects.filter(pk=case.house.pk).update(kind="real")
    with pytest.raises(orders.FillRefused, match="Only a paper household"):
        orders.fill_paper(household=Household.objects.get(pk=case.house.pk), user=case.alice)


def test_cancelling_frees_the_lot_and_keeps_what_was_filled(case, sale) -> None:
    fill(sale, "15")
    orders.cancel(order=sale, user=case.alice)
    sale.refresh_from_db()
    assert (sale.status, sale.filled) == ("cancelled", 15)


def test_a_closed_order_cannot_be_cancelled(case, sale) -> None:
    fill(sale, "40")
    with pytest.raises(orders.FillRefused, match="closed already"):
        orders.cancel(order=sale, user=case.alice)


def test_orders_can_be_marked_as_placed(case, sale) -> None:
    assert orders.mark_placed(household=case.house, user=case.alice, orders=[sale.uuid]) == 1
    assert orders.mark_placed(household=case.house, user=case.alice, orders=[sale.uuid]) == 0
