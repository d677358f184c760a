"""Losses on shares of funds and REITs held six months or less (IRC 852(b)(4), 857(b)(8); Pub. 550), by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.types import Character, Entry, Kind, Origin
from holdings.tax.history import TaxInstrument
from holdings.tax.outcome import GainClass, Matching, Slice
from holdings.tax.us.matching import match
from holdings.tax.us.matching.notes import DENIED, SIX_MONTHS
from holdings.tax.us.matching.slices import TURNED
from tests.holdings.ledger.histories import buy, entry, sell, split
from tests.holdings.tax.us.households import household, matched, recognised, slices, the_lot

FUND = "VFIAX"
EXEMPT, GAINS = Character.EXEMPT, Character.CAPITAL_GAIN
SHORT, LONG = GainClass.SHORT, GainClass.LONG
OTHER_STOCK = TaxInstrument("O", "O", "O", reit=True), TaxInstrument("KO", "KO", "KO")


def bought(id: str, day: str, quantity: int, cost: int, instrument: str = FUND, **more: object) -> Entry:
    return buy(id, day, quantity, cost, instrument=instrument, **more)


def sold(day: str, quantity: int, proceeds: str | int, instrument: str = FUND, **more: object) -> Entry:
    return sell("s", day, quantity, proceeds, instrument=instrument, **more)


def paid(day: str, cash: int, character: Character, instrument: str = FUND, **more: object) -> Entry:
    return entry(f"{character}{day}", Kind.DIVIDEND, day, cash=cash, instrument=instrument, character=character, **more)


def by_term(matching: Matching) -> dict[GainClass, Decimal | None]:
    return {each.gain_class: each.recognised for each in slices(matching, "s")}


def the_slice(matching: Matching) -> Slice:
    (found,) = slices(matching, "s")
    return found


def test_publication_550_example_of_a_capital_gain_distribution_makes_2_of_a_loss_of_2_50_long_term() -> None:
    matching = matched(bought("b", "2025-04-10", 1, 20), paid("2025-06-25", 2, GAINS), sold("2025-07-11", 1, "17.50"))

    assert by_term(matching) == {SHORT: Decimal("-0.5"), LONG: -2}
    assert sum(each.quantity for each in slices(matching, "s")) == 1


def test_publication_550_example_of_an_exempt_interest_dividend_leaves_1_of_a_loss_of_6() -> None:
    matching = matched(bought("b", "2025-01-07", 1, 40), paid("2025-02-03", 5, EXEMPT), sold("2025-02-11", 1, 34))

    found = the_slice(matching)
    assert (found.gain, found.exempt, found.recognised, found.gain_class) == (-6, -5, -1, SHORT)
    assert DENIED in found.notes


def test_what_exempt_interest_denies_comes_first_and_gains_turn_only_the_rest() -> None:
    """Of a loss of 600, 250 are denied; 300 of the other 350 are long-term."""
    matching = matched(
        bought("b", "2025-01-07", 100, 4000),
        paid("2025-02-03", 250, EXEMPT),
        paid("2025-02-04", 300, GAINS),
        sold("2025-02-11", 100, 3400),
    )

    assert by_term(matching) == {SHORT: -50, LONG: -300}


def test_gains_larger_than_the_loss_make_all_of_it_long_term() -> None:
    matching = matched(
        bought("b", "2025-01-07", 100, 4000), paid("2025-02-03", 900, GAINS), sold("2025-02-11", 100, 3400)
    )

    found = the_slice(matching)
    assert (found.gain_class, found.recognised, found.quantity) == (LONG, -600, 100)
    assert TURNED in found.notes
    assert found.turned


def test_exempt_interest_denies_no_more_than_the_loss_and_touches_no_gain() -> None:
    history = bought("b", "2025-01-07", 100, 4000), paid("2025-02-03", 900, EXEMPT)

    assert the_slice(matched(*history, sold("2025-02-11", 100, 3400))).recognised == 0
    assert the_slice(matched(*history, sold("2025-02-11", 100, 4100))).recognised == 100


@pytest.mark.parametrize(
    ("acquired", "last_day", "next_day"),
    [("2025-01-15", "2025-07-15", "2025-07-16"), ("2024-08-30", "2025-02-28", "2025-03-01")],
)
def test_six_months_begin_the_day_after_the_purchase_and_roll_forward(
    acquired: str, last_day: str, next_day: str
) -> None:
    history = bought("b", acquired, 100, 4000), paid("2025-02-03", 500, EXEMPT)

    assert the_slice(matched(*history, sold(last_day, 100, 3400))).recognised == -100
    assert the_slice(matched(*history, sold(next_day, 100, 3400))).recognised == -600


def test_what_is_denied_is_gone_and_a_replacement_takes_over_only_the_rest() -> None:
    matching = matched(
        bought("b", "2025-01-07", 100, 4000),
        paid("2025-02-03", 500, EXEMPT),
        sold("2025-02-11", 100, 3400),
        bought("again", "2025-02-20", 100, 3400),
    )

    assert (recognised(matching, "s"), the_slice(matching).disallowed) == (0, 100)
    assert (the_lot(matching, "again").basis, the_lot(matching, "again").deferred) == (3500, 100)


def test_of_shares_that_were_replaced_in_half_the_other_half_s_loss_turns() -> None:
    """2.50 lost a share, 2 of gains a share; 50 of 100 replaced: 125 deferred, 100 long-term, 25 short-term."""
    matching = matched(
        bought("b", "2025-04-10", 100, 2000),
        paid("2025-06-25", 200, GAINS),
        sold("2025-07-11", 100, 1750),
        bought("again", "2025-07-20", 50, 875),
    )

    assert by_term(matching) == {SHORT: -25, LONG: -100}
    assert the_lot(matching, "again").deferred == 125


def test_each_lot_has_its_shares_of_a_distribution() -> None:
    """300 on 150 shares are 2 a share: 100 on the 50 young ones."""
    matching = matched(
        bought("old", "2020-01-07", 100, 1000),
        bought("young", "2025-01-07", 50, 2000),
        paid("2025-02-03", 300, EXEMPT),
        sold("2025-02-11", 50, 1700, picks={"young": 50}),
    )

    assert the_slice(matching).recognised == -200


def test_a_distribution_belongs_to_the_shares_held_before_its_ex_date_where_that_is_known() -> None:
    entries = (
        bought("before", "2025-01-07", 100, 4000),
        bought("after", "2025-02-04", 100, 3900),
        sold("2025-02-05", 200, 6800),
        paid("2025-02-10", 500, EXEMPT),
    )
    told = replace(household(entries), ex_dates={"exempt2025-02-10": date(2025, 2, 3)})

    assert {each.lot: each.recognised for each in match(told).slices} == {"before": -100, "after": -500}
    assert recognised(matched(*entries), "s") == -1100


def test_shares_take_along_what_was_paid_on_them_in_another_account() -> None:
    matching = matched(
        bought("b", "2025-01-07", 100, 4000, account="other"),
        paid("2025-02-03", 500, EXEMPT, account="other"),
        entry("out", Kind.TRANSFER_OUT, "2025-02-05", -100, instrument=FUND, account="other"),
        entry("in", Kind.TRANSFER_IN, "2025-02-05", 100, instrument=FUND, sender="out"),
        sold("2025-02-11", 100, 3400),
    )

    assert the_slice(matching).recognised == -100


def test_a_split_in_between_makes_more_shares_of_the_same_distribution() -> None:
    matching = matched(
        bought("b", "2025-01-07", 100, 4000),
        paid("2025-02-03", 500, EXEMPT),
        split("x2", "2025-02-05", 100, instrument=FUND),
        sold("2025-02-11", 100, 1600),
    )

    assert the_slice(matching).recognised == -150


def test_of_a_reit_the_gains_count_and_of_another_stock_nothing_does() -> None:
    def of(instrument: str) -> Matching:
        history = (
            bought("b", "2025-01-07", 100, 4000, instrument),
            paid("2025-02-03", 900, GAINS, instrument),
            sold("2025-02-11", 100, 3400, instrument),
        )
        return matched(*history, instruments=OTHER_STOCK)

    assert (by_term(of("O")), by_term(of("KO"))) == ({LONG: -600}, {SHORT: -600})


def test_time_that_a_wash_sale_tacked_on_is_no_time_held() -> None:
    """IRC 852(b)(4)(C), 246(c)(3)(B): long-term by the tacked year, and yet held for weeks."""
    matching = matched(
        bought("old", "2023-01-07", 100, 5000),
        sell("first", "2025-01-07", 100, 4000, instrument=FUND),
        bought("b", "2025-01-10", 100, 4000),
        paid("2025-02-03", 500, EXEMPT),
        sold("2025-03-11", 100, 4900),
    )

    found = the_slice(matching)
    assert (found.gain_class, found.gain, found.exempt) == (LONG, -100, -100)


def test_inherited_shares_are_held_for_more_than_a_year() -> None:
    matching = matched(
        entry(
            "b",
            Kind.OPENING,
            "2025-01-07",
            100,
            basis="4000",
            acquired="2025-01-07",
            instrument=FUND,
            origin=Origin.INHERITANCE,
        ),
        paid("2025-02-03", 500, EXEMPT),
        sold("2025-02-11", 100, 3400),
    )

    assert the_slice(matching).recognised == -600


@pytest.mark.parametrize(
    ("character", "is_noted"),
    [(Character.UNKNOWN, True), (Character.ORDINARY, False), (Character.QUALIFIED, False), (GAINS, False)],
)
def test_the_note_stays_where_nobody_says_what_was_paid(character: Character, is_noted: bool) -> None:
    matching = matched(
        bought("b", "2025-01-07", 100, 4000), paid("2025-02-03", 50, character), sold("2025-02-11", 100, 3400)
    )

    assert all((SIX_MONTHS in each.notes) is is_noted for each in slices(matching, "s"))


AMOUNTS = st.integers(0, 3000)


@given(exempt=AMOUNTS, gains=AMOUNTS, proceeds=AMOUNTS, again=st.integers(0, 99))
def test_nothing_of_a_sale_is_lost_however_its_loss_is_split(
    exempt: int, gains: int, proceeds: int, again: int
) -> None:
    matching = matched(
        bought("b", "2025-01-07", 99, 2000),
        paid("2025-02-03", exempt, EXEMPT),
        paid("2025-02-04", gains, GAINS),
        sold("2025-02-11", 99, proceeds),
        *([bought("again", "2025-02-20", again, 50)] if again else []),
    )

    found = slices(matching, "s")
    assert [sum(getattr(each, name) for each in found) for name in ("quantity", "proceeds", "basis")] == [
        99,
        proceeds,
        2000,
    ]
    denied, loss = -sum(each.exempt for each in found), max(2000 - proceeds, 0)
    long = -sum(each.recognised or 0 for each in found if each.gain_class is LONG)
    assert denied == min(loss, exempt)
    assert 0 <= long <= min(gains, loss - denied)
    assert sum(each.disallowed for each in found) <= loss - denied
