"""The pages of volatility, regimes and correlation: what is foretold, its record, and whether it is used."""

import copy
import uuid
from types import ModuleType

import numpy as np
import pytest
from django.test import Client

from accounts.models import Run
from optimizer import tasks
from optimizer.engine.risk.returns import Closes
from optimizer.inputs.evidence import correlation, regimes, volatility
from optimizer.inputs.evidence.portfolio import Portfolio
from optimizer.models import Evidence
from optimizer.services import evidence
from tests.optimizer import markets
from tests.optimizer.inputs.evidence.test_forecasts import held, plain, ranged, silent
from tests.optimizer.markets import Market
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db
SOURCES: dict[str, ModuleType] = {"volatility": volatility, "regimes": regimes, "correlation": correlation}


@pytest.fixture(scope="module")
def results() -> dict[str, dict]:
    return {name: found(name, held()) for name in SOURCES}


def found(kind: str, holdings: Portfolio, known: float = 0.0) -> dict:
    return plain(SOURCES[kind].compute(ranged(holdings, known=known) if kind == "volatility" else holdings, silent))


@pytest.fixture
def market() -> Market:
    return markets.market()


@pytest.fixture
def alice(market: Market) -> Client:
    return visitor(market.alice)


def store(market: Market, kind: str, result: dict) -> None:
    Evidence.objects.create(
        household=market.house, kind=kind, as_of=market.house.as_of, inputs_hash=uuid.uuid4().hex, result=result
    )


def page(client: Client, market: Market, slug: str) -> str:
    answer = client.get(address(market.house, "evidence_part", slug=slug))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("kind", SOURCES)
def test_a_stored_record_is_shown_with_its_figure_in_few_queries(
    market, alice, results, kind, django_assert_max_num_queries
) -> None:
    store(market, kind, results[kind])
    with django_assert_max_num_queries(10):
        shown = page(alice, market, kind)
    assert f'data-plotly="{kind}-figure"' in shown
    assert "What this cannot say" in shown
    assert "None" not in shown


@pytest.mark.parametrize("kind", SOURCES)
def test_a_young_household_is_told_what_is_missing(market, alice, kind) -> None:
    store(market, kind, found(kind, held(300)))
    shown = page(alice, market, kind)
    said = {
        "volatility": "the other models need 1,500 sessions and there are 300",
        "regimes": "A state needs 1,500 sessions of prices; your holdings have 300.",
        "correlation": "Too few sessions, or too few holdings",
    }
    assert said[kind] in shown


@pytest.mark.parametrize("kind", ["volatility", "regimes"])
def test_what_has_too_few_prices_is_named_and_not_called_safe(market, alice, kind) -> None:
    nothing = Portfolio((), np.zeros(0), (), Closes(np.zeros((0, 0)), np.zeros(0, np.intp)), ("NEW",), ())
    store(market, kind, found(kind, nothing))
    assert "Too few prices: NEW" in page(alice, market, kind)


@pytest.mark.parametrize("kind", SOURCES)
def test_a_small_household_goes_from_press_to_page(market, alice, kind) -> None:
    run = evidence.request(household=market.house, user=market.alice, kind=kind, key=uuid.uuid4())
    tasks.evidence(run.pk)
    assert Run.objects.get(pk=run.pk).error == ""
    assert "Compute again" in page(alice, market, kind)


@pytest.mark.parametrize(
    ("supported", "said"), [(True, "Used: the trigger"), (False, "Not used: out of closes it was not clearly")]
)
def test_the_volatility_page_says_whether_the_forecast_is_used(market, alice, results, supported, said) -> None:
    store(market, "volatility", results["volatility"] | {"supported": supported})
    assert said in page(alice, market, "volatility")


def test_the_volatility_page_says_what_each_forecast_was_made_of(market, alice, results) -> None:
    store(market, "volatility", results["volatility"])
    shown = page(alice, market, "volatility")
    assert "Only closes are stored of these holdings" in shown
    assert "no opens, highs, lows" in shown
    result = found("volatility", held(300), known=1)
    result["ranges"]["saved"]["21"] = result["instruments"][0]["by_ranges"] = {
        "value": 0.034,
        "error": 0.011,
        "count": 9,
    }
    store(market, "volatility", result)
    shown = page(alice, market, "volatility")
    assert "100% of what is held has open, high and low on 95% of its days" in shown
    assert "at 21 sessions that saved +0.034 ± 0.011 of loss against closes" in shown
    assert "Mean of five, ranges" in shown
    result["reads"] = "closes"
    result["ranges"]["saved"]["21"]["value"] = -0.02
    store(market, "volatility", result)
    assert "ranges did worse here at 21 sessions (−0.020 ± 0.011 of loss against closes)" in page(
        alice, market, "volatility"
    )


def test_a_result_from_before_ranges_still_shows(market, alice, results) -> None:
    old = {key: value for key, value in results["volatility"].items() if key not in {"reads", "ranges"}}
    store(market, "volatility", old)
    assert "Only closes are stored" in page(alice, market, "volatility")


def test_the_regimes_page_says_what_was_beyond_chance_and_what_was_not(market, alice, results) -> None:
    result = copy.deepcopy(results["regimes"])
    result["hidden"]["leaving"] = {"value": -0.05, "error": 0.02, "count": 200}
    result["hidden"]["saved"] = {"value": 0.01, "error": 0.02, "count": 200}
    store(market, "regimes", result)
    shown = page(alice, market, "regimes")
    assert "Leaving in turbulence cost against holding, beyond chance." in shown
    assert "neither better nor worse than an EWMA beyond chance" in shown


@pytest.mark.parametrize(
    ("hidden", "jump", "said"),
    [
        (0.09, 0.0, "Your holdings are in a calm state: turbulence has a probability of 9%"),
        (0.09, 1.0, "Two models disagree: turbulence has a probability of 9% by one, turbulent says the other"),
        (0.91, 0.0, "Two models disagree: turbulence has a probability of 91% by one, calm says the other"),
    ],
)
def test_the_regimes_page_says_where_its_models_disagree(market, alice, results, hidden, jump, said) -> None:
    result = copy.deepcopy(results["regimes"])
    result["hidden"]["now"], result["jump"]["now"] = hidden, jump
    store(market, "regimes", result)
    assert said in page(alice, market, "regimes")


def test_the_correlation_page_names_what_diversifies_less_in_falls(market, alice, results) -> None:
    result = copy.deepcopy(results["correlation"])
    result["holdings"][1]["calm"] = True
    store(market, "correlation", result)
    assert "BBB diversifies less in falls" in page(alice, market, "correlation")
