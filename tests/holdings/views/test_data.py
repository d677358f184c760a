import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from holdings.models import Feed, HouseholdPrice, Liquidity, PriceFinding, Transaction
from tests import factories
from tests.holdings.views.houses import Hale, hale
from tests.optimizer.views.visits import visitor

pytestmark = pytest.mark.django_db

DAY = dt.date(2022, 12, 20)


@pytest.fixture
def owned() -> Hale:
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def address(house, name: str, *args: object) -> str:
    return reverse(name, args=[house.uuid, *args])


@pytest.fixture
def feed(owned: Hale) -> Feed:
    return Feed.objects.create(source=factories.source(), instrument=owned.pg, symbol="pg.us", error="It is closed.")


@pytest.fixture
def finding(owned: Hale) -> PriceFinding:
    detail = {"move": 0.4, "reversed": True, "deviations": 14.0}
    return PriceFinding.objects.create(instrument=owned.pg, kind="outlier", first=DAY, last=DAY, detail=detail)


def page(client: Client, owned: Hale) -> str:
    answer = client.get(address(owned.house, "data"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_each_series_says_its_source_and_last_answer(owned: Hale, alice: Client, feed: Feed) -> None:
    text = page(alice, owned)
    assert "Test prices" in text
    assert "It is closed." in text


def test_a_finding_is_a_sentence_with_what_it_blocks(owned: Hale, alice: Client, finding: PriceFinding) -> None:
    text = page(alice, owned)
    assert "The close moved +40.0% on 20 Dec 2022, taken back the next day: 14 times a usual day." in text
    assert "The move counts in volatility." in text


def test_a_check_that_fails_comes_first_and_names_what_it_blocks(owned: Hale, alice: Client) -> None:
    factories.buy(owned.taxable, factories.instrument("NOPRICE"), "1", "9", DAY)
    text = page(alice, owned)
    assert "NOPRICE. They count at what was paid." in text
    assert text.index("Blocks") < text.index("Pass")


@pytest.mark.parametrize("name", ["data", "data_prices"])
def test_it_is_not_there_for_others(owned: Hale, name: str) -> None:
    stranger = visitor(factories.user("charlie"))
    assert stranger.get(address(owned.house, name)).status_code == 404


def test_another_households_findings_prices_and_feeds_cannot_be_touched(owned: Hale, alice: Client) -> None:
    theirs = factories.household(factories.user("charlie"))
    own = PriceFinding.objects.create(
        instrument=owned.pg, household=theirs, kind="split_not_booked", first=DAY, last=DAY, detail={"scales": {}}
    )
    price = HouseholdPrice.objects.create(
        household=theirs, instrument=owned.pg, date=DAY, close=Decimal(1), currency="USD", origin="manual"
    )
    elsewhere = Feed.objects.create(source=factories.source(), instrument=factories.instrument("THEIRS"), symbol="x")
    assert alice.post(address(owned.house, "finding_settle", own.pk)).status_code == 404
    assert alice.post(address(owned.house, "finding_accept", own.pk), {"reason": "x"}).status_code == 404
    assert alice.post(address(owned.house, "price_remove", price.pk)).status_code == 404
    assert alice.get(address(owned.house, "data_feed", elsewhere.pk)).status_code == 404
    assert HouseholdPrice.objects.filter(pk=price.pk).exists()


def test_who_may_only_look_changes_nothing(owned: Hale, finding: PriceFinding, feed: Feed) -> None:
    reader = visitor(factories.join(owned.house, "bob", "read_only"))
    assert "Fetch now" not in page(reader, owned)
    for name, args in (("data_fetch", []), ("finding_accept", [finding.pk]), ("data_prices", [])):
        assert reader.post(address(owned.house, name, *args), {"reason": "x"}).status_code == 403


def test_a_finding_can_be_left_as_it_is_with_a_reason(owned: Hale, alice: Client, finding: PriceFinding) -> None:
    alice.post(address(owned.house, "finding_accept", finding.pk), {"reason": "It was so."})
    assert "Nothing found." in page(alice, owned)
    assert PriceFinding.objects.get(household=owned.house).reason == "It was so."


def test_the_missing_split_is_booked_in_one_click(owned: Hale, alice: Client) -> None:
    lot = owned.taxable.lots.filter(instrument=owned.pg).first() or owned.ira.lots.get(instrument=owned.pg)
    held = lot.quantity
    row = PriceFinding.objects.create(
        instrument=owned.pg,
        household=owned.house,
        kind="split_not_booked",
        first=DAY,
        last=DAY,
        detail={"ratio": "2", "shares": {str(lot.account.uuid): str(held)}, "settles": True, "scales": {}},
    )
    assert "2 shares for 1" in page(alice, owned)
    for _ in range(2):
        alice.post(address(owned.house, "finding_settle", row.pk))
    assert Transaction.objects.get(kind="split").quantity == held


def test_fetching_now_makes_the_feed_due(owned: Hale, alice: Client, feed: Feed) -> None:
    alice.post(address(owned.house, "data_fetch"))
    feed.refresh_from_db()
    assert feed.try_after is not None


def test_sources_are_added_by_a_click_and_once(owned: Hale, alice: Client) -> None:
    for _ in range(2):
        alice.post(address(owned.house, "data_sources"), {"kind": "prices"})
    assert Feed.objects.filter(instrument=owned.pg).values_list("source__slug", "symbol").get() == ("stooq", "pg.us")


def test_a_feed_follows_another_name_where_nobody_else_reads_it(owned: Hale, alice: Client, feed: Feed) -> None:
    alice.post(address(owned.house, "data_feed", feed.pk), {"symbol": "pgx.us", "active": "on"})
    feed.refresh_from_db()
    assert feed.symbol == "pgx.us"
    other = factories.account(factories.household(factories.user("charlie")))
    factories.buy(other, owned.pg, "1", "9", DAY)
    answer = alice.post(address(owned.house, "data_feed", feed.pk), {"symbol": "bad.us"})
    assert "Another household reads this series too" in answer.content.decode()


def test_a_price_is_entered(owned: Hale, alice: Client) -> None:
    sent = {"instrument": owned.pg.uuid, "date": "2022-12-20", "close": "151.25"}
    answer = alice.post(address(owned.house, "data_prices"), sent, follow=True)
    assert HouseholdPrice.objects.get().close == Decimal("151.25")
    assert "$151.25" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("close", "0", "above zero"), ("date", "2023-05-01", "until 28 Dec 2022"), ("currency", "US", "Three letters")],
)
def test_a_price_that_cannot_be_is_refused_in_words(owned, alice, field: str, value: str, words: str) -> None:
    sent = {"instrument": owned.pg.uuid, "date": "2022-12-20", "close": "1", field: value}
    assert words in alice.post(address(owned.house, "data_prices"), sent).content.decode()
    assert not HouseholdPrice.objects.exists()


def upload(client: Client, owned: Hale, content: bytes, **more: str) -> str:
    file = SimpleUploadedFile("closes.csv", content)
    sent = {"instrument": str(owned.pg.uuid), "file": file, **more}
    return client.post(address(owned.house, "data_prices"), sent, follow=True).content.decode()


def test_a_series_is_uploaded(owned: Hale, alice: Client) -> None:
    assert "2 closes kept" in upload(alice, owned, b"Date,Close\n2022-12-19,150\n2022-12-20,151\n")
    assert HouseholdPrice.objects.count() == 2


def test_a_fault_in_one_row_keeps_the_file_out_and_is_named(owned: Hale, alice: Client) -> None:
    content = b"Date,Close\n2022-12-19,150\n2022-12-20,ten\n"
    text = upload(alice, owned, content)
    assert "1 row cannot be read; nothing was kept" in text
    assert "“ten” is not a number." in text
    assert not HouseholdPrice.objects.exists()
    assert "1 row left out" in upload(alice, owned, content, skip="on")
    assert HouseholdPrice.objects.count() == 1


def test_adjusted_closes_are_refused_with_the_reason(owned: Hale, alice: Client) -> None:
    assert "not trusted" in upload(alice, owned, b"Date,Adj Close\n2022-12-19,150\n")


def test_opens_highs_lows_and_volumes_are_kept_and_their_faults_named(owned: Hale, alice: Client) -> None:
    good = b"Date,Open,High,Low,Close,Volume\n2022-12-19,150.5,151,149,150,1200\n2022-12-20,,152,150,151,\n"
    assert "2 closes, 2 with open, high, low or volume kept" in upload(alice, owned, good)
    kept = HouseholdPrice.objects.order_by("date").values_list("open", "high", "low", "volume")
    assert list(kept) == [(Decimal("150.5"), 151, 149, 1200), (None, 152, 150, None)]
    text = upload(alice, owned, b"Date,High,Low,Close\n2022-12-19,149,151,150\n")
    assert "The high of 149 is under the low of 151." in text


def test_the_page_says_whose_word_spreads_are_and_what_volumes_are_known(owned: Hale, alice: Client) -> None:
    assert "Half-spreads: 2 assumed by class. Volume known for 0 of 2." in page(alice, owned)
    Liquidity.objects.create(
        household=owned.house,
        instrument=owned.pg,
        as_of=owned.house.as_of,
        sessions=252,
        ranges=250,
        volumes=251,
        half_spread="0.01",
        daily_volume=1000,
    )
    text = page(alice, owned)
    assert "1 estimated from highs and lows, 1 assumed by class. Volume known for 1 of 2." in text
    assert "250, 251 of 252 sessions" in text
