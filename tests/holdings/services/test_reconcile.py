"""Statements against the stored ledger: opened, settled by itself, accepted for a reason."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Activity
from holdings.models import BrokerageAccount, Difference, Import
from holdings.services.books import Bookkeeper
from holdings.services.ledger import void
from holdings.services.reconcile import accept, compare, reopen
from tests import factories
from tests.holdings.statements import DAY, statement, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> BrokerageAccount:
    """10 XOM for 1,000, and 500 of cash."""
    account = factories.account(factories.household())
    factories.deposit(account, "1500")
    factories.buy(account, factories.instrument("XOM"), "10", "100", dt.date(2021, 3, 1))
    return account


def said(account: BrokerageAccount, shares: str, cash: str = "500", *, on: dt.date = DAY) -> None:
    made = statement(account, on=on)
    states(made, factories.instrument("XOM"), shares, basis="1000")
    states(made, None, cash)


def open_kinds(account: BrokerageAccount) -> list[str]:
    return [row.kind for row in Difference.objects.filter(statement__account=account, state="open")]


def test_an_account_that_agrees_has_no_difference_and_says_when_it_was_compared(account) -> None:
    said(account, "10")
    account.refresh_from_db()
    assert compare(account=account) == []
    assert account.statements.get().compared_revision == account.revision


def test_a_difference_is_stored_with_both_figures(account) -> None:
    said(account, "13")
    (row,) = compare(account=account)
    assert (row.kind, row.stated, row.ledger, row.instrument.symbol) == ("shares", 13, 10, "XOM")


def test_comparing_twice_stores_it_once(account) -> None:
    said(account, "13")
    compare(account=account)
    compare(account=account)
    assert Difference.objects.count() == 1


def test_a_booking_that_mends_it_settles_it(account) -> None:
    said(account, "13", cash="200")
    compare(account=account)
    factories.buy(account, factories.instrument("XOM"), "3", "100", dt.date(2022, 1, 3))
    assert open_kinds(account) == ["basis"]
    assert Difference.objects.get(kind="shares").reason == "The ledger agrees."


def test_a_void_that_breaks_it_opens_it(account) -> None:
    said(account, "10")
    compare(account=account)
    void(rows=[account.transactions.get(kind="buy")], reason="mistake", user=None)
    assert sorted(open_kinds(account)) == ["cash", "shares"]


def test_the_ledger_is_that_of_the_statements_day(account) -> None:
    said(account, "10")
    factories.buy(account, factories.instrument("XOM"), "3", "100", DAY + dt.timedelta(days=1))
    assert compare(account=account) == []


def test_an_accepted_difference_stays_accepted_while_the_figures_are_the_same(account) -> None:
    said(account, "13")
    (row,) = compare(account=account)
    accept(difference=row, user=factories.user(), reason="transfer under way")
    factories.deposit(account, "1", on=DAY + dt.timedelta(days=1))
    row.refresh_from_db()
    assert (row.state, row.reason, open_kinds(account)) == ("accepted", "transfer under way", [])


def test_other_figures_are_another_difference(account) -> None:
    said(account, "13", cash="400")
    for row in compare(account=account):
        accept(difference=row, user=factories.user(), reason="transfer under way")
    factories.buy(account, factories.instrument("XOM"), "1", "100", dt.date(2022, 1, 3))
    assert open_kinds(account) == ["shares"]
    assert Difference.objects.filter(state="settled").count() == 2


def test_a_newer_statement_takes_the_place_of_the_older_one(account) -> None:
    said(account, "13")
    compare(account=account)
    said(account, "10", on=DAY + dt.timedelta(days=1))
    assert compare(account=account) == []


def test_a_statement_of_an_undone_import_no_longer_counts(account) -> None:
    batch = Import.objects.create(household=account.household, account=account, status="undone", file_name="p.csv")
    said(account, "13")
    account.statements.update(batch=batch)
    assert compare(account=account) == []


def test_lot_files_of_two_instruments_both_count(account) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "5", "60", dt.date(2022, 2, 1))
    for what, shares, on in ((factories.instrument("XOM"), "11", "2021-03-01"), (ko, "6", "2022-02-01")):
        states(statement(account, "lots"), what, shares, acquired=dt.date.fromisoformat(on))
    assert sorted(row.instrument.symbol for row in compare(account=account)) == ["KO", "XOM"]


def test_accepting_is_logged_once(account) -> None:
    said(account, "13")
    (row,) = compare(account=account)
    for _ in range(2):
        accept(difference=row, user=factories.user(), reason="transfer under way")
    assert Activity.objects.filter(verb="difference.accepted").count() == 1


def test_an_acceptance_can_be_taken_back(account) -> None:
    said(account, "13")
    (row,) = compare(account=account)
    accept(difference=row, user=factories.user(), reason="transfer under way")
    assert reopen(difference=row, user=factories.user()).state == "open"


def test_a_booking_long_after_the_statement_reads_no_history(account, django_assert_max_num_queries) -> None:
    said(account, "13")
    compare(account=account)
    with django_assert_max_num_queries(9):
        compare(account=account, since=DAY + dt.timedelta(days=30))
    assert open_kinds(account) == ["shares"]


def test_the_books_of_a_past_day_are_those_that_were_stored_then(account) -> None:
    keeper = Bookkeeper(account)
    stored = keeper.on(DAY)
    factories.sell(account, factories.instrument("XOM"), "4", "120", DAY + dt.timedelta(days=1))
    replayed = Bookkeeper(account).on(DAY)
    assert (replayed.cash, replayed.gains) == (stored.cash, stored.gains)
    assert [(lot.key, lot.quantity, lot.basis) for lot in replayed.lots] == [
        (lot.key, lot.quantity, lot.basis) for lot in stored.lots
    ]
