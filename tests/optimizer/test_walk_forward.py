"""A walk-forward from claim to row: handed out in paths, each walked once, put together from the same inputs."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from math import isfinite
from typing import Any

import pytest
from django.utils import timezone

from accounts import runs
from accounts.models import Household, Run, TaxProfile
from holdings.market.prices import store_closes
from holdings.models import BrokerageAccount, Instrument, InstrumentEvent, Price
from holdings.taxation import store
from optimizer import tasks
from optimizer.inputs.evidence import walk_forward
from optimizer.inputs.evidence.kept import prune
from optimizer.inputs.evidence.walk_forward import digests, policy_path
from optimizer.models import Evidence
from optimizer.services import evidence
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db
KIND = Evidence.Kind.WALK_FORWARD
ROLES = ["proposals", "policy", "hold", "calendar", "equal", "benchmark"]


@pytest.fixture
def market(monkeypatch) -> Market:
    """Three instruments count as many here, so that proposals are asked for by quarter and walks are quick."""
    monkeypatch.setattr(walk_forward, "MANY", 2)
    return markets.market(sessions=1040)


def asked(market: Market, subject: str = "", **params: Any) -> Run:
    return evidence.request(
        household=market.house, user=market.alice, kind=KIND, subject=subject, key=uuid.uuid4(), params=params
    )


def now(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


def children(run: Run) -> list[Run]:
    return list(Run.objects.filter(parent=run).order_by("pk"))


def done(run: Run) -> Run:
    """The run, its parts, and the run again, as workers would do them."""
    tasks.evidence(run.pk)
    for child in children(run):
        tasks.evidence(child.pk)
    tasks.evidence(run.pk)
    return now(run)


def result(run: Run) -> dict[str, Any]:
    return Evidence.objects.get(kind=KIND, run=run).result


def test_it_is_walked_in_parts_and_put_together(market) -> None:
    run = done(asked(market))
    assert (run.status, run.error, run.progress) == ("done", "", 1.0)
    assert [child.status for child in children(run)] == ["done"] * 6
    found = result(run)
    assert [row["role"] for row in found["rows"]] == ROLES
    assert all(set(row) >= {"costs", "taxes"} for row in found["rows"])
    assert (found["last"], found["settings"]["embargo"], found["said"]["currency"]) == ("2022-12-28", 1, "USD")
    assert Evidence.objects.filter(kind=Evidence.Kind.WALK).count() == 6


def test_progress_is_that_of_the_parts(market) -> None:
    run = asked(market)
    tasks.evidence(run.pk)
    seen = []
    for child in children(run):
        tasks.evidence(child.pk)
        seen.append((now(run).status, round(now(run).progress, 2)))
    assert seen == [*(("running", round(part / 6, 2)) for part in range(1, 6)), ("queued", 1.0)]


def test_equal_inputs_are_walked_once(market) -> None:
    done(asked(market))
    again = done(asked(market))
    assert (again.status, children(again)) == ("done", [])
    assert Evidence.objects.filter(kind=KIND).count() == 1


def test_another_policy_walks_only_the_paths_that_are_new(market) -> None:
    """Targets of another order: what is held differs, but the benchmark and equal weights of it stay as they were."""
    done(asked(market))
    markets.save(market, cash="0.4")
    run = done(asked(market))
    assert run.status == "done"
    assert 0 < len(children(run)) <= 6


def test_a_price_that_comes_meanwhile_changes_nothing_of_what_is_at_work(market) -> None:
    """A close of a Saturday, on which nothing has a price yet, would be one more session."""
    run = asked(market)
    tasks.evidence(run.pk)
    saturday = {market.instruments["XOM"]: [(dt.date(2022, 12, 3), Decimal(1))]}
    store_closes(source=factories.source(), closes=saturday)
    for child in children(run):
        tasks.evidence(child.pk)
    tasks.evidence(run.pk)
    later = done(asked(market))
    assert result(later)["sessions"] == result(run)["sessions"] + 1


def test_a_part_whose_worker_died_is_walked_again_and_gives_the_same_bit_for_bit(market) -> None:
    whole = result(done(asked(market)))
    Evidence.objects.all().delete()
    run = asked(market)
    tasks.evidence(run.pk)
    first = children(run)[0]
    runs.claim(first.pk)
    Run.objects.filter(pk=first.pk).update(heartbeat_at=timezone.now() - dt.timedelta(minutes=1))
    for child in children(run):
        tasks.evidence(child.pk)
    tasks.evidence(run.pk)
    assert (now(run).status, now(first).attempt) == ("done", 2)
    assert result(run) == whole


def test_settings_are_compared_with_what_choosing_among_them_leaves(market) -> None:
    run = done(asked(market, subject="compare", rhythms=["month", "quarter", "band"]))
    found = result(run)
    assert [row["name"] for row in found["rows"] if row["trial"]] == [
        "Version 1, every month",
        "Version 1, every quarter",
        "Version 1, beyond 3 points",
    ]
    trials = found["trials"]["costs"]
    assert (trials["count"], trials["splits"]) == (3, 12870)
    assert 0 <= trials["overfitted"] <= 1
    assert 0 <= trials["deflated"] <= 1
    assert isfinite(trials["slope"])


def test_versions_are_compared(market) -> None:
    first = market.house.policy.versions.get()
    second = markets.save(market, cash="0.55")
    run = done(asked(market, subject="compare", versions=[str(first.uuid), str(second.uuid)]))
    trials = [row for row in result(run)["rows"] if row["trial"]]
    assert [row["name"] for row in trials] == ["Version 2, every month", "Version 1, every month"]
    calm, wild = (row["costs"]["figures"]["volatility"][0] for row in trials)
    assert calm < wild


def test_cancelling_stops_the_parts(market) -> None:
    run = asked(market)
    tasks.evidence(run.pk)
    runs.cancel(run=now(run), user=market.alice)
    for child in children(run):
        tasks.evidence(child.pk)
    assert {child.status for child in children(run)} == {"cancelled"}
    assert (now(run).status, Evidence.objects.count()) == ("cancelled", 0)


def test_too_short_a_history_is_told() -> None:
    run = asked(markets.market(sessions=300))
    tasks.evidence(run.pk)
    assert (now(run).status, now(run).error) == (
        "failed",
        "There are too few prices to walk through. Load a longer history first.",
    )


def test_a_household_without_taxed_accounts_is_walked_after_costs_alone(market) -> None:
    market.taxable.kind = "roth_ira"
    market.taxable.save()
    found = result(done(asked(market)))
    assert all("taxes" not in row for row in found["rows"])
    assert found["said"]["untaxed"] == "sheltered"


def test_it_says_of_how_many_instruments_dividends_are_told(market) -> None:
    told = {"kind": "dividend", "amount": Decimal("0.5"), "currency": "USD", "source": factories.source()}
    for month in (3, 6):
        InstrumentEvent.objects.create(instrument=market.instruments["KO"], ex_date=dt.date(2022, month, 1), **told)
    said = result(done(asked(market)))["said"]
    assert (said["dividends"], said["assets"]) == ("1", "3")


def test_sixty_forty_stands_in_where_there_is_no_benchmark(market) -> None:
    found = result(done(asked(market)))
    assert found["rows"][-1]["name"] == "60% equities, 40% cash"


def aged(days: int) -> None:
    """All evidence as if found and seen so many days earlier."""
    for row in Evidence.objects.all():
        back = row.made_at - dt.timedelta(days)
        Evidence.objects.filter(pk=row.pk).update(made_at=back, confirmed_at=back)


def paths() -> set[str]:
    return set(Evidence.objects.filter(kind=Evidence.Kind.WALK).values_list("inputs_hash", flat=True))


def test_old_paths_go_that_no_shown_result_rests_on(market) -> None:
    """Nothing of the last weeks does, and nothing while a walk-forward is at work; so many go at once."""
    done(asked(market))
    markets.save(market, cash="0.4")
    newest = done(asked(market))
    needed, before = set(digests(newest)), paths()
    aged(20)
    assert (prune(market.house), paths()) == (0, before)
    aged(20)
    run = asked(market)
    assert (prune(market.house), paths()) == (0, before)
    runs.cancel(run=run, user=market.alice)
    assert prune(factories.household(factories.user("bob"))) == 0
    assert (prune(market.house, most=1), len(paths())) == (1, len(before) - 1)
    assert prune(market.house) == len(before - needed) - 1
    assert paths() == needed
    assert policy_path(Evidence.objects.get(run=newest)) is not None


def test_a_comparison_keeps_its_paths_beside_the_walk_forward(market) -> None:
    done(asked(market, subject="compare", rhythms=["month", "quarter"]))
    done(asked(market))
    aged(40)
    before = paths()
    assert (prune(market.house), paths()) == (0, before)


@pytest.mark.parametrize(("country", "currency", "name"), [("GB", "GBP", "United Kingdom"), ("CA", "CAD", "Canada")])
def test_a_country_that_averages_cost_is_taxed_by_its_own_rules(market, country, currency, name) -> None:
    TaxProfile.objects.update(country=country, use_own_rates=False, other_income=Decimal(60_000))
    Household.objects.update(base_currency=currency)
    for row in (BrokerageAccount, Instrument, Price):
        row.objects.update(currency=currency)
    store.refresh(Household.objects.get(pk=market.house.pk))
    run = done(asked(market))
    assert (run.status, run.error) == ("done", "")
    found = result(run)
    assert found["settings"]["law"]["country"] == name
    assert all("taxes" in row for row in found["rows"])
    shown = visitor(market.alice).get(address(market.house, "evidence_part", slug="walk-forward")).content.decode()
    assert f"pooled and matched as the law has it ({name})" in shown


def test_a_year_that_is_not_computed_is_named(market) -> None:
    TaxProfile.objects.update(country="GB", use_own_rates=False)
    assert result(done(asked(market)))["said"]["untaxed"] == "unassessed"
