"""Transfers between own accounts are linked by a person."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from holdings.models import (
    BrokerageAccount,
    Import,
    ImportRow,
    Transaction,
)
from holdings.pages import transfers
from holdings.services import imports
from holdings.services.ledger import BookingRefused
from tests import factories
from tests.holdings.services.imports.steps import read, take_in

pytestmark = pytest.mark.django_db


def transfer(quantity: str, day: str) -> str:
    return f"{day}|Security Transfer|XOM|EXXON|{quantity}|||"


@pytest.fixture
def sent(account) -> Transaction:
    """Ten shares bought in one account, which leave it."""
    factories.buy(account, factories.instrument("XOM"), "10", "80", dt.date(2021, 3, 1))
    return take_in(account, transfer("-10", "06/01/2022")).rows.get().transaction


def receiving(account: BrokerageAccount, quantity: str = "10", day: str = "06/03/2022") -> ImportRow:
    second = BrokerageAccount.objects.filter(name="Second").first() or factories.account(
        account.household, name="Second"
    )
    return read(second, transfer(quantity, day)).rows.get()


def test_a_transfer_in_is_offered_the_transfer_out_of_an_own_account_and_linked_by_nobody(account, sent) -> None:
    row = receiving(account)
    (offer,) = transfers.offers(row.batch, [row])[row.pk]
    assert (offer.other, offer.chosen) == (f"transaction:{sent.uuid}", False)


@pytest.mark.parametrize(("quantity", "day"), [("9", "06/03/2022"), ("10", "06/20/2022")])
def test_other_shares_or_another_week_are_not_offered(account, sent, quantity, day) -> None:
    row = receiving(account, quantity, day)
    assert transfers.offers(row.batch, [row])[row.pk] == []


def test_lots_travel_with_their_basis_and_date_when_linked(account, sent) -> None:
    row = receiving(account)
    imports.link(batch=row.batch, row=row, user=factories.user(), other=f"transaction:{sent.uuid}")
    imports.confirm(batch=row.batch, user=factories.user())
    lot = row.account.lots.get()
    assert (lot.basis, lot.acquired) == (Decimal(800), dt.date(2021, 3, 1))


def test_a_transfer_that_is_not_linked_has_an_unknown_basis(account, sent) -> None:
    row = receiving(account)
    imports.confirm(batch=row.batch, user=factories.user())
    assert row.account.lots.get().is_incomplete


def test_a_link_with_what_was_undone_since_is_refused(account, sent) -> None:
    row = receiving(account)
    imports.link(batch=row.batch, row=row, user=factories.user(), other=f"transaction:{sent.uuid}")
    imports.undo(batch=sent.import_rows.get().batch, user=factories.user(), reason="")
    with pytest.raises(BookingRefused):
        imports.confirm(batch=row.batch, user=factories.user())


# The transfer in came first


@pytest.fixture
def received(account) -> Transaction:
    """Ten shares that came into a second account, before the file of the first one says that they left it."""
    factories.buy(account, factories.instrument("XOM"), "10", "80", dt.date(2021, 3, 1))
    second = factories.account(account.household, name="Second")
    return take_in(second, transfer("10", "06/03/2022")).rows.get().transaction


def sending(account: BrokerageAccount, received: Transaction, quantity: str = "-10", day: str = "06/01/2022") -> Import:
    """A file with the transfer out, linked with what was received where that is offered."""
    batch = read(account, transfer(quantity, day))
    row = batch.rows.get()
    for offer in transfers.offers(batch, [row])[row.pk]:
        assert offer.other == f"transaction:{received.uuid}"
        imports.link(batch=batch, row=row, user=factories.user(), other=offer.other)
    return batch


def test_a_transfer_out_is_offered_the_transfer_in_that_is_booked(account, received) -> None:
    row = read(account, transfer("-10", "06/01/2022")).rows.get()
    (offer,) = transfers.offers(row.batch, [row])[row.pk]
    assert (offer.other, offer.chosen) == (f"transaction:{received.uuid}", False)


@pytest.mark.parametrize(("quantity", "day"), [("-9", "06/01/2022"), ("-10", "05/20/2022")])
def test_a_transfer_in_of_other_shares_or_another_week_is_not_offered(account, received, quantity, day) -> None:
    row = read(account, transfer(quantity, day)).rows.get()
    assert transfers.offers(row.batch, [row])[row.pk] == []


def test_a_transfer_in_that_has_its_sender_is_not_offered(account, received) -> None:
    imports.confirm(batch=sending(account, received), user=factories.user())
    factories.buy(account, factories.instrument("XOM"), "10", "90", dt.date(2021, 4, 1))
    row = read(account, transfer("-10", "06/02/2022")).rows.get()
    assert transfers.offers(row.batch, [row])[row.pk] == []


def test_lots_travel_into_the_account_that_had_them_already(account, received) -> None:
    imports.confirm(batch=sending(account, received), user=factories.user())
    lot = received.account.lots.get()
    assert (lot.basis, lot.acquired, lot.is_incomplete) == (Decimal(800), dt.date(2021, 3, 1), False)
    assert not account.lots.exists()


def test_a_dry_run_tells_what_becomes_of_the_account_that_received(account, received) -> None:
    batch = sending(account, received)
    imports.try_out(batch=batch, user=factories.user())
    batch.refresh_from_db()
    assert batch.outcome["refused"] == []
    assert [(each["name"], each["lots"]) for each in batch.outcome["accounts"]] == [("Main", 0), ("Second", 1)]


def test_undo_of_the_transfer_out_leaves_the_transfer_in_as_it_was_without_it(account, received) -> None:
    batch = imports.confirm(batch=sending(account, received), user=factories.user())
    imports.undo(batch=batch, user=factories.user(), reason="")
    assert received.account.lots.get().is_incomplete
    assert account.lots.get().quantity == 10


def test_a_link_with_a_transfer_in_that_was_undone_since_is_refused(account, received) -> None:
    batch = sending(account, received)
    imports.undo(batch=received.import_rows.get().batch, user=factories.user(), reason="")
    with pytest.raises(BookingRefused, match="the transfer in that it was linked with has changed"):
        imports.confirm(batch=batch, user=factories.user())
    assert not account.transactions.filter(kind="transfer_out").exists()
