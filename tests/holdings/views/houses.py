"""A household to look at: two accounts, four lots, one of them near a year old, one without basis or date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from holdings.models import BrokerageAccount, Instrument, TradingSession
from holdings.services.ledger import NewTransaction, book
from tests import factories


@dataclass
class Hale:
    house: Household
    taxable: BrokerageAccount
    ira: BrokerageAccount
    pg: Instrument
    cvx: Instrument


def hale() -> Hale:
    house = factories.household()
    taxable = factories.account(house, "taxable", "Main")
    ira = factories.account(house, "traditional_ira", "Retirement")
    pg = factories.instrument("PG", "149.13", sector="staples", house=house)
    cvx = factories.instrument("CVX", "173.73", sector="energy", house=house)
    TradingSession.objects.bulk_create(
        TradingSession(calendar="XNYS", date=dt.date(2022, 12, day)) for day in (27, 28, 29, 30)
    )
    factories.deposit(taxable, "60000", dt.date(2016, 1, 4))
    factories.deposit(ira, "20000.40", dt.date(2016, 1, 4))
    factories.buy(taxable, pg, "225", "68.90", dt.date(2016, 11, 10))
    factories.buy(taxable, pg, "75", "155.97", dt.date(2022, 1, 20))
    factories.buy(ira, pg, "150", "89.59", dt.date(2020, 3, 23))
    factories.buy(taxable, cvx, "100", "75.38", dt.date(2020, 3, 23))
    return Hale(house, taxable, ira, pg, cvx)


def unknown_lot(into: BrokerageAccount, symbol: str = "OLD", close: str | None = "10") -> Instrument:
    """A lot that a file opened with neither basis nor date."""
    what = factories.instrument(symbol, close)
    opening = NewTransaction(
        kind="opening", trade_date=factories.AS_OF, source="import", instrument=what, quantity=Decimal(10)
    )
    book(account=into, drafts=[opening])
    return what
