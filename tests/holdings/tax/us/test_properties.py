"""What no history may break (section 13): basis, shares and losses are kept, and neither order nor names matter."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.exact import exact
from holdings.ledger.types import Entry, Kind
from holdings.tax.history import History
from holdings.tax.outcome import Effect, Matching
from holdings.tax.us.matching import match
from tests.holdings.ledger.histories import buy, sell
from tests.holdings.ledger.random_histories import histories
from tests.holdings.tax.us.households import household, matched, recognised
from tests.holdings.tax.us.random_households import TAXED, trades

CHANCES = st.randoms(use_true_random=False)
BOUGHT = {Kind.BUY, Kind.REINVEST}
DEFERRED = [
    entry
    for what in ("KO", "PEP", "VFINX")
    for entry in (
        buy(f"b-{what}", "2021-06-01", 400, 9000, instrument=what),
        sell(f"s-{what}", "2021-12-01", 400, 4000, instrument=what),
        buy(f"r-{what}", "2021-12-15", 700, 7700, instrument=what),
    )
]
"""Lots of which some shares carry a deferred loss, before anything else happens to them."""
EVENTFUL = histories().map(lambda entries: [*DEFERRED, *entries])


def total(numbers: Iterable[Decimal | None]) -> Decimal:
    with localcontext(exact):
        return sum((number for number in numbers if number is not None), Decimal(0))


def check_basis(entries: list[Entry], matching: Matching) -> None:
    """What taxed accounts paid and what was deferred is what they hold and what they sold."""
    paid = total(-e.cash for e in entries if e.kind in BOUGHT and e.account in TAXED)
    deferred = total(each.amount for each in matching.replacements if each.effect is Effect.DEFERRED)
    held = total(lot.basis for lot in matching.lots if lot.account in TAXED)
    assert total([paid, deferred]) == total([held, *(each.basis for each in matching.slices)])


def check_losses(matching: Matching) -> None:
    """No more is disallowed than was lost, and every cent of it has its replacement."""
    disallowed: dict[str, Decimal] = defaultdict(Decimal)
    replaced: dict[str, Decimal] = defaultdict(Decimal)
    for each in matching.slices:
        assert 0 <= each.disallowed <= max(-(each.gain or Decimal(0)), Decimal(0))
        disallowed[each.sale] = total([disallowed[each.sale], each.disallowed])
    for match_ in matching.replacements:
        assert abs((match_.acquired - match_.sold).days) <= 30
        replaced[match_.sale] = total([replaced[match_.sale], match_.amount])
    assert {sale: amount for sale, amount in disallowed.items() if amount} == replaced


def check_used_once(entries: list[Entry], matching: Matching) -> None:
    """No purchase replaces more shares than it brought; splits would change the count."""
    if any(entry.kind is Kind.SPLIT for entry in entries):
        return
    used: dict[str, Decimal] = defaultdict(Decimal)
    for each in matching.replacements:
        used[each.bought] = total([used[each.bought], each.quantity])
    bought = {entry.id: entry.quantity for entry in entries}
    assert all(shares <= bought[entry] for entry, shares in used.items())


def check_life(entries: list[Entry], matching: Matching) -> None:
    """Over the whole life of a household without an IRA, what was recognised is what came in less what went out."""
    assert matching.lots == ()
    assert recognised(matching) == total(entry.cash for entry in entries)


@given(CHANCES)
def test_basis_is_conserved(chance: random.Random) -> None:
    entries = trades(chance).entries

    check_basis(entries, matched(*entries))


@given(CHANCES)
def test_no_more_is_disallowed_than_was_lost_and_each_share_replaces_once(chance: random.Random) -> None:
    entries = trades(chance).entries
    matching = matched(*entries)

    check_losses(matching)
    check_used_once(entries, matching)


@given(CHANCES)
def test_whatever_pieces_are_picked_basis_losses_shares_and_cash_are_conserved(chance: random.Random) -> None:
    maker = trades(chance, TAXED, picks_pieces=True)
    maker.sell_all()
    history = household(maker.entries)
    matching = match(history)

    assert history.ledger.problems == ()
    check_basis(maker.entries, matching)
    check_losses(matching)
    check_used_once(maker.entries, matching)
    check_life(maker.entries, matching)


@given(CHANCES)
def test_over_a_life_the_gain_is_the_cash_that_came_in_less_what_went_out(chance: random.Random) -> None:
    maker = trades(chance, TAXED)
    maker.sell_all()

    check_life(maker.entries, matched(*maker.entries))


@pytest.mark.slow
def test_ten_thousand_households_conserve_basis_losses_shares_and_cash() -> None:
    for seed in range(10_000):
        chance = random.Random(seed)  # noqa: S311
        maker = trades(chance, TAXED if seed % 2 else [*TAXED, "ira"], most=40, picks_pieces=seed % 4 == 3)
        if seed % 2:
            maker.sell_all()
        matching = matched(*maker.entries)
        check_basis(maker.entries, matching)
        check_losses(matching)
        check_used_once(maker.entries, matching)
        if seed % 2:
            check_life(maker.entries, matching)


@given(CHANCES)
def test_the_order_of_the_input_does_not_matter(chance: random.Random) -> None:
    entries = trades(chance).entries
    shuffled = list(entries)
    chance.shuffle(shuffled)

    assert matched(*shuffled) == matched(*entries)


@given(CHANCES)
def test_the_names_of_entries_do_not_matter(chance: random.Random) -> None:
    entries = trades(chance).entries
    names = [f"n{number:02}" for number in range(len(entries))]
    chance.shuffle(names)
    name = {entry.id: new for entry, new in zip(entries, names, strict=True)}
    renamed = [replace(e, id=name[e.id], sender=name[e.sender] if e.sender else None) for e in entries]

    assert figures(matched(*renamed)) == figures(matched(*entries), name)


def figures(matching: Matching, name: dict[str, str] | None = None) -> list[tuple[object, ...]]:
    """Every figure with the opening entry and the sale it belongs to, without the names of pieces."""

    def called(id: str | None) -> str:
        opening = (id or "").partition(".")[0]
        return name[opening] if name and opening else opening

    sold = [
        (called(s.sale), called(s.lot), s.quantity, s.proceeds, s.basis, s.disallowed, s.gain_class)
        for s in matching.slices
    ]
    held = [("", called(t.lot), t.account, t.quantity, t.basis, t.deferred, t.tacked_days) for t in matching.lots]
    return sorted([*sold, *held], key=str)


@given(EVENTFUL)
def test_pieces_add_up_to_the_ledger_s_lots_whatever_happens(entries: list[Entry]) -> None:
    """Over every kind of event: shares and basis are the ledger's, and what is deferred stands on top."""
    history = household(entries)
    matching = match(history)

    with localcontext(exact):
        for lot in history.ledger.lots:
            pieces = [each for each in matching.lots if each.lot == lot.key]
            assert total(piece.quantity for piece in pieces) == lot.quantity
            if lot.base_basis is not None:
                own = [piece.basis - piece.deferred for piece in pieces if piece.basis is not None]
                assert total(own) == lot.base_basis


@given(EVENTFUL)
def test_every_taxed_gain_of_the_ledger_is_in_slices_or_left_out(entries: list[Entry]) -> None:
    history = household(entries)
    matching = match(history)
    check_losses(matching)

    told = {each.sale for each in matching.slices} | {each.entry for each in matching.left_out}
    assert {gain.sale for gain in history.ledger.realised if taxed(history, gain.account)} - used_up(history) <= told


def taxed(history: History, account: str) -> bool:
    return history.accounts[account].taxed


def used_up(history: History) -> set[str]:
    """Returns of capital that deferred losses took up."""
    return {entry.id for entry in history.entries if entry.kind is Kind.RETURN_OF_CAPITAL}


@given(EVENTFUL)
def test_slices_share_the_ledger_s_proceeds_and_never_have_less_basis(entries: list[Entry]) -> None:
    history = household(entries)
    matching = match(history)

    proceeds: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    basis: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    for each in matching.slices:
        proceeds[each.sale, each.lot] = total([proceeds[each.sale, each.lot], each.proceeds])
        basis[each.sale, each.lot] = total([basis[each.sale, each.lot], each.basis])
    for gain in history.ledger.realised:
        if (gain.sale, gain.lot) in proceeds and gain.sale not in used_up(history):
            assert proceeds[gain.sale, gain.lot] == gain.base_proceeds
            assert basis[gain.sale, gain.lot] >= (gain.base_basis or 0)
