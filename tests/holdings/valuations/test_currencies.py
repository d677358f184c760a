"""Accounts and securities in other currencies than the household's."""

import datetime as dt
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.replay import replay
from holdings.ledger.series import series_by_account
from holdings.ledger.types import Entry, Kind, Step
from holdings.valuations.daily import DayValue, Market, daily_values, paid_prices, stated_rates

EVE, FRIDAY, MONDAY, TUESDAY = (dt.date(2021, 8, day) for day in (19, 20, 23, 24))
SATURDAY = dt.date(2021, 8, 21)
DAYS = [FRIDAY, MONDAY, TUESDAY]
ALWAYS = dt.date.min
RATES = {
    "EUR": [Step(ALWAYS, D(1))],
    "USD": [Step(FRIDAY, D("0.8545548")), Step(MONDAY, D("0.86")), Step(TUESDAY, D("0.944"))],
}
MARKET = Market({"MSFT": [Step(FRIDAY, D(300)), Step(MONDAY, D(310))]}, {"MSFT": "USD"}, RATES)


def entry(day: dt.date, kind: Kind, cash: str = "0", quantity: str = "0", **more) -> Entry:
    more = {"currency": "USD", "instrument": "MSFT" if quantity != "0" else None, **more}
    return Entry(f"{day}{kind}{cash}{quantity}", "a", kind, day, quantity=D(quantity), cash=D(cash), **more)


def valued(*entries: Entry, market: Market = MARKET, days=DAYS, before: dt.date = EVE) -> list[DayValue]:
    return daily_values(series_by_account(replay(entries))["a"], market, days, before=before)


def test_t22_a_trade_counts_at_the_rate_of_its_day_never_at_todays() -> None:
    friday, *_ = valued(entry(FRIDAY, Kind.DEPOSIT, "1360.50"), market=Market({}, {}, RATES))
    assert round(friday.inflow, 2) == round(friday.value, 2) == D("1162.62")


def test_t24_a_dividend_is_converted() -> None:
    koruna = Market({}, {}, {"USD": [Step(ALWAYS, D("23.1"))], "CZK": [Step(ALWAYS, D(1))]})
    friday, *_ = valued(entry(FRIDAY, Kind.DIVIDEND, "17.85"), market=koruna)
    assert friday.value == D("412.335")


def test_t17_a_purchase_keeps_its_value_over_a_weekend_without_prices() -> None:
    bought = [entry(FRIDAY, Kind.DEPOSIT, "10000"), entry(FRIDAY, Kind.BUY, "-10000", "100", price=D(100))]
    flat = Market({"MSFT": [Step(FRIDAY, D(100))]}, {"MSFT": "USD"}, {"USD": [Step(ALWAYS, D(1))]})
    assert [day.value for day in valued(*bought, market=flat)] == [10_000, 10_000, 10_000]
    assert replay(bought).lots[0].basis == 10_000


def test_the_currency_gain_is_yesterdays_value_times_the_change_of_the_rate() -> None:
    bought = [entry(FRIDAY, Kind.DEPOSIT, "1000"), entry(FRIDAY, Kind.BUY, "-600", "2", price=D(300))]
    friday, monday, tuesday = valued(*bought)
    assert friday.currency_gain == 0
    assert monday.currency_gain == 1000 * (D("0.86") - D("0.8545548"))
    assert tuesday.currency_gain == 1020 * (D("0.944") - D("0.86"))
    assert tuesday.value == 1020 * D("0.944")


def test_cash_of_several_currencies_adds_up_in_the_base_currency() -> None:
    friday, *_ = valued(entry(FRIDAY, Kind.DEPOSIT, "1000"), entry(FRIDAY, Kind.DEPOSIT, "50", currency="EUR"))
    assert friday.cash == friday.value == D("904.5548")


def test_a_price_in_pence_counts_a_hundredth() -> None:
    pence = Market({"VOD": [Step(FRIDAY, D(120))]}, {"VOD": "GBX"}, {"GBX": [Step(ALWAYS, D("0.01"))]})
    bought = entry(FRIDAY, Kind.OPENING, quantity="100", instrument="VOD", currency="GBX", basis=D(9000))
    friday, *_ = valued(bought, market=pence)
    assert friday.value == friday.inflow == 120


def test_r11_a_transfer_in_kind_flows_at_market_value_and_keeps_its_cost() -> None:
    arrived = entry(SATURDAY, Kind.TRANSFER_IN, quantity="10", basis=D(1000), acquired=dt.date(2015, 1, 2))
    monday = valued(arrived, days=[MONDAY, TUESDAY], before=FRIDAY)[0]
    assert monday.inflow == monday.value == 10 * 310 * D("0.86")
    assert replay([arrived]).lots[0].basis == 1000


def test_before_the_first_published_rate_the_trades_own_rate_stands_in() -> None:
    traded = [entry(EVE, Kind.BUY, "-300", "1", rate=D("0.85")), entry(EVE, Kind.FEE, "-1", currency="EUR")]
    assert stated_rates(traded, "EUR") == {"USD": [Step(EVE, D("0.85"))]}


def test_a_price_paid_in_another_currency_is_converted_for_its_mark() -> None:
    paid = entry(FRIDAY, Kind.BUY, "-85.45548", "1", price=D("85.45548"), currency="EUR")
    marks = paid_prices([paid], MARKET)
    assert round(marks["MSFT"][0].level, 12) == 100


rate = st.decimals("0.5", "2", places=4)


@given(st.lists(rate, min_size=3, max_size=3), st.integers(1, 1000))
def test_at_unchanged_prices_all_gain_is_currency_gain(levels: list[D], cash: int) -> None:
    market = Market({}, {}, {"USD": [Step(day, level) for day, level in zip(DAYS, levels, strict=True)]})
    days = valued(entry(FRIDAY, Kind.DEPOSIT, str(cash)), market=market)
    flows = sum((day.inflow - day.outflow for day in days), D(0))
    assert days[-1].value - flows == sum((day.currency_gain for day in days), D(0))


@pytest.mark.parametrize("cut", [1, 2])
def test_going_on_from_a_later_day_gives_the_same_currency_gains(cut: int) -> None:
    bought = [entry(FRIDAY, Kind.DEPOSIT, "1000"), entry(FRIDAY, Kind.BUY, "-600", "2", price=D(300))]
    assert valued(*bought, days=DAYS[cut:], before=DAYS[cut - 1]) == valued(*bought)[cut:]
