"""From a difference with the broker to agreement, and a transaction by hand from entry to being taken out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.holdings.importers.files import transactions
from tests.site_process import Site

pytestmark = pytest.mark.browser

STATEMENT = """
from decimal import Decimal
from accounts.models import Household
from holdings.models import Instrument, Statement
from holdings.services.reconcile import compare
household = Household.objects.get(kind="paper")
account = household.brokerage_accounts.get(name="Schwab taxable")
statement = Statement.objects.create(account=account, kind="positions", as_of=household.as_of)
held = {}
for lot in account.lots.select_related("instrument"):
    held[lot.instrument] = held.get(lot.instrument, Decimal(0)) + lot.quantity
for number, (instrument, quantity) in enumerate(held.items()):
    more = 10 if instrument.symbol == "KO" else 0
    statement.lines.create(number=number, instrument=instrument, quantity=quantity + more)
compare(account=account)
"""


def test_a_difference_is_explained_settled_and_gone(visitor: Visitor, site: Site) -> None:
    visitor.opens_the_demo()
    site.manage("shell", "-c", STATEMENT)
    visitor.goes_to("Overview")
    visitor.sees("Schwab taxable differs from its broker in 1 figure.")
    visitor.follows("Settle")
    visitor.sees("1 figure differs from the broker’s positions of 28 Dec 2022.")
    visitor.sees("Nothing is proposed in this account")
    visitor.picture("account-differs")

    visitor.follows("Shares of KO")
    visitor.picture("difference")
    visitor.presses("Book an opening lot of 10 shares")
    visitor.is_told("Settled: the ledger agrees with the broker on this.")
    visitor.sees("Agrees with the broker’s positions of 28 Dec 2022.")
    visitor.picture("account-agrees")


TRANSACTIONS = transactions("12/20/2022|Buy|KO|COCA COLA CO|10|$63.00||-$630.00")
POSITIONS = b"""Positions for account Brokerage ...321 as of 04:00 PM ET, 2022/12/28

Symbol,Description,Qty (Quantity),Price,Mkt Val (Market Value),Cost Basis,Gain $ (Gain/Loss $),Security Type
KO,COCA COLA CO,15,$62.61,$939.15,$900.00,$39.15,Equity
"""


def test_files_of_one_account_are_compared_until_they_agree(owner: Visitor) -> None:
    owner.uploads("history.csv", TRANSACTIONS)
    owner.presses("Import 1 row")
    owner.sees("1 transaction in the ledger")
    owner.uploads("positions.csv", POSITIONS)
    owner.presses("Compare with the ledger")
    owner.sees("Positions of Brokerage, 28 Dec 2022: 1 difference from the ledger.")
    owner.picture("import-compared")

    owner.follows("Settle it")
    owner.follows("Shares of KO")
    owner.presses("Book an opening lot of 5 shares")
    owner.is_told("Settled")
    owner.follows("Basis of KO")
    owner.heads("Basis of KO: $900.00 at the broker, unknown in the ledger")
    owner.picture("difference-of-basis")
    owner.presses(re.compile("Set the basis"))
    owner.sees("Agrees with the broker’s positions of 28 Dec 2022.")
    expect(owner.row("KO").first).to_contain_text("15")
    expect(owner.row("28 Dec 2022").filter(has_text="positions.csv")).to_contain_text("Agrees")


def test_a_transaction_is_previewed_booked_and_taken_out(visitor: Visitor) -> None:
    visitor.opens_the_demo()
    visitor.goes_to("Holdings")
    visitor.page.get_by_role("region", name="Accounts").get_by_role("link", name="Schwab taxable").click()
    visitor.follows("Add transaction")
    visitor.types("Symbol", "KO")
    visitor.types("Shares", "10")
    visitor.types("Price", "60")
    visitor.presses("Preview")
    visitor.sees("1 lot would be opened.")
    visitor.picture("transaction-preview")
    visitor.presses("Book it")
    visitor.is_told("is booked")

    visitor.types("Reason", "never happened")
    visitor.presses("Take it out")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Take it out").click()
    visitor.is_told("Taken out.")
    visitor.sees("never happened. It counts in no lot and no cash.")
    visitor.follows("Transactions")
    expect(visitor.row("never happened").first).to_be_visible()
    visitor.picture("transaction-struck")
