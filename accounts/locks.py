"""One writer of a household at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.models import Household


@contextmanager
def holding(household: Household) -> Iterator[None]:
    """A transaction that has locked the household's row before any other of its rows.

    Writers wait in one line, so that two of them never wait for each other; what is read inside stands still.
    """
    with transaction.atomic():
        Household.objects.select_for_update(no_key=True).only("id").get(pk=household.pk)
        yield
