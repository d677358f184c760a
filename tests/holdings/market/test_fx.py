import datetime as dt
from decimal import Decimal

import pytest

from holdings.ledger.series import level_on
from holdings.market.fx import rate_on, rates
from holdings.models import FxRate
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

FRIDAY, MONDAY = dt.date(2021, 8, 20), dt.date(2021, 8, 23)


def publish(currency: str, day: dt.date, per_euro: str) -> None:
    FxRate.objects.create(currency=currency, date=day, per_euro=Decimal(per_euro), source=factories.source())


@pytest.fixture
def published() -> None:
    publish("USD", FRIDAY, "1.1671")
    publish("GBP", FRIDAY, "0.85723")
    publish("USD", MONDAY, "1.1718")
    publish("GBP", MONDAY, "0.85653")


def test_t22_a_trade_converts_at_the_rate_of_its_day() -> None:
    publish("USD", FRIDAY, "1.170200202491870281")
    publish("USD", dt.date(2022, 3, 1), "1.0593")

    rate = rate_on(base="EUR", currency="USD", day=FRIDAY)

    assert rate is not None
    assert round(Decimal("1360.50") * rate, 2) == Decimal("1162.62")


def test_two_currencies_cross_through_the_euro(published) -> None:
    found = rate_on(base="USD", currency="GBP", day=FRIDAY)
    assert found == pytest.approx(Decimal("1.1671") / Decimal("0.85723"), abs=Decimal("1e-18"))


def test_a_currency_in_itself_is_one_and_asks_nobody(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert rate_on(base="USD", currency="USD", day=FRIDAY) == 1


def test_a_weekend_has_the_rate_of_friday(published) -> None:
    sunday = rate_on(base="EUR", currency="USD", day=dt.date(2021, 8, 22))
    assert sunday == rate_on(base="EUR", currency="USD", day=FRIDAY)


def test_a_rate_is_known_for_seven_days_and_no_longer(published) -> None:
    assert rate_on(base="EUR", currency="USD", day=MONDAY + dt.timedelta(days=7)) is not None
    assert rate_on(base="EUR", currency="USD", day=MONDAY + dt.timedelta(days=8)) is None


def test_nothing_is_known_before_the_first_publication_or_of_a_currency_never_published(published) -> None:
    assert rate_on(base="EUR", currency="USD", day=FRIDAY - dt.timedelta(days=1)) is None
    assert rate_on(base="USD", currency="CZK", day=FRIDAY) is None


@pytest.mark.parametrize(("quoted", "major"), [("GBX", "GBP"), ("GBp", "GBP"), ("ZAc", "ZAR"), ("ILA", "ILS")])
def test_t26_a_hundredth_is_scaled_once(published, quoted: str, major: str) -> None:
    publish("ZAR", FRIDAY, "17.9")
    publish("ILS", FRIDAY, "3.8")
    small, large = (rate_on(base="USD", currency=code, day=FRIDAY) for code in (quoted, major))
    assert large is not None
    assert small == pytest.approx(large / 100, abs=Decimal("1e-18"))


def test_t26_pence_in_pounds_are_a_hundredth_without_any_rate() -> None:
    assert rate_on(base="GBP", currency="GBX", day=FRIDAY) == Decimal("0.01")


def test_a_series_comes_in_one_query_and_begins_with_the_rate_that_held(published, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = rates("USD", ["GBP", "EUR", "USD", "CZK"], dt.date(2021, 8, 21), MONDAY)

    assert [step.day for step in found["GBP"]] == [FRIDAY, MONDAY]
    assert level_on(found["EUR"], dt.date(2021, 8, 22)) == Decimal("1.1671")
    assert level_on(found["USD"], MONDAY) == 1
    assert not found["CZK"]
