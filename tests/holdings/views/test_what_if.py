"""The question of what a sale would cost, as a page: asked by address, answered in figures and sentences."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from holdings.models import TaxState, Transaction
from tests import factories
from tests.holdings.taxation.worlds import RECENT, Hales, hales
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hales:
    return hales()


@pytest.fixture
def alice() -> Client:
    return visitor(factories.user())


def ask(client: Client, owned: Hales, **query: str) -> HttpResponse:
    return client.get(address(owned.house, "tax_what_if"), query)


def text(answer: HttpResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def position(owned: Hales) -> str:
    return f"{owned.account.uuid}:{owned.vti.uuid}"


def asked(owned: Hales, **changes: str) -> dict[str, str]:
    fields = {"position": position(owned), "method": "lots", "price": "190", "years": "10", "discount": "5"}
    return fields | changes


def test_without_a_position_it_lists_what_is_held(owned: Hales, alice: Client) -> None:
    answer = ask(alice, owned)

    assert answer.status_code == 200
    assert "VTI in Main" in text(answer)


def test_a_position_shows_its_lots_with_their_tax_basis(owned: Hales, alice: Client) -> None:
    said = text(ask(alice, owned.computed(), position=position(owned)))

    assert "Lot of 16 Jun 2022 40 shares, tax basis $7,200.00, long-term from 17 Jun 2023." in said
    assert "Tax that it would add" not in said


def test_a_lot_in_the_address_is_answered_at_once(owned: Hales, alice: Client) -> None:
    said = text(ask(alice, owned.computed(), lot=owned.summer))

    assert "Expected +$88" in said
    assert "turns long-term on 17 Jun 2023, in 170 days: waiting would save $28.00" in said


def test_shares_in_the_address_are_part_of_the_lot(owned: Hales, alice: Client) -> None:
    assert "10 shares at $190.00" in text(ask(alice, owned.computed(), lot=owned.summer, shares="10"))


def test_a_loss_says_which_purchase_undoes_it_and_what_not_to_buy(owned: Hales, alice: Client) -> None:
    factories.buy(owned.ira, owned.itot, "45", "88", RECENT)
    said = text(ask(alice, owned.computed(), lot=owned.winter))

    assert "45 shares of ITOT bought 12 Dec 2022 in Roth undo $1,800.00 of the loss; it is lost for good" in said
    assert "A purchase before 29 Jan 2023, in any account of the household" in said
    assert "That is about ITOT, VTI." in said
    assert "Taken now, the loss would be worth" in said


def test_a_method_is_asked_with_its_shares(owned: Hales, alice: Client) -> None:
    said = text(ask(alice, owned.computed(), **asked(owned, method="fifo", shares="150")))

    assert "150 shares at $190.00" in said


def test_too_many_shares_are_refused_beside_their_lot(owned: Hales, alice: Client) -> None:
    answer = ask(alice, owned.computed(), **asked(owned, **{f"pick-{owned.summer}": "41"}))

    assert answer.status_code == 400
    assert "The lot has 40 shares. Enter 0 to 40." in text(answer)


def test_a_page_opened_before_the_year_is_computed_says_so(owned: Hales, alice: Client) -> None:
    assert "have not been computed yet" in text(ask(alice, owned, lot=owned.summer))


def test_a_year_that_could_not_be_computed_says_why(owned: Hales, alice: Client) -> None:
    owned.computed()
    TaxState.objects.update(failure="The books are in pesos.")

    assert "The books are in pesos." in text(ask(alice, owned, lot=owned.summer))


def test_an_older_state_of_the_rest_is_named(owned: Hales, alice: Client) -> None:
    owned.computed()
    factories.sell(owned.account, owned.vti, "1", "190", RECENT)

    assert "Something has changed since" in text(ask(alice, owned, lot=owned.summer))


def test_asking_books_nothing(owned: Hales, alice: Client) -> None:
    owned.computed()
    before = Transaction.objects.count()
    ask(alice, owned, lot=owned.summer)

    assert Transaction.objects.count() == before


@pytest.mark.parametrize(("query", "status"), [({"lot": "nothing"}, 404), ({"position": "rubbish"}, 400)])
def test_what_no_address_names_is_not_found(owned: Hales, alice: Client, query: dict[str, str], status: int) -> None:
    assert ask(alice, owned, **query).status_code == status


def test_another_household_does_not_exist(owned: Hales) -> None:
    assert ask(visitor(factories.user("bob")), owned, lot=owned.summer).status_code == 404


def test_the_lot_of_another_household_does_not_exist(owned: Hales) -> None:
    other = factories.household(factories.user("bob"))

    assert visitor(factories.user("bob")).get(address(other, "tax_what_if"), {"lot": owned.old}).status_code == 404


def test_a_viewer_may_ask(owned: Hales) -> None:
    factories.join(owned.computed().house, "vera", "viewer")

    assert ask(visitor(factories.user("vera")), owned, lot=owned.summer).status_code == 200


def test_the_pieces_of_a_lot_are_asked_for_one_by_one(owned: Hales, alice: Client) -> None:
    new = owned.washed()
    said = text(ask(alice, owned.computed(), lot=new))

    assert (
        "Lot of 12 Dec 2022, replacing shares sold at a loss 10 shares, tax basis $2,700.00, "
        "of it $1,000.00 deferred loss" in said
    )
    assert "Lot of 12 Dec 2022, the rest 20 shares, tax basis $3,400.00" in said
    assert "30 shares at $190.00" in said


def test_shares_of_a_lot_in_pieces_are_taken_from_them_in_their_order(owned: Hales, alice: Client) -> None:
    new = owned.washed()

    assert "25 shares at $190.00" in text(ask(alice, owned.computed(), lot=new, shares="25"))
