"""Corporate actions, each against figures worked out by hand or stated by the IRS."""

from datetime import date
from decimal import Decimal

import pytest

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Ledger, Lot, ProblemCode, Term
from tests.holdings.ledger.histories import buy, entry, merger, sell, spin_off, split

BOUGHT = buy("b", "2020-01-02", 10, 1000)
CENT = Decimal("0.01")


def cents(number: Decimal | None) -> Decimal:
    assert number is not None
    return number.quantize(CENT)


def held(ledger: Ledger, instrument: str) -> list[Lot]:
    return [lot for lot in ledger.lots if lot.instrument == instrument]


def codes(*history: Entry) -> list[ProblemCode]:
    return [problem.code for problem in replay(history).problems]


def att(*more: Entry) -> Ledger:
    """T-18: 94 shares for 1,992.80, and 0.241917 of the child a share; the broker splits basis by share count."""
    fraction = str((Decimal("0.241917") / Decimal("1.241917")).quantize(Decimal("1e-12")))
    bought = buy("b", "2020-01-02", 94, "1992.80", instrument="T")
    return replay([bought, spin_off("x", "2022-04-08", "22.740198", fraction, instrument="T"), *more])


IN_LIEU = entry("c", Kind.CASH_IN_LIEU, "2022-04-11", "-0.740198", cash="13.18", instrument="PEP")


def test_t18_a_spin_off_takes_its_fraction_of_the_basis_and_the_date() -> None:
    ledger = att()
    (parent,), (child,) = held(ledger, "T"), held(ledger, "PEP")
    assert (cents(parent.basis), cents(child.basis)) == (Decimal("1604.62"), Decimal("388.18"))
    assert (child.quantity, child.acquired, child.key) == (Decimal("22.740198"), date(2020, 1, 2), "b.x")


def test_t18_cash_in_lieu_sells_the_fraction_at_its_part_of_the_basis() -> None:
    (gain,) = att(IN_LIEU).realised
    assert (cents(gain.basis), cents(gain.gain), gain.term) == (Decimal("12.64"), Decimal("0.54"), Term.LONG)


def test_t18_parent_child_and_cash_in_lieu_share_the_whole_basis() -> None:
    """The 22 shares kept cost 17.0704 each: 375.55, and 375.54 as the rest of two rounded figures."""
    ledger = att(IN_LIEU)
    (child,) = held(ledger, "PEP")
    assert (child.quantity, cents(child.basis)) == (22, Decimal("375.55"))
    assert sum(lot.basis or 0 for lot in ledger.lots) + (ledger.realised[0].basis or 0) == Decimal("1992.80")


def test_a_spin_off_leaves_a_trail_on_both_sides() -> None:
    trail = replay([BOUGHT, spin_off("x", "2021-01-04", 5, "0.25")]).trail
    assert [(e.kind, e.quantity, e.basis_after) for e in trail["b"]][1:] == [(Kind.SPIN_OFF, 0, 750)]
    assert [(e.instrument, e.quantity, e.basis_after) for e in trail["b.x"]] == [("PEP", 5, 250)]


def test_a_spin_off_says_of_which_lot_its_piece_is() -> None:
    ledger = replay([BOUGHT, spin_off("x", "2021-01-04", 5, "0.25")])
    child = next(lot for lot in ledger.lots if lot.piece)

    assert ledger.parents == {child.key: BOUGHT.id}


def test_a_spin_off_goes_lot_by_lot() -> None:
    ledger = replay([BOUGHT, buy("c", "2020-06-01", 30, 6000), spin_off("x", "2021-01-04", 20, "0.5")])
    assert [(lot.key, lot.quantity, lot.basis) for lot in held(ledger, "PEP")] == [("b.x", 5, 500), ("c.x", 15, 3000)]


def test_a_spin_off_without_a_fraction_is_named_and_changes_nothing() -> None:
    spun = entry("x", Kind.SPIN_OFF, "2021-01-04", other="PEP", other_quantity=5)
    assert codes(BOUGHT, spun) == [ProblemCode.INCOMPLETE]
    assert replay([BOUGHT, spun]).lots == replay([BOUGHT]).lots


def test_a_spin_off_of_nothing_held_is_named() -> None:
    assert codes(spin_off("x", "2021-01-04", 5, "0.5")) == [ProblemCode.NOTHING_HELD]


def test_cash_for_a_fraction_that_was_never_booked_has_no_known_basis() -> None:
    ledger = replay([BOUGHT, entry("c", Kind.CASH_IN_LIEU, "2021-01-04", cash="7.50")])
    (gain,) = ledger.realised
    assert (gain.quantity, gain.proceeds, gain.basis, gain.gain) == (0, Decimal("7.50"), None, None)
    assert ledger.lots[0].quantity == 10


def test_cash_in_lieu_takes_the_first_lot_in_unless_it_picks_one() -> None:
    lots = [BOUGHT, buy("c", "2020-06-01", 10, 2000)]
    fraction = {"cash": "50", "account": "taxable"}
    first = entry("l", Kind.CASH_IN_LIEU, "2021-01-04", "-0.5", **fraction)
    picked = entry("l", Kind.CASH_IN_LIEU, "2021-01-04", "-0.5", picks={"c": "0.5"}, **fraction)
    assert [replay([*lots, each]).realised[0].lot for each in (first, picked)] == ["b", "c"]


def test_a_merger_for_shares_carries_basis_date_and_lot_over() -> None:
    ledger = replay([BOUGHT, merger("m", "2021-06-01", 10, 4)])
    (lot,) = ledger.lots
    assert (lot.instrument, lot.key, lot.quantity, lot.basis) == ("PEP", "b", 4, 1000)
    assert (lot.acquired, ledger.realised) == (date(2020, 1, 2), ())


def test_a_merger_with_boot_recognises_the_gain_up_to_the_cash() -> None:
    """Instructions of Form 1099-B: basis 5,000, stock 4,700 and cash 800: gain 500, new basis 4,700."""
    ledger = replay([buy("b", "2020-01-02", 10, 5000), merger("m", "2021-06-01", 10, 20, cash=800, fair_value=4700)])
    (gain,) = ledger.realised
    assert (gain.proceeds, gain.basis, gain.gain, gain.term) == (800, 300, 500, Term.LONG)
    assert (ledger.lots[0].quantity, ledger.lots[0].basis) == (20, 4700)


def test_a_loss_in_a_merger_with_boot_is_not_recognised() -> None:
    ledger = replay([buy("b", "2020-01-02", 10, 6000), merger("m", "2021-06-01", 10, 20, cash=800, fair_value=4700)])
    assert ledger.realised[0].gain == 0
    assert ledger.lots[0].basis == 5200


def test_boot_is_weighed_lot_by_lot() -> None:
    """A gain of one lot is not set off against a loss of another (Reg. 1.356-1)."""
    lots = [buy("low", "2020-01-02", 10, 100), buy("high", "2020-01-03", 10, 3000)]
    ledger = replay([*lots, merger("m", "2021-06-01", 20, 20, cash=400, fair_value=2000)])
    assert [(gain.lot, gain.gain) for gain in ledger.realised] == [("low", 200), ("high", 0)]
    assert [(lot.key, lot.basis) for lot in ledger.lots] == [("low", 100), ("high", 2800)]


def test_a_merger_for_cash_alone_is_a_sale() -> None:
    (gain,) = replay([BOUGHT, merger("m", "2021-06-01", 10, 0, cash=1500)]).realised
    assert (gain.quantity, gain.gain) == (10, 500)


def test_boot_without_a_value_of_the_new_shares_is_named() -> None:
    merged = merger("m", "2021-06-01", 10, 20, cash=800)
    assert codes(BOUGHT, merged) == [ProblemCode.INCOMPLETE]
    assert replay([BOUGHT, merged]).lots[0].instrument == "KO"


def test_boot_of_a_lot_of_unknown_basis_has_no_known_gain() -> None:
    unknown = entry("o", Kind.OPENING, "2020-01-02", 10)
    ledger = replay([unknown, merger("m", "2021-06-01", 10, 20, cash=800, fair_value=4700)])
    assert (ledger.realised[0].gain, ledger.lots[0].basis) == (None, None)


def test_a_tender_of_some_shares_makes_pieces_of_their_lots() -> None:
    ledger = replay([BOUGHT, merger("m", "2021-06-01", 4, 8)])
    assert [(lot.key, lot.instrument, lot.quantity, lot.basis) for lot in ledger.lots] == [
        ("b", "KO", 6, 600),
        ("b.m", "PEP", 8, 400),
    ]


def test_a_symbol_change_keeps_lots_and_their_picks() -> None:
    renamed = entry("n", Kind.SYMBOL_CHANGE, "2021-06-01", other="PEP")
    later = sell("s", "2021-07-01", 4, 500, instrument="PEP", picks={"b": 4})
    ledger = replay([BOUGHT, renamed, later])
    assert (ledger.problems, ledger.realised[0].gain) == ((), 100)
    assert [(lot.key, lot.instrument, lot.basis) for lot in ledger.lots] == [("b", "PEP", 600)]


def test_a_symbol_change_may_change_the_number_of_shares() -> None:
    renamed = entry("n", Kind.SYMBOL_CHANGE, "2021-06-01", other="PEP", other_quantity=1)
    (lot,) = replay([BOUGHT, renamed]).lots
    assert (lot.quantity, lot.basis) == (1, 1000)


def test_return_of_capital_lowers_every_lot_by_its_shares() -> None:
    returned = entry("r", Kind.RETURN_OF_CAPITAL, "2021-06-01", cash=400)
    ledger = replay([BOUGHT, buy("c", "2020-06-01", 30, 6000), returned])
    assert [(lot.key, lot.basis) for lot in ledger.lots] == [("b", 900), ("c", 5700)]
    assert ledger.realised == ()


def test_return_of_capital_beyond_the_basis_is_a_gain_by_lot() -> None:
    """Pub. 550: one lot may have a gain while another still has basis."""
    lots = [buy("low", "2020-01-02", 10, 30), buy("high", "2021-05-03", 10, 500)]
    ledger = replay([*lots, entry("r", Kind.RETURN_OF_CAPITAL, "2021-06-01", cash=100)])
    (gain,) = ledger.realised
    assert (gain.lot, gain.gain, gain.quantity, gain.term) == ("low", 20, 0, Term.LONG)
    assert [(lot.key, lot.basis) for lot in ledger.lots] == [("low", 0), ("high", 450)]


def test_return_of_capital_after_the_last_sale_is_a_gain_of_unknown_term() -> None:
    history = [BOUGHT, sell("s", "2021-01-04", 10, 1200), entry("r", Kind.RETURN_OF_CAPITAL, "2021-06-01", cash=40)]
    gain = replay(history).realised[-1]
    assert (gain.lot, gain.gain, gain.term) == (None, 40, None)


def test_t30_worthless_shares_are_lost_on_the_last_day_of_the_year() -> None:
    """IRC 165(g): bought in December of the year before, so long-term by then."""
    bought = buy("b", "2020-12-15", 10, 1000)
    ledger = replay([bought, entry("w", Kind.WORTHLESS, "2021-05-03", -10)])
    (gain,) = ledger.realised
    assert (gain.gain, gain.sold, gain.term) == (-1000, date(2021, 12, 31), Term.LONG)
    assert ledger.lots == ()


def test_t30_a_delisted_share_can_be_sold_for_nothing() -> None:
    (gain,) = replay([BOUGHT, sell("s", "2021-05-03", 10, 0, price="0")]).realised
    assert (gain.proceeds, gain.gain) == (0, -1000)


@pytest.mark.parametrize("additional", ["-9.999999999999999999", "-9.9999999999999999999"])
def test_a_reverse_split_never_leaves_a_lot_without_shares(additional: str) -> None:
    lots = [buy("b", "2020-01-02", "9.999999", 10), buy("c", "2020-01-03", "0.000001", 10)]
    assert codes(*lots, split("x", "2021-01-04", additional)) == [ProblemCode.SPLIT_TOO_LARGE]


def test_actions_on_what_a_symbol_change_brought_come_after_it_on_one_day() -> None:
    renamed = entry("n", Kind.SYMBOL_CHANGE, "2021-06-01", other="PEP")
    ledger = replay([split("x", "2021-06-01", 10, instrument="PEP"), renamed, BOUGHT])
    assert (ledger.problems, ledger.lots[0].quantity) == ((), 20)
