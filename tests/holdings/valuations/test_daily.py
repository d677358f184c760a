import datetime as dt
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.replay import replay
from holdings.ledger.series import series_by_account
from holdings.ledger.types import Entry, Kind, Step
from holdings.valuations.daily import Market, daily_values, joined, paid_prices

THURSDAY, FRIDAY, MONDAY, TUESDAY = (dt.date(2022, 12, day) for day in (15, 16, 19, 20))
SATURDAY = dt.date(2022, 12, 17)
DAYS = [FRIDAY, MONDAY, TUESDAY]
MARKS = {"XOM": [Step(FRIDAY, D("100.125")), Step(MONDAY, D("101.5"))]}


def entry(day: dt.date, kind: Kind, cash: str = "0", quantity: str = "0", **more) -> Entry:
    instrument = "XOM" if quantity != "0" else None
    return Entry(
        f"{day}{kind}{cash}{quantity}",
        "a",
        kind,
        day,
        instrument=instrument,
        quantity=D(quantity),
        cash=D(cash),
        **more,
    )


def values(entries, days=DAYS, before=THURSDAY, marks=MARKS):
    series = series_by_account(replay(entries))["a"]
    return daily_values(series, dollars(marks), days, before=before)


def dollars(marks=MARKS) -> Market:
    return Market(marks, {"XOM": "USD"}, {"USD": [Step(dt.date.min, D(1))]})


DEPOSIT = entry(FRIDAY, Kind.DEPOSIT, "1000")
PURCHASE = entry(FRIDAY, Kind.BUY, "-333.75", "3.333333", price=D("100.125"))


def test_value_is_quantity_times_price_plus_cash_to_the_last_digit() -> None:
    friday, monday, _ = values([DEPOSIT, PURCHASE])
    assert friday.cash == D("666.25")
    assert friday.value == D("3.333333") * D("100.125") + D("666.25")
    assert monday.value == D("3.333333") * D("101.5") + D("666.25")


def test_the_last_price_counts_until_the_next_one() -> None:
    _, monday, tuesday = values([DEPOSIT, PURCHASE])
    assert tuesday.value == monday.value


def test_purchases_interest_and_fees_are_no_flows() -> None:
    days = values([DEPOSIT, PURCHASE, entry(MONDAY, Kind.INTEREST, "5"), entry(MONDAY, Kind.FEE, "-2")])
    assert [(day.inflow, day.outflow) for day in days] == [(1000, 0), (0, 0), (0, 0)]
    assert days[1].cash == D("669.25")


def test_money_in_and_money_out_of_a_day_stand_apart() -> None:
    _, monday, _ = values([DEPOSIT, entry(MONDAY, Kind.DEPOSIT, "50"), entry(MONDAY, Kind.WITHDRAWAL, "-20")])
    assert (monday.inflow, monday.outflow) == (50, 20)


def test_a_flow_on_a_weekend_counts_on_monday() -> None:
    friday, monday, _ = values([DEPOSIT, entry(SATURDAY, Kind.DEPOSIT, "250")])
    assert (friday.inflow, friday.value) == (1000, 1000)
    assert (monday.inflow, monday.value) == (250, 1250)


def test_a_first_flow_before_the_first_session_counts_on_it() -> None:
    monday, _ = values([entry(SATURDAY, Kind.DEPOSIT, "250")], days=[MONDAY, TUESDAY], before=FRIDAY)
    assert (monday.inflow, monday.value) == (250, 250)


def test_a_lot_that_enters_in_kind_flows_in_at_its_market_value() -> None:
    opening = entry(SATURDAY, Kind.OPENING, quantity="10", basis=D(200), acquired=dt.date(2015, 8, 25))
    _, monday, _ = values([DEPOSIT, opening])
    assert monday.inflow == D("1015.0")
    assert monday.value == D("2015.0")


def test_a_lot_that_leaves_in_kind_flows_out_at_its_market_value() -> None:
    _, monday, _ = values([DEPOSIT, PURCHASE, entry(MONDAY, Kind.TRANSFER_OUT, quantity="-2")])
    assert (monday.inflow, monday.outflow) == (0, D("203.0"))


def test_what_has_no_market_price_is_worth_what_was_paid() -> None:
    opening = entry(FRIDAY, Kind.OPENING, quantity="10", basis=D(200), acquired=None)
    marks = joined(paid_prices([opening], dollars()), {})
    friday, _, tuesday = values([opening], marks=marks)
    assert (friday.value, friday.inflow, tuesday.value) == (200, 200, 200)


def test_a_market_price_replaces_what_was_paid() -> None:
    bought = entry(THURSDAY, Kind.BUY, "-270", "3", price=D(90))
    marks = joined(paid_prices([bought, PURCHASE], dollars()), {"XOM": MARKS["XOM"]})
    assert marks["XOM"] == [Step(THURSDAY, D(90)), *MARKS["XOM"]]


@given(st.lists(st.tuples(st.sampled_from([FRIDAY, SATURDAY, MONDAY, TUESDAY]), st.integers(-500, 500)), max_size=8))
def test_without_price_moves_the_value_is_the_sum_of_the_flows(moves) -> None:
    entries = [DEPOSIT] + [
        entry(day, Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL, str(amount), occurrence=n)
        for n, (day, amount) in enumerate(moves)
        if amount
    ]
    unique = {f"{e.id}{e.occurrence}": e for e in entries}.values()
    days = values(unique)
    assert days[-1].value == sum(day.inflow - day.outflow for day in days)


def test_going_on_from_a_later_day_gives_the_same_rows() -> None:
    history = [DEPOSIT, PURCHASE, entry(SATURDAY, Kind.DEPOSIT, "250"), entry(TUESDAY, Kind.SELL, "101.5", "-1")]
    assert values(history)[1:] == values(history, days=DAYS[1:], before=FRIDAY)
