"""Transactions by hand: added, corrected, taken out; lots adjusted. Nothing is updated."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.models import Activity
from holdings.models import BrokerageAccount, Instrument, Transaction
from holdings.services import records
from holdings.services.ledger import BookingRefused, NewTransaction, draft_of
from holdings.services.records import LotChange
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> BrokerageAccount:
    """10 XOM for 1,000, and 500 of cash."""
    account = factories.account(factories.household())
    factories.deposit(account, "1500")
    factories.buy(account, factories.instrument("XOM"), "10", "100", dt.date(2021, 3, 1))
    return account


def sale(what: Instrument, shares: str, price: str) -> NewTransaction:
    quantity, paid = Decimal(shares), Decimal(price)
    return NewTransaction(
        "sell", dt.date(2022, 6, 1), "manual", instrument=what, quantity=-quantity, price=paid, cash=quantity * paid
    )


def bought(account: BrokerageAccount) -> Transaction:
    return account.transactions.active().get(kind="buy")


def test_what_a_draft_would_do_is_told_and_not_done(account) -> None:
    effect = records.would(account=account, draft=sale(factories.instrument("XOM"), "4", "150"))
    assert effect.shares == {"XOM": (10, 6)}
    assert effect.cash == {"USD": (500, 1100)}
    assert (effect.gain, account.lots.get().quantity) == (200, 10)


def test_a_corrected_purchase_replaces_its_lot_and_opens_none(account) -> None:
    row = bought(account)
    effect = records.would(account=account, draft=replace(draft_of(row), cash=Decimal(-990)), instead=row)
    assert (effect.opened, effect.replaced) == (0, 1)


def test_a_purchase_opens_a_lot_and_replaces_none(account) -> None:
    draft = replace(draft_of(bought(account)), trade_date=dt.date(2022, 6, 1), cash=Decimal(-400))
    effect = records.would(account=account, draft=draft)
    assert (effect.opened, effect.replaced) == (1, 0)


def test_a_preview_adds_no_instrument(account) -> None:
    new = Instrument(symbol="NEW", currency="USD")
    draft = NewTransaction("buy", dt.date(2022, 6, 1), "manual", instrument=new, quantity=Decimal(1), cash=Decimal(-9))
    records.would(account=account, draft=draft)
    assert not Instrument.objects.filter(symbol="NEW").exists()


def test_a_new_symbol_is_added_with_its_transaction(account) -> None:
    new = Instrument(symbol="NEW", currency="USD")
    draft = NewTransaction("buy", dt.date(2022, 6, 1), "manual", instrument=new, quantity=Decimal(1), cash=Decimal(-9))
    records.record(account=account, user=factories.user(), draft=draft)
    assert account.lots.get(instrument__symbol="NEW").basis == 9


def test_a_correction_keeps_the_old_row_and_its_reason(account) -> None:
    row = bought(account)
    draft = replace(draft_of(row), cash=Decimal(-990), price=Decimal(99))
    made = records.correct(row=row, user=factories.user(), draft=draft, reason="wrong price")
    old = Transaction.objects.get(pk=row.pk)
    assert (old.cash, old.void.reason, old.void.replaced_by) == (-1000, "wrong price", made)
    assert account.lots.get().basis == 990


def test_a_row_taken_out_is_not_corrected(account) -> None:
    row = bought(account)
    records.void(row=row, user=factories.user(), reason="twice")
    with pytest.raises(BookingRefused, match="taken out already"):
        records.correct(row=row, user=factories.user(), draft=draft_of(row), reason="again")


def test_taking_out_twice_does_it_once(account) -> None:
    for _ in range(2):
        records.void(
            row=bought(account) if account.lots.exists() else Transaction.objects.get(kind="buy"),
            user=factories.user(),
            reason="twice",
        )
    assert Activity.objects.filter(verb="transaction.voided").count() == 1


def test_what_a_sale_rests_on_cannot_be_taken_out(account) -> None:
    factories.sell(account, factories.instrument("XOM"), "4", "150", dt.date(2022, 6, 1))
    with pytest.raises(BookingRefused):
        records.void(row=bought(account), user=factories.user(), reason="mistake")
    assert account.lots.get().quantity == 6


def test_a_lot_is_corrected_by_an_adjustment_with_its_reason(account) -> None:
    change = LotChange(day=dt.date(2021, 3, 1), quantity=Decimal(11), basis=Decimal(1100), acquired=dt.date(2019, 1, 2))
    made = records.adjust_lot(lot=account.lots.get(), user=factories.user(), change=change, reason="as on paper")
    lot = account.lots.get()
    assert (lot.quantity, lot.basis, lot.acquired) == (11, 1100, dt.date(2019, 1, 2))
    assert (made.kind, made.note) == ("adjust", "as on paper")


def test_each_write_has_its_line_in_the_log(account) -> None:
    draft = NewTransaction("deposit", dt.date(2022, 6, 1), "manual", cash=Decimal(5))
    row = records.record(account=account, user=factories.user(), draft=draft)
    records.correct(row=row, user=factories.user(), draft=replace(draft, cash=Decimal(6)), reason="typo")
    assert {"transaction.added", "transaction.corrected"} <= set(Activity.objects.values_list("verb", flat=True))
