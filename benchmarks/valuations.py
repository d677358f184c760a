"""Seconds to value a large synthetic household: whole, after a back-dated edit, and its reports.

python benchmarks/valuations.py [holdings] [transactions] [years]
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "portfolio_site.settings"
os.environ.setdefault("BALLAST_VAR", tempfile.mkdtemp(prefix="ballast-valuations-"))

import django

django.setup()

import datetime as dt
from decimal import Decimal

from django.core.management import call_command

from accounts.models import Household
from holdings.models import Transaction, Valuation
from holdings.reports import store as reports
from holdings.services.ledger import NewTransaction, book
from holdings.synthetic.household import LAST
from holdings.valuations.store import behind, revalue

SEED, ACCOUNTS = 20, 4


def timed(name: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"{name:<44}{time.perf_counter() - start:>8.2f} s")


def make(holdings: int, transactions: int, years: int) -> Household:
    call_command("prepare", "--without-sample", verbosity=0)
    size = {"holdings": holdings, "transactions": transactions, "years": years}
    timed("make_household", lambda: call_command("make_household", accounts=ACCOUNTS, seed=SEED, **size, verbosity=0))
    return Household.objects.get(name=f"Synthetic {SEED}")


def value_all() -> None:
    for account in behind():
        revalue(account)


def edit(house: Household, day: dt.date) -> None:
    account = house.brokerage_accounts.earliest("id")
    book(account=account, drafts=[NewTransaction(kind="deposit", trade_date=day, source="manual", cash=Decimal(100))])


def main() -> None:
    holdings, transactions, years = (int(value) for value in (*sys.argv[1:], "200", "20000", "20")[:3])
    house = make(holdings, transactions, years)
    timed("values of all accounts, from the first day", value_all)
    timed("reports of all scopes and periods", lambda: reports.refresh(house))
    for back in (30, 365, 3650):
        day = LAST - dt.timedelta(days=back)
        timed(f"booking a deposit of {day}", lambda day=day: edit(house, day))
        timed("  values of its account since", value_all)
    rows = Transaction.objects.filter(account__household=house).count()
    print(f"{holdings} instruments, {rows} transactions, {years} years, {Valuation.objects.count()} daily values")


if __name__ == "__main__":
    main()
