"""Files of other programs and of any bank, from the upload to the ledger."""

import datetime as dt
from decimal import Decimal

import pytest

from holdings.importers import mapped
from holdings.importers.text import decode
from holdings.models import BrokerageAccount, Import
from holdings.services import imports
from tests import factories
from tests.holdings.importers.files import fixture

pytestmark = pytest.mark.django_db

AFTER = dt.date(2026, 1, 2)
"""The files of every test are of before."""
DEPOSIT, SECURITIES = "pp_deposit_en.csv", "pp_securities_de.csv"


@pytest.fixture
def account() -> BrokerageAccount:
    return factories.account(factories.household(clock=AFTER))


def upload(account: BrokerageAccount, name: str) -> Import:
    return imports.preview(account=account, user=factories.user(), file_name=name, content=fixture(name))


def take_in(account: BrokerageAccount, name: str) -> Import:
    return imports.confirm(batch=upload(account, name), user=factories.user())


@pytest.mark.parametrize("names", [(DEPOSIT, SECURITIES), (SECURITIES, DEPOSIT)])
def test_i08_trades_that_two_files_hold_are_booked_once(account: BrokerageAccount, names: tuple[str, str]) -> None:
    _, second = (take_in(account, name) for name in names)

    assert second.rows.filter(status="duplicate").count() == 4
    assert account.transactions.filter(kind__in=["buy", "sell"]).count() == 3
    assert account.lots.get(instrument__symbol="VWCE.DE").quantity == 6


def test_the_cash_of_a_deposit_file_is_that_of_its_account(account: BrokerageAccount) -> None:
    take_in(account, DEPOSIT)

    assert account.cash_balances.get(currency="EUR").amount == Decimal("3064.95")


def test_i04_a_statement_again_adds_nothing(account: BrokerageAccount) -> None:
    first = take_in(account, "ofx_sgml.qfx")
    again = take_in(account, "ofx_sgml.qfx")

    assert account.transactions.count() == first.rows.filter(transaction__isnull=False).count() == 24
    assert set(again.rows.values_list("status", flat=True)) == {"duplicate", "ignored"}


def test_a_mapping_that_was_said_once_reads_the_next_file(account: BrokerageAccount) -> None:
    name = "mapped_german.csv"
    spec = mapped.to_json(mapped.propose(decode(fixture(name))).spec)
    imports.apply_mapping(batch=upload(account, name), user=factories.user(), spec=spec)

    assert upload(account, name).status == Import.Status.PREVIEW
