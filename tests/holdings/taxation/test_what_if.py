"""What a sale would cost: the same figures as if it had been booked, out of a part of the books."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Household, TaxProfile
from holdings.ledger.types import Pick
from holdings.models import ReliefMethod, TaxReport, TradingSession, Transaction
from holdings.services.ledger import NewTransaction, book
from holdings.taxation import store, stored
from holdings.taxation.situation import NOT_YET, NotComputed, connected
from holdings.taxation.what_if import Horizon, Method, Position, Question, WhatIfRefused
from tests import factories
from tests.holdings.taxation.worlds import RECENT, Hales, hales

pytestmark = pytest.mark.django_db

AFTER = factories.AS_OF + dt.timedelta(days=1)


@pytest.fixture
def owned() -> Hales:
    return hales()


def chosen(**picks: str) -> Question:
    return Question(picks=tuple(Pick(key, Decimal(shares)) for key, shares in picks.items()))


def of_lot(key: str, shares: str) -> Question:
    return Question(picks=(Pick(key, Decimal(shares)),))


def test_a_short_term_gain_costs_the_bracket_and_waiting_saves_the_difference(owned: Hales) -> None:
    found = owned.computed().position().answer(of_lot(owned.summer, "40"))
    (wait,) = found.waits

    assert (found.sale.expected, found.proceeds) == (400 * Decimal("0.22"), 7600)
    assert (wait.until, wait.saved) == (dt.date(2023, 6, 17), 400 * Decimal("0.07"))


def test_a_loss_is_undone_by_what_an_ira_bought_before(owned: Hales) -> None:
    factories.buy(owned.ira, owned.itot, "45", "88", RECENT)
    found = owned.computed().position().answer(of_lot(owned.winter, "60"))

    assert found.sale.disallowed == 45 * 40
    assert found.counts_from == RECENT + dt.timedelta(days=31)
    assert found.free_from == AFTER + dt.timedelta(days=31)


def test_the_answer_is_what_booking_it_makes_of_the_year(owned: Hales) -> None:
    """In a household that sold something else at a gain, so that the loss meets it first."""
    ko = factories.instrument("KO")
    factories.buy(owned.account, ko, "10", "50", dt.date(2021, 1, 5))
    factories.sell(owned.account, ko, "10", "150", dt.date(2022, 2, 1))
    before = tax(owned.computed())
    expected = owned.position().answer(of_lot(owned.winter, "60")).sale.expected
    sale = NewTransaction(
        "sell",
        factories.AS_OF,
        "manual",
        owned.vti,
        quantity=Decimal(-60),
        cash=Decimal(11_400),
        picks=[Pick(owned.winter, Decimal(60))],
    )
    book(account=owned.account, drafts=[sale])

    assert tax(owned.computed()) - before == expected


def tax(owned: Hales) -> Decimal:
    year = stored.year(TaxReport.objects.get(household=owned.house, label="2022"))
    assert year.assessment is not None
    return year.assessment.tax


@pytest.mark.parametrize(
    ("method", "lot"),
    [(Method.FIFO, "old"), (Method.LIFO, "summer"), (Method.HIFO, "winter"), (Method.LEAST_TAX, "winter")],
)
def test_a_method_takes_its_lot_first(owned: Hales, method: Method, lot: str) -> None:
    found = owned.computed().position().answer(Question(method=method, shares=Decimal(40)))

    assert [each.lot for each in found.sale.slices] == [getattr(owned, lot)]


def test_a_loss_now_is_set_against_the_larger_gain_later(owned: Hales) -> None:
    question = Question(picks=(Pick(owned.winter, Decimal(60)),), horizon=Horizon(1, Decimal("0.25"), Decimal("0.15")))
    harvest = owned.computed().position().answer(question).harvest

    assert harvest is not None
    assert harvest.value.saved == 2400 * Decimal("0.22")
    assert harvest.value.owed_later == 2400 * Decimal("0.15") / Decimal("1.25")


def test_an_entered_price_takes_the_place_of_the_close(owned: Hales) -> None:
    found = owned.computed().position().answer(Question(picks=(Pick(owned.old, Decimal(10)),), price=Decimal(160)))

    assert found.sale.slices[0].gain == 100


def test_the_sale_is_on_the_next_session_and_belongs_to_its_year(owned: Hales) -> None:
    TradingSession.objects.create(calendar="XNYS", date=dt.date(2023, 1, 3))
    owned.computed()

    assert owned.position().situated.situation.year.label == "2023"


def test_a_position_in_a_retirement_account_adds_no_tax(owned: Hales) -> None:
    factories.buy(owned.ira, owned.itot, "45", "60", RECENT)
    position = Position(owned.computed().house, owned.ira, owned.itot)

    assert position.answer(Question(method=Method.FIFO, shares=Decimal(45))).sale.expected == 0


def test_lots_may_not_be_chosen_where_the_country_pools_them(owned: Hales) -> None:
    Household.objects.filter(pk=owned.house.pk).update(base_currency="GBP")
    TaxProfile.objects.update(country="GB")
    owned.computed()
    position = owned.position()

    assert position.no_choice == ("Lots may not be chosen in United Kingdom: its rules say which shares are sold.")


def test_lots_may_not_be_chosen_where_the_basis_is_averaged(owned: Hales) -> None:
    owned.vti.kind = "fund"
    owned.vti.save()
    ReliefMethod.objects.create(account=owned.account, method="average", since=dt.date(2020, 1, 1))

    assert "average basis" in owned.computed().position().no_choice


@pytest.mark.parametrize(
    ("question", "field", "message"),
    [
        (Question(), "picks", "No shares are chosen"),
        (Question(method=Method.FIFO), "shares", "Enter how many shares"),
        (Question(method=Method.FIFO, shares=Decimal(201)), "shares", "Main holds 200 shares"),
        (chosen(nothing="5"), "picks", "not open in this account"),
    ],
)
def test_a_question_that_cannot_be_asked_names_its_field(
    owned: Hales, question: Question, field: str, message: str
) -> None:
    with pytest.raises(WhatIfRefused, match=message) as refused:
        owned.computed().position().answer(question)

    assert refused.value.field == field


def test_more_than_a_lot_has_is_refused_beside_it(owned: Hales) -> None:
    with pytest.raises(WhatIfRefused, match="The lot has 40 shares") as refused:
        owned.computed().position().answer(of_lot(owned.summer, "41"))

    assert refused.value.field == f"pick-{owned.summer}"


def test_without_a_close_the_price_is_asked_for(owned: Hales) -> None:
    owned.vti.prices.all().delete()

    with pytest.raises(WhatIfRefused, match="Enter what a share would bring"):
        owned.computed().position().answer(of_lot(owned.old, "1"))


def test_what_is_not_held_is_refused(owned: Hales) -> None:
    with pytest.raises(WhatIfRefused, match="Main holds no ITOT"):
        Position(owned.computed().house, owned.account, owned.itot)


def test_nothing_can_be_said_before_the_year_is_computed(owned: Hales) -> None:
    with pytest.raises(NotComputed, match=NOT_YET):
        owned.position()


def test_it_says_when_the_rest_is_of_an_earlier_state(owned: Hales) -> None:
    owned.computed()
    factories.sell(owned.account, owned.vti, "1", "190", RECENT)

    assert owned.position().situated.is_current is False


def test_nothing_is_written(owned: Hales) -> None:
    owned.computed()
    before = Transaction.objects.count()
    with CaptureQueriesContext(connection) as queries:
        owned.position().answer(Question(method=Method.LEAST_TAX, shares=Decimal(50)))

    assert Transaction.objects.count() == before
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]


def test_the_queries_do_not_grow_with_the_household(owned: Hales) -> None:
    owned.computed()
    few = queries_of(owned)
    for number in range(6):
        other = factories.instrument(f"S{number}", "10", sector="tech", house=owned.house)
        factories.buy(owned.account, other, "1", "10", dt.date(2022, 1, 3))
        factories.sell(owned.account, other, "1", "11", dt.date(2022, 2, 3))
    store.refresh(owned.house)

    assert queries_of(owned) == few


def queries_of(owned: Hales) -> int:
    house = Household.objects.get(pk=owned.house.pk)
    with CaptureQueriesContext(connection) as queries:
        Position(house, owned.account, owned.vti).answer(of_lot(owned.old, "5"))
    return len(queries)


def test_only_what_shares_a_group_or_a_lot_is_read(owned: Hales) -> None:
    factories.instrument("KO", sector="staples", house=owned.house)

    assert connected(owned.house, [owned.vti.pk]) == {owned.vti.pk, owned.itot.pk}


def test_highest_basis_and_least_tax_see_the_pieces_of_a_lot(owned: Hales) -> None:
    """Ten shares count at 270; as they were paid, winter's 230 would be the highest."""
    new = owned.washed()
    position = owned.computed().position()

    for method in (Method.HIFO, Method.LEAST_TAX):
        (sold,) = position.answer(Question(method=method, shares=Decimal(5))).sale.slices
        assert (sold.lot, sold.basis) == (new, 1350)


def test_a_piece_may_be_chosen_and_has_no_more_than_its_shares(owned: Hales) -> None:
    new = owned.washed()
    position = owned.computed().position()
    piece = next(each.pick for each in position.parts if each.pick.piece)

    (sold,) = position.answer(Question(picks=(replace(piece, quantity=Decimal(4)),))).sale.slices
    assert (sold.lot, sold.piece, sold.basis) == (new, piece.piece, 1080)
    with pytest.raises(WhatIfRefused, match="The lot has 10 shares"):
        position.answer(Question(picks=(replace(piece, quantity=Decimal(11)),)))
