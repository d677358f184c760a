import datetime as dt
from decimal import Decimal

from holdings.ledger.series import level_on
from holdings.ledger.types import Entry, Kind, Step
from holdings.market.adjust import in_units
from holdings.market.providers.base import Point, Split
from holdings.market.splits import Gap, Held, booked, gaps

START = dt.date(2024, 1, 1)
RATIO = Decimal(4)


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


SPLIT = Split(day(20), RATIO)
RAW = [Point(day(n), Decimal(400 if n < 20 else 100)) for n in range(40)]
ADJUSTED = [Point(day(n), Decimal(100)) for n in range(40)]


def held(*splits: Split, paid: str = "", before: str = "10") -> Held:
    """Ten shares since the first day, and what booked splits made of them."""
    steps = [Step(day(0), Decimal(before))]
    for split in splits:
        steps.append(Step(split.day, steps[-1].level * split.ratio))
    return Held("account", steps, list(splits), [Point(day(1), Decimal(paid))] if paid else [])


def values(account: Held, closes: list[Point], found: list[Gap]) -> set[Decimal]:
    scaled = in_units(closes, [gap.scale for gap in found])
    return {level_on(account.quantities, point.day) * point.value for point in scaled}


def test_where_both_know_the_split_nothing_is_missing() -> None:
    account = held(SPLIT)
    assert gaps(account, RAW, [SPLIT]) == []
    assert values(account, RAW, []) == {4000}


def test_a_split_that_the_ledger_lacks_does_not_divide_the_value() -> None:
    account = held()
    (gap,) = found = gaps(account, RAW, [SPLIT])
    assert (gap.kind, gap.split, gap.shares, gap.settles) == ("split_not_booked", SPLIT, 10, True)
    assert values(account, RAW, found) == {4000}


def test_a_split_that_the_prices_lack_does_not_multiply_the_past() -> None:
    account = held(SPLIT, paid="398")
    (gap,) = found = gaps(account, ADJUSTED, [])
    assert (gap.kind, gap.settles) == ("split_not_in_feed", True)
    assert values(account, ADJUSTED, found) == {4000}


def test_without_a_trade_that_proves_it_the_ledgers_split_may_be_the_wrong_one() -> None:
    (gap,) = gaps(held(SPLIT), ADJUSTED, [])
    assert not gap.settles


def test_a_ledger_in_later_shares_needs_no_booking() -> None:
    account = held(paid="101", before="40")
    (gap,) = found = gaps(account, RAW, [SPLIT])
    assert not gap.settles
    assert values(account, RAW, found) == {4000}


def test_a_jump_without_an_event_is_no_gap_of_the_ledger() -> None:
    assert gaps(held(SPLIT), RAW, []) == []


def test_a_split_that_was_booked_three_days_late_leaves_no_dent() -> None:
    account = held(Split(day(23), RATIO))
    (gap,) = found = gaps(account, RAW, [SPLIT])
    assert gap.kind == ""
    assert values(account, RAW, found) == {4000}


def test_a_split_that_was_booked_early_leaves_no_peak() -> None:
    account = held(Split(day(18), RATIO))
    assert values(account, RAW, gaps(account, RAW, [SPLIT])) == {4000}


def test_a_split_before_the_first_purchase_or_after_the_last_sale_is_no_matter() -> None:
    later = Held("account", [Step(day(30), Decimal(5))], [], [])
    sold = Held("account", [Step(day(0), Decimal(5)), Step(day(10), Decimal(0))], [], [])
    assert gaps(later, RAW, [SPLIT]) == gaps(sold, RAW, [SPLIT]) == []


def test_reverse_splits_go_the_other_way() -> None:
    tenth = Split(day(20), Decimal("0.1"))
    closes = [Point(day(n), Decimal(1 if n < 20 else 10)) for n in range(40)]
    account = held(before="100")
    assert values(account, closes, gaps(account, closes, [tenth])) == {100}


def test_the_ratio_of_a_booked_split_is_read_from_its_shares() -> None:
    entry = Entry("e", "account", Kind.SPLIT, day(20), "i", quantity=Decimal(30))
    steps = [Step(day(0), Decimal(10)), Step(day(20), Decimal(40))]
    assert booked([entry], steps) == [SPLIT]
