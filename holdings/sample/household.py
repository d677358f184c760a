"""The Hale household: two persons, three accounts, and a history booked as anybody's is."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from accounts import services as people
from accounts.models import Goal, Household, Person, TaxProfile, User
from holdings import reference
from holdings.models import (
    AccountElsewhere,
    Benchmark,
    BrokerageAccount,
    Classification,
    GoalAccount,
    Instrument,
    Price,
    ThemeTag,
    Transaction,
)
from holdings.sample.catalogue import CATALOGUE, INDEX
from holdings.sample.market import LAST_DAY
from holdings.services.elsewhere import Elsewhere, save_accounts_elsewhere
from holdings.services.ledger import NewTransaction, book
from holdings.valuations.store import revalue

FILE = Path(__file__).with_name("transactions.csv")
CENT = Decimal("0.01")
TRADES = {Transaction.Kind.BUY, Transaction.Kind.SELL}
Kind = BrokerageAccount.Kind


def make_household(*, user: User, instruments: Mapping[str, Instrument]) -> Household:
    """A paper household whose clock stands at the last price, valued day by day."""
    household = people.create_household(
        user=user, name="Hale household", person="Ana Hale", kind=Household.Kind.PAPER, clock=LAST_DAY
    )
    people.add_person(household=household, user=user, name="Tom Hale", relation=Person.Relation.SPOUSE)
    _set_taxes(household, user)
    _classify(household, instruments)
    accounts = _open_accounts(household)
    _set_goal(household, user, accounts)
    Benchmark.objects.create(
        household=household,
        name="60% S&P 500 price index, 40% cash at 2.0%",
        instrument=instruments[INDEX],
        weight=Decimal("0.6"),
        cash_rate=Decimal("0.02"),
    )
    for account in accounts.values():
        book(account=account, drafts=list(_history(account.kind, instruments)))
    for account in accounts.values():
        revalue(account.pk)
    return household


def _set_taxes(household: Household, user: User) -> None:
    """Married in Illinois; the rates are those of the 2022 brackets at this income less the standard deduction."""
    rates = {"short_rate": Decimal("0.24"), "long_rate": Decimal("0.15"), "state_rate": Decimal("0.0495")}
    facts = {"other_income": Decimal(220_000), "state_name": "Illinois"}
    fields = {"country": "US", "filing_status": TaxProfile.FilingStatus.JOINT, "use_own_rates": False, **facts, **rates}
    people.save_tax_profile(household=household, user=user, fields=fields)
    earlier = {"other_income": Decimal(205_000), "deductions": None, "qualified_fraction": None}
    people.save_tax_years(household=household, user=user, years={LAST_DAY.year - 1: earlier})
    tom = household.persons.get(relation=Person.Relation.SPOUSE)
    at_work = Elsewhere(tom, "401(k) at work", Kind.K401, AccountElsewhere.Reinvests.UNKNOWN)
    save_accounts_elsewhere(household=household, user=user, accounts=[at_work])


def _classify(household: Household, instruments: Mapping[str, Instrument]) -> None:
    listed = {symbol: listing for symbol, listing in CATALOGUE.items() if symbol != INDEX}
    Classification.objects.bulk_create(
        Classification(
            household=household,
            instrument=instruments[symbol],
            asset_class=listing.asset_class,
            sector=listing.sector,
            region="United States",
            issuer=listing.issuer,
            expense_ratio=_expense_ratio(symbol),
        )
        for symbol, listing in listed.items()
    )
    ThemeTag.objects.bulk_create(
        ThemeTag(household=household, instrument=instruments[symbol], theme=theme, reason=reason)
        for symbol, listing in listed.items()
        for theme, reason in listing.themes
    )


def _expense_ratio(symbol: str) -> Decimal | None:
    known = reference.lookup(symbol, "USD")
    return known.expense_ratio if known else None


def _open_accounts(household: Household) -> dict[str, BrokerageAccount]:
    ana, tom = household.persons.all()
    opened = [
        BrokerageAccount(owner=ana, name="Schwab taxable", kind=Kind.TAXABLE, broker="Schwab", number_tail="482"),
        BrokerageAccount(
            owner=ana, name="Fidelity traditional IRA", kind=Kind.TRADITIONAL_IRA, broker="Fidelity", number_tail="917"
        ),
        BrokerageAccount(owner=tom, name="Vanguard Roth IRA", kind=Kind.ROTH_IRA, broker="Vanguard", number_tail="305"),
    ]
    for account in opened:
        account.household = household
        account.save()
    return {account.kind: account for account in opened}


def _set_goal(household: Household, user: User, accounts: Mapping[str, BrokerageAccount]) -> None:
    fields = {
        "name": "Retire in 2036",
        "kind": Goal.Kind.GROWTH,
        "amount": Decimal(2_000_000),
        "date": dt.date(2036, 6, 30),
        "acceptable_drawdown": Decimal("0.3"),
        "target_volatility": Decimal("0.21"),
        "horizon_years": 13,
    }
    goal = people.save_goal(household=household, user=user, goal=Goal(), fields=fields)
    GoalAccount.objects.bulk_create(GoalAccount(goal=goal, account=account) for account in accounts.values())


def _history(account: str, instruments: Mapping[str, Instrument]) -> Iterator[NewTransaction]:
    with FILE.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["account"] == account]
    for row in rows:
        yield _trade(row, instruments[row["symbol"]]) if row["kind"] in TRADES else _payment(row)


def _trade(row: Mapping[str, str], instrument: Instrument) -> NewTransaction:
    """A trade at the close of its day, without fees."""
    day, quantity = dt.date.fromisoformat(row["date"]), Decimal(row["quantity"])
    close = Price.objects.get(instrument=instrument, date=day).close
    return NewTransaction(
        kind=row["kind"],
        trade_date=day,
        source=Transaction.Source.SAMPLE,
        instrument=instrument,
        quantity=quantity,
        price=close,
        cash=-(quantity * close).quantize(CENT),
        note=row["note"],
    )


def _payment(row: Mapping[str, str]) -> NewTransaction:
    return NewTransaction(
        kind=row["kind"],
        trade_date=dt.date.fromisoformat(row["date"]),
        source=Transaction.Source.SAMPLE,
        cash=Decimal(row["cash"]),
        note=row["note"],
    )
