"""A household with a year and a half of sessions, a benchmark, and an account in euros; its clock stands at the end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from holdings.models import (
    AssetClass,
    Benchmark,
    BrokerageAccount,
    Classification,
    FxRate,
    Instrument,
    Price,
    TradingSession,
)
from holdings.services.ledger import NewTransaction, book
from holdings.valuations.store import revalue
from tests import factories

LAST = factories.AS_OF
SESSIONS = [day for back in range(560, -1, -1) if (day := LAST - dt.timedelta(days=back)).weekday() < 5]
FIRST = SESSIONS[0]


@dataclass
class World:
    house: Household
    main: BrokerageAccount
    euros: BrokerageAccount
    xom: Instrument
    sap: Instrument


def world() -> World:
    house = factories.household()
    main, euros = factories.account(house, name="Main"), factories.account(house, name="Frankfurt")
    BrokerageAccount.objects.filter(pk=euros.pk).update(currency="EUR")
    euros.currency = "EUR"
    xom, spx = factories.instrument("XOM"), factories.instrument("SPX")
    sap = Instrument.objects.create(symbol="SAP", name="SAP SE", currency="EUR")
    for held in (xom, sap):
        Classification.objects.create(household=house, instrument=held, asset_class=AssetClass.EQUITY)
    _market(xom, sap, spx)
    Benchmark.objects.create(
        household=house, name="60/40", instrument=spx, weight=Decimal("0.6"), cash_rate=Decimal("0.02")
    )
    factories.deposit(main, "10000", FIRST)
    factories.buy(main, xom, "50", "100", SESSIONS[2])
    book(account=main, drafts=[_paid("dividend", "40.25", SESSIONS[90], xom), _paid("fee", "-12", SESSIONS[100], None)])
    factories.deposit(euros, "5000", SESSIONS[50])
    factories.buy(euros, sap, "20", "110", SESSIONS[60])
    return World(house, main, euros, xom, sap)


def _paid(kind: str, cash: str, day: dt.date, what: Instrument | None) -> NewTransaction:
    return NewTransaction(kind=kind, trade_date=day, source="manual", cash=Decimal(cash), instrument=what)


def _market(xom: Instrument, sap: Instrument, spx: Instrument) -> None:
    TradingSession.objects.bulk_create(TradingSession(calendar="XNYS", date=day) for day in SESSIONS)
    source = factories.source()
    for what, level in ((xom, 100), (sap, 110), (spx, 4000)):
        Price.objects.bulk_create(
            Price(instrument=what, date=day, close=_close(level, at), currency=what.currency, source=source)
            for at, day in enumerate(SESSIONS)
        )
    FxRate.objects.bulk_create(
        FxRate(currency="USD", date=day, per_euro=Decimal("1.1") + Decimal(at % 40) / 1000, source=source)
        for at, day in enumerate(SESSIONS)
    )


def _close(level: int, at: int) -> Decimal:
    """Up over the whole, with a fall every thirty sessions."""
    return Decimal(level) * (1000 + at - 4 * (at % 30)) / 1000


def valued() -> World:
    made = world()
    for account in (made.main, made.euros):
        revalue(account.pk)
    return made
