"""Columns and accounts of a file that a person has to name."""

from __future__ import annotations

import pytest

from holdings.importers import mapped as reader
from holdings.models import (
    BrokerageAccount,
    ColumnMapping,
    Import,
    Transaction,
)
from holdings.services import imports
from tests import factories
from tests.holdings.services.imports.steps import read, statuses

pytestmark = pytest.mark.django_db


MAPPED = b"""Date,Type,Symbol,Quantity,Price,Amount,Account
2022-01-03,Deposit,,,,1000.00,Main 1111
2022-01-04,Buy,XOM,5,61.50,-307.50,Main 1111
2022-01-05,Deposit,,,,500.00,Second 2222
2022-01-06,Buy,XOM,2,62.00,-124.00,Second 2222
"""


def mapped(account: BrokerageAccount) -> Import:
    batch = read(account, content=MAPPED)
    spec = reader.to_json(reader.propose(MAPPED.decode()).spec)
    return imports.apply_mapping(batch=batch, user=factories.user(), spec=spec)


def test_a_file_of_no_known_format_waits_for_its_columns(account) -> None:
    batch = read(account, content=MAPPED)
    assert (batch.status, batch.rows.count()) == ("mapping", 0)


def test_a_mapping_is_remembered_and_applied_to_the_next_file_at_once(account) -> None:
    mapped(account)
    assert ColumnMapping.objects.get().household == account.household
    batch = read(account, content=MAPPED.replace(b"307.50", b"307.55"))
    assert (batch.status, batch.format, batch.rows.count()) == ("preview", "mapped", 4)


def test_a_mapping_of_another_household_is_not_applied(account) -> None:
    mapped(account)
    theirs = factories.account(factories.household(factories.user("bob")))
    assert read(theirs, content=MAPPED).status == "mapping"


def test_the_accounts_of_a_file_are_asked_for_and_each_row_goes_to_its_own(account) -> None:
    second = factories.account(account.household, name="Savings")
    batch = mapped(account)
    assert set(batch.accounts.values()) == {None}
    assert set(statuses(batch)) == {"error"}
    said = dict(zip(batch.accounts, [str(account.uuid), str(second.uuid)], strict=True))
    imports.map_accounts(batch=batch, user=factories.user(), accounts=said)
    imports.confirm(batch=batch, user=factories.user())
    assert [each.lots.get().quantity for each in (account, second)] == [5, 2]


def test_accounts_are_recognised_by_their_last_digits(account) -> None:
    second = factories.account(account.household, name="Savings")
    BrokerageAccount.objects.filter(pk=account.pk).update(number_tail="1111")
    BrokerageAccount.objects.filter(pk=second.pk).update(number_tail="2222")
    batch = mapped(BrokerageAccount.objects.get(pk=account.pk))
    assert set(batch.accounts.values()) == {str(account.uuid), str(second.uuid)}
    assert set(statuses(batch)) == {"ready"}


def test_an_account_that_is_left_out_takes_its_rows_with_it(account) -> None:
    batch = mapped(account)
    first, other = batch.accounts
    imports.map_accounts(batch=batch, user=factories.user(), accounts={first: str(account.uuid), other: ""})
    imports.confirm(batch=batch, user=factories.user())
    assert statuses(batch) == ["ready", "ready", "ignored", "ignored"]
    assert Transaction.objects.count() == 2


def test_a_file_of_several_accounts_again_adds_nothing(account) -> None:
    second = factories.account(account.household, name="Savings")
    said = [str(account.uuid), str(second.uuid)]
    for _ in range(2):
        batch = mapped(account)
        imports.map_accounts(batch=batch, user=factories.user(), accounts=dict(zip(batch.accounts, said, strict=True)))
        imports.confirm(batch=batch, user=factories.user())
    assert Transaction.objects.count() == 4


def test_a_file_of_several_accounts_is_undone_whole(account) -> None:
    second = factories.account(account.household, name="Savings")
    batch = mapped(account)
    said = dict(zip(batch.accounts, [str(account.uuid), str(second.uuid)], strict=True))
    imports.map_accounts(batch=batch, user=factories.user(), accounts=said)
    imports.confirm(batch=batch, user=factories.user())
    imports.undo(batch=batch, user=factories.user(), reason="")
    assert not Transaction.objects.active().exists()
