"""The worker's side of an import: claimed once, booked once, or not at all."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts import runs
from accounts.models import Run
from holdings import tasks
from holdings.models import BrokerageAccount, Import
from holdings.services import imports
from tests import factories
from tests.holdings.importers.files import transactions

pytestmark = pytest.mark.django_db

BUY = "03/01/2022|Buy|XOM|EXXON|10|$80.00||-$800.00"
SELL = "06/01/2022|Sell|XOM|EXXON|4|$95.00||$380.00"


@pytest.fixture
def account() -> BrokerageAccount:
    factories.instrument("XOM")
    return factories.account(factories.household())


def read(account: BrokerageAccount, *rows: str) -> Import:
    return imports.preview(
        account=account, user=factories.user(), file_name="xom.csv", content=transactions(*(rows or (SELL, BUY)))
    )


def asked(batch: Import) -> Run:
    return runs.request(
        household=batch.household,
        user=factories.user(),
        kind=Run.Kind.IMPORT,
        key=uuid.uuid4(),
        subject=str(batch.uuid),
        params={"act": "book", "file": batch.file_name},
    )


def done(run: Run) -> Run:
    tasks.run(run.pk)
    return Run.objects.get(pk=run.pk)


def test_a_run_books_its_import(account) -> None:
    batch = read(account)
    assert done(asked(batch)).status == "done"
    batch.refresh_from_db()
    assert (batch.status, account.lots.get().quantity) == ("confirmed", 6)


def test_a_message_that_comes_twice_books_once(account) -> None:
    run = asked(read(account))
    for _ in range(2):
        done(run)
    assert account.transactions.count() == 2


def test_a_second_run_of_a_booked_import_books_nothing(account) -> None:
    batch = read(account)
    done(asked(batch))
    assert done(asked(batch)).status == "done"
    assert account.transactions.count() == 2


def test_a_cancelled_run_books_nothing(account) -> None:
    batch = read(account)
    run = asked(batch)
    claim = runs.claim(run.pk)
    runs.cancel(run=run, user=factories.user())
    tasks._work(claim)
    run.refresh_from_db()
    batch.refresh_from_db()
    assert (run.status, batch.status, account.transactions.count()) == ("cancelled", "preview", 0)


def test_what_the_ledger_refuses_fails_in_words_and_changes_nothing(account) -> None:
    earlier, batch = read(account, BUY), read(account)
    imports.confirm(batch=earlier, user=factories.user())
    later = read(account, SELL)
    imports.undo(batch=earlier, user=factories.user(), reason="")
    run = done(asked(later))
    assert (run.status, account.transactions.active().count()) == ("failed", 0)
    assert "XOM" in run.error
    assert batch.status == "preview"


def test_a_worker_that_lost_its_lease_books_nothing(account) -> None:
    run = asked(read(account))
    lost = runs.claim(run.pk)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - dt.timedelta(minutes=1))
    runs.claim(run.pk)
    with pytest.raises(runs.LeaseLost):
        tasks._work(lost)
    assert not account.transactions.exists()


def test_the_message_of_a_run_that_is_gone_is_answered_with_nothing() -> None:
    tasks.run(4711)
    assert not Run.objects.exists()
