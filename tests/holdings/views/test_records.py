"""Adding, correcting and taking out transactions on their pages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from holdings.ledger.types import Pick
from holdings.models import TaxLot, Transaction
from holdings.services.ledger import NewTransaction, book
from tests import factories
from tests.holdings.taxation.worlds import hales
from tests.holdings.views.houses import Hale, hale
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db

BUY = {"trade_date": "2022-12-01", "symbol": "pg", "shares": "10", "price": "150", "fees": "1"}


@pytest.fixture
def owned() -> Hale:
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def new(owned: Hale, kind: str = "buy") -> str:
    return f"{address(owned.house, 'transaction_new', account=owned.taxable.uuid)}?kind={kind}"


def post(client: Client, url: str, fields: dict[str, str], action: str = "book") -> str:
    return client.post(url, fields | {"action": action}, follow=True).content.decode()


def test_a_preview_says_what_would_happen_and_books_nothing(owned, alice) -> None:
    before = Transaction.objects.count()
    shown = post(alice, new(owned), BUY, "preview")
    assert "PG would go from 300 to 310 shares." in shown
    assert "Cash would go from $25,261.75 to $23,760.75." in shown
    assert Transaction.objects.count() == before


def test_a_purchase_is_booked_with_its_fees_in_the_cash(owned, alice) -> None:
    shown = post(alice, new(owned), BUY)
    row = Transaction.objects.latest("id")
    assert (row.kind, row.quantity, row.cash, row.fees, row.source) == ("buy", 10, -1501, 1, "manual")
    assert "is booked" in shown


@pytest.mark.parametrize(
    ("kind", "fields", "cash"),
    [
        ("dividend", {"symbol": "PG", "amount": "12.50"}, "12.5"),
        ("interest", {"amount": "3"}, "3"),
        ("fee", {"amount": "7"}, "-7"),
        ("tax", {"amount": "2", "symbol": "PG"}, "-2"),
        ("deposit", {"amount": "100"}, "100"),
        ("withdrawal", {"amount": "100"}, "-100"),
        ("sell", {"symbol": "PG", "shares": "5", "price": "150"}, "750"),
        ("reinvest", {"symbol": "PG", "shares": "0.1", "total": "15"}, "-15"),
        ("opening", {"symbol": "PG", "shares": "3"}, "0"),
        ("transfer_in", {"symbol": "PG", "shares": "3", "basis": "100"}, "0"),
        ("transfer_out", {"amount": "50"}, "-50"),
        ("split", {"symbol": "CVX", "new": "2", "old": "1"}, "0"),
        ("spin_off", {"symbol": "CVX", "other": "KID", "other_shares": "20", "basis_percent": "15"}, "0"),
        ("merger", {"symbol": "CVX", "other": "BIG", "other_shares": "50", "amount": "80", "fair_value": "9000"}, "80"),
        ("symbol_change", {"symbol": "CVX", "other": "NEWX"}, "0"),
        ("return_of_capital", {"symbol": "PG", "amount": "9"}, "9"),
        ("cash_in_lieu", {"symbol": "PG", "shares": "0.5", "amount": "70"}, "70"),
        ("worthless", {"symbol": "CVX"}, "0"),
        ("exchange", {"amount": "110", "other_currency": "EUR", "other_amount": "100"}, "-110"),
        ("short", {"side": "sell", "symbol": "TSLA", "shares": "2", "price": "100"}, "200"),
        ("option", {"side": "buy", "symbol": "PG 230120C150", "shares": "1", "amount": "300"}, "-300"),
    ],
)
def test_each_kind_is_booked_from_the_fields_that_it_needs(owned, alice, kind: str, fields: dict, cash: str) -> None:
    post(alice, new(owned, kind), {"trade_date": "2022-12-01", "origin": "purchase"} | fields)
    row = Transaction.objects.latest("id")
    assert (row.kind, f"{row.cash:f}") == (kind, cash)


def test_a_dividend_says_what_it_is_taxed_as_and_a_correction_keeps_it(owned, alice) -> None:
    fields = {"trade_date": "2022-12-01", "symbol": "PG", "amount": "12.50", "character": "capital_gain"}
    assert "Long-term capital gain distribution" in post(alice, new(owned, "dividend"), fields)

    row = Transaction.objects.latest("id")
    url = address(owned.house, "transaction_correct", transaction=row.uuid)
    post(alice, url, form_of(alice, url) | {"amount": "13", "reason": "The statement says 13."})
    assert (Transaction.objects.latest("id").cash, Transaction.objects.latest("id").character) == (13, "capital_gain")


def test_a_spin_off_by_hand_takes_its_part_of_the_basis(owned, alice) -> None:
    fields = {"trade_date": "2022-12-01", "symbol": "CVX", "other": "KID", "other_shares": "20", "basis_percent": "15"}
    post(alice, new(owned, "spin_off"), fields)
    bases = dict(owned.taxable.lots.values_list("instrument__symbol", "basis"))
    assert (f"{bases['KID']:f}", f"{bases['CVX']:f}") == ("1130.7", "6407.3")


def test_a_merger_by_hand_takes_all_shares_where_none_are_named(owned, alice) -> None:
    fields = {"trade_date": "2022-12-01", "symbol": "CVX", "other": "BIG", "other_shares": "50"}
    post(alice, new(owned, "merger"), fields)
    assert not owned.taxable.lots.filter(instrument=owned.cvx).exists()
    assert owned.taxable.lots.get(instrument__symbol="BIG").quantity == 50


def test_cash_is_exchanged_for_another_currency_only(owned, alice) -> None:
    fields = {"trade_date": "2022-12-01", "amount": "110", "other_currency": "USD", "other_amount": "100"}
    assert "That is the currency that was given. Choose another." in post(alice, new(owned, "exchange"), fields)
    assert not Transaction.objects.filter(kind="exchange").exists()


def test_a_short_sale_opens_no_lot(owned, alice) -> None:
    fields = {"trade_date": "2022-12-01", "side": "sell", "symbol": "TSLA", "shares": "2", "price": "100"}
    post(alice, new(owned, "short"), fields)
    assert not owned.taxable.lots.filter(instrument__symbol="TSLA").exists()


def test_a_split_by_hand_adds_what_the_ratio_says(owned, alice) -> None:
    post(alice, new(owned, "split"), {"trade_date": "2022-12-01", "symbol": "CVX", "new": "3", "old": "2"})
    assert owned.taxable.lots.get(instrument=owned.cvx).quantity == 150


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("buy", BUY | {"symbol": ""}, "This field is required."),
        ("buy", BUY | {"price": ""}, "Enter the price of a share, or the total below."),
        ("buy", BUY | {"shares": "0"}, "Zero shares are no transaction."),
        ("buy", BUY | {"trade_date": "2023-05-01"}, "That day is still to come; today is 28 Dec 2022."),
        ("transfer_in", {"trade_date": "2022-12-01"}, "Enter either a symbol with its shares, or an amount of cash."),
        (
            "merger",
            {"trade_date": "2022-12-01", "symbol": "CVX", "other": "BIG", "other_shares": "1", "amount": "1"},
            "the gain depends on the value of the new shares",
        ),
        ("opening", BUY | {"acquired": "2022-12-02"}, "The purchase cannot be after the day"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(owned, alice, kind: str, fields: dict, words: str) -> None:
    before = Transaction.objects.count()
    assert words in post(alice, new(owned, kind), fields)
    assert Transaction.objects.count() == before


def test_a_sale_of_more_than_is_held_is_refused_in_words(owned, alice) -> None:
    shown = post(alice, new(owned, "sell"), BUY | {"shares": "1000"})
    assert "Nothing was changed." in shown
    assert not Transaction.objects.filter(kind="sell").exists()


def test_a_sale_may_name_its_lots(owned, alice) -> None:
    young = owned.taxable.lots.get(instrument=owned.pg, quantity=75)
    post(alice, new(owned, "sell"), BUY | {"shares": "5", f"pick-{young.key}": "5"})
    assert owned.taxable.lots.get(key=young.key).quantity == 70


def test_lots_that_do_not_add_up_to_the_sale_are_said(owned, alice) -> None:
    young = owned.taxable.lots.get(instrument=owned.pg, quantity=75)
    shown = post(alice, new(owned, "sell"), BUY | {"shares": "6", f"pick-{young.key}": "5"})
    assert "The lots chosen below add up to 5 shares." in shown


def test_a_correction_starts_from_what_was_booked(owned, alice) -> None:
    row = owned.taxable.transactions.get(kind="buy", instrument=owned.cvx)
    url = address(owned.house, "transaction_correct", transaction=row.uuid)
    fields = form_of(alice, url)
    assert (fields["shares"], fields["price"], fields["total"]) == ("100", "75.38", "")
    post(alice, url, fields | {"total": "7540", "reason": "fee left out"})
    assert owned.taxable.lots.get(instrument=owned.cvx).basis == 7540


def test_a_corrected_sale_keeps_lots_that_are_sold_out(owned, alice) -> None:
    young = owned.taxable.lots.get(instrument=owned.pg, quantity=75)
    post(alice, new(owned, "sell"), BUY | {"shares": "75", f"pick-{young.key}": "75"})
    row = Transaction.objects.latest("id")
    url = address(owned.house, "transaction_correct", transaction=row.uuid)
    post(alice, url, form_of(alice, url) | {"price": "151", "reason": "The statement says 151."})
    made = Transaction.objects.latest("id")
    assert (made.price, made.picks.get().lot_key) == (151, young.key)


def test_a_sale_may_name_a_piece_of_a_lot(alice) -> None:
    made = hales()
    lot = made.washed()
    made.computed()
    url = f"{address(made.house, 'transaction_new', account=made.account.uuid)}?kind=sell&symbol=VTI"
    piece = TaxLot.objects.exclude(piece="").get(lot_key=lot).piece
    sold = {"trade_date": "2022-12-27", "symbol": "VTI", "shares": "4", "price": "190", f"pick-{lot}~{piece}": "4"}
    assert "with $1,000.00 of loss deferred into them" in post(alice, url, sold, "preview")
    post(alice, url, sold)
    assert Transaction.objects.latest("id").picks.get().pick == Pick(lot, Decimal(4), piece)


def test_a_correction_needs_a_reason(owned, alice) -> None:
    row = owned.taxable.transactions.get(kind="buy", instrument=owned.cvx)
    url = address(owned.house, "transaction_correct", transaction=row.uuid)
    assert "This field is required." in post(alice, url, form_of(alice, url) | {"reason": ""})
    assert not hasattr(Transaction.objects.get(pk=row.pk), "void")


def test_a_row_taken_out_is_struck_with_its_reason(owned, alice) -> None:
    row = owned.taxable.transactions.get(kind="buy", instrument=owned.cvx)
    post(alice, address(owned.house, "transaction_void", transaction=row.uuid), {"reason": "never happened"})
    shown = alice.get(address(owned.house, "transactions")).content.decode()
    assert 'class="faded struck"' in shown
    assert "Taken out: never happened" in shown


def test_what_later_rows_rest_on_is_not_taken_out(owned, alice) -> None:
    factories.sell(owned.taxable, owned.cvx, "10", "100", factories.AS_OF)
    row = owned.taxable.transactions.get(kind="buy", instrument=owned.cvx)
    shown = post(alice, address(owned.house, "transaction_void", transaction=row.uuid), {"reason": "x"})
    assert "Nothing was changed." in shown


def test_the_page_of_a_row_says_where_it_came_from(owned, alice) -> None:
    row = owned.taxable.transactions.get(kind="buy", instrument=owned.cvx)
    shown = alice.get(address(owned.house, "transaction", transaction=row.uuid)).content.decode()
    assert "Entered by hand" in shown


def test_a_transaction_of_another_household_is_not_there(owned) -> None:
    row = owned.taxable.transactions.first()
    other = factories.household(factories.user("bob"))
    bob = visitor(factories.user("bob"))
    for name in ("transaction", "transaction_correct"):
        assert bob.get(address(other, name, transaction=row.uuid)).status_code == 404


@pytest.fixture
def moved(owned) -> tuple[Transaction, Transaction]:
    """225 PG bought in 2016 leave Main and come into Retirement, unlinked."""
    day, shares = factories.AS_OF, Decimal(225)
    draft = NewTransaction("transfer_out", day, "manual", instrument=owned.pg, quantity=-shares)
    (sent,) = book(account=owned.taxable, drafts=[draft])
    draft = NewTransaction("transfer_in", day, "manual", instrument=owned.pg, quantity=shares)
    (received,) = book(account=owned.ira, drafts=[draft])
    return sent, received


def test_two_transfers_are_linked_and_the_lots_keep_basis_and_date(owned, alice, moved) -> None:
    sent, received = moved
    url = address(owned.house, "transaction_link", transaction=sent.uuid)
    assert "Linked:" in alice.post(url, {"other": str(received.uuid)}, follow=True).content.decode()
    lot = owned.ira.lots.get(instrument=owned.pg, acquired=dt.date(2016, 11, 10))
    assert (lot.quantity, lot.basis) == (225, Decimal("15502.5"))


def test_a_transfer_offers_the_other_side_alone(owned, alice, moved) -> None:
    sent, received = moved
    shown = alice.get(address(owned.house, "transaction", transaction=received.uuid)).content.decode()
    assert f'value="{sent.uuid}"' in shown
    assert (
        "Link them"
        not in alice.get(
            address(owned.house, "transaction", transaction=owned.ira.transactions.earliest("id").uuid)
        ).content.decode()
    )


def test_what_is_not_the_other_side_is_not_linked(owned, alice, moved) -> None:
    url = address(owned.house, "transaction_link", transaction=moved[0].uuid)
    answer = alice.post(url, {"other": str(owned.ira.transactions.earliest("id").uuid)})
    assert answer.status_code == 409
