import datetime as dt
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from holdings.valuations.benchmark import BaselineDay, baseline

FIRST = dt.date(2022, 1, 3)
MIX = {"weight": D("0.6"), "cash_rate": D("0.02")}


def days(*rows: tuple[str, str]) -> list[BaselineDay]:
    return [BaselineDay(FIRST + dt.timedelta(days=n), D(close), D(flow)) for n, (close, flow) in enumerate(rows)]


def values(rows: list[BaselineDay], **mix) -> list[D]:
    return [standing.value for standing in baseline(rows, **{**MIX, **mix})]


def test_the_first_day_has_no_return() -> None:
    assert values(days(("100", "1000"))) == [1000]


def test_sixty_per_cent_of_the_index_and_a_day_of_interest_on_the_rest() -> None:
    rows = days(("100", "100000"), ("110", "0"))
    assert values(rows) == [100000, D("106002.19")]  # 100000 x (1 + 0.6 x 10% + 0.4 x 2% / 365)


def test_interest_runs_over_a_weekend() -> None:
    friday, monday = BaselineDay(dt.date(2022, 1, 7), D(1), D(365000)), BaselineDay(dt.date(2022, 1, 10), D(1), D(0))
    assert values([friday, monday], weight=D(0)) == [365000, 365060]


def test_money_in_shares_in_the_day_and_money_out_leaves_at_its_close() -> None:
    rows = days(("100", "1000"), ("110", "1000"), ("121", "-500"))
    assert values(rows, weight=D(1)) == [1000, 2200, 1920]


def test_it_never_falls_below_zero() -> None:
    assert values(days(("100", "1000"), ("50", "-900"), ("50", "100")), weight=D(1)) == [1000, 0, 100]


def test_an_index_without_a_price_yet_has_no_return() -> None:
    assert values(days(("0", "1000"), ("100", "0")), weight=D(1)) == [1000, 1000]


prices = st.decimals("50", "150", places=2)
flows = st.integers(-200, 300)


@given(st.lists(st.tuples(prices, flows), min_size=2, max_size=12), st.data())
def test_going_on_from_any_day_gives_what_an_unbroken_run_gives(rows, data) -> None:
    whole = days(("100", "5000"), *[(str(close), str(flow)) for close, flow in rows])
    unbroken = baseline(whole, **MIX)
    cut = data.draw(st.integers(1, len(whole) - 1))
    assert baseline(whole[cut:], **MIX, start=unbroken[cut - 1]) == unbroken[cut:]
