"""Small real households for tests. Alice owns, Bob is another's member, Charlie belongs nowhere."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts import services as people
from accounts.models import Goal, Household, Membership, User
from holdings.models import AssetClass, BrokerageAccount, Classification, Instrument, Price, PriceSource, Sector
from holdings.services.ledger import NewTransaction, book

AS_OF = dt.date(2022, 12, 28)
PASSWORD = "correct horse battery staple"


def user(name: str = "alice") -> User:
    found = User.objects.filter(email=f"{name}@example.com").first()
    return found or User.objects.create_user(f"{name}@example.com", PASSWORD)


def household(owner: User | None = None, *, kind: str = "paper", clock: dt.date | None = AS_OF) -> Household:
    return people.create_household(user=owner or user(), name="Hale", person="Ana", kind=kind, clock=clock)


def join(house: Household, name: str, role: str) -> User:
    member = user(name)
    Membership.objects.create(household=house, user=member, role=role)
    return member


def account(house: Household, kind: str = "taxable", name: str = "") -> BrokerageAccount:
    owner = house.persons.earliest("id")
    return BrokerageAccount.objects.create(household=house, owner=owner, name=name or kind, kind=kind, broker="Schwab")


def goal(house: Household, name: str = "Retire") -> Goal:
    fields = {"name": name, "amount": Decimal(100_000), "date": dt.date(2040, 1, 1), "horizon_years": 17}
    return people.save_goal(household=house, user=user(), goal=Goal(), fields=fields)


def source() -> PriceSource:
    return PriceSource.objects.get_or_create(
        slug="test", defaults={"name": "Test prices", "licence": "none", "update_rate": "never"}
    )[0]


def instrument(
    symbol: str, close: str | None = None, *, on: dt.date = AS_OF, sector: str = "", house=None
) -> Instrument:
    found, _ = Instrument.objects.get_or_create(symbol=symbol, defaults={"name": f"{symbol} Inc."})
    if close is not None:
        Price.objects.create(instrument=found, date=on, close=Decimal(close), currency="USD", source=source())
    if sector and house:
        Classification.objects.create(
            household=house, instrument=found, sector=Sector(sector), asset_class=AssetClass.EQUITY
        )
    return found


def deposit(to: BrokerageAccount, amount: str, on: dt.date = dt.date(2021, 1, 4)) -> None:
    book(account=to, drafts=[NewTransaction(kind="deposit", trade_date=on, source="manual", cash=Decimal(amount))])


def buy(to: BrokerageAccount, what: Instrument, quantity: str, price: str, on: dt.date) -> str:
    """Book a purchase; the key of its lot."""
    shares, paid = Decimal(quantity), Decimal(price)
    draft = NewTransaction(
        kind="buy",
        trade_date=on,
        source="manual",
        instrument=what,
        quantity=shares,
        price=paid,
        cash=-shares * paid,
    )
    return str(book(account=to, drafts=[draft])[0].uuid)


def sell(out_of: BrokerageAccount, what: Instrument, quantity: str, price: str, on: dt.date) -> None:
    shares, paid = Decimal(quantity), Decimal(price)
    draft = NewTransaction(
        kind="sell",
        trade_date=on,
        source="manual",
        instrument=what,
        quantity=-shares,
        price=paid,
        cash=shares * paid,
    )
    book(account=out_of, drafts=[draft])


def transfer(out_of: BrokerageAccount, into: BrokerageAccount, amount: str, on: dt.date) -> None:
    """The same number of units leaves one account and reaches another, each in its own currency."""
    for account, kind, sign in ((out_of, "transfer_out", -1), (into, "transfer_in", 1)):
        draft = NewTransaction(kind=kind, trade_date=on, source="manual", cash=sign * Decimal(amount))
        book(account=account, drafts=[draft])
