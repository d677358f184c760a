import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from holdings.ledger.types import Pick
from holdings.models import BrokerageAccount, FxRate, LotPick, Transaction
from holdings.services.ledger import BookingRefused, NewTransaction, book, book_all, correct, draft_of, void
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> BrokerageAccount:
    account = factories.account(factories.household())
    factories.deposit(account, "10000")
    return account


def sale(what, quantity: str, picks=()) -> NewTransaction:
    return NewTransaction(
        kind="sell",
        trade_date=dt.date(2022, 6, 1),
        source="manual",
        instrument=what,
        quantity=-Decimal(quantity),
        price=Decimal(20),
        cash=Decimal(quantity) * 20,
        picks=picks,
    )


def test_a_purchase_makes_a_lot_and_takes_its_cash(account) -> None:
    key = factories.buy(account, factories.instrument("XOM"), "10", "100.25", dt.date(2021, 3, 1))
    lot = account.lots.get()
    assert (lot.key, lot.quantity, lot.basis, lot.acquired) == (key, 10, Decimal("1002.5"), dt.date(2021, 3, 1))
    assert account.cash_balances.get().amount == Decimal("8997.5")


def test_a_sale_without_picks_takes_the_oldest_lot_and_keeps_that_choice(account) -> None:
    xom = factories.instrument("XOM")
    oldest = factories.buy(account, xom, "10", "10", dt.date(2021, 3, 1))
    factories.buy(account, xom, "10", "12", dt.date(2021, 4, 1))
    book(account=account, drafts=[sale(xom, "5")])
    assert LotPick.objects.get().lot_key == oldest
    assert account.realised_gains.get().gain == Decimal(50)


def test_a_sale_takes_the_lot_that_it_names(account) -> None:
    xom = factories.instrument("XOM")
    factories.buy(account, xom, "10", "10", dt.date(2021, 3, 1))
    newer = factories.buy(account, xom, "10", "12", dt.date(2021, 4, 1))
    book(account=account, drafts=[sale(xom, "5", [Pick(newer, Decimal(5))])])
    assert account.lots.get(key=newer).quantity == 5


def test_selling_what_is_not_held_is_refused_and_books_nothing(account) -> None:
    with pytest.raises(BookingRefused, match="XOM"):
        book(account=account, drafts=[sale(factories.instrument("XOM"), "5")])
    assert not Transaction.objects.filter(kind="sell").exists()


def test_a_set_is_booked_whole_or_not_at_all(account) -> None:
    xom = factories.instrument("XOM")
    good = NewTransaction(kind="deposit", trade_date=dt.date(2022, 1, 3), source="manual", cash=Decimal(5))
    with pytest.raises(BookingRefused):
        book(account=account, drafts=[good, sale(xom, "5")])
    assert account.cash_balances.get().amount == 10000


def test_voiding_keeps_the_row_and_takes_it_out_of_the_ledger(account) -> None:
    factories.buy(account, factories.instrument("XOM"), "10", "100", dt.date(2021, 3, 1))
    row = account.transactions.get(kind="buy")
    void(rows=[row], reason="entered twice", user=None)
    assert Transaction.objects.get(pk=row.pk).void.reason == "entered twice"
    assert not account.lots.exists()


def test_a_purchase_that_a_sale_rests_on_cannot_be_voided(account) -> None:
    xom = factories.instrument("XOM")
    factories.buy(account, xom, "10", "10", dt.date(2021, 3, 1))
    row = account.transactions.get(kind="buy")
    book(account=account, drafts=[sale(xom, "5")])
    with pytest.raises(BookingRefused):
        void(rows=[row], reason="mistake", user=None)
    assert account.lots.get().quantity == 5


def test_a_booking_makes_valuations_stale_from_its_day(account) -> None:
    BrokerageAccount.objects.filter(pk=account.pk).update(stale_from=None)
    factories.buy(account, factories.instrument("XOM"), "1", "10", dt.date(2021, 3, 1))
    account.refresh_from_db()
    assert account.stale_from == dt.date(2021, 3, 1)


def test_an_earlier_booking_moves_the_stale_day_back_only(account) -> None:
    BrokerageAccount.objects.filter(pk=account.pk).update(stale_from=dt.date(2021, 2, 1))
    factories.buy(account, factories.instrument("XOM"), "1", "10", dt.date(2021, 3, 1))
    account.refresh_from_db()
    assert account.stale_from == dt.date(2021, 2, 1)


def test_a_correction_voids_and_replaces_in_one_change(account) -> None:
    factories.buy(account, factories.instrument("XOM"), "10", "100", dt.date(2021, 3, 1))
    row = account.transactions.get(kind="buy")
    draft = dataclasses.replace(draft_of(row), quantity=Decimal(11), cash=Decimal(-1100))
    made = correct(row=row, draft=draft, reason="one share more", user=None)
    row.refresh_from_db()
    assert (row.void.reason, row.void.replaced_by) == ("one share more", made)
    assert account.lots.get().quantity == 11


def test_a_correction_that_a_later_sale_cannot_live_with_changes_nothing(account) -> None:
    xom = factories.instrument("XOM")
    factories.buy(account, xom, "10", "10", dt.date(2021, 3, 1))
    book(account=account, drafts=[sale(xom, "8")])
    row = account.transactions.get(kind="buy")
    with pytest.raises(BookingRefused):
        correct(row=row, draft=dataclasses.replace(draft_of(row), quantity=Decimal(5)), reason="less", user=None)
    assert not hasattr(Transaction.objects.get(pk=row.pk), "void")


def test_a_trade_in_another_currency_fixes_its_rate(account) -> None:
    FxRate.objects.create(currency="USD", date=dt.date(2021, 3, 1), per_euro=Decimal("1.25"), source=factories.source())
    draft = NewTransaction(
        kind="dividend", trade_date=dt.date(2021, 3, 2), source="manual", cash=Decimal(8), currency="EUR"
    )
    row = book(account=account, drafts=[draft])[0]
    assert (row.rate, row.base_amount) == (Decimal("1.25"), Decimal(10))


def test_a_rate_that_nobody_knows_stays_empty(account) -> None:
    draft = NewTransaction(
        kind="fee", trade_date=dt.date(2021, 3, 2), source="manual", cash=Decimal(-8), currency="SEK"
    )
    row = book(account=account, drafts=[draft])[0]
    assert (row.rate, row.base_amount) == (None, None)


def euro_rate(day: dt.date, per_euro: str) -> None:
    FxRate.objects.create(currency="USD", date=day, per_euro=Decimal(per_euro), source=factories.source())


def in_euros(kind: str, day: dt.date, **more) -> NewTransaction:
    return NewTransaction(kind=kind, trade_date=day, source="manual", currency="EUR", **more)


def test_the_brokers_rate_goes_before_the_published_one(account) -> None:
    euro_rate(dt.date(2021, 3, 1), "1.25")
    row = book(account=account, drafts=[in_euros("fee", dt.date(2021, 3, 1), cash=Decimal(-8), rate=Decimal("1.3"))])[0]
    assert (row.rate, row.base_amount) == (Decimal("1.3"), Decimal("-10.4"))


def test_a_rate_of_more_than_a_week_before_is_not_taken(account) -> None:
    euro_rate(dt.date(2021, 3, 1), "1.25")
    days = [dt.date(2021, 3, 8), dt.date(2021, 3, 9)]
    rows = book(account=account, drafts=[in_euros("fee", day, cash=Decimal(-8)) for day in days])
    assert [row.rate for row in rows] == [Decimal("1.25"), None]


def test_an_opening_lot_takes_the_rate_of_its_acquisition(account) -> None:
    euro_rate(dt.date(2019, 5, 2), "1.12")
    euro_rate(dt.date(2021, 3, 1), "1.25")
    shares = {"instrument": factories.instrument("SAP"), "quantity": Decimal(10), "basis": Decimal(1000)}
    book(account=account, drafts=[in_euros("opening", dt.date(2021, 3, 1), acquired=dt.date(2019, 5, 3), **shares)])
    assert account.lots.get().base_basis == 1120


def test_an_exchange_against_the_households_currency_says_its_own_rate(account) -> None:
    paid = {"other_currency": "USD", "other_cash": Decimal(-1240)}
    row = book(account=account, drafts=[in_euros("exchange", dt.date(2021, 3, 1), cash=Decimal(1000), **paid)])[0]
    assert row.rate == Decimal("1.24")


def test_accounts_of_two_households_are_never_booked_in_one_change(account) -> None:
    elsewhere = factories.account(factories.household(factories.user("bob")))
    deposit = NewTransaction(kind="deposit", trade_date=dt.date(2022, 1, 3), source="manual", cash=Decimal(5))
    with pytest.raises(ValueError, match="one household"):
        book_all(bookings=[(account, deposit), (elsewhere, deposit)])


def test_picks_of_one_lot_may_name_its_pieces_each_once(account) -> None:
    xom = factories.instrument("XOM")
    lot = factories.buy(account, xom, "10", "10", dt.date(2021, 3, 1))
    pieces = [Pick(lot, Decimal(2), "abc123"), Pick(lot, Decimal(1), ""), Pick(lot, Decimal(2))]
    (row,) = book(account=account, drafts=[sale(xom, "5", pieces)])
    assert [each.pick for each in row.picks.all()] == pieces
    assert (account.lots.get().quantity, account.realised_gains.get().basis) == (5, 50)
    for piece in ("abc123", None):
        with pytest.raises(IntegrityError), transaction.atomic():
            LotPick.objects.create(transaction=row, lot_key=lot, piece=piece, quantity=1)


def test_a_corrected_loss_names_the_pieces_that_it_made_anew(account) -> None:
    """A piece is called after the sale whose loss it carries, so picks of it follow the correction."""
    xom = factories.instrument("XOM")
    factories.buy(account, xom, "10", "30", dt.date(2021, 3, 1))
    (loss,) = book(account=account, drafts=[sale(xom, "10")])
    lot = factories.buy(account, xom, "10", "10", dt.date(2022, 6, 3))
    later = dataclasses.replace(sale(xom, "4"), trade_date=dt.date(2022, 9, 1))
    picked = dataclasses.replace(later, picks=[Pick(lot, Decimal(4), str(loss.uuid)[:6])])
    book(account=account, drafts=[picked])
    made = correct(row=loss, draft=dataclasses.replace(draft_of(loss), cash=Decimal(190)), reason="fee", user=None)
    assert LotPick.objects.get(piece__isnull=False).piece == str(made.uuid)[:6]
