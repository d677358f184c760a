"""What one click books to settle a difference."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Activity
from holdings.models import BrokerageAccount, Difference, Transaction
from holdings.services.ledger import BookingRefused, NewTransaction, book
from holdings.services.reconcile import compare
from holdings.services.settle import Answers, Fix, offers, settle
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


def differing(account: BrokerageAccount, shares: str, cash: str = "500", **more: object) -> Difference:
    made = statement(account)
    states(made, factories.instrument("XOM"), shares, **more)
    states(made, None, cash)
    return compare(account=account)[0]


def click(difference: Difference, fix: Fix, **answers: object) -> None:
    user = factories.user()
    settle(difference=difference, user=user, fix=fix, reason="as the broker says", answers=Answers(**answers))


def state_of(difference: Difference) -> str:
    difference.refresh_from_db()
    return difference.state


def test_shares_without_history_become_an_opening_lot_of_unknown_basis_and_date(account) -> None:
    row = differing(account, "13")
    click(row, Fix.OPENING)
    lot = account.lots.get(opening__kind="opening")
    assert (lot.quantity, lot.basis, lot.acquired, state_of(row)) == (3, None, None, "settled")


def test_an_opening_lot_keeps_the_basis_and_date_that_were_entered(account) -> None:
    click(differing(account, "13"), Fix.OPENING, basis=Decimal(250), acquired=dt.date(2015, 1, 5))
    lot = account.lots.get(opening__kind="opening")
    assert (lot.basis, lot.acquired) == (250, dt.date(2015, 1, 5))


def test_shares_too_many_leave_the_oldest_lot_without_a_gain(account) -> None:
    row = differing(account, "7")
    assert offers(row) == [Fix.REMOVE]
    click(row, Fix.REMOVE)
    assert account.lots.get().quantity == 7
    assert not account.realised_gains.exists()


def test_a_missing_split_is_booked_on_its_day(account) -> None:
    row = differing(account, "20")
    assert offers(row)[0] is Fix.SPLIT
    click(row, Fix.SPLIT, day=dt.date(2022, 6, 6))
    lot = account.lots.get()
    assert (lot.quantity, lot.basis, lot.acquired) == (20, 1000, dt.date(2021, 3, 1))


def test_t07_a_split_that_is_there_is_not_booked_a_second_time(account) -> None:
    row = differing(account, "20")
    click(row, Fix.SPLIT, day=dt.date(2022, 6, 6))
    with pytest.raises(BookingRefused, match="changed since"):
        click(row, Fix.SPLIT, day=dt.date(2022, 6, 6))
    assert account.lots.get().quantity == 20


def test_t08_a_split_after_the_position_was_closed_changes_no_gain(account) -> None:
    factories.sell(account, factories.instrument("XOM"), "10", "120", dt.date(2022, 5, 2))
    made = statement(account)
    states(made, None, "1700")
    assert compare(account=account) == []
    assert account.realised_gains.get().gain == 200


@pytest.mark.parametrize(("cash", "kind"), [("600.25", "deposit"), ("399.75", "withdrawal")])
def test_cash_is_settled_by_a_deposit_or_a_withdrawal(account, cash: str, kind: str) -> None:
    row = differing(account, "10", cash)
    click(row, Fix.CASH)
    assert account.cash_balances.get().amount == Decimal(cash)
    assert account.transactions.get(kind=kind, note="as the broker says").trade_date == DAY


def test_the_basis_of_the_only_lot_is_set_by_an_adjustment(account) -> None:
    row = differing(account, "10", basis="1012.50")
    click(row, Fix.BASIS)
    assert account.lots.get().basis == Decimal("1012.5")
    assert account.transactions.get(kind="adjust").note == "as the broker says"


def test_an_unknown_basis_takes_what_the_broker_states_less_the_other_lots(account) -> None:
    xom = factories.instrument("XOM")
    opening = NewTransaction("opening", dt.date(2022, 1, 3), "manual", instrument=xom, quantity=Decimal(5))
    book(account=account, drafts=[opening])
    click(differing(account, "15", basis="1300"), Fix.BASIS)
    assert account.lots.get(opening__kind="opening").basis == 300


def test_a_basis_that_could_belong_to_two_lots_is_not_offered(account) -> None:
    factories.buy(account, factories.instrument("XOM"), "1", "100", dt.date(2022, 3, 1))
    assert offers(differing(account, "11", cash="400", basis="1200")) == []


def test_a_lot_of_unknown_date_takes_the_brokers(account) -> None:
    what = factories.instrument("OLD")
    opening = NewTransaction("opening", dt.date(2022, 1, 3), "manual", instrument=what, quantity=Decimal(5))
    book(account=account, drafts=[opening])
    made = statement(account, "lots")
    states(made, what, "5", basis="50", acquired=dt.date(2014, 2, 3))
    row = next(row for row in compare(account=account) if row.stated)
    click(row, Fix.DATE)
    lot = account.lots.get(instrument=what)
    assert (lot.acquired, lot.basis) == (dt.date(2014, 2, 3), 50)


def test_what_would_not_settle_is_refused_and_books_nothing(account) -> None:
    factories.buy(account, factories.instrument("XOM"), "10", "1", dt.date(2022, 7, 1))
    row = differing(account, "40", cash="490")
    with pytest.raises(BookingRefused, match="would not settle"):
        click(row, Fix.SPLIT, day=dt.date(2022, 6, 6))
    assert not Transaction.objects.filter(kind="split").exists()


def test_a_settlement_is_logged(account) -> None:
    click(differing(account, "13"), Fix.OPENING)
    assert Activity.objects.filter(verb="difference.settled").count() == 1


def sold_newer_lot(account: BrokerageAccount, acquired: str = "2022-02-01") -> Difference:
    """5 of the old lot were sold by the ledger; the broker says that they were of another one."""
    xom, sold = factories.instrument("XOM"), dt.date(2022, 6, 1)
    factories.buy(account, xom, "5", "90", dt.date(2022, 2, 1))
    factories.sell(account, xom, "5", "110", sold)
    made = statement(account, "gains")
    states(made, xom, "5", basis="450", proceeds="550", acquired=dt.date.fromisoformat(acquired), sold=sold)
    return compare(account=account)[0]


def test_a_sale_takes_the_brokers_lots_instead(account) -> None:
    row = sold_newer_lot(account)
    assert (row.explanation, offers(row)) == ("The broker sold other lots than the ledger.", [Fix.LOTS])
    click(row, Fix.LOTS)
    assert state_of(row) == "settled"
    assert account.realised_gains.get().gain == 100
    assert account.lots.get().quantity == 10


def test_lots_that_the_ledger_does_not_have_are_named(account) -> None:
    row = sold_newer_lot(account, "2022-02-08")
    with pytest.raises(BookingRefused, match="5 shares fewer in the lot of 8 Feb 2022"):
        click(row, Fix.LOTS)
    assert account.realised_gains.get().gain == 50
