"""Stored lots and gains as the tax functions read them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from holdings import selectors
from holdings.models import BrokerageAccount, Classification
from holdings.services.ledger import NewTransaction, book
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> BrokerageAccount:
    return factories.account(factories.household())


def trade(kind: str, day: dt.date, quantity: int, cash: int, rate: str | None) -> NewTransaction:
    fields: dict[str, Any] = {"currency": "EUR", "rate": Decimal(rate) if rate else None}
    what = factories.instrument("SAP")
    return NewTransaction(kind, day, "manual", what, quantity=Decimal(quantity), cash=Decimal(cash), **fields)


def test_gains_in_another_currency_are_read_in_the_households(account) -> None:
    bought = trade("buy", dt.date(2021, 1, 4), 10, -1000, "1.20")
    book(account=account, drafts=[bought, trade("sell", dt.date(2021, 6, 1), -5, 600, "1.10")])
    (gain,) = selectors.ledger_gains(selectors.realised_gains(account.household))
    assert (gain.currency, gain.proceeds, gain.gain) == ("USD", 660, 60)


def test_a_gain_of_which_a_rate_is_unknown_is_unknown(account) -> None:
    bought = trade("buy", dt.date(2021, 1, 4), 10, -1000, None)
    book(account=account, drafts=[bought, trade("sell", dt.date(2021, 6, 1), -5, 600, "1.10")])
    (gain,) = selectors.ledger_gains(selectors.realised_gains(account.household))
    assert gain.gain is None


def test_a_group_is_named_by_all_its_members_and_an_instrument_by_itself(account) -> None:
    voo, ivv, ko = (factories.instrument(symbol) for symbol in ("VOO", "IVV", "KO"))
    for each in (voo, ivv):
        Classification.objects.create(household=account.household, instrument=each, identity_group="S&P 500")
    named = selectors.group_symbols(account.household, ["S&P 500", str(ko.uuid)])
    assert named == {"S&P 500": "IVV, VOO", str(ko.uuid): "KO"}
