import datetime as dt
from decimal import Decimal

import pytest

from holdings import selectors
from holdings.market import liquidity
from holdings.market.costs import daily_volume, half_spread
from holdings.models import Classification, HouseholdPrice, InstrumentEvent, Liquidity, Price, TradingSession
from tests import factories
from tests.holdings.measures.trades import traded

pytestmark = pytest.mark.django_db

BARS = traded(0.02, days=257)
AS_OF = BARS[-1].day


@pytest.fixture
def house():
    TradingSession.objects.bulk_create(TradingSession(calendar="XNYS", date=bar.day) for bar in BARS)
    return factories.household(clock=AS_OF)


@pytest.fixture
def share(house):
    found = factories.instrument("ABC")
    Classification.objects.create(household=house, instrument=found, asset_class="equity")
    return found


def store(share, bars=BARS, **changes) -> None:
    parts = [bar._asdict() | changes for bar in bars]
    Price.objects.bulk_create(
        Price(instrument=share, date=part.pop("day"), currency="USD", source=factories.source(), **part)
        for part in parts
    )


def estimate(house, share) -> Liquidity:
    liquidity.derive(house, [share])
    return Liquidity.objects.get(household=house, instrument=share)


def test_the_spread_that_the_prices_were_made_with_is_found(house, share) -> None:
    store(share)
    found = estimate(house, share)
    assert found.half_spread == pytest.approx(Decimal("0.01"), rel=Decimal("0.1"))
    assert (found.as_of, found.last, found.source) == (AS_OF, AS_OF, factories.source().name)
    assert (found.daily_volume, found.volume_days) == (Decimal(1003), 63)
    assert (found.ranges, found.volumes, found.sessions) == (252, 252, 252)


def test_nothing_later_than_the_household_s_date_counts(house, share) -> None:
    store(share)
    before = estimate(house, share)
    later = traded(0.02, days=300)[257:]
    store(share, later, high=Decimal(900), volume=Decimal(10**9))
    after = estimate(house, share)
    assert (after.half_spread, after.daily_volume) == (before.half_spread, before.daily_volume)


def test_closes_alone_tell_nothing(house, share) -> None:
    store(share, high=None, low=None, volume=None)
    found = estimate(house, share)
    assert (found.half_spread, found.daily_volume, found.ranges, found.volumes) == (None, None, 0, 0)


def test_a_split_changes_shares_and_no_spread(house, share) -> None:
    store(share)
    plain = estimate(house, share)
    Price.objects.all().delete()
    ex = BARS[-30].day
    old = [
        b._replace(close=b.close * 2, high=b.high * 2, low=b.low * 2, volume=b.volume / 2) if b.day < ex else b
        for b in BARS
    ]
    store(share, old)
    InstrumentEvent.objects.create(instrument=share, kind="split", ex_date=ex, ratio=2, source=factories.source())
    split = estimate(house, share)
    assert split.half_spread == plain.half_spread
    assert split.daily_volume == plain.daily_volume
    assert split.daily_value == plain.daily_value


def test_a_price_of_the_household_s_own_goes_first_and_contradictions_are_left_out(house, share) -> None:
    store(share)
    bar = BARS[-1]
    HouseholdPrice.objects.create(
        household=house, instrument=share, date=bar.day, close=5, high=4, low=3, currency="USD", origin="upload"
    )
    found = estimate(house, share)
    assert (found.left_out, found.last) == (1, BARS[-2].day)


def test_an_open_outside_its_day_takes_nothing_from_the_spread(house, share) -> None:
    store(share)
    before = estimate(house, share)
    Price.objects.filter(date=BARS[-1].day).update(open=Decimal(900))
    after = estimate(house, share)
    assert (after.half_spread, after.left_out) == (before.half_spread, 0)


def test_a_second_household_has_its_own_date(house, share) -> None:
    store(share)
    early = factories.household(factories.user("bob"), clock=BARS[10].day)
    estimate(house, share)
    found = estimate(early, share)
    assert (found.last, found.half_spread, Liquidity.objects.count()) == (BARS[10].day, None, 2)


def test_what_is_due_is_estimated_once(house, share) -> None:
    store(share)
    account = factories.account(house)
    factories.deposit(account, "1000")
    factories.buy(account, share, "1", "100", dt.date(2022, 3, 1))
    assert liquidity.due() == [house.pk]
    assert liquidity.refresh(house) == 1
    assert (liquidity.due(), liquidity.refresh(house)) == ([], 0)
    house.clock = AS_OF + dt.timedelta(days=1)
    house.save()
    assert liquidity.due() == [house.pk]


def test_a_person_s_word_goes_before_the_prices_and_those_before_the_class(house, share) -> None:
    row = Classification.objects.get()
    assert (half_spread(row, None).value, half_spread(row, None).source) == (Decimal("0.0005"), "class")
    assert daily_volume(row, None).shares is None
    store(share)
    estimate(house, share)
    told = selectors.liquidity(house)[share.pk]
    assert (half_spread(row, told).value, half_spread(row, told).source) == (told.half_spread, "estimated")
    assert daily_volume(row, told).shares == told.daily_volume
    row.half_spread, row.daily_volume = Decimal("0.002"), Decimal(5)
    assert (half_spread(row, told).value, half_spread(row, told).source) == (Decimal("0.002"), "own")
    assert (daily_volume(row, told).shares, daily_volume(row, told).source) == (Decimal(5), "own")
