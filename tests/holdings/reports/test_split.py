"""Money by holding, out of ledger, prices and rates."""

import datetime as dt
from decimal import Decimal as D
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.replay import replay
from holdings.ledger.series import series_by_account
from holdings.ledger.types import Entry, Kind, Step
from holdings.reports.grid import grid
from holdings.reports.moves import CASH, FLAGGED, moves, rate_gains, worth
from holdings.reports.split import Split, splits, total
from holdings.valuations.daily import Market, daily_values, joined, paid_prices

EVE = dt.date(2022, 12, 9)
DAYS = [dt.date(2022, 12, day) for day in (12, 13, 14, 15, 16, 19, 20)]
ALWAYS = dt.date.min
ONE = {"USD": [Step(ALWAYS, D(1))]}


def entry(at: int, kind: Kind, cash: str, quantity: str = "0", what: str | None = None, **more) -> Entry:
    day = DAYS[at]
    return Entry(
        f"{at}{kind}{cash}{quantity}{what}", "a", kind, day, instrument=what, quantity=D(quantity), cash=D(cash), **more
    )


def trade(at: int, quantity: str, price: str, fee: str = "0", what: str = "X", **more) -> Entry:
    cash = -D(quantity) * D(price) - D(fee)
    kind = Kind.BUY if D(quantity) > 0 else Kind.SELL
    return entry(at, kind, str(cash), quantity, what, price=D(price), fees=D(fee), **more)


def market(entries, closes=None, rates=None, **currencies) -> Market:
    known = Market({}, {"X": "USD", "Y": "USD", **currencies}, rates or ONE)
    return Market(joined(paid_prices(entries, known), closes or {}), known.currencies, known.rates)


def money(entries, of: Market, base: str = "USD") -> dict[str, Split]:
    series = series_by_account(replay(entries))["a"]
    moved = moves(entries, series, of, DAYS, before=EVE)
    gains = rate_gains(series, of, DAYS, before=EVE, base=base)
    return splits(worth(series, of, EVE), worth(series, of, DAYS[-1]), moved, gains)


def test_t27_a_dividend_is_kept_out_of_the_price_gain() -> None:
    history = [trade(0, "1", "298.58", "19", "X"), entry(1, Kind.DIVIDEND, "0.62", what="X")]
    of = market(history, {"X": [Step(DAYS[1], D("331.83"))]})
    held = money(history, of)["X"]
    assert (held.price, held.income, held.costs) == (D("33.25"), D("0.62"), -19)
    assert held.price + held.costs == D("14.25")
    assert round((held.price + held.costs) / D("298.58"), 4) == D("0.0477")


def test_t28_sold_and_bought_again_on_one_day() -> None:
    history = [
        trade(0, "9", "209.45", "1"),
        trade(3, "-9", "210", "1"),
        trade(3, "10", "204.11", "1"),
        trade(5, "-10", "208.01", "1"),
    ]
    held = money(history, market(history))["X"]
    assert (held.price, held.costs, held.gain) == (D("43.95"), -4, D("39.95"))
    assert (held.end, replay(history).lots) == (0, ())


def test_t29_half_of_it_sold() -> None:
    history = [trade(0, "2", "75.80", "1.30"), trade(3, "-1", "85.73", "2.95")]
    of = market(history, {"X": [Step(DAYS[4], D("87.80"))]})
    held = money(history, of)["X"]
    assert (held.price, held.gain) == (D("21.93"), D("17.68"))
    (lot,) = replay(history).lots
    assert lot.basis == D("75.80") + D("1.30") / 2


def test_t24_a_dividend_in_dollars_is_income_in_koruna() -> None:
    rates = {"USD": [Step(ALWAYS, D("23.1"))], "CZK": [Step(ALWAYS, D(1))]}
    paid = [entry(1, Kind.DIVIDEND, "17.85", what="X")]
    assert round(money(paid, market(paid, rates=rates), "CZK")["X"].income, 2) == D("412.34")


def test_what_rates_gave_stands_apart() -> None:
    rates = {"USD": [Step(ALWAYS, D("0.9")), Step(DAYS[3], D("1.0"))], "EUR": [Step(ALWAYS, D(1))]}
    history = [entry(0, Kind.DEPOSIT, "1100"), trade(0, "10", "100")]
    of = market(history, {"X": [Step(DAYS[5], D(110))]}, rates)
    held = money(history, of, "EUR")
    assert (held["X"].currency, held["X"].price) == (100, 100)
    assert (held[CASH].currency, held[CASH].price) == (10, 0)


def test_interest_and_fees_of_the_account_belong_to_cash() -> None:
    history = [entry(0, Kind.DEPOSIT, "100"), entry(1, Kind.INTEREST, "5"), entry(2, Kind.FEE, "-2")]
    held = money(history, market(history))
    assert held == {CASH: Split(begin=D(0), end=D(103), put_in=D(100), income=D(5), costs=D(-2))}


def test_a_reinvestment_without_cash_is_income_that_was_put_in() -> None:
    history = [trade(0, "10", "10"), entry(1, Kind.REINVEST, "0", "1", "X", price=D(10))]
    held = money(history, market(history))["X"]
    assert (held.price, held.income, held.gain) == (0, 10, 10)


def test_an_option_is_kept_apart() -> None:
    history = [entry(0, Kind.OPTION, "99", "-1", "X", fees=D(1))]
    assert money(history, market(history))[FLAGGED].gain == 99


def test_a_lot_that_came_in_kind_earned_nothing_on_its_way() -> None:
    history = [entry(1, Kind.TRANSFER_IN, "0", "10", "X", basis=D(50), acquired=EVE)]
    of = market(history, {"X": [Step(EVE, D(7))]})
    assert money(history, of)["X"] == Split(end=D(70), put_in=D(70))


cents = st.integers(-5000, 5000).map(lambda amount: D(amount) / 100)
kinds = st.sampled_from([Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.INTEREST, Kind.FEE, Kind.DIVIDEND])
payments = st.tuples(st.integers(0, 6), kinds, cents)
trades = st.tuples(st.integers(0, 6), st.sampled_from(["X", "Y"]), st.integers(1, 50), st.integers(100, 9999))
steps = st.lists(st.integers(50, 200), min_size=7, max_size=7)


def history_of(paid, bought) -> list[Entry]:
    rows = [
        entry(at, kind, str(amount), what="X" if kind is Kind.DIVIDEND else None, occurrence=n)
        for n, (at, kind, amount) in enumerate(paid)
        if amount
    ]
    rows += [
        trade(at, str(quantity), str(D(price) / 100), "0.35", what, occurrence=100 + n)
        for n, (at, what, quantity, price) in enumerate(bought)
    ]
    return [Entry(**{**{f: getattr(e, f) for f in e.__slots__}, "id": str(n)}) for n, e in enumerate(rows)]


@given(st.lists(payments, max_size=8), st.lists(trades, min_size=1, max_size=6), steps, steps, st.booleans())
def test_gains_by_holding_reconcile_with_the_money_gain_to_the_last_digit(paid, bought, closes, rates, foreign) -> None:
    entries = history_of(paid, bought)
    in_dollars = {"USD": [Step(day, D(level) / 100) for day, level in zip(DAYS, rates, strict=True)]}
    of = market(
        entries, {"X": [Step(day, D(c)) for day, c in zip(DAYS, closes, strict=True)]}, in_dollars if foreign else ONE
    )
    series = series_by_account(replay(entries))["a"]

    days = daily_values(series, of, DAYS, before=EVE)
    whole = total(money(entries, of, "EUR" if foreign else "USD").values())

    flows = sum((day.inflow - day.outflow for day in days), D(0))
    assert whole.gain == days[-1].value - flows
    assert whole.currency == sum((day.currency_gain for day in days), D(0))
    assert money(entries, of, "EUR")[CASH].price == 0


@given(st.lists(payments, max_size=8), st.lists(trades, min_size=1, max_size=6), steps)
def test_daily_gains_by_holding_add_up_to_its_exact_gain(paid, bought, closes) -> None:
    entries = history_of(paid, bought)
    of = market(entries, {"X": [Step(day, D(c)) for day, c in zip(DAYS, closes, strict=True)]})
    series = series_by_account(replay(entries))["a"]

    arrays = grid(series, of, moves(entries, series, of, DAYS, before=EVE), DAYS, before=EVE)

    for key, split in money(entries, of).items():
        assert fsum(arrays.gains[key]) == pytest.approx(float(split.gain), abs=1e-6)
