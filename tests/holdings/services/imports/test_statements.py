"""What a file states is compared with the ledger, and opens lots only where ticked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from holdings.models import (
    BrokerageAccount,
    Import,
)
from holdings.services import imports
from tests import factories
from tests.holdings.importers.files import lots
from tests.holdings.services.imports.steps import FEE, OTHER_FEE, read, take_in

pytestmark = pytest.mark.django_db


def test_a_lot_file_without_a_history_opens_lots_and_states_them(account) -> None:
    factories.instrument("KO")
    batch = read(account, content=lots("01/05/2021|10|$50.00|$500.00"))
    imports.confirm(batch=batch, user=factories.user())
    assert account.lots.get().basis == 500


def test_the_uploaded_bytes_are_dropped_once_booked_or_put_aside(account) -> None:
    booked, aside = take_in(account, FEE), read(account, OTHER_FEE)
    imports.discard(batch=aside, user=factories.user())
    assert not any(hasattr(Import.objects.get(pk=batch.pk), "file") for batch in (booked, aside))


POSITIONS = (
    (Path(__file__).parents[2] / "importers/fixtures/schwab_positions_2023.csv")
    .read_bytes()
    .replace(b"Household Taxable ...417", b"Main ...417")
)


ONE = (
    b"Positions for account Main ...417 as of 12:33 PM ET, 2022/12/28\n\n"
    b"Symbol,Description,Qty (Quantity),Price,Mkt Val (Market Value),Cost Basis,Security Type\n"
    b"KO,COCA COLA CO,22,$62.61,$1377.42,--,Equity\n"
)


def stated(account: BrokerageAccount, *tickable: str) -> Import:
    """A file of positions of two accounts, of which one is ours; rows of some symbols are ticked."""
    batch = read(account, content=POSITIONS)
    said = {key: str(account.uuid) if "417" in key else "" for key in batch.accounts}
    imports.map_accounts(batch=batch, user=factories.user(), accounts=said)
    ticks = {row.pk: True for row in batch.rows.all() if row.draft["symbol"] in tickable}
    imports.choose(batch=batch, user=factories.user(), ticks=ticks)
    return imports.confirm(batch=batch, user=factories.user())


def test_positions_are_stated_and_open_nothing_by_themselves(account) -> None:
    batch = stated(account)
    statement = batch.statements.get()
    assert (statement.account, statement.kind, statement.as_of) == (account, "positions", dt.date(2022, 12, 28))
    assert not account.transactions.exists()
    assert statement.compared_revision is not None


def test_positions_of_another_accounts_number_are_compared_with_nothing(account) -> None:
    account.number_tail = "999"
    account.save()
    batch = read(account, content=ONE)
    assert not imports.would_compare(batch)
    imports.confirm(batch=batch, user=factories.user())
    assert not batch.statements.exists()


@pytest.mark.parametrize("tail", ["", "417"])
def test_positions_of_the_account_itself_would_be_compared(account, tail) -> None:
    account.number_tail = tail
    account.save()
    assert imports.would_compare(read(account, content=ONE))


def test_positions_of_accounts_that_are_all_left_out_would_be_compared_with_nothing(account) -> None:
    batch = read(account, content=POSITIONS)
    imports.map_accounts(batch=batch, user=factories.user(), accounts=dict.fromkeys(batch.accounts, ""))
    assert not imports.would_compare(batch)


def test_transactions_are_compared_with_nothing(account) -> None:
    assert not imports.would_compare(read(account, FEE))


def test_positions_that_are_ticked_open_lots_of_unknown_date_with_the_stated_basis(account) -> None:
    stated(account, "VTI", "KO")
    lots_ = {lot.instrument.symbol: lot for lot in account.lots.all()}
    assert (lots_["VTI"].basis, lots_["VTI"].acquired) == (Decimal("10250.10"), None)
    assert lots_["KO"].basis is None
    assert all(lot.is_incomplete for lot in lots_.values())


def test_what_has_a_history_is_compared_and_differs_in_words(account) -> None:
    factories.buy(account, factories.instrument("KO"), "40", "60", dt.date(2022, 1, 3))
    batch = stated(account, "KO")
    assert batch.rows.get(draft__symbol="KO").status == "ignored"
    difference = batch.statements.get().differences.get(instrument__symbol="KO", kind="shares")
    assert (difference.stated, difference.ledger) == (42, 40)


def test_undo_takes_the_statements_back_too(account) -> None:
    batch = stated(account, "KO")
    imports.undo(batch=batch, user=factories.user(), reason="")
    assert not batch.statements.exists()
    assert not account.lots.exists()
