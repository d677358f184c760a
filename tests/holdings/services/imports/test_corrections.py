"""Rows that a person sets right before they are booked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Activity
from holdings.services import imports
from tests import factories
from tests.holdings.services.imports.steps import BAD_DAY, FEE, FUNDS, SELL, edit, read, statuses, take_in, tick

pytestmark = pytest.mark.django_db


def test_a_corrected_row_is_ready_and_keeps_what_the_file_says(account) -> None:
    batch = read(account, BAD_DAY, FUNDS)
    row = edit(batch, batch.rows.get(status="error"), trade_date=dt.date(2022, 3, 4))
    assert (row.status, row.problems) == ("ready", [])
    assert row.draft["read"] == {"trade_date": None}
    assert row.raw["Date"] == "13/40/2022"
    imports.confirm(batch=batch, user=factories.user())
    assert account.lots.get().acquired == dt.date(2022, 3, 4)


def test_a_correction_is_in_the_log_with_its_fields(account) -> None:
    batch = read(account, BAD_DAY)
    edit(batch, batch.rows.get(), trade_date=dt.date(2022, 3, 4))
    assert Activity.objects.get(verb="import.row_edited").fields == ["trade_date"]


def test_a_file_whose_row_was_corrected_is_known_when_it_comes_again(account) -> None:
    batch = read(account, BAD_DAY, FUNDS)
    edit(batch, batch.rows.get(status="error"), trade_date=dt.date(2022, 3, 4))
    imports.confirm(batch=batch, user=factories.user())
    assert statuses(read(account, BAD_DAY, FUNDS)) == ["duplicate", "duplicate"]


def test_a_correction_that_could_not_be_booked_is_refused_by_field_and_not_kept(account) -> None:
    batch = read(account, BAD_DAY)
    with pytest.raises(imports.EditRefused) as refused:
        edit(batch, batch.rows.get(), quantity=Decimal(-5))
    assert [name for name, _ in refused.value.faults] == ["trade_date", "quantity"]
    assert batch.rows.get().edits == {}


def test_a_correction_can_be_taken_back(account) -> None:
    batch = read(account, BAD_DAY)
    row = edit(batch, batch.rows.get(), trade_date=dt.date(2022, 3, 4), quantity=Decimal(6))
    imports.take_back(batch=batch, row=row, user=factories.user())
    row.refresh_from_db()
    assert (row.status, row.edits, row.draft["quantity"], row.draft["trade_date"]) == ("error", {}, "5", None)


def test_correcting_a_purchase_frees_the_sale_that_lacked_its_shares(account) -> None:
    batch = read(account, SELL, BAD_DAY)
    assert statuses(batch) == ["error", "error"]
    edit(batch, batch.rows.get(draft__kind="buy"), trade_date=dt.date(2022, 3, 4))
    assert statuses(batch) == ["ready", "ready"]


def test_a_sale_of_what_is_not_held_can_be_booked_as_short_and_flagged(account) -> None:
    batch = read(account, SELL, FUNDS)
    row = batch.rows.get(draft__kind="sell")
    assert imports.offers_short(row)
    imports.book_as_short(batch=batch, row=row, user=factories.user())
    imports.confirm(batch=batch, user=factories.user())
    assert account.transactions.get(kind="short").quantity == -4
    assert not account.lots.exists()


def test_a_sale_of_more_than_is_held_is_not_offered_as_short(account) -> None:
    factories.buy(account, factories.instrument("XOM"), "1", "80", dt.date(2022, 2, 1))
    assert not imports.offers_short(read(account, SELL).rows.get())


def test_nothing_is_changed_once_it_is_booked(account) -> None:
    batch = take_in(account, FEE)
    with pytest.raises(imports.NotWaiting):
        edit(batch, batch.rows.get(), cash=Decimal(-8))
    with pytest.raises(imports.NotWaiting):
        tick(batch.rows.get(), False)
