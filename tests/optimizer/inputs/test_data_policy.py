"""A stale, suspicious or unlicensed series blocks what depends on it, and is named."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts.models import Run
from holdings.market.findings import check
from holdings.market.prices import store_closes
from holdings.models import Benchmark, Instrument, PriceFinding, PriceSource
from optimizer import tasks
from optimizer.models import Evidence
from optimizer.services import evidence
from tests import factories
from tests.optimizer import markets
from tests.optimizer.inputs.readings import asset, read
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 12, 20)


def found(market: Market, kind: str, symbol: str = "XOM") -> PriceFinding:
    detail = {"since": str(DAY), "sessions": 5, "ratio": "2", "factor": "0.01"}
    instrument = market.instruments[symbol]
    return PriceFinding.objects.create(instrument=instrument, kind=kind, first=DAY, last=factories.AS_OF, detail=detail)


def without_licence(market: Market) -> None:
    PriceSource.objects.filter(prices__instrument=market.instruments["XOM"]).update(licence="")


def asked(market: Market, kind: str) -> Run:
    subject = str(factories.goal(market.house).uuid) if kind == Evidence.Kind.GOALS else ""
    run = evidence.request(household=market.house, user=market.alice, kind=kind, subject=subject, key=uuid.uuid4())
    tasks.evidence(run.pk)
    return Run.objects.get(pk=run.pk)


@pytest.mark.parametrize("kind", ["stale", "unadjusted_split", "minor_unit"])
def test_no_plan_trades_on_such_a_series_and_says_which(market, kind) -> None:
    found(market, kind)
    assert not asset(read(market), "XOM").tradable
    assert asset(read(market), "KO").tradable
    run = markets.asked(market)
    tasks.run(run.pk)
    run.refresh_from_db()
    assert {trade.instrument.symbol for trade in run.proposal.trades.all()} <= {"KO", "MSFT"}
    assert any("XOM" in sentence for sentence in (*run.proposal.held, *run.proposal.notes))


def test_no_plan_trades_on_a_series_without_a_licence(market) -> None:
    without_licence(market)
    assert not asset(read(market), "XOM").tradable


RESTING = [*evidence.DAILY, Evidence.Kind.WALK_FORWARD]
"""Every kind of evidence that is advice; the watch judges what was earned."""


@pytest.mark.parametrize("kind", RESTING)
@pytest.mark.parametrize(("fault", "words"), [("stale", "XOM (stale)"), ("licence", "XOM (without a licence)")])
def test_no_evidence_rests_on_it(market, kind, fault, words) -> None:
    if fault == "stale":
        found(market, "stale")
    else:
        without_licence(market)
    run = asked(market, kind)
    assert run.status == "failed"
    assert run.error.startswith("Prices hold this back: ")
    assert words in run.error
    assert not Evidence.objects.filter(kind=kind).exists()


def test_what_a_person_accepted_blocks_nothing(market) -> None:
    row = found(market, "stale")
    PriceFinding.objects.filter(pk=row.pk).update(state="accepted", reason="Suspended for the holidays.")
    assert asset(read(market), "XOM").tradable
    assert asked(market, Evidence.Kind.CONCENTRATION).status == "done"


def test_what_only_counts_in_volatility_blocks_nothing(market) -> None:
    found(market, "outlier")
    assert asset(read(market), "XOM").tradable


def test_prices_that_stopped_coming_are_found_and_hold_back_by_name(market) -> None:
    """From the rows of prices through the check that every update makes."""
    xom = market.instruments["XOM"]
    xom.prices.filter(date__gt=dt.date(2022, 12, 9)).delete()
    check(xom)
    for kind in (Evidence.Kind.STRESS, Evidence.Kind.GOALS, Evidence.Kind.WALK_FORWARD):
        assert "XOM (stale)" in asked(market, kind).error
    assert not asset(read(market), "XOM").tradable


def measured_against(market: Market, symbol: str = "SPX") -> None:
    """An index that nobody holds, the same as KO, without a licence."""
    index = factories.instrument(symbol)
    Instrument.objects.filter(pk=index.pk).update(kind="index")
    closes = list(market.instruments["KO"].prices.values_list("date", "close"))
    store_closes(source=factories.source(), closes={index: closes})
    unlicensed = PriceSource.objects.create(slug="scraped", name="Scraped", licence="", update_rate="daily")
    index.prices.update(source=unlicensed)
    Benchmark.objects.create(household=market.house, name="Index", instrument=index, weight=1, cash_rate=0)


@pytest.mark.parametrize("kind", [Evidence.Kind.WALK_FORWARD, Evidence.Kind.STRESS])
def test_no_comparison_rests_on_a_benchmark_without_a_licence(kind) -> None:
    market = markets.market(sessions=1040)
    measured_against(market)
    run = asked(market, kind)
    assert (run.status, "SPX (without a licence)" in run.error) == ("failed", True)


def test_no_limit_on_beta_rests_on_such_a_benchmark_and_a_plan_without_one_goes_on(market) -> None:
    measured_against(market)
    run = markets.asked(market)
    tasks.run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    markets.save(market, {"kind": "beta", "high": Decimal("1.2"), "unit": "ratio"})
    run = markets.asked(market)
    tasks.run(run.pk)
    run.refresh_from_db()
    assert (run.status, "SPX (without a licence)" in run.error) == ("failed", True)
