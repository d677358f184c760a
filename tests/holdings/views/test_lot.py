"""A lot's trail, open or closed, followed across instruments and accounts; and its correction."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client

from holdings.models import Import, ImportRow, Transaction
from holdings.services import records
from holdings.services.ledger import NewTransaction, book
from holdings.taxation import store
from tests import factories
from tests.holdings.views.houses import Hale, hale, unknown_lot
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hale:
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def text(client: Client, owned: Hale, key: str) -> str:
    answer = client.get(address(owned.house, "lot", key=key))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def cvx(owned: Hale) -> str:
    return str(owned.taxable.lots.get(instrument=owned.cvx).key)


def moved(owned: Hale) -> str:
    """All CVX go from Main to Retirement; the key of the lot there."""
    day, shares = factories.AS_OF, Decimal(100)
    (sent,) = book(
        account=owned.taxable,
        drafts=[NewTransaction("transfer_out", day, "manual", instrument=owned.cvx, quantity=-shares)],
    )
    (received,) = book(
        account=owned.ira, drafts=[NewTransaction("transfer_in", day, "manual", instrument=owned.cvx, quantity=shares)]
    )
    records.link(row=received, other=sent, user=factories.user())
    return str(owned.ira.lots.get(instrument=owned.cvx).key)


def test_an_open_lot_shows_what_happened_to_it(owned, alice) -> None:
    factories.sell(owned.taxable, owned.cvx, "40", "100", dt.date(2022, 6, 1))
    shown = text(alice, owned, cvx(owned))
    assert "60 shares in Main" in shown
    assert "23 Mar 2020 Buy Entered by hand +100 100 7,538.00" in shown
    assert "1 Jun 2022 Sell Entered by hand −40 60 4,522.80 +984.80" in shown


def test_a_closed_lot_keeps_its_trail(owned, alice) -> None:
    key = cvx(owned)
    factories.sell(owned.taxable, owned.cvx, "100", "100", dt.date(2022, 6, 1))
    shown = text(alice, owned, key)
    assert "Closed 1 Jun 2022, held in Main" in shown
    assert "Realised out of it +$2,462" in shown
    assert "Correct the lot" not in shown


def test_the_line_of_the_file_stands_with_its_cells(owned, alice) -> None:
    batch = Import.objects.create(household=owned.house, account=owned.taxable, file_name="y2020.csv")
    row = owned.taxable.transactions.get(kind="buy", instrument=owned.cvx)
    raw = {"Action": "Buy", "Amount": "-$7,538.00"}
    ImportRow.objects.create(batch=batch, number=12, raw=raw, draft={}, status="ready", transaction=row)
    shown = text(alice, owned, cvx(owned))
    assert "Line 12 of y2020.csv" in shown
    assert "Amount -$7,538.00" in shown


def test_a_lot_that_travelled_is_followed_from_the_new_account(owned, alice) -> None:
    shown = text(alice, owned, moved(owned))
    assert "CVX, lot of 23 Mar 2020" in shown
    assert "100 shares in Retirement" in shown
    assert "Buy CVX in Main" in shown


def test_a_lot_that_travelled_is_followed_from_the_old_account(owned, alice) -> None:
    key = cvx(owned)
    moved(owned)
    shown = text(alice, owned, key)
    assert "held in Main" in shown
    assert "Transfer in CVX in Retirement" in shown


def test_a_spun_off_lot_leads_to_its_parent_and_back(owned, alice) -> None:
    kid, day = factories.instrument("KID"), dt.date(2022, 6, 1)
    spin = NewTransaction(
        "spin_off",
        day,
        "manual",
        instrument=owned.cvx,
        other_instrument=kid,
        other_quantity=Decimal(20),
        basis_fraction=Decimal("0.15"),
    )
    book(account=owned.taxable, drafts=[spin])
    child = str(owned.taxable.lots.get(instrument=kid).key)
    assert "Buy CVX in Main" in text(alice, owned, child)
    assert "Spin-off KID in Main" in text(alice, owned, cvx(owned))


def test_a_correction_keeps_its_reason_in_the_trail(owned, alice) -> None:
    url = address(owned.house, "lot", key=cvx(owned))
    alice.post(url, form_of(alice, url) | {"basis": "7600", "reason": "a commission was left out"})
    assert owned.taxable.lots.get(instrument=owned.cvx).basis == 7600
    assert "Entered by hand: a commission was left out" in text(alice, owned, cvx(owned))


def test_an_unknown_basis_is_flagged_bounded_and_entered(owned, alice) -> None:
    lot = owned.taxable.lots.get(instrument=unknown_lot(owned.taxable))
    assert "its gain is $100 at most, if the basis were zero" in text(alice, owned, lot.key)
    url = address(owned.house, "lot", key=lot.key)
    alice.post(url, form_of(alice, url) | {"basis": "40", "acquired": "2010-05-04", "reason": "an old letter"})
    lot.refresh_from_db()
    assert (lot.basis, lot.acquired) == (40, dt.date(2010, 5, 4))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Nothing would change."),
        ({"basis": "1", "reason": ""}, "This field is required."),
        ({"basis": "1", "day": "2019-01-02"}, "The lot changed on 23 Mar 2020."),
        ({"acquired": "2021-01-04"}, "they were not bought after that"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(owned, alice, changes: dict, words: str) -> None:
    url = address(owned.house, "lot", key=cvx(owned))
    before = Transaction.objects.count()
    answer = alice.post(url, form_of(alice, url) | {"reason": "because"} | changes)
    assert words in answer.content.decode()
    assert Transaction.objects.count() == before


def test_a_lot_of_another_household_is_not_there(owned) -> None:
    other = factories.household(factories.user("bob"))
    url = address(other, "lot", key=cvx(owned))
    assert visitor(factories.user("bob")).get(url).status_code == 404


def test_gains_of_the_year_lead_to_lot_and_sale(owned, alice) -> None:
    key = cvx(owned)
    factories.sell(owned.taxable, owned.cvx, "40", "100", dt.date(2022, 6, 1))
    shown = alice.get(address(owned.house, "gains")).content.decode()
    assert address(owned.house, "lot", key=key) in shown
    assert "+984.80" in shown


def test_gains_are_exported_exactly_and_name_their_basis(owned, alice) -> None:
    factories.sell(owned.taxable, owned.cvx, "40", "100.123", dt.date(2022, 6, 1))
    head, row = alice.get(address(owned.house, "gains_csv") + "?year=2022").content.decode().splitlines()
    assert "Economic basis" in head
    assert "4004.92,3015.2,989.72" in row


def washed(owned: Hale) -> str:
    """75 PG of 20 January sold at 15.97 a share less, and 100 bought again three days later; the key of the new lot."""
    factories.sell(owned.taxable, owned.pg, "225", "140", dt.date(2022, 12, 1))
    factories.sell(owned.taxable, owned.pg, "75", "140", dt.date(2022, 12, 12))
    return factories.buy(owned.taxable, owned.pg, "100", "141", dt.date(2022, 12, 15))


def test_a_lot_that_replaced_shares_shows_its_tax_basis_piece_by_piece(owned, alice) -> None:
    """14,100.00 paid, 75 x 15.97 deferred; 326 days before 15 December 2022 is 23 January."""
    key = washed(owned)
    store.refresh(owned.house)
    shown = text(alice, owned, key)
    assert "Deferred loss $1,197.75" in shown
    assert "Tax basis $15,297.75" in shown
    assert "75 10,575.00 1,197.75 11,772.75 326 23 Jan 2022 24 Jan 2023" in shown
    assert "25 3,525.00 0.00 3,525.00 0 15 Dec 2022 16 Dec 2023" in shown


def test_the_replacement_is_told_in_a_sentence_with_both_transactions(owned, alice) -> None:
    key = washed(owned)
    store.refresh(owned.house)
    words = "75 shares bought 15 Dec 2022 replaced shares sold 12 Dec 2022 at a loss: $1,197.75"
    assert words in text(alice, owned, key)
    page = alice.get(address(owned.house, "lot", key=key)).content.decode()
    for day in (dt.date(2022, 12, 12), dt.date(2022, 12, 15)):
        row = owned.taxable.transactions.get(trade_date=day)
        assert f'href="{address(owned.house, "transaction", transaction=row.uuid)}"' in page


def test_a_lot_whose_two_bases_are_one_says_nothing_of_tax(owned, alice) -> None:
    store.refresh(owned.house)
    assert "Tax basis" not in text(alice, owned, cvx(owned))


def test_a_tax_basis_from_before_the_last_booking_says_so(owned, alice) -> None:
    key = washed(owned)
    store.refresh(owned.house)
    assert "Being computed again" not in text(alice, owned, key)
    factories.sell(owned.taxable, owned.pg, "1", "150", dt.date(2022, 12, 20))
    assert "Being computed again" in text(alice, owned, key)
