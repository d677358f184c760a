"""A dry run tells what booking would change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from holdings.models import (
    ReliefMethod,
)
from holdings.services import imports
from tests import factories
from tests.holdings.services.imports.steps import BUY, FEE, FUNDS, SELL, read, tick

pytestmark = pytest.mark.django_db


def test_a_dry_run_tells_what_would_change_and_changes_nothing(account) -> None:
    batch = read(account, SELL, BUY, FUNDS)
    imports.try_out(batch=batch, user=factories.user())
    (found,) = batch.outcome["accounts"]
    assert found["cash"] == [{"currency": "USD", "before": "0", "after": "9580"}]
    assert found["gains"] == [{"currency": "USD", "short": "60", "long": "0", "unknown": 0}]
    assert found["positions"] == [{"symbol": "XOM", "before": "0", "after": "6"}]
    assert (found["opened"], found["closed"]) == (1, 0)
    assert not account.transactions.exists()


def test_a_dry_run_is_void_once_a_row_is_changed(account) -> None:
    batch = read(account, BUY, FUNDS)
    imports.try_out(batch=batch, user=factories.user())
    tick(batch.rows.first(), False)
    batch.refresh_from_db()
    assert batch.outcome is None


def test_what_the_dry_run_says_is_what_booking_does(account) -> None:
    batch = read(account, SELL, BUY, FUNDS, FEE)
    imports.try_out(batch=batch, user=factories.user())
    after = Decimal(batch.outcome["accounts"][0]["cash"][0]["after"])
    imports.confirm(batch=batch, user=factories.user())
    assert account.cash_balances.get().amount == after


def test_a_dry_run_takes_lots_by_the_accounts_method(account) -> None:
    ReliefMethod.objects.create(account=account, method="hifo", since=dt.date(2022, 1, 1))
    batch = read(account, SELL, "04/01/2022|Buy|XOM|EXXON|10|$90.00||-$900.00", BUY, FUNDS)
    imports.try_out(batch=batch, user=factories.user())
    imports.confirm(batch=batch, user=factories.user())
    batch.refresh_from_db()
    assert Decimal(batch.outcome["accounts"][0]["gains"][0]["short"]) == account.realised_gains.get().gain
    assert account.realised_gains.get().basis == 360
