"""Least tax: which lots a sale takes that names none, once and for all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.models import TaxProfile
from holdings.forms.account import ReliefForm
from holdings.ledger.types import Pick
from holdings.models import TaxSlice, Transaction
from holdings.services import records
from holdings.services.accounts import choose_relief
from holdings.services.ledger import NewTransaction, book
from holdings.services.relief import AS_PAID, HIGHEST, LEAST_TAX
from holdings.taxation import store
from tests import factories
from tests.holdings.taxation.worlds import SUMMER, Hales, hales

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hales:
    """At 160, the old lot gains 10 a share at the long rate, those of winter and summer lose."""
    made = hales()
    choose_relief(account=made.account, user=factories.user(), method="min_tax", since=dt.date(2020, 1, 1))
    return made


def sale(owned: Hales, shares: str, price: str = "190", day: dt.date = factories.AS_OF) -> NewTransaction:
    quantity = Decimal(shares)
    return NewTransaction("sell", day, "manual", owned.vti, quantity=-quantity, cash=quantity * Decimal(price))


def by_hand(owned: Hales, draft: NewTransaction) -> Transaction:
    owned.account.household = owned.house
    return records.record(account=owned.account, user=factories.user(), draft=draft)


def by(owned: Hales, method: str) -> None:
    choose_relief(account=owned.account, user=factories.user(), method=method, since=dt.date(2020, 1, 1))


def picks(row: Transaction) -> dict[str, Decimal]:
    return dict(row.picks.values_list("lot_key", "quantity"))


def test_a_sale_by_hand_takes_what_adds_the_least_tax_to_the_year(owned: Hales) -> None:
    """Losses of winter first; the rest from summer's short-term 10 a share costs less than the old lot's long 40."""
    row = by_hand(owned.computed(), sale(owned, "80"))

    assert picks(row) == {owned.winter: 60, owned.summer: 20}
    assert row.note == LEAST_TAX


def test_with_a_purchase_in_the_window_the_whole_year_is_judged(owned: Hales) -> None:
    """Nothing that loses counts, since the IRA bought as many; the gain of the old lot would still be taxed."""
    factories.buy(owned.ira, owned.itot, "60", "84", dt.date(2022, 12, 12))
    row = by_hand(owned.computed(), sale(owned, "40", price="160"))

    assert sum(picks(row).values()) == 40
    assert owned.old not in picks(row)


def test_before_the_year_is_computed_the_lots_are_chosen_one_by_one(owned: Hales) -> None:
    row = by_hand(owned, sale(owned, "80"))

    assert picks(row) == {owned.winter: 60, owned.summer: 20}
    assert row.note == ""


def test_the_rates_of_each_term_weigh_the_gain(owned: Hales) -> None:
    """At 240 and 24 and 15 %: a share of winter costs 2.40, of the old lot 13.50, of summer 14.40."""
    row = by_hand(owned, sale(owned, "100", price="240"))

    assert picks(row) == {owned.winter: 60, owned.old: 40}


def test_a_sale_of_an_earlier_year_is_chosen_lot_by_lot(owned: Hales) -> None:
    row = by_hand(owned.computed(), sale(owned, "10", day=dt.date(2021, 6, 1)))

    assert (picks(row), row.note) == ({owned.old: 10}, "")


def test_a_sale_before_another_event_is_chosen_lot_by_lot(owned: Hales) -> None:
    row = by_hand(owned.computed(), sale(owned, "10", day=SUMMER - dt.timedelta(days=1)))

    assert row.note == ""


def test_an_imported_sale_is_chosen_lot_by_lot(owned: Hales) -> None:
    (row,) = book(account=owned.account, drafts=[sale(owned.computed(), "60")])

    assert picks(row) == {owned.winter: 60}


def test_a_sale_that_names_its_lots_keeps_them(owned: Hales) -> None:
    row = by_hand(owned.computed(), replace(sale(owned, "5"), picks=[Pick(owned.old, Decimal(5))]))

    assert picks(row) == {owned.old: 5}


def test_what_was_chosen_stays_when_the_method_changes(owned: Hales) -> None:
    row = by_hand(owned.computed(), sale(owned, "80"))
    choose_relief(account=owned.account, user=factories.user(), method="fifo", since=dt.date(2020, 1, 1))

    assert picks(row) == {owned.winter: 60, owned.summer: 20}


def test_a_preview_shows_what_booking_would_choose(owned: Hales) -> None:
    owned.account.household = owned.computed().house
    effect = records.would(account=owned.account, draft=sale(owned, "60"))

    assert effect.gain == -2400


def test_more_shares_than_are_held_are_refused_as_ever(owned: Hales) -> None:
    with pytest.raises(records.BookingRefused):
        by_hand(owned.computed(), sale(owned, "201"))


def test_a_country_that_pools_shares_refuses_the_method_in_words(owned: Hales) -> None:
    TaxProfile.objects.filter(household=owned.house).update(country="GB")
    owned.account.refresh_from_db()
    form = ReliefForm({"method": "min_tax", "since": "2022-01-01"}, account=owned.account)

    assert form.errors["method"] == ["Lots may not be chosen in United Kingdom: its rules say which shares are sold."]


def test_highest_basis_counts_the_losses_deferred_into_a_piece(owned: Hales) -> None:
    """As paid, winter's 230 is the highest; ten of the new shares count at 170 + 100."""
    by(owned, "hifo")
    new = owned.washed()
    row = by_hand(owned.computed(), sale(owned, "20"))
    piece = row.picks.get(lot_key=new).piece

    assert [(each.lot_key, each.quantity, each.piece) for each in row.picks.all()] == [
        (new, 10, piece),
        (owned.winter, 10, None),
    ]
    assert row.note == HIGHEST
    store.refresh(owned.house)
    sold = TaxSlice.objects.get(sale=row, lot_key=new)
    assert (sold.piece, sold.quantity, sold.basis) == (piece, 10, 2700)


def test_before_the_tax_is_computed_highest_basis_is_what_was_paid_and_the_note_says_so(owned: Hales) -> None:
    by(owned, "hifo")
    owned.washed()
    row = by_hand(owned, sale(owned, "20"))

    assert picks(row) == {owned.winter: 20}
    assert row.note == AS_PAID


def test_an_imported_sale_goes_by_what_was_paid(owned: Hales) -> None:
    by(owned, "hifo")
    owned.washed()
    (row,) = book(account=owned.account, drafts=[sale(owned.computed(), "20")])

    assert picks(row) == {owned.winter: 20}


def test_least_tax_names_the_piece(owned: Hales) -> None:
    """The loss of 80 a share in the piece saves the most at 190, and that lot is not sold whole."""
    new = owned.washed()
    row = by_hand(owned.computed(), sale(owned, "10"))

    assert [(each.lot_key, bool(each.piece)) for each in row.picks.all()] == [(new, True)]
