"""Transfers between own accounts are linked by a person."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from holdings.models import (
    BrokerageAccount,
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
    assert (offer.sender, offer.chosen) == (f"transaction:{sent.uuid}", False)


@pytest.mark.parametrize(("quantity", "day"), [("9", "06/03/2022"), ("10", "06/20/2022")])
def test_other_shares_or_another_week_are_not_offered(account, sent, quantity, day) -> None:
    row = receiving(account, quantity, day)
    assert transfers.offers(row.batch, [row])[row.pk] == []


def test_lots_travel_with_their_basis_and_date_when_linked(account, sent) -> None:
    row = receiving(account)
    imports.link(batch=row.batch, row=row, user=factories.user(), sender=f"transaction:{sent.uuid}")
    imports.confirm(batch=row.batch, user=factories.user())
    lot = row.account.lots.get()
    assert (lot.basis, lot.acquired) == (Decimal(800), dt.date(2021, 3, 1))


def test_a_transfer_that_is_not_linked_has_an_unknown_basis(account, sent) -> None:
    row = receiving(account)
    imports.confirm(batch=row.batch, user=factories.user())
    assert row.account.lots.get().is_incomplete


def test_a_link_with_what_was_undone_since_is_refused(account, sent) -> None:
    row = receiving(account)
    imports.link(batch=row.batch, row=row, user=factories.user(), sender=f"transaction:{sent.uuid}")
    imports.undo(batch=sent.import_rows.get().batch, user=factories.user(), reason="")
    with pytest.raises(BookingRefused):
        imports.confirm(batch=row.batch, user=factories.user())
