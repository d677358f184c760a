"""The kill switch: a household whose prices crash, from the ledger to the banner."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts import runs
from accounts.models import Activity, Household, Run
from holdings.market.chunks import derive
from holdings.models import TradingSession
from holdings.valuations.store import revalue
from optimizer import selectors, tasks
from optimizer.inputs.timing import check
from optimizer.models import Evidence, Halt, Proposal
from optimizer.services import halts, watch
from optimizer.services.guardrails import save_guardrails
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db
NEXT = [dt.date(2022, 12, 29), dt.date(2022, 12, 30), dt.date(2023, 1, 3), dt.date(2023, 1, 4)]


@pytest.fixture
def market() -> Market:
    """With its daily values computed, as they are in a running site."""
    made = markets.market()
    days = markets.weekdays(factories.AS_OF, 300)
    TradingSession.objects.bulk_create(
        (TradingSession(calendar="XNYS", date=day) for day in days), ignore_conflicts=True
    )
    value(made)
    return made


def value(market: Market) -> None:
    for account in (market.taxable, market.ira):
        account.stale_from = account.stale_from or factories.AS_OF
        revalue(account.pk)


def session(market: Market, day: dt.date, move: float) -> None:
    """The next session: every close moves by so much, the clock goes on, values are computed, the site looks."""
    for instrument in market.instruments.values():
        last = instrument.prices.order_by("-date")[0].close
        factories.instrument(instrument.symbol, f"{last * Decimal(str(1 + move)):.4f}", on=day)
        derive(instrument, [day.year])
    Household.objects.filter(pk=market.house.pk).update(clock=day)
    market.house.refresh_from_db()
    value(market)
    look()


def look() -> None:
    """What beat rings, and what the worker does with it."""
    tasks.watch()
    for run in Run.objects.filter(kind="watch", status="queued"):
        tasks.judge(run.pk)


def test_quiet_sessions_halt_nothing(market) -> None:
    for day in NEXT[:2]:
        session(market, day, 0.002)
    assert Evidence.objects.filter(kind="watch").count() == 2
    assert not Halt.objects.exists()


def test_a_crash_halts_automated_proposals_and_says_why(market) -> None:
    session(market, NEXT[0], -0.3)
    halt = Halt.objects.get()
    assert (halt.cause, halt.as_of, halt.user, halt.stands) == ("return", NEXT[0], None, True)
    assert halt.reason.startswith("On 29 Dec 2022 it returned −")
    assert {row["kind"] for row in halt.figures} >= {"return_1", "return_5"}
    assert Activity.objects.filter(verb="halt.made", actor="system").count() == 1


def test_the_same_cause_on_the_same_day_halts_once(market) -> None:
    session(market, NEXT[0], -0.3)
    for _ in range(2):
        look()
        watch.look(market.house)
    assert Halt.objects.count() == 1
    assert Evidence.objects.filter(kind="watch").count() == 1


def test_no_proposal_is_drafted_while_it_stands_and_a_person_may_still_ask(market) -> None:
    session(market, NEXT[0], -0.3)
    looked = check(market.house)
    assert (looked.outcome, looked.run) == ("halted", None), looked.reason
    assert looked.reason.startswith("Automated proposals are halted since ")
    run = markets.asked(market)
    tasks.run(run.pk)
    assert Proposal.objects.get().run == run


def test_a_draft_that_was_under_way_is_not_stored(market) -> None:
    run = check(market.house).run
    halts.halt(household=market.house, user=market.alice, reason="Something is odd.")
    tasks.run(run.pk)
    run.refresh_from_db()
    assert run.status == "failed"
    assert "Something is odd. Nothing was changed." in run.error
    assert not Proposal.objects.exists()


def test_a_resumption_needs_a_reason_and_lets_drafts_go_on(market) -> None:
    session(market, NEXT[0], -0.3)
    halt = Halt.objects.get()
    with pytest.raises(halts.CannotResume):
        halts.resume(halt=halt, user=market.alice, reason="  ")
    done = halts.resume(halt=halt, user=market.alice, reason="It was the market.")
    with pytest.raises(halts.CannotResume, match=r"alice@example\.com resumed on .* “It was the market.”"):
        halts.resume(halt=halt, user=factories.user("bob"), reason="Me too.")
    halt.refresh_from_db()
    assert (halt.resumed_by, halt.resume_reason) == (market.alice, "It was the market.")
    assert done.resumed_on == NEXT[0]
    assert Activity.objects.filter(verb="halt.resumed").count() == 1
    assert check(market.house).outcome == "drafted"


def test_after_a_resumption_the_same_old_data_does_not_halt_again(market) -> None:
    session(market, NEXT[0], -0.3)
    halts.resume(halt=Halt.objects.get(), user=market.alice, reason="It was the market.")
    look()
    session(market, NEXT[1], 0.001)
    session(market, NEXT[2], -0.001)
    assert Halt.objects.count() == 1


def test_a_second_crash_halts_again(market) -> None:
    session(market, NEXT[0], -0.3)
    halts.resume(halt=Halt.objects.get(), user=market.alice, reason="It was the market.")
    session(market, NEXT[1], -0.4)
    assert list(Halt.objects.values_list("as_of", flat=True)) == [NEXT[1], NEXT[0]]
    assert selectors.standing_halt(market.house).as_of == NEXT[1]


def test_a_drawdown_beyond_a_goal_halts(market) -> None:
    factories.goal(market.house)
    market.house.goals.update(acceptable_drawdown=Decimal("0.05"))
    save_guardrails(household=market.house, user=market.alice, key=uuid.uuid4(), settings={"quantile": None})
    session(market, NEXT[0], -0.3)
    halt = Halt.objects.get()
    assert halt.cause == "drawdown"
    assert "more than the 5.0% that a goal accepts" in halt.reason


def test_a_worker_that_died_before_acting_is_made_good(market) -> None:
    session(market, NEXT[0], -0.3)
    Halt.objects.all().delete()
    tasks.watch()
    assert Halt.objects.get().as_of == NEXT[0]


def test_a_person_halts_once_and_another_household_goes_on(market) -> None:
    for _ in range(2):
        halts.halt(household=market.house, user=market.alice, reason="I am moving house.")
    halt = Halt.objects.get()
    assert (halt.cause, halt.user) == ("person", market.alice)
    other = factories.household(factories.user("bob"))
    assert halts.why_not(other) == ""


def test_a_person_may_halt_twice_on_a_day(market) -> None:
    for _ in range(2):
        made = halts.halt(household=market.house, user=market.alice, reason="Wait.")
        halts.resume(halt=made, user=market.alice, reason="Go on.")
    assert Halt.objects.count() == 2


def test_a_resumption_covers_what_was_known_when_a_person_had_halted(market) -> None:
    made = halts.halt(household=market.house, user=market.alice, reason="Wait.")
    session(market, NEXT[0], -0.3)
    assert Halt.objects.get() == made
    halts.resume(halt=made, user=market.alice, reason="I have seen it.")
    look()
    assert Halt.objects.count() == 1


def test_a_household_without_values_is_left_alone() -> None:
    house = factories.household()
    watch.look(house)
    assert not runs.Run.objects.filter(household=house).exists()
