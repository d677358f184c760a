"""Never sell, never buy, not before: from a trade into the next version of the goals."""

import datetime as dt

import pytest

from optimizer.services import expiry
from optimizer.services.locking import LockRefused, lock
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case(kind="turnover", high="0.5")


def rows(version):
    return [(row.kind, row.subject, row.date) for row in version.constraints.all()]


def test_never_sell_adds_one_row_and_keeps_the_rest(case) -> None:
    sale = plans.sale_of(plans.proposal(case))
    version = lock(trade=sale, user=case.alice, until=None, reason="Grandfather's shares")
    assert (version.number, version.reason) == (2, "Grandfather's shares")
    assert rows(version) == [("turnover", "", None), ("do_not_sell", str(case.xom.uuid), None)]
    assert version.targets.count() == 3


def test_a_purchase_is_never_bought_and_a_day_bars_both_sides(case) -> None:
    purchase, day = plans.purchase_of(plans.proposal(case)), dt.date(2023, 3, 1)
    lock(trade=purchase, user=case.alice, until=None, reason="")
    version = lock(trade=purchase, user=case.alice, until=day, reason="")
    assert rows(version)[1:] == [("do_not_buy", str(case.ko.uuid), None), ("not_before", str(case.ko.uuid), day)]
    assert version.reason == "Asked for on trade 2 of proposal 1"


def test_the_same_lock_twice_makes_one_version_and_the_proposal_is_overtaken(case) -> None:
    proposal = plans.proposal(case)
    first, second = (lock(trade=plans.sale_of(proposal), user=case.alice, until=None, reason="") for _ in range(2))
    assert first == second
    assert "version 2 holds now" in expiry.stale_reason(proposal)


def test_a_day_that_has_come_is_refused(case) -> None:
    sale = plans.sale_of(plans.proposal(case))
    with pytest.raises(LockRefused, match="Name a day after 28 Dec 2022"):
        lock(trade=sale, user=case.alice, until=case.house.as_of, reason="")
    assert case.house.policy.versions.count() == 1


def test_a_reason_beyond_the_column_is_cut(case) -> None:
    sale = plans.sale_of(plans.proposal(case))
    version = lock(trade=sale, user=case.alice, until=None, reason="because " * 100)
    assert version.reason == ("because " * 100)[: type(version)._meta.get_field("reason").max_length]
