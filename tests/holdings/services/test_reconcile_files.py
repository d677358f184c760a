"""Broker files as they are read, held against the ledger that they were booked into."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from holdings.importers.registry import read
from holdings.models import BrokerageAccount, Instrument
from holdings.services.ledger import NewTransaction, book
from holdings.services.reconcile import compare
from tests import factories
from tests.holdings.importers.files import lots
from tests.holdings.statements import statement, states

pytestmark = pytest.mark.django_db

ROWS = ("03/14/2019|40|$45.93|$1837.20", "01/03/2022|25|$59.10|$1477.50")
FALSE_TOTAL = b'\n"Total","10","--","--","$713.90","--",'
ON = dt.date(2022, 12, 28)


@pytest.fixture
def ko() -> Instrument:
    return factories.instrument("KO")


@pytest.fixture
def account() -> BrokerageAccount:
    return factories.account(factories.household())


def opened(account: BrokerageAccount, ko: Instrument, content: bytes) -> None:
    """The file's lots, booked as its rows say."""
    drafts = [
        NewTransaction(
            "opening", ON, "import", instrument=ko, quantity=row.quantity, basis=row.basis, acquired=row.acquired
        )
        for row in read(content).rows
    ]
    book(account=account, drafts=drafts)


def stated(account: BrokerageAccount, ko: Instrument, content: bytes) -> None:
    parsed = read(content)
    made = statement(account, "lots", on=parsed.as_of or ON)
    for line in parsed.lots:
        states(made, ko, str(line.quantity), basis=line.basis, acquired=line.acquired)


def test_a_lot_file_whose_total_disagrees_is_compared_lot_by_lot(account, ko) -> None:
    content = lots(*ROWS) + FALSE_TOTAL
    opened(account, ko, content)
    stated(account, ko, content)
    assert compare(account=account) == []


def test_a_later_lot_file_tells_a_sale_that_the_ledger_lacks(account, ko) -> None:
    opened(account, ko, lots(*ROWS))
    stated(account, ko, lots("03/14/2019|30|$45.93|$1377.90", ROWS[1]))
    (row,) = compare(account=account)
    assert (row.kind, row.subject, row.stated, row.ledger) == ("lot", "lot of 14 Mar 2019", 30, 40)


def test_a_basis_two_cents_apart_is_a_difference_of_its_lot(account, ko) -> None:
    opened(account, ko, lots(*ROWS))
    stated(account, ko, lots("03/14/2019|40|$45.93|$1837.22", ROWS[1]))
    (row,) = compare(account=account)
    assert (row.kind, row.stated, row.ledger) == ("basis", Decimal("1837.22"), Decimal("1837.2"))
