import datetime as dt
from decimal import Decimal as D
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Pick
from holdings.synthetic.history import Event, history
from holdings.synthetic.market import Listing, listings, rates

SESSIONS = [dt.date(2020, 1, 1) + dt.timedelta(days=n) for n in range(200)]
OWNERS = [[1, 2, 3], [4, 5], [0]]


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311


def market(seed: int, count: int = 6) -> list[Listing]:
    return listings(seeded(seed), count, SESSIONS, "USD")


def events(seed: int, count: int = 150) -> list[Event]:
    return history(seeded(seed), market(seed), OWNERS, count)


def entries(made: list[Event], listed: list[Listing]) -> list[Entry]:
    """As the services book them: received shares are a transfer in of their own."""
    rows = []
    for number, each in enumerate(made):
        what = None if each.listing is None else listed[each.listing].symbol
        picks = tuple(Pick(str(at), quantity) for at, quantity in each.picks)
        common = {"trade_date": SESSIONS[each.at], "instrument": what, "currency": "USD", "occurrence": number}
        rows.append(
            Entry(
                str(number),
                str(each.account),
                Kind(each.kind),
                quantity=each.quantity,
                cash=each.cash,
                price=each.price,
                fees=each.fees,
                picks=picks,
                **common,
            )
        )
        if each.into is not None:
            rows.append(Entry(f"{number}in", str(each.into), Kind.TRANSFER_IN, quantity=-each.quantity, **common))
    return rows


def test_equal_seeds_make_equal_worlds() -> None:
    assert (events(7), market(7)) == (events(7), market(7))
    assert events(7) != events(8)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_every_sale_names_lots_that_are_open(seed: int) -> None:
    made = events(seed)
    assert [each.at for each in made] == sorted(each.at for each in made)
    sales = [each for each in made if each.kind == "sell"]
    assert all(sum(quantity for _, quantity in sale.picks) == -sale.quantity for sale in sales)
    assert all(made[at].kind in {"buy", "reinvest"} for sale in sales for at, _ in sale.picks)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_no_cash_is_ever_missing(seed: int) -> None:
    balances: dict[int, D] = {}
    for each in events(seed):
        balances[each.account] = balances.get(each.account, D(0)) + each.cash
        assert balances[each.account] >= 0


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_the_ledger_finds_no_fault_in_it(seed: int) -> None:
    assert replay(entries(events(seed), market(seed))).problems == ()


def test_a_split_halves_the_raw_close_and_nothing_else() -> None:
    split = [each for seed in range(12) for each in market(seed) if each.splits_at]
    assert split
    for each in split:
        before, after = each.closes[each.splits_at - 1], each.closes[each.splits_at]
        assert D("0.4") < after / before < D("0.6")


def test_a_fifth_is_quoted_in_the_other_currency() -> None:
    assert [each.currency for each in market(1, 10)].count("EUR") == 2
    assert [each.currency for each in listings(seeded(1), 1, SESSIONS, "EUR")] == ["EUR"]


def test_rates_stay_in_their_band() -> None:
    assert all(D("0.8") <= level <= D("1.6") for level in rates(seeded(1), 5000))


@pytest.mark.parametrize("count", [1, 40])
def test_one_account_alone_transfers_nothing(count: int) -> None:
    made = history(seeded(3), market(3), [[0, 1]], count)
    assert all(each.into is None for each in made)
