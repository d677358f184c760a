"""Many rows at once, as `bulk_create` would store them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.forms import model_to_dict

from accounts.bulk import insert, ready, set_keys
from holdings.models import Import, ImportRow, LotPick, Transaction
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def rows(account, count=3):
    made = dt.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC)
    return [
        Transaction(
            account=account,
            kind=Transaction.Kind.BUY,
            trade_date=dt.date(2026, 1, day),
            trade_time=dt.time(9, 30),
            quantity=Decimal("0.000000000000000001"),
            price=Decimal("12345678901234567890.5"),
            cash=Decimal("-10.50"),
            note="tab\t, “quotes”, back\\slash\nand a line",
            source=Transaction.Source.MANUAL,
            created_at=made,
        )
        for day in range(1, count + 1)
    ]


def test_it_stores_every_value_as_it_is_given():
    account = factories.account(factories.household())
    given = rows(account)
    insert(given)
    for row in given:
        stored = Transaction.objects.get(uuid=row.uuid)
        assert model_to_dict(stored) == model_to_dict(row)
        assert (stored.pk, stored.created_at) == (row.pk, row.created_at)


def test_it_gives_ids_in_the_order_of_the_rows_and_after_those_of_deleted_rows():
    account = factories.account(factories.household())
    first, second = rows(account), rows(account)
    insert(first)
    last = first[-1].pk
    Transaction.objects.all().delete()
    insert(second)
    assert [row.pk for row in second] == [last + 1, last + 2, last + 3]


def test_the_next_row_that_is_saved_gets_a_free_id():
    account = factories.account(factories.household())
    (saved,) = rows(account, 1)
    insert(rows(account))
    saved.save()
    insert(more := rows(account))
    assert Transaction.objects.count() == 7
    assert more[0].pk > saved.pk


def test_rows_that_wait_to_be_written_keep_the_ids_that_they_were_given():
    account = factories.account(factories.household())
    waiting, between = rows(account), rows(account)
    insertion = ready(waiting)
    given = [row.pk for row in waiting]
    insert(between)
    assert not Transaction.objects.filter(pk__in=given).exists()
    insertion.run()
    assert [Transaction.objects.get(uuid=row.uuid).pk for row in waiting] == given
    assert Transaction.objects.count() == 6


def test_it_raises_for_rows_that_a_constraint_forbids_and_stores_none():
    insert(sold := rows(factories.account(factories.household()), 1))
    twice = [LotPick(transaction=sold[0], lot_key="a", quantity=1) for _ in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(twice)
    assert not LotPick.objects.exists()


def test_it_keeps_plain_values_of_json_and_sets_many_keys_at_once():
    account = factories.account(factories.household())
    batch = Import.objects.create(household=account.household, file_name="a.csv", file_hash="", account=account)
    given = [ImportRow(batch=batch, number=n, raw={"a\\b": "ü\n"}, draft=["1"], status="ready") for n in (1, 2)]
    insert(given)
    insert(made := rows(account, 2))
    set_keys(ImportRow, "transaction", {row.pk: each.pk for row, each in zip(given, made, strict=True)})
    stored = list(ImportRow.objects.order_by("number"))
    assert [(row.raw, row.draft, row.edits) for row in stored] == [({"a\\b": "ü\n"}, ["1"], {})] * 2
    assert [row.transaction for row in stored] == made
