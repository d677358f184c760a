"""A household in the 22 % bracket that holds VTI in three lots, and ITOT, of the same identity group, in an IRA."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Household, TaxProfile
from holdings.ledger.types import Pick
from holdings.models import BrokerageAccount, Classification, Instrument
from holdings.services.ledger import NewTransaction, book
from holdings.taxation import store
from holdings.taxation.what_if import Position
from tests import factories

OLD, WINTER, SUMMER = dt.date(2021, 3, 1), dt.date(2021, 12, 30), dt.date(2022, 6, 16)
LOST, RECENT = dt.date(2022, 12, 1), dt.date(2022, 12, 12)


@dataclass
class Hales:
    """VTI closes at 190: the old lot gains 4,000, that of winter loses 2,400, that of summer gains 400."""

    house: Household
    account: BrokerageAccount
    ira: BrokerageAccount
    vti: Instrument
    itot: Instrument
    old: str
    winter: str
    summer: str

    def washed(self) -> str:
        """Ten of 30 shares bought at 170 replace ten of winter's, sold at a loss of 100 each; the key of the lot."""
        lost = NewTransaction("sell", LOST, "manual", self.vti, quantity=Decimal(-10), cash=Decimal(1300))
        book(account=self.account, drafts=[replace(lost, picks=[Pick(self.winter, Decimal(10))])])
        return factories.buy(self.account, self.vti, "30", "170", RECENT)

    def position(self) -> Position:
        return Position(self.house, self.account, self.vti)

    def computed(self) -> Hales:
        self.house = Household.objects.get(pk=self.house.pk)
        store.refresh(self.house)
        return self


def hales() -> Hales:
    house = factories.household()
    TaxProfile.objects.filter(household=house).update(use_own_rates=False, other_income=Decimal(80_000))
    account, ira = factories.account(house, name="Main"), factories.account(house, "roth_ira", "Roth")
    vti, itot = factories.instrument("VTI", "190"), factories.instrument("ITOT", "84")
    for each in (vti, itot):
        Classification.objects.create(household=house, instrument=each, identity_group="us-total")
    factories.deposit(account, "100000")
    factories.deposit(ira, "10000")
    return Hales(
        house,
        account,
        ira,
        vti,
        itot,
        old=factories.buy(account, vti, "100", "150", OLD),
        winter=factories.buy(account, vti, "60", "230", WINTER),
        summer=factories.buy(account, vti, "40", "180", SUMMER),
    )
