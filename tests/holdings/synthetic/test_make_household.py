from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Household
from holdings.models import Price, Transaction
from holdings.reports import store
from holdings.valuations.store import behind, revalue
from tests import factories

pytestmark = pytest.mark.django_db
SIZE = {"accounts": 3, "holdings": 10, "transactions": 120, "years": 1, "seed": 5}


@pytest.fixture
def house() -> Household:
    call_command("make_household", **SIZE, email=factories.user().email, verbosity=0)
    return Household.objects.get()


def test_it_is_booked_valued_and_reported_like_anybodys(house) -> None:
    for account in behind():
        assert revalue(account)
    assert store.refresh(house) > 0
    content = house.reports.filter(scope="household").earliest("first").content
    assert float(content["money"]["currency"]) != 0
    assert sum(float(row["gain"]) for row in content["holdings"]) == pytest.approx(float(content["money"]["gain"]))


def test_its_prices_are_named_as_synthetic(house) -> None:
    assert set(Price.objects.values_list("source__label", flat=True)) == {"synthetic, for measurements only"}
    assert house.is_paper


def test_it_has_several_currencies_and_about_as_many_transactions_as_asked(house) -> None:
    rows = Transaction.objects.active().filter(account__household=house)
    assert set(rows.values_list("currency", flat=True)) == {"USD", "EUR"}
    assert 120 <= rows.count() < 300
    assert {"buy", "sell", "dividend", "reinvest", "deposit"} <= set(rows.values_list("kind", flat=True))


def test_a_second_market_is_refused_in_words(house) -> None:
    with pytest.raises(CommandError, match="A synthetic market is stored already"):
        call_command("make_household", **SIZE, verbosity=0)
    assert Household.objects.count() == 1


def test_sizes_below_one_are_refused() -> None:
    with pytest.raises(CommandError, match="at least 1 each"):
        call_command("make_household", **{**SIZE, "years": 0}, verbosity=0)


def test_an_unknown_owner_is_refused() -> None:
    with pytest.raises(CommandError, match="No user has the address"):
        call_command("make_household", **SIZE, email="nobody@example.com", verbosity=0)
