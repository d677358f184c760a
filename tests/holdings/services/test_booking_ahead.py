"""A long file is prepared while others write, and written in one change as long as nothing has changed since."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts import activity, runs
from accounts.models import Activity, Run
from holdings import tasks
from holdings.models import BrokerageAccount, Import, Instrument, Lot, Transaction
from holdings.pages.runs import BOOKING
from holdings.services import imports
from holdings.services.imports.background import BOOK, ask
from holdings.services.imports.book import TRIES, confirm_ahead
from holdings.services.ledger import BookingRefused
from tests import factories
from tests.holdings.importers.files import transactions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

BUY = "03/01/2022|Buy|XOM|EXXON|10|$80.00||-$800.00"
SELL = "06/01/2022|Sell|XOM|EXXON|4|$95.00||$380.00"
NEW = "03/01/2022|Buy|NEWCO|NEW CO|10|$8.00||-$80.00"
STAGES = list(BOOKING)


@pytest.fixture
def account() -> BrokerageAccount:
    factories.instrument("XOM")
    return factories.account(factories.household())


def read(account: BrokerageAccount, *rows: str) -> Import:
    return imports.preview(
        account=account, user=factories.user(), file_name="a.csv", content=transactions(*(rows or (SELL, BUY)))
    )


def elsewhere(act: Callable[[], object]) -> None:
    """Let another thread, with a connection of its own, do something to its end."""
    ends: list[Exception] = []

    def do() -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - it is raised in the test's own thread
            ends.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join()
    if ends:
        raise ends[0]


def book(batch: Import, at: dict[str, Callable[[], object]], close: Callable[[], None] = lambda: None) -> list[str]:
    """Book an import while another thread acts, once, as a stage begins; the stages in their order."""
    told: list[str] = []

    def tell(stage: str) -> None:
        told.append(stage)
        if act := at.pop(stage, None):
            elsewhere(act)

    confirm_ahead(batch=batch, user=factories.user(), tell=tell, close=close)
    batch.refresh_from_db()
    return told


# Others write meanwhile


def test_others_write_at_every_stage_before_the_writing(account) -> None:
    neighbour, batch = factories.household(), read(account)
    told = book(
        batch,
        {
            stage: lambda stage=stage: [
                activity.record(household=each, user=None, verb=stage) for each in (neighbour, account.household)
            ]
            for stage in STAGES
        },
    )
    assert told == STAGES
    assert Activity.objects.filter(verb__in=STAGES).count() == 2 * len(STAGES)
    assert (batch.status, account.lots.get().quantity) == ("confirmed", 6)


# What was prepared stands no more


@pytest.mark.parametrize("stage", STAGES[1:])
def test_a_purchase_booked_meanwhile_is_the_lot_that_the_sale_takes(account, stage) -> None:
    xom, older, batch = Instrument.objects.get(symbol="XOM"), [], read(account)
    earlier = dt.date(2021, 5, 3)
    told = book(batch, {stage: lambda: older.append(factories.buy(account, xom, "4", "50", earlier))})
    assert told == [*STAGES, *STAGES]
    gain = account.realised_gains.get()
    assert (gain.lot_key, gain.gain) == (older[0], Decimal(180))
    assert account.lots.get().quantity == 10
    assert account.transactions.count() == 3


def test_a_file_with_the_same_rows_booked_meanwhile_leaves_nothing_to_book(account) -> None:
    batch, same = read(account), read(account)
    book(batch, {"Write": lambda: imports.confirm(batch=same, user=None)})
    assert batch.status == "confirmed"
    assert account.transactions.count() == 2
    assert not Transaction.objects.filter(import_rows__batch=batch).exists()


def test_an_instrument_added_meanwhile_is_the_one_that_is_booked(account) -> None:
    batch = read(account, NEW)
    told = book(batch, {"Write": lambda: factories.instrument("NEWCO")})
    assert told == [*STAGES, *STAGES]
    assert account.lots.get().instrument == Instrument.objects.get(symbol="NEWCO")


def test_a_household_that_never_stands_still_is_refused_in_words_and_nothing_is_booked(account) -> None:
    xom, batch, told = Instrument.objects.get(symbol="XOM"), read(account, NEW), []

    def tell(stage: str) -> None:
        told.append(stage)
        if stage == "Write":
            elsewhere(lambda: factories.buy(account, xom, "1", "50", dt.date(2021, 5, 3)))

    with pytest.raises(BookingRefused, match="changed again and again"):
        confirm_ahead(batch=batch, user=None, tell=tell, close=lambda: None)
    batch.refresh_from_db()
    assert told == STAGES * TRIES
    assert batch.status == "preview"
    assert account.transactions.count() == TRIES
    assert not Instrument.objects.filter(symbol="NEWCO").exists()


def test_a_worker_that_has_lost_its_lease_books_nothing(account) -> None:
    batch = read(account)
    run = ask(batch, factories.user(), BOOK)
    claim = runs.claim(run.pk)

    def take_over() -> None:
        Run.objects.update(heartbeat_at=timezone.now() - 2 * runs.LEASE)
        assert runs.claim(run.pk)

    with pytest.raises(runs.LeaseLost):
        book(batch, {"Write": take_over}, close=lambda: runs.finish(claim))
    batch.refresh_from_db()
    assert (batch.status, Transaction.objects.count(), Lot.objects.count()) == ("preview", 0, 0)


# Progress and cancelling, as the worker does it


@contextmanager
def watching(act: Callable[[Run], object]) -> Iterator[None]:
    """Look at the run each time its stage has been stored."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith("UPDATE") and '"stage"' in sql and set(STAGES) & {each for each in params if each}:
            act(Run.objects.get())
        return result

    with connection.execute_wrapper(wrapper):
        yield


def test_progress_moves_with_every_stage(account) -> None:
    run, seen = ask(read(account), factories.user(), BOOK), []
    with watching(lambda run: seen.append((run.stage, run.progress))):
        tasks.run(run.pk)
    parts = [part for _, part in seen]
    assert [stage for stage, _ in seen] == STAGES
    assert parts == sorted(set(parts))
    assert (parts[0], Run.objects.get().progress) == (0, 1)


@pytest.mark.parametrize("stage", STAGES)
def test_a_booking_that_is_cancelled_before_the_writing_begins_books_nothing(account, stage) -> None:
    batch = read(account)
    run = ask(batch, factories.user(), BOOK)

    def cancel(at: Run) -> None:
        if at.stage == stage:
            elsewhere(lambda: runs.cancel(run=run, user=factories.user()))

    with watching(cancel):
        tasks.run(run.pk)
    batch.refresh_from_db()
    assert (Run.objects.get().status, batch.status, Transaction.objects.count()) == ("cancelled", "preview", 0)
