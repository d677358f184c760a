import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.clock import today
from holdings.market import feeds
from holdings.market.providers.base import Empty, RateLimited, Unreachable
from holdings.models import (
    Feed,
    FxRate,
    Instrument,
    MacroPoint,
    MacroSeries,
    Price,
    PriceFinding,
    PriceSource,
)
from tests import factories
from tests.holdings.market.sources import Reply, Source

pytestmark = pytest.mark.django_db

START = dt.date(2022, 12, 1)
DAYS = [START + dt.timedelta(days=n) for n in range(40) if (START + dt.timedelta(days=n)).weekday() < 5]
HOUR = dt.timedelta(hours=1)


def of(slug: str) -> PriceSource:
    return PriceSource.objects.get_or_create(slug=slug, defaults={"name": slug.title(), "licence": "test"})[0]


def feed(symbol: str = "abc.us", slug: str = "stooq", **subject) -> Feed:
    subject = subject or {"instrument": factories.instrument("ABC")}
    return Feed.objects.create(source=of(slug), symbol=symbol, try_after=timezone.now(), **subject)


def table(closes: dict[dt.date, str]) -> str:
    return "Date,Close\n" + "".join(f"{day},{close}\n" for day, close in closes.items())


def lively(factor: str = "1", days=DAYS) -> dict[dt.date, str]:
    return {day: str((100 + number % 2) * Decimal(factor)) for number, day in enumerate(days)}


def run(one: Feed) -> Feed:
    feeds.work(one.source_id)
    return Feed.objects.get(pk=one.pk)


def again(one: Feed) -> Feed:
    Feed.objects.filter(pk=one.pk).update(try_after=timezone.now())
    return run(one)


def stored() -> dict[dt.date, Decimal]:
    return dict(Price.objects.values_list("date", "close"))


def test_it_stores_closes_with_their_source_and_says_so_on_the_feed(server: Source) -> None:
    server.tells(table({START: "10.5"}))
    done = run(feed())
    assert stored() == {START: Decimal("10.5")}
    assert Price.objects.get().source.slug == "stooq"
    assert (done.last_date, done.failures, done.error, done.try_after) == (START, 0, "", None)
    assert done.source.updated_at is not None


def test_the_next_fetch_asks_for_two_weeks_again_and_changes_nothing_that_is_equal(server: Source) -> None:
    server.tells(table(lively()))
    one = run(feed())
    rows = list(Price.objects.values_list("pk", "close"))
    again(one)
    assert server.asked[-1][1]["d1"] == f"{DAYS[-1] - feeds.OVERLAP:%Y%m%d}"
    assert list(Price.objects.values_list("pk", "close")) == rows


def test_a_restated_close_updates_its_row_and_makes_a_new_chunk(server: Source) -> None:
    server.tells(table(lively()))
    one = run(feed())
    server.tells(table({**lively(), DAYS[3]: "99"}))
    again(one)
    instrument = Instrument.objects.get(symbol="ABC")
    assert stored()[DAYS[3]] == 99
    assert instrument.chunks.filter(year=2022).count() == 2


def test_t26_pence_are_scaled_once(server: Source) -> None:
    share = Instrument.objects.create(symbol="VOD", currency="GBP", calendar="XLON")
    server.tells(table({START: "84.15"}))
    run(feed("vod.uk", instrument=share))
    price = Price.objects.get()
    assert (price.close, price.currency) == (Decimal("0.8415"), "GBP")


def test_accounts_that_hold_it_are_valued_again_from_the_first_changed_day(server: Source) -> None:
    account = factories.account(factories.household())
    share = factories.instrument("ABC")
    factories.deposit(account, "1000")
    factories.buy(account, share, "1", "100", START)
    account.stale_from = None
    account.save()
    server.tells(table(lively()))
    run(feed())
    account.refresh_from_db()
    assert account.stale_from == START


@pytest.mark.parametrize("answer", ["Exceeded the daily hits limit", "<html>", "No data", "Date,Close\n2022-12-01,x"])
def test_a_failure_leaves_everything_as_it_was_and_says_why(server: Source, answer: str) -> None:
    server.tells(table(lively()))
    one = run(feed())
    before = stored()
    server.tells(answer)
    failed = again(one)
    assert stored() == before
    assert failed.failures == 1
    assert failed.error.startswith("Stooq")


def test_a_busy_source_is_left_alone_as_long_as_it_asks_for_all_its_series(server: Source) -> None:
    other = feed("def.us", instrument=factories.instrument("DEF"))
    server.tells(Reply(status=429, headers={"Retry-After": "3600"}))
    run(feed())
    waits = Feed.objects.values_list("try_after", flat=True)
    assert all(wait > timezone.now() + HOUR * 0.9 for wait in waits)
    assert len(server.asked) == 1
    assert feeds.sources_due() == []
    assert other.source_id


def test_an_unreachable_source_is_tried_again_later_and_later() -> None:
    one = feed()
    feeds.failed(one, Unreachable("Stooq could not be reached."))
    one.refresh_from_db()
    assert dt.timedelta(minutes=2) < one.try_after - timezone.now() < dt.timedelta(minutes=5)
    assert feeds.backoff(20) <= feeds.LONGEST


def test_what_another_try_would_only_repeat_waits_for_the_night() -> None:
    one = feed()
    feeds.failed(one, Empty("Stooq has no data."))
    one.refresh_from_db()
    assert one.try_after is None
    assert feeds.request_all() == 1
    assert feeds.sources_due() == [one.source_id]


def test_a_failing_source_hands_on_to_the_next_one() -> None:
    first = feed()
    second = Feed.objects.create(source=of("yahoo"), instrument=first.instrument, symbol="ABC", position=2)
    feeds.failed(first, RateLimited("Wait."))
    second.refresh_from_db()
    assert second.try_after is not None
    assert feeds.request_all() == 1


def test_two_workers_never_take_the_same_feed(server: Source) -> None:
    one = feed()
    provider = feeds.providers()["stooq"]
    taken, _ = feeds.take(one.source_id, provider)
    assert taken == one
    assert feeds.take(one.source_id, provider) == (None, None)


def test_a_source_is_not_asked_twice_within_its_pause(server: Source, settings) -> None:
    settings.FEED_PAUSE_SECONDS = 60
    feeds.providers.cache_clear()
    one = feed()
    feed("def.us", instrument=factories.instrument("DEF"))
    provider = feeds.providers()["stooq"]
    feeds.take(one.source_id, provider)
    nothing, wait = feeds.take(one.source_id, provider)
    assert nothing is None
    assert wait == pytest.approx(60, abs=2)


def test_t30_a_delisted_share_is_marked_and_no_longer_asked_for(server: Source) -> None:
    server.tells(table(lively()))
    one = run(feed())
    server.tells(Reply(status=410))
    again(one)
    assert Instrument.objects.get(symbol="ABC").delisted_on == DAYS[-1]
    assert feeds.request_all() == 0


def test_rates_and_economic_series_come_the_same_way(server: Source) -> None:
    series = MacroSeries.objects.create(slug="risk-free", name="3-month Treasury", unit="percent a year")
    server.tells("observation_date,DGS3MO\n2022-12-01,4.3\n")
    run(feed("DGS3MO", "fred", macro=series))
    recent = f'<Cube xmlns="x"><Cube time="{today()}"><Cube currency="USD" rate="1.05"/></Cube></Cube>'
    server.tells(recent)
    one = feed("USD", "ecb", currency="USD")
    Feed.objects.filter(pk=one.pk).update(last_date=today())
    run(one)
    assert MacroPoint.objects.get().value == Decimal("4.3")
    assert FxRate.objects.get().per_euro == Decimal("1.05")


# Splits


def test_a_source_that_restates_its_past_for_a_split_does_not_change_the_raw_past(server: Source) -> None:
    server.tells(table(lively(days=DAYS[:15])))
    one = run(feed())
    before = stored()
    server.tells(table(lively("0.25")))
    again(one)
    assert {day: close for day, close in stored().items() if day in before} == before
    assert stored()[DAYS[-1]] < 30
    finding = PriceFinding.objects.get(kind="unadjusted_split")
    assert (finding.first, finding.detail) == (DAYS[15], {"ratio": "4"})


def test_a_source_that_puts_dividends_into_its_closes_is_refused(server: Source) -> None:
    server.tells(table(lively()))
    one = run(feed())
    before = stored()
    server.tells(table(lively("0.97")))
    assert "dividends inside" in again(one).error
    assert stored() == before


def test_findings_open_once_and_close_when_they_are_gone(server: Source) -> None:
    server.tells(table({**lively(), DAYS[8]: "150"}))
    one = run(feed())
    again(one)
    finding = PriceFinding.objects.get()
    assert (finding.kind, finding.state) == ("outlier", "open")
    server.tells(table(lively()))
    again(one)
    finding.refresh_from_db()
    assert (finding.state, finding.closed_at is not None) == ("settled", True)


def bars(rows: dict[dt.date, str]) -> str:
    return "Date,Open,High,Low,Close,Volume\n" + "".join(f"{day},{cells}\n" for day, cells in rows.items())


def told() -> dict[dt.date, tuple[Decimal | None, ...]]:
    return {row.date: (row.open, row.high, row.low, row.volume) for row in Price.objects.all()}


def test_opens_highs_lows_and_volumes_are_stored_with_the_close(server: Source) -> None:
    server.tells(bars({START: "9.5,11,9,10,500"}))
    run(feed())
    assert told() == {START: (Decimal("9.5"), Decimal(11), Decimal(9), Decimal(500))}


def test_they_come_late_to_a_close_that_is_stored_and_stay_where_a_source_has_none(server: Source) -> None:
    server.tells(table({START: "10"}))
    one = run(feed())
    server.tells(bars({START: "9.5,11,9,10,500"}))
    again(one)
    server.tells(table({START: "10"}))
    again(one)
    assert told() == {START: (Decimal("9.5"), Decimal(11), Decimal(9), Decimal(500))}


def test_opens_come_late_to_highs_and_stay_where_a_source_has_none(server: Source) -> None:
    server.tells(bars({START: ",11,9,10,500"}))
    one = run(feed())
    assert told() == {START: (None, Decimal(11), Decimal(9), Decimal(500))}
    for cells in ("9.5,11,9,10,500", ",11,9,10,500"):
        server.tells(bars({START: cells}))
        again(one)
        assert told() == {START: (Decimal("9.5"), Decimal(11), Decimal(9), Decimal(500))}


def test_pence_scale_opens_highs_and_lows_and_no_shares(server: Source) -> None:
    share = Instrument.objects.create(symbol="VOD", currency="GBP", calendar="XLON")
    server.tells(bars({START: "84.5,85,84,84.15,1000"}))
    run(feed("vod.uk", instrument=share))
    assert told() == {START: (Decimal("0.845"), Decimal("0.85"), Decimal("0.84"), Decimal(1000))}


def test_a_day_that_contradicts_itself_is_kept_and_found(server: Source) -> None:
    server.tells(bars({DAYS[0]: "9.5,11,9,10,5", DAYS[1]: "9.5,11,9,12,5", DAYS[2]: "8,11,9,10,5"}))
    run(feed())
    finding = PriceFinding.objects.get(kind="range")
    assert (finding.first, finding.last, finding.detail["days"]) == (DAYS[1], DAYS[2], 2)
    assert finding.detail["why"] == "The open of 8 is under the low of 9."
    assert len(told()) == 3
