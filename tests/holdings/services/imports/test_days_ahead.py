"""Rows dated after the household's day are kept, said, and booked only when somebody ticks them."""

from __future__ import annotations

import datetime as dt

import pytest

from holdings.services import imports
from tests import factories
from tests.holdings.services.imports.steps import FUNDS, edit, read, statuses, take_in, tick

pytestmark = pytest.mark.django_db

AHEAD = "01/04/2023|Buy|XOM|EXXON|5|$110.00||-$550.00"
ON_THE_DAY = "12/28/2022|Buy|XOM|EXXON|5|$110.00||-$550.00"


def test_a_row_dated_after_the_households_day_is_unticked_with_its_line_and_a_warning(account) -> None:
    row = read(account, FUNDS, AHEAD).rows.get(draft__kind="buy")
    (problem,) = row.problems
    assert (row.status, row.chosen, problem["row"]) == ("warning", False, str(row.number))
    assert problem["message"] == "4 Jan 2023 is later than 28 Dec 2022, the day that counts here."


def test_a_row_of_the_very_day_is_ready(account) -> None:
    row = read(account, ON_THE_DAY).rows.get()
    assert (row.status, row.chosen) == ("ready", True)


def test_it_is_not_booked_without_a_tick(account) -> None:
    batch = take_in(account, FUNDS, AHEAD)
    assert list(account.transactions.values_list("kind", flat=True)) == ["deposit"]
    assert batch.rows.get(draft__kind="buy").transaction is None


def test_it_is_booked_once_ticked(account) -> None:
    batch = read(account, AHEAD)
    tick(batch.rows.get(), True)
    imports.confirm(batch=batch, user=factories.user())
    assert account.transactions.get().trade_date == dt.date(2023, 1, 4)


def test_it_is_ready_when_the_file_comes_again_on_a_later_day(account) -> None:
    take_in(account, FUNDS, AHEAD)
    account.household.clock = dt.date(2023, 1, 5)
    account.household.save()
    assert statuses(read(account, FUNDS, AHEAD)) == ["duplicate", "ready"]


def test_a_date_set_right_is_ticked_and_one_set_ahead_is_not(account) -> None:
    batch = read(account, AHEAD)
    row = edit(batch, batch.rows.get(), trade_date=dt.date(2022, 12, 27))
    assert (row.status, row.chosen) == ("ready", True)
    row = edit(batch, row, trade_date=dt.date(2023, 1, 3))
    assert (row.status, row.chosen) == ("warning", False)


def test_a_date_put_back_to_what_the_file_says_asks_again(account) -> None:
    batch = read(account, AHEAD)
    row = edit(batch, batch.rows.get(), trade_date=dt.date(2022, 12, 27))
    imports.take_back(batch=batch, row=row, user=factories.user())
    row.refresh_from_db()
    assert (row.status, row.chosen) == ("warning", False)
