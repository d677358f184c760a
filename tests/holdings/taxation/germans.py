"""A German household that bought ten units of a fund of stocks in 2023 and keeps them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import Household, TaxProfile
from holdings.market import chunks
from holdings.models import AssetClass, BrokerageAccount, Classification, Instrument, Price
from tests import factories

START, END = dt.date(2024, 1, 2), dt.date(2024, 12, 30)
TODAY = dt.date(2025, 6, 30)


def house() -> Household:
    made = factories.household(clock=TODAY)
    TaxProfile.objects.filter(household=made).update(country="DE", use_own_rates=False)
    Household.objects.filter(pk=made.pk).update(base_currency="EUR")
    return Household.objects.get(pk=made.pk)


def fund(house: Household) -> tuple[BrokerageAccount, Instrument]:
    account = factories.account(house)
    BrokerageAccount.objects.filter(pk=account.pk).update(currency="EUR")
    account.refresh_from_db()
    world = Instrument.objects.create(symbol="VWCE", kind=Instrument.Kind.ETF, currency="EUR")
    Classification.objects.create(household=house, instrument=world, asset_class=AssetClass.EQUITY)
    factories.deposit(account, "1000")
    factories.buy(account, world, "10", "90", dt.date(2023, 3, 1))
    return account, world


def close(what: Instrument, day: dt.date, amount: str, currency: str = "EUR") -> None:
    fields = {"close": Decimal(amount), "currency": currency, "source": factories.source()}
    Price.objects.create(instrument=what, date=day, **fields)
    chunks.derive(what, [day.year])
