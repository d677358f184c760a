"""Which piece of a lot a sale takes, and the names by which picks can ask for one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from holdings.ledger.types import Entry, Pick, Relief
from tests.holdings.ledger.histories import buy, sell
from tests.holdings.tax.us.households import lots, matched, slices

LOT = [
    buy("b", "2022-01-03", 20, 400),
    sell("old", "2022-06-01", 10, 150),
    sell("young", "2022-06-02", 10, 100),
    buy("r", "2022-06-10", 30, 300),
]
"""A lot of 30 at 10 each: 10 with 5 more each and 149 days, 10 with 10 more each and 150 days, 10 as they were."""


def taken(sale: Entry) -> list[tuple[str, Decimal]]:
    return [(each.piece, each.quantity) for each in slices(matched(*LOT, sale), sale.id)]


def test_the_pieces_of_a_lot_are_named_by_the_sales_that_they_replaced() -> None:
    assert [(lot.piece, lot.deferred, lot.tacked_days, lot.key) for lot in lots(matched(*LOT), "r")] == [
        ("", 0, 0, "r"),
        ("old", 50, 149, "r~old"),
        ("young", 100, 150, "r~young"),
    ]


@pytest.mark.parametrize(
    ("relief", "order"),
    [
        (Relief.FIFO, ["young", "old", ""]),
        (Relief.AVERAGE, ["young", "old", ""]),
        (Relief.LIFO, ["", "old", "young"]),
        (Relief.HIFO, ["young", "old", ""]),
    ],
)
def test_a_sale_that_names_no_piece_goes_by_the_method(relief: Relief, order: list[str]) -> None:
    assert taken(sell("t", "2023-01-04", 30, 300, relief=relief)) == [(piece, 10) for piece in order]
    assert taken(sell("t", "2023-01-04", 15, 150, relief=relief)) == [(order[0], 10), (order[1], 5)]


def test_a_pick_names_the_piece_it_means() -> None:
    sale = sell("t", "2023-01-04", 12, 150)
    picked = replace(sale, picks=(Pick("r", Decimal(7), "old"), Pick("r", Decimal(5), "")))

    assert taken(picked) == [("", 5), ("old", 7)]


def test_a_pick_of_a_lot_alone_goes_by_the_method() -> None:
    assert taken(sell("t", "2023-01-04", 12, 150, picks={"r": 12})) == [("young", 10), ("old", 2)]


def test_a_back_dated_purchase_elsewhere_renames_no_piece() -> None:
    earlier = buy("e", "2021-01-04", 5, 50, account="other")

    assert [lot.key for lot in lots(matched(earlier, *LOT), "r")] == [lot.key for lot in lots(matched(*LOT), "r")]


def test_one_sale_that_lost_on_two_lots_names_two_pieces() -> None:
    matching = matched(
        buy("b1", "2022-01-03", 10, 200),
        buy("b2", "2022-02-01", 10, 300),
        sell("sale-of-both", "2022-06-01", 20, 200),
        buy("r", "2022-06-10", 20, 200),
    )

    assert [(lot.piece, lot.deferred) for lot in lots(matching, "r")] == [("sale-o", 100), ("sale-o.2", 200)]


def test_a_pick_of_a_piece_that_is_not_there_goes_by_the_method() -> None:
    picked = replace(sell("t", "2023-01-04", 12, 150), picks=(Pick("r", Decimal(12), "gone"),))

    assert taken(picked) == [("young", 10), ("old", 2)]


def test_more_than_a_piece_has_is_filled_up_by_the_method() -> None:
    picked = replace(sell("t", "2023-01-04", 15, 150), picks=(Pick("r", Decimal(15), "old"),))

    assert taken(picked) == [("old", 10), ("young", 5)]
