"""A row is imported once, and a duplicate only when somebody ticks it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from holdings.services import imports, ledger
from tests import factories
from tests.holdings.services.imports.steps import BUY, FEE, FUNDS, OTHER_FEE, SELL, read, statuses, take_in, tick

pytestmark = pytest.mark.django_db


def test_i02_equal_fees_of_a_day_are_all_kept(account) -> None:
    take_in(account, FEE, FEE, OTHER_FEE)
    assert sorted(account.transactions.values_list("cash", flat=True)) == [
        Decimal("-63.27"),
        Decimal("-7.5"),
        Decimal("-7.5"),
    ]


def test_i04_overlapping_exports_of_an_account_add_no_row_twice(account) -> None:
    take_in(account, SELL, BUY, FUNDS, FEE, FEE)
    again = take_in(account, OTHER_FEE, SELL, BUY, FEE, FEE)
    assert statuses(again) == ["ready", "duplicate", "duplicate", "duplicate", "duplicate"]
    assert account.transactions.count() == 6


def test_the_character_of_a_distribution_is_booked_and_one_that_a_person_corrected_stays(account) -> None:
    paid = "06/02/2022|Long Term Cap Gain|XOM|EXXON||||$5.00"
    take_in(account, paid)
    row = account.transactions.get()
    assert row.character == "capital_gain"

    ledger.correct(
        row=row, draft=replace(ledger.draft_of(row), character="exempt"), reason="As the fund says.", user=None
    )
    assert statuses(take_in(account, paid)) == ["duplicate"]
    assert [row.character for row in account.transactions.active()] == ["exempt"]


def test_a_draft_stored_before_there_was_a_character_is_booked_without(account) -> None:
    batch = read(account, FEE)
    row = batch.rows.get()
    del row.draft["character"]
    row.save()
    imports.confirm(batch=batch, user=factories.user())
    assert account.transactions.get().character == ""


def test_a_duplicate_that_is_ticked_is_booked_with_the_next_occurrence(account) -> None:
    take_in(account, FEE)
    again = read(account, FEE)
    tick(again.rows.get(), True)
    imports.confirm(batch=again, user=factories.user())
    assert list(account.transactions.values_list("occurrence", flat=True)) == [1, 2]
    assert statuses(read(account, FEE, FEE)) == ["duplicate", "duplicate"]


def test_duplicates_come_unticked_and_what_is_ready_ticked(account) -> None:
    take_in(account, FEE)
    assert list(read(account, FEE, OTHER_FEE).rows.values_list("chosen", flat=True)) == [False, True]


def test_a_row_that_is_unticked_stays_out(account) -> None:
    batch = read(account, FEE, OTHER_FEE)
    tick(batch.rows.first(), False)
    imports.confirm(batch=batch, user=factories.user())
    assert account.transactions.get().cash == Decimal("-63.27")


def test_unticking_a_purchase_shows_at_once_that_its_sale_lacks_shares(account) -> None:
    batch = read(account, SELL, BUY, FUNDS)
    tick(batch.rows.get(draft__kind="buy"), False)
    assert batch.rows.get(draft__kind="sell").status == "error"
    tick(batch.rows.get(draft__kind="buy"), True)
    assert batch.rows.get(draft__kind="sell").status == "ready"
