"""An answer takes as many queries for five rows as for one."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import services as people
from accounts.models import TaxYearFacts
from holdings.models import AccountElsewhere, Feed, HouseholdPrice, PriceFinding, PriceSource, Valuation
from holdings.services.reconcile import compare
from holdings.taxation import store
from optimizer.services import orders
from optimizer.services.decisions import decide
from tests import callers, factories
from tests.holdings.api.files import TRANSACTIONS, preview
from tests.holdings.statements import statement, states
from tests.optimizer import plans

pytestmark = pytest.mark.django_db
LISTS = ["goals", "activity", "accounts", "lots", "transactions", "gains", "valuations", "imports", "statements"]
LISTS += ["differences", "reports", "policies", "runs", "proposals", "orders", "feeds", "findings", "prices"]
LISTS += ["persons", "tax-years", "accounts-elsewhere", "reinvestment-tasks"]
TAXES = ["tax/years", "tax/years/2022", "tax/years/2022/slices", "tax/lots", "tax/replacements", "tax/state"]
MOST = 17  # of which the session, the caller's role and the rate take eleven


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def client(case) -> APIClient:
    return callers.by_session(case.alice)


def add(case: plans.Case) -> None:
    """One more of everything that the API lists."""
    day = dt.date(2022, 1, 3) + dt.timedelta(Valuation.objects.count())
    elsewhere = factories.account(case.house)
    states(statement(elsewhere), case.xom, "1")
    compare(account=elsewhere)
    person = people.add_person(household=case.house, user=case.alice, name=f"P{day}", relation="dependant")
    AccountElsewhere.objects.create(household=case.house, owner=person, name="529 plan", kind="529")
    TaxYearFacts.objects.create(household=case.house, year=1990 + case.house.tax_years.count(), other_income=Decimal(1))
    Valuation.objects.create(account=case.account, date=day, value=Decimal(1), cash=Decimal(0))
    source = PriceSource.objects.create(slug=f"source-{day}", name="Another source")
    Feed.objects.create(source=source, instrument=case.xom, symbol="xom.us")
    HouseholdPrice.objects.create(household=case.house, instrument=case.xom, date=day, close=Decimal(1))
    split = {"kind": "unadjusted_split", "detail": {"ratio": "4"}}
    PriceFinding.objects.create(instrument=case.xom, first=day, last=day, **split)
    factories.goal(case.house)
    preview(factories.account(case.house), case.alice, TRANSACTIONS)
    proposal = plans.proposal(case)
    sale, purchase = plans.sale_of(proposal).uuid, plans.purchase_of(proposal).uuid
    (order,) = decide(proposal=proposal, user=case.alice, approved=[sale], rejected={purchase: "no"})
    fill = {"date": plans.TRADE_DATE, "quantity": Decimal(1), "price": Decimal(100)}
    orders.record_fill(order=order, user=case.alice, key=uuid.uuid4(), **fill)
    orders.cancel(order=order, user=case.alice)
    plans.task(case, proposal)


def queries(client: APIClient, case: plans.Case, path: str) -> int:
    client.get(callers.url(case.house, path))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(callers.url(case.house, path)).status_code == 200
    return len(seen)


def test_no_list_asks_again_for_each_row(case, client) -> None:
    add(case)
    one = {path: queries(client, case, path) for path in LISTS}
    for _ in range(4):
        add(case)
    assert {path: queries(client, case, path) for path in LISTS} == one
    assert max(one.values()) <= MOST


def test_no_tax_figure_asks_again_for_each_sale_or_lot(case, client) -> None:
    wash_sale(case, dt.date(2022, 1, 3))
    one = {path: queries(client, case, path) for path in TAXES}
    for month in (3, 5, 7, 9):
        wash_sale(case, dt.date(2022, month, 3))
    assert len(client.get(callers.url(case.house, "tax/replacements")).json()["results"]) >= 5
    assert {path: queries(client, case, path) for path in TAXES} == one
    assert max(one.values()) <= MOST + 3  # the state compares everything that the tax rests on


def wash_sale(case: plans.Case, day: dt.date) -> None:
    factories.buy(case.account, case.ko, "2", "60", day)
    factories.sell(case.account, case.ko, "2", "50", day + dt.timedelta(2))
    factories.buy(case.account, case.ko, "1", "50", day + dt.timedelta(9))
    store.refresh(case.house)


def test_a_proposal_asks_as_often_for_five_trades_as_for_two(case, client) -> None:
    proposal = plans.proposal(case)
    before = queries(client, case, "proposals/1")
    first = plans.sale_of(proposal)
    for number in (3, 4, 5):
        first.pk, first.uuid, first.number = None, uuid.uuid4(), number
        first.save(force_insert=True)
    assert queries(client, case, "proposals/1") == before
    assert len(client.get(callers.url(case.house, "proposals/1")).json()["trades"]) == 5


def test_the_rows_of_an_import_come_at_once(case, client) -> None:
    interest = b'"12/02/2022","Bank Interest","","BANK INT","","","","$1.3%d"\n'
    few, many = (
        preview(case.account, case.alice, TRANSACTIONS + b"".join(interest % digit for digit in range(count)))
        for count in (1, 9)
    )
    assert queries(client, case, f"imports/{few.uuid}/rows") == queries(client, case, f"imports/{many.uuid}/rows")
