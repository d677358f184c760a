import datetime as dt
from decimal import Decimal as D

import pytest

from accounts.clock import today
from holdings import tasks
from holdings.models import Benchmark, BrokerageAccount, FxRate, Price, TradingSession, Valuation
from holdings.services.ledger import NewTransaction, book, void
from holdings.valuations.store import behind, compute, revalue, write
from tests import factories

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY = (dt.date(2022, 12, day) for day in (26, 27, 28))
FRIDAY = dt.date(2022, 12, 23)
SESSIONS = [dt.date(2022, 12, 21), dt.date(2022, 12, 22), FRIDAY, TUESDAY, WEDNESDAY]


@pytest.fixture(autouse=True)
def market() -> None:
    TradingSession.objects.bulk_create(TradingSession(calendar="XNYS", date=day) for day in SESSIONS)
    for day, stock, index in zip(SESSIONS, ("10", "11", "12.5", "12", "13.001"), (100, 101, 99, 102, 103), strict=True):
        factories.instrument("XOM", stock, on=day)
        factories.instrument("SPX", str(index), on=day)


@pytest.fixture
def account() -> BrokerageAccount:
    account = factories.account(factories.household())
    factories.deposit(account, "1000", SESSIONS[0])
    factories.buy(account, factories.instrument("XOM"), "40", "10", SESSIONS[0])
    return account


def fresh(account: BrokerageAccount) -> BrokerageAccount:
    return BrokerageAccount.objects.select_related("household").get(pk=account.pk)


def rows(account: BrokerageAccount) -> list[tuple]:
    return list(account.valuations.values_list("date", "value", "cash", "inflow", "outflow"))


def baseline_rows(account: BrokerageAccount) -> list[tuple]:
    return list(account.household.benchmark.valuations.values_list("date", "value"))


def give_benchmark(account: BrokerageAccount) -> Benchmark:
    return Benchmark.objects.create(
        household=account.household,
        name="60/40",
        instrument=factories.instrument("SPX"),
        weight=D("0.6"),
        cash_rate=D("0.02"),
    )


def test_each_session_gets_its_value_to_the_last_digit(account) -> None:
    assert revalue(account.pk)
    assert [row[0] for row in rows(account)] == SESSIONS
    assert [row[1] for row in rows(account)] == [1000, 1040, 1100, 1080, D("1120.04")]
    assert rows(account)[0][2:] == (600, 1000, 0)


def test_nothing_later_than_the_households_clock_is_valued(account) -> None:
    account.household.clock = FRIDAY
    account.household.save()
    revalue(account.pk)
    assert [row[0] for row in rows(account)] == SESSIONS[:3]


def test_the_account_is_no_longer_stale(account) -> None:
    assert fresh(account).stale_from == SESSIONS[0]
    revalue(account.pk)
    assert fresh(account).stale_from is None


def test_earlier_days_are_left_alone(account) -> None:
    revalue(account.pk)
    before = dict(account.valuations.values_list("date", "pk"))
    factories.deposit(account, "50", MONDAY)
    revalue(account.pk)
    after = dict(account.valuations.values_list("date", "pk"))
    kept = [day for day in SESSIONS if before[day] == after[day]]
    assert kept == [day for day in SESSIONS if day < MONDAY]


@pytest.mark.parametrize("day", [SESSIONS[0], SESSIONS[1], FRIDAY, MONDAY, WEDNESDAY])
def test_going_on_equals_from_scratch(account, day) -> None:
    give_benchmark(account)
    revalue(account.pk)
    factories.deposit(account, "50", day)
    factories.buy(account, factories.instrument("XOM"), "5", "12", day)
    revalue(account.pk)
    gone_on, baseline = rows(account), baseline_rows(account)
    BrokerageAccount.objects.update(stale_from=dt.date(2000, 1, 1))
    revalue(account.pk)
    assert (rows(account), baseline_rows(account)) == (gone_on, baseline)


def test_a_voided_beginning_takes_its_days_away(account) -> None:
    revalue(account.pk)
    factories.deposit(account, "70", TUESDAY)
    void(rows=account.transactions.filter(trade_date=SESSIONS[0]), reason="Not mine", user=None)
    revalue(account.pk)
    assert rows(account) == [(TUESDAY, 70, 70, 70, 0), (WEDNESDAY, 70, 70, 0, 0)]


def test_a_lot_without_history_flows_in_at_its_market_value(account) -> None:
    opening = NewTransaction(
        kind="opening", trade_date=MONDAY, source="import", instrument=factories.instrument("XOM"), quantity=D(7)
    )
    book(account=account, drafts=[opening])
    revalue(account.pk)
    assert account.valuations.get(date=TUESDAY).inflow == 84


def test_prices_before_the_first_day_carry_on(account) -> None:
    Price.objects.filter(date=WEDNESDAY).delete()
    revalue(account.pk)
    assert account.valuations.get(date=WEDNESDAY).value == account.valuations.get(date=TUESDAY).value
    assert compute(fresh(account)).rows == []


def test_a_worker_killed_between_computing_and_writing_loses_nothing(account) -> None:
    compute(fresh(account))  # and the process ends here
    assert fresh(account).stale_from == SESSIONS[0]
    assert behind() == [account.pk]
    tasks.revalue(account.pk)
    assert (len(rows(account)), behind()) == (5, [])


def test_a_ledger_that_moved_meanwhile_is_not_overwritten(account) -> None:
    done = compute(fresh(account))
    factories.deposit(account, "5", FRIDAY)
    assert not write(done)
    assert not Valuation.objects.exists()
    assert fresh(account).stale_from == SESSIONS[0]
    assert revalue(account.pk)
    assert rows(account)[-1][1] == D("1125.04")


def test_a_second_message_changes_nothing(account) -> None:
    revalue(account.pk)
    before = list(account.valuations.values_list("pk", flat=True))
    tasks.revalue(account.pk)
    assert list(account.valuations.values_list("pk", flat=True)) == before


def test_a_new_session_is_behind_until_it_is_valued(account) -> None:
    account.household.clock = TUESDAY
    account.household.save()
    revalue(account.pk)
    assert behind() == []
    account.household.clock = WEDNESDAY
    account.household.save()
    assert behind() == [account.pk]
    revalue(account.pk)
    assert (len(rows(account)), behind()) == (5, [])


def test_an_empty_account_is_not_behind() -> None:
    empty = factories.account(factories.household())
    assert behind() == []
    assert revalue(empty.pk)
    assert rows(empty) == []


def test_the_sweep_heals_every_lost_message(account, monkeypatch) -> None:
    monkeypatch.setitem(tasks.revalue.app.conf, "task_always_eager", True)
    other = factories.account(account.household, kind="roth_ira")
    factories.deposit(other, "10", FRIDAY)
    assert behind() == [account.pk, other.pk]
    tasks.sweep_stale()
    assert behind() == []
    assert (len(rows(account)), len(rows(other))) == (5, 3)


def test_the_sweep_keeps_sessions_ahead_of_today() -> None:
    tasks.sweep_stale()
    assert TradingSession.objects.latest("date").date > today() + dt.timedelta(days=182)


def test_the_baseline_has_the_households_own_flows(account) -> None:
    give_benchmark(account)
    other = factories.account(account.household, kind="roth_ira")
    factories.deposit(other, "100", FRIDAY)
    for each in (account, other):
        revalue(each.pk)
    values = dict(baseline_rows(account))
    assert values[SESSIONS[0]] == 1000
    assert values[SESSIONS[1]] == D("1006.02")  # 1000 x (1 + 0.6 x 1% + 0.4 x 2% / 365)
    assert values[FRIDAY] == D("1092.90")  # 1106.02 x (1 - 0.6 x 1.980198% + 0.4 x 2% / 365)


def test_the_baseline_waits_for_the_last_account_that_is_out_of_date(account) -> None:
    give_benchmark(account)
    other = factories.account(account.household, kind="roth_ira")
    factories.deposit(other, "100", FRIDAY)
    revalue(account.pk)
    assert baseline_rows(account) == []
    revalue(other.pk)
    assert [day for day, _ in baseline_rows(account)] == SESSIONS


@pytest.mark.parametrize("days", [(SESSIONS[1], MONDAY), (MONDAY, SESSIONS[1])])
def test_the_baseline_goes_on_from_the_first_day_that_any_account_is_out_of_date(account, days) -> None:
    give_benchmark(account)
    other = factories.account(account.household, kind="roth_ira")
    factories.deposit(other, "100", SESSIONS[0])
    both = (account, other)
    for each in both:
        revalue(each.pk)
    for each, day in zip(both, days, strict=True):
        factories.deposit(each, "50", day)
    for each in both:
        revalue(each.pk)
    gone_on = baseline_rows(account)
    BrokerageAccount.objects.update(stale_from=dt.date(2000, 1, 1))
    for each in both:
        revalue(each.pk)
    assert baseline_rows(account) == gone_on


def test_an_account_without_transactions_that_is_out_of_date_is_not_forgotten(account) -> None:
    revalue(account.pk)
    void(rows=account.transactions.all(), reason="Not mine", user=None)
    assert behind() == [account.pk]
    revalue(account.pk)
    assert (behind(), rows(account)) == ([], [])


def test_a_transfer_between_two_accounts_is_no_flow_of_the_baseline(account) -> None:
    give_benchmark(account)
    other = factories.account(account.household, kind="roth_ira")
    revalue(account.pk)
    before = baseline_rows(account)
    for one, kind, amount in ((account, "transfer_out", -200), (other, "transfer_in", 200)):
        book(account=one, drafts=[NewTransaction(kind=kind, trade_date=FRIDAY, source="manual", cash=D(amount))])
        revalue(one.pk)
    assert baseline_rows(account) == before


def test_an_account_in_another_currency_is_valued_in_the_households(account) -> None:
    foreign = factories.account(account.household, name="Zurich")
    BrokerageAccount.objects.filter(pk=foreign.pk).update(currency="CHF")
    for day, francs, dollars in ((SESSIONS[0], "0.95", "1.06"), (WEDNESDAY, "0.98", "1.06")):
        for currency, level in (("CHF", francs), ("USD", dollars)):
            FxRate.objects.create(currency=currency, date=day, per_euro=D(level), source=factories.source())
    factories.deposit(fresh(foreign), "950", SESSIONS[0])
    assert foreign.pk in behind()
    revalue(foreign.pk)
    first, last = foreign.valuations.earliest("date"), foreign.valuations.latest("date")
    assert (round(first.value, 6), round(first.inflow, 6)) == (1060, 1060)
    assert round(last.currency_gain, 6) == round(last.value - 1060, 6) < 0
