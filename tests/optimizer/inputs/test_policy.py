"""The policy as the engine reads it."""

import datetime as dt
from decimal import Decimal

import pytest

from optimizer import inputs
from optimizer.engine.types import CASH
from tests.optimizer import markets
from tests.optimizer.inputs.readings import account, read

pytestmark = pytest.mark.django_db


def test_a_limit_keeps_the_id_of_its_row(market) -> None:
    version = markets.save(
        market, {"kind": "sector_weight", "subject": "energy", "high": Decimal("0.3"), "hard": False}
    )
    (limit,) = read(market).constraints
    assert limit.id == str(version.constraints.get().pk)
    assert (limit.kind, limit.subject, limit.high, limit.hard) == ("sector_weight", "energy", Decimal("0.3"), False)


def test_a_planned_withdrawal_is_kept_in_its_account_and_is_no_limit(market) -> None:
    markets.save(market, {"kind": "withdrawal", "subject": str(market.ira.uuid), "low": Decimal(3000), "unit": "money"})
    snapshot = read(market)
    assert account(snapshot, market.ira).planned_withdrawal == 3000
    assert account(snapshot, market.taxable).planned_withdrawal == 0
    assert snapshot.constraints == ()


def test_with_a_rate_a_dollar_of_a_traditional_account_counts_after_tax(market) -> None:
    markets.save(market, {"kind": "after_tax", "rate": Decimal("0.24")})
    snapshot = read(market)
    assert (account(snapshot, market.ira).weight, account(snapshot, market.taxable).weight) == (Decimal("0.76"), 1)
    assert snapshot.constraints == ()


def test_a_lock_and_a_sum_arrive_with_all_they_say(market) -> None:
    xom, ko = (str(market.instruments[symbol].uuid) for symbol in ("XOM", "KO"))
    markets.save(
        market,
        {"kind": "not_before", "subject": market.lot, "date": dt.date(2023, 2, 1)},
        {"kind": "not_in_account", "subject": ko, "place": str(market.ira.uuid)},
        {"kind": "custom", "terms": {xom: "1", ko: "-0.5"}, "high": Decimal("0.3")},
    )
    lock, place, total = read(market).constraints
    assert (lock.subject, lock.until) == (market.lot, dt.date(2023, 2, 1))
    assert place.place == str(market.ira.uuid)
    assert total.terms == {xom: 1, ko: Decimal("-0.5")}


def test_targets_are_by_instrument_and_cash(market) -> None:
    target = read(market).policy.target
    assert target[CASH] == Decimal("0.1")
    assert sum(target.values()) == 1


def test_the_run_reads_the_version_that_it_was_asked_with(market) -> None:
    run = markets.asked(market)
    markets.save(market, cash="0.4")
    assert inputs.read(run)[0].policy.target[CASH] == Decimal("0.1")
