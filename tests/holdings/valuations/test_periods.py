"""Periods, and the values that open them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.models import Benchmark, BenchmarkValuation, BrokerageAccount, Valuation
from holdings.valuations import history, periods
from tests import factories

AS_OF = dt.date(2022, 12, 28)


@pytest.mark.parametrize(
    ("period", "start"),
    [
        ("1M", dt.date(2022, 11, 28)),
        ("3M", dt.date(2022, 9, 28)),
        ("YTD", dt.date(2021, 12, 31)),
        ("1Y", dt.date(2021, 12, 28)),
        ("5Y", dt.date(2017, 12, 28)),
        ("All", None),
    ],
)
def test_a_period_opens_at_a_close(period: str, start: dt.date | None) -> None:
    assert periods.start(period, AS_OF) == start


def test_a_month_before_its_own_end_stays_inside_the_month() -> None:
    assert periods.months_before(dt.date(2022, 3, 31), 1) == dt.date(2022, 2, 28)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.integers(1, 240))
def test_going_back_months_keeps_the_day_or_shortens_it(day: dt.date, months: int) -> None:
    back = periods.months_before(day, months)
    assert (day.year - back.year) * 12 + day.month - back.month == months
    assert back.day <= day.day


def valued(account: BrokerageAccount, day: dt.date, value: int, inflow: int = 0, outflow: int = 0) -> None:
    Valuation.objects.create(account=account, date=day, value=value, cash=0, inflow=inflow, outflow=outflow)


@pytest.mark.django_db
def test_a_transfer_between_accounts_is_no_flow_of_the_household() -> None:
    house = factories.household()
    taxable, roth = factories.account(house), factories.account(house, "roth_ira")
    for day, (one, other) in {AS_OF - dt.timedelta(1): (100, 50), AS_OF: (70, 80)}.items():
        valued(taxable, day, one, outflow=30 if day == AS_OF else 0)
        valued(roth, day, other, inflow=30 if day == AS_OF else 0)
    days = history.load(house, "All").days
    assert [(day.value, day.inflow, day.outflow) for day in days] == [(150, 0, 0), (150, 0, 0)]


@pytest.mark.django_db
def test_a_period_opens_with_the_last_close_before_it() -> None:
    account = factories.account(factories.household())
    for back, value in [(60, 90), (33, 100), (29, 110), (0, 120)]:
        valued(account, AS_OF - dt.timedelta(back), value)
    month = history.load(account.household, "1M")
    assert (month.opened, month.opening) == (AS_OF - dt.timedelta(33), 100)
    assert [day.value for day in month.days] == [110, 120]


@pytest.mark.django_db
def test_the_baseline_starts_with_the_households_value_and_takes_its_flows() -> None:
    house = factories.household()
    account = factories.account(house)
    benchmark = Benchmark.objects.create(
        household=house, name="Index", instrument=factories.instrument("SPX"), weight=1, cash_rate=Decimal(0)
    )
    eve = AS_OF - dt.timedelta(31)
    for day, value, inflow, raw in [(eve, 100, 0, 1_000), (AS_OF, 160, 50, 1_155)]:
        valued(account, day, value, inflow=inflow)
        BenchmarkValuation.objects.create(benchmark=benchmark, date=day, value=raw)
    baseline = history.load(house, "1M").baseline
    assert baseline is not None
    assert baseline.days[0].value == pytest.approx((100 + 50) * 1_155 / 1_050)
