"""A deferred loss follows its shares through whatever happens to the lot."""

from datetime import date
from decimal import Decimal

from holdings.ledger.types import Entry, Kind, Relief
from tests.holdings.ledger.histories import buy, entry, merger, received, sell, sent, spin_off, split
from tests.holdings.tax.us.households import lots, matched, recognised, slices, the_lot

ADJUSTED = [buy("b", "2022-01-03", 100, 1000), sell("s", "2022-06-01", 100, 600), buy("r", "2022-06-10", 100, 700)]
"""100 shares for 700 with 400 deferred, 149 days tacked."""
PARTLY = [*ADJUSTED[:2], buy("r", "2022-06-10", 200, 1400)]
"""The same beside 100 shares that replaced nothing, in one lot."""


def pieces(*more: Entry, lot: str = "r", start: list[Entry] = PARTLY) -> list[tuple[str, Decimal, Decimal | None]]:
    return [(each.piece, each.quantity, each.basis) for each in lots(matched(*start, *more), lot)]


def test_a_split_spreads_over_the_pieces_and_keeps_their_basis() -> None:
    assert pieces(split("x", "2022-08-01", 200)) == [("", 200, 700), ("s", 200, 1100)]


def test_a_transfer_takes_pieces_along_the_longest_tacked_first() -> None:
    history = [sent("o", "2022-08-01", 120), received("i", "2022-08-03", 120, "o")]

    assert pieces(*history, lot="r.i") == [("", 20, 140), ("s", 100, 1100)]
    assert pieces(*history) == [("", 80, 560)]


def test_a_spin_off_takes_its_fraction_of_the_deferred_loss_and_all_of_the_days() -> None:
    matching = matched(*ADJUSTED, spin_off("x", "2022-08-01", 10, "0.25"))

    parent, child = the_lot(matching, "r"), the_lot(matching, "r.x")
    assert [(lot.basis, lot.deferred, lot.tacked_days) for lot in (parent, child)] == [(825, 300, 149), (275, 100, 149)]


def test_spun_off_shares_replace_nothing() -> None:
    matching = matched(
        buy("p", "2021-01-04", 10, 500, instrument="PEP"),
        buy("k", "2022-05-20", 10, 100),
        spin_off("x", "2022-05-25", 10, "0.25"),
        sell("s", "2022-06-01", 10, 300, instrument="PEP", picks={"p": 10}),
    )

    assert slices(matching, "s")[0].disallowed == 0


def test_a_merger_for_shares_carries_pieces_over() -> None:
    assert pieces(merger("m", "2022-08-01", 200, 50)) == [("", 25, 700), ("s", 25, 1100)]


def test_boot_is_a_gain_only_beyond_the_adjusted_basis() -> None:
    """700 paid, 400 deferred, 800 in shares and 500 in cash: 200 and not 500 is gained, and 800 is the new basis."""
    matching = matched(*ADJUSTED, merger("m", "2022-08-01", 100, 10, cash=500, fair_value=800))

    assert (recognised(matching, "m"), the_lot(matching, "r").basis) == (200, 800)


def test_boot_below_the_loss_of_the_adjusted_basis_is_no_gain_and_lowers_the_basis() -> None:
    matching = matched(*ADJUSTED, merger("m", "2022-08-01", 100, 10, cash=100, fair_value=900))

    assert (recognised(matching, "m"), the_lot(matching, "r").basis) == (0, 1000)


def test_boot_in_full_where_even_the_adjusted_basis_lies_below_the_new_shares() -> None:
    matching = matched(*ADJUSTED, merger("m", "2022-08-01", 100, 10, cash=500, fair_value=1200))

    assert (recognised(matching, "m"), the_lot(matching, "r").basis) == (500, 1100)


def test_a_tender_of_some_shares_leaves_the_others_with_their_piece() -> None:
    history = [merger("m", "2022-08-01", 120, 60)]

    assert pieces(*history, lot="r.m") == [("", 10, 140), ("s", 50, 1100)]
    assert pieces(*history) == [("", 80, 560)]


def test_a_symbol_change_keeps_pieces_and_joins_the_groups() -> None:
    """Sold as KO, bought again as PEP when it was called that: the same security."""
    renamed = entry("n", Kind.SYMBOL_CHANGE, "2022-06-05", other="PEP")
    matching = matched(
        *[buy("b", "2022-01-03", 100, 1000), buy("k", "2021-01-04", 10, 50)],
        sell("s", "2022-06-01", 100, 600, picks={"b": 100}),
        renamed,
        buy("r", "2022-06-10", 100, 700, instrument="PEP"),
    )

    assert (slices(matching, "s")[0].disallowed, the_lot(matching, "r").basis) == (400, 1100)


def test_a_symbol_change_into_fewer_shares_counts_open_losses_in_the_new_ones() -> None:
    renamed = entry("n", Kind.SYMBOL_CHANGE, "2022-06-05", other="PEP", other_quantity=1)
    matching = matched(
        *[buy("b", "2022-01-03", 100, 1000), buy("k", "2021-01-04", 10, 50)],
        sell("s", "2022-06-01", 100, 600, picks={"b": 100}),
        renamed,
        buy("r", "2022-06-10", 5, 350, instrument="PEP"),
    )

    assert (slices(matching, "s")[0].disallowed, matching.replacements[0].quantity) == (200, 50)


def test_return_of_capital_uses_up_the_deferred_loss_before_it_is_a_gain() -> None:
    """900 come back on 700 paid and 400 deferred: no gain, and 200 of basis are left."""
    matching = matched(*ADJUSTED, entry("c", Kind.RETURN_OF_CAPITAL, "2022-08-01", cash=900))

    assert (slices(matching, "c"), the_lot(matching, "r").basis) == ([], 200)


def test_return_of_capital_beyond_the_adjusted_basis_is_a_gain() -> None:
    matching = matched(*ADJUSTED, entry("c", Kind.RETURN_OF_CAPITAL, "2022-08-01", cash=1300))

    assert (recognised(matching, "c"), the_lot(matching, "r").basis) == (200, 0)


def test_return_of_capital_is_judged_piece_by_piece() -> None:
    """7 a share of basis; 9 come back: 2 a share are a gain, but not of the shares that had 4 more deferred."""
    matching = matched(*PARTLY, entry("c", Kind.RETURN_OF_CAPITAL, "2022-08-01", cash=1800))

    assert [(each.piece, each.recognised) for each in slices(matching, "c")] == [("", 200)]
    assert [(lot.piece, lot.basis) for lot in lots(matching, "r")] == [("", 0), ("s", 200)]


def test_cash_in_lieu_sells_the_fraction_with_its_deferred_loss() -> None:
    matching = matched(*ADJUSTED, entry("c", Kind.CASH_IN_LIEU, "2022-08-01", "-0.5", cash="6"))

    (fraction,) = slices(matching, "c")
    assert (fraction.basis, fraction.gain) == (Decimal("5.5"), Decimal("0.5"))


def test_worthless_shares_lose_the_adjusted_basis_on_the_last_day_of_the_year() -> None:
    matching = matched(*ADJUSTED, entry("w", Kind.WORTHLESS, "2022-09-01", -100))

    assert [(each.sold, each.gain) for each in slices(matching, "w")] == [(date(2022, 12, 31), -1100)]


def test_the_window_of_worthless_shares_lies_around_the_last_day_of_the_year() -> None:
    gone = entry("w", Kind.WORTHLESS, "2022-09-01", -100)
    september = matched(*ADJUSTED, gone, buy("n", "2022-09-05", 100, 1))
    january = matched(*ADJUSTED, gone, buy("n", "2023-01-20", 100, 1))

    assert [slices(each, "w")[0].disallowed for each in (september, january)] == [0, 1100]


def test_a_corrected_number_of_shares_keeps_the_deferred_loss() -> None:
    corrected = entry("a", Kind.ADJUST, "2022-08-01", "-50", picks={"r": "-50"})

    assert pieces(corrected, start=ADJUSTED) == [("s", 50, 1100)]


def test_a_corrected_basis_stands_below_the_deferred_loss() -> None:
    corrected = entry("a", Kind.ADJUST, "2022-08-01", basis="720", picks={"r": 0})

    assert pieces(corrected, start=ADJUSTED) == [("s", 100, 1120)]


def test_a_corrected_date_moves_the_purchase_into_or_out_of_the_window() -> None:
    corrected = entry("a", Kind.ADJUST, "2022-08-01", acquired="2022-03-01", picks={"r": 0})

    assert recognised(matched(*ADJUSTED, corrected), "s") == -400


def test_a_merger_for_cash_is_a_sale_on_the_adjusted_basis() -> None:
    assert recognised(matched(*ADJUSTED, merger("m", "2022-08-01", 100, 0, cash=1500)), "m") == 400


def test_under_average_basis_the_deferred_loss_stays_with_its_shares() -> None:
    matching = matched(
        *ADJUSTED,
        buy("q", "2022-09-01", 100, 900, relief=Relief.AVERAGE),
        sell("t", "2022-10-03", 100, 1000, relief=Relief.AVERAGE),
    )

    assert [(each.lot, each.basis) for each in slices(matching, "t")] == [("r", 1200)]
    assert the_lot(matching, "q").basis == 800
