"""Signals from the stored record to expected returns: read only where asked for, supported and fresh."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Run
from holdings.market.prices import store_closes
from holdings.models import Classification
from optimizer import inputs, tasks
from optimizer.engine import plan as engine
from optimizer.models import Evidence, PolicyVersion
from optimizer.services import evidence
from optimizer.services.policies import PolicyDraft, save_version
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db
KIND = Evidence.Kind.FACTORS


@pytest.fixture
def market() -> Market:
    return markets.market()


def policy(market: Market, *, signals: bool, strategy: str = "black_litterman") -> PolicyVersion:
    targets = [(instrument, Decimal("0.3")) for instrument in market.instruments.values()]
    draft = PolicyDraft(fields={"strategy": strategy, "signals": signals}, targets=[*targets, (None, Decimal("0.1"))])
    return save_version(household=market.house, user=market.alice, draft=draft)


def recorded(market: Market, shrunk: float, *, days_ago: int = 0) -> Evidence:
    """The record of momentum as a worker keeps it."""
    return Evidence.objects.create(
        household=market.house,
        kind=KIND,
        as_of=market.house.as_of - dt.timedelta(days_ago),
        inputs_hash=uuid.uuid4().hex,
        result={"signals": [{"name": "momentum", "shrunk": shrunk}, {"name": "value", "shrunk": 0.0}]},
    )


def read(market: Market, version: PolicyVersion):
    return inputs.read(Run(household=market.house, params={"version": str(version.uuid)}))


def test_only_what_is_supported_enters_the_snapshot(market) -> None:
    version = policy(market, signals=True)
    recorded(market, 0.04)
    assert read(market, version)[0].policy.signals == {"momentum": Decimal("0.040000")}


@pytest.mark.parametrize(("signals", "days_ago"), [(False, 0), (True, 60), (True, -5)])
def test_nothing_enters_unasked_or_from_another_time(market, signals: bool, days_ago: int) -> None:
    version = policy(market, signals=signals)
    recorded(market, 0.04, days_ago=days_ago)
    assert read(market, version)[0].policy.signals == {}


def target(market: Market, version: PolicyVersion) -> dict[str, float]:
    return dict(engine.plan(*read(market, version), lambda stage, part: None).target_weights)


def test_a_signal_moves_the_target_toward_its_higher_scores(market) -> None:
    plain = target(market, policy(market, signals=True))
    recorded(market, 0.04)
    version = policy(market, signals=True)
    moved = target(market, version)
    _, panel = read(market, version)
    gains = {asset: panel.closes[-22, j] / panel.closes[-253, j] for j, asset in enumerate(panel.assets)}
    assets = sorted((str(each.uuid) for each in market.instruments.values()), key=gains.__getitem__)
    assert moved[assets[-1]] > plain[assets[-1]]
    assert moved[assets[0]] < plain[assets[0]]


def test_a_series_of_the_household_moves_it_too_by_the_scores_of_its_record(market) -> None:
    plain = target(market, policy(market, signals=True))
    best, *others = (str(each.uuid) for each in market.instruments.values())
    name = f"own:{uuid.uuid4()}"
    row = recorded(market, 0.0)
    row.result["signals"].append({"name": name, "shrunk": 0.04, "given": {best: 1.4, others[0]: -0.7, others[1]: -0.7}})
    row.save()
    version = policy(market, signals=True)
    snapshot, _ = read(market, version)
    assert snapshot.policy.signals == {name: Decimal("0.040000")}
    assert snapshot.policy.given[name][best] == Decimal("1.400000")
    assert target(market, version)[best] > plain[best]


def test_entered_weights_are_moved_by_no_signal(market) -> None:
    recorded(market, 0.04)
    version = policy(market, signals=True, strategy="fixed_weights")
    assert sorted(target(market, version).values()) == pytest.approx([0.1, 0.3, 0.3, 0.3])


def test_three_instruments_are_too_few_for_a_record_and_the_page_says_so(market) -> None:
    run = evidence.request(household=market.house, user=market.alice, kind=KIND, key=uuid.uuid4())
    tasks.evidence(run.pk)
    row = Evidence.objects.get(kind=KIND)
    assert {each["why"] for each in row.result["signals"]} == {"few_names"}
    shown = visitor(market.alice).get(address(market.house, "evidence_part", slug="signals")).content.decode()
    assert "No signal has a record here yet" in shown
    assert "too few instruments with prices to rank" in shown


def test_an_instrument_with_too_few_prices_is_left_out_and_named(market) -> None:
    young = factories.instrument("YOUNG")
    Classification.objects.create(household=market.house, instrument=young, sector="tech", asset_class="equity")
    store_closes(source=factories.source(), closes={young: markets.closes(50.0, 9, 30)})
    targets = [(each, Decimal("0.25")) for each in (*market.instruments.values(), young)]
    draft = PolicyDraft(fields={"strategy": "fixed_weights"}, targets=targets)
    save_version(household=market.house, user=market.alice, draft=draft)
    run = evidence.request(household=market.house, user=market.alice, kind=KIND, key=uuid.uuid4())
    tasks.evidence(run.pk)
    assert Evidence.objects.get(kind=KIND).result["young"] == ["YOUNG"]
    shown = visitor(market.alice).get(address(market.house, "evidence_part", slug="signals")).content.decode()
    assert "Left out for too few prices: YOUNG." in shown


def test_the_form_switches_signals_on(market) -> None:
    client: Client = visitor(market.alice)
    url = address(market.house, "policy_edit")
    assert client.post(url, form_of(client, url) | {"signals": "on"}).status_code == 302
    assert PolicyVersion.objects.get(number=2).signals is True
