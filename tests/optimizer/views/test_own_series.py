"""A person's own series: uploaded, judged by a worker, shown, removed."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Activity, Run
from holdings.models import MacroSeries, PriceSource
from optimizer import tasks
from optimizer.models import Evidence, OwnSeries
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market
from tests.optimizer.test_signals import policy
from tests.optimizer.views.test_report import words
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db
NEW = "series_new"


@pytest.fixture
def market() -> Market:
    made = markets.market()
    policy(made, signals=True)
    return made


@pytest.fixture
def alice(market: Market) -> Client:
    return visitor(market.alice)


def upload(client: Client, market: Market, content: str, **typed: object):
    url = address(market.house, NEW)
    file = SimpleUploadedFile("scores.csv", content.encode(), "text/csv")
    form = {"name": "Book to price", "lag": "90", "key": str(uuid.uuid4()), **typed}
    return client.post(url, {**form, "file": file})


def monthly(market: Market, *symbols: str) -> str:
    """A score a month of each symbol, from five years ago on; without symbols one value a month."""
    first = market.house.as_of - dt.timedelta(5 * 365)
    months = [first + dt.timedelta(30 * at) for at in range(60)]
    if not symbols:
        return "Date,Value\n" + "".join(f"{day},{at % 7}\n" for at, day in enumerate(months))
    rows = (f"{day},{symbol},{at % 5 + len(symbol)}\n" for at, day in enumerate(months) for symbol in symbols)
    return "Date,Symbol,Value\n" + "".join(rows)


def computed() -> Evidence:
    run = Run.objects.filter(kind=Run.Kind.EVIDENCE).latest("pk")
    tasks.evidence(run.pk)
    run.refresh_from_db()
    assert run.error == ""
    return Evidence.objects.get(kind=Evidence.Kind.FACTORS, run=run)


def test_scores_are_kept_judged_and_shown_among_the_signals(market, alice) -> None:
    symbols = list(market.instruments)
    answer = upload(alice, market, monthly(market, *symbols), meaning="Cheap")
    assert answer["Location"] == address(market.house, "evidence_part", slug="signals")
    row = OwnSeries.objects.get()
    assert (row.count, row.lag) == (60 * len(symbols), 90)
    assert set(row.points) == {str(each.uuid) for each in market.instruments.values()}
    found = computed().result
    (own,) = [each for each in found["signals"] if each["name"] == f"own:{row.uuid}"]
    assert set(own["scores"]) == set(symbols)
    assert found["tried"] == 6
    shown = words(alice, address(market.house, "evidence_part", slug="signals"))
    assert "Book to price Cheap" in shown
    assert "Not used: too few instruments with prices to rank." in shown


def test_one_value_a_day_is_held_against_what_followed(market, alice) -> None:
    upload(alice, market, monthly(market), name="Credit spread", lag="1")
    (series,) = computed().result["series"]
    assert series["label"] == "Credit spread"
    shown = words(alice, address(market.house, "evidence_part", slug="signals"))
    assert "Series of one value a day" in shown
    assert "Known 1 day after its date." in shown


def test_public_series_that_are_stored_are_judged_too(market, alice) -> None:
    cpi = MacroSeries.objects.create(slug="us-consumer-prices", name="US consumer prices", unit="index")
    source = PriceSource.objects.first() or PriceSource.objects.create(slug="fred", name="FRED", licence="public")
    for at in range(60):
        day = market.house.as_of - dt.timedelta(30 * (60 - at))
        cpi.points.create(date=day, value=100 + at, source=source)
    upload(alice, market, monthly(market))
    assert {each["name"]: each["lag"] for each in computed().result["series"]}["us-consumer-prices"] == 45
    assert "later revisions are inside" in words(alice, address(market.house, "evidence_part", slug="signals"))


def test_a_faulty_file_is_kept_out_whole_and_its_row_named(market, alice) -> None:
    symbol = next(iter(market.instruments))
    answer = upload(alice, market, f"Date,Symbol,Value\n2022-01-31,{symbol},1\n2022-02-31,{symbol},2\n")
    shown = answer.content.decode()
    assert "1 row cannot be read; nothing was kept" in shown
    assert not OwnSeries.objects.exists()
    assert upload(alice, market, f"Date,Symbol,Value\n2022-01-31,{symbol},1\n2022-02-31,{symbol},2\n", skip="on").url
    assert OwnSeries.objects.get().count == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Date,Symbol,Value\n2022-01-31,ZZZ,1\n", "No row has a value of an instrument that you hold or want."),
        ("Date,Value\n2099-01-31,1\n", "a forecast is no record"),
        ("Symbol,Value\nA,1\n", "Expected is a header with Date and Value"),
    ],
)
def test_what_is_no_record_is_refused(market, alice, content, said) -> None:
    assert said in upload(alice, market, content).content.decode()
    assert not OwnSeries.objects.exists()


def test_the_same_file_sent_twice_is_kept_once(market, alice) -> None:
    for _ in range(2):
        upload(alice, market, monthly(market), key=str(market.house.uuid))
    assert OwnSeries.objects.count() == 1
    assert Activity.objects.filter(verb="series.uploaded").count() == 1
    assert Run.objects.filter(kind=Run.Kind.EVIDENCE).count() == 1


def test_a_series_is_replaced_by_the_next_of_its_name_and_removed_by_its_button(market, alice) -> None:
    upload(alice, market, monthly(market))
    upload(alice, market, monthly(market, *market.instruments))
    row = OwnSeries.objects.get()
    assert "" not in row.points
    computed()
    url = address(market.house, "evidence_part", slug="signals")
    assert "Remove Book to price" in alice.get(url).content.decode()
    alice.post(address(market.house, "series_remove", series=row.uuid), form_of(alice, url))
    assert not OwnSeries.objects.exists()
    assert Activity.objects.filter(verb="series.removed").exists()


def test_strangers_and_those_who_only_look_change_nothing(market, alice) -> None:
    upload(alice, market, monthly(market))
    row = OwnSeries.objects.get()
    remove = address(market.house, "series_remove", series=row.uuid)
    key = {"key": str(uuid.uuid4())}
    charlie, bob = visitor(factories.user("charlie")), visitor(factories.join(market.house, "bob", "read_only"))
    assert (charlie.post(remove, key).status_code, bob.post(remove, key).status_code) == (404, 403)
    assert upload(charlie, market, monthly(market)).status_code == 404
    assert upload(bob, market, monthly(market)).status_code == 403
    other = factories.household(market.alice)
    assert alice.post(address(other, "series_remove", series=row.uuid), key).status_code == 404
    assert OwnSeries.objects.count() == 1
