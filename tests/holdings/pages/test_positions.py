"""Rows of the holdings page: what adds up, what is unknown, which term."""

import datetime as dt
from decimal import Decimal

import pytest

from holdings.models import Price
from holdings.pages import listing, positions
from holdings.pages.positions import Group, Holding
from holdings.pages.source import Source, read
from holdings.taxation import store
from tests import factories
from tests.holdings.views.houses import Hale, hale, unknown_lot

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hale:
    return hale()


def row(source: Source, symbol: str) -> Holding:
    return next(row for row in positions.by_instrument(source).holdings if row.instrument.symbol == symbol)


def sums(group: Group) -> tuple[Decimal, Decimal, Decimal]:
    return group.totals.value, group.totals.basis, group.totals.gain


def test_an_instrument_is_one_row_over_all_accounts(owned: Hale) -> None:
    pg = row(read(owned.house), "PG")
    assert (pg.quantity, len(pg.lots), [account.name for account in pg.accounts]) == (450, 3, ["Main", "Retirement"])
    # 67,108.50, rounded so that the whole table adds up; 15,502.50 + 11,697.75 + 13,438.50
    assert (pg.value, pg.basis, pg.gain) == (67108, 40639, 26469)


def test_lots_add_up_to_their_row_and_rows_to_the_total(owned: Hale) -> None:
    group = positions.by_instrument(read(owned.house))
    for holding in group.holdings:
        assert sum(line.value for line in holding.lots if line.value) == holding.value
        assert sum(line.basis for line in holding.lots if line.basis) == holding.basis
    # 450 x 149.13 + 100 x 173.73 = 84,481.50; cash 25,261.75 + 6,561.90
    assert group.totals.value == round(Decimal("116305.15"))
    assert group.totals.weight == 100


def test_both_groupings_have_the_same_totals(owned: Hale) -> None:
    source = read(owned.house)
    whole, parts = positions.by_instrument(source), positions.by_account(source)
    by_part = [sum(column) for column in zip(*(sums(part) for part in parts), strict=True)]
    assert by_part == list(sums(whole))
    figures = [listing.summary([row for part in each for row in part.holdings]) for each in ([whole], parts)]
    assert figures[0] == figures[1]


def test_one_account_alone_has_its_own_weights(owned: Hale) -> None:
    group = positions.by_instrument(read(owned.house).of_account(owned.ira))
    assert [holding.instrument.symbol for holding in group.holdings] == ["PG"]
    assert group.totals.weight == 100


def test_a_lot_turns_long_term_a_year_and_a_day_after_it_was_bought(owned: Hale) -> None:
    old, young, sheltered = sorted(row(read(owned.house), "PG").lots, key=lambda line: (line.no_term, line.days_left))
    assert (old.term, old.days_left) == ("Long-term", 0)
    assert (young.term, young.days_left, young.long_from) == ("Short-term", 24, dt.date(2023, 1, 21))
    assert (sheltered.term, sheltered.days_left, sheltered.long_from) == ("No term in an IRA", 0, None)


def test_days_of_replaced_shares_count_once_the_tax_is_computed(owned: Hale) -> None:
    """75 shares of January sold at a loss in December, and 75 bought again: as if on 15 December less 326 days."""
    factories.sell(owned.taxable, owned.pg, "225", "140", dt.date(2022, 12, 1))
    factories.sell(owned.taxable, owned.pg, "75", "140", dt.date(2022, 12, 12))
    factories.buy(owned.taxable, owned.pg, "75", "141", dt.date(2022, 12, 15))
    (line,) = (line for line in row(read(owned.house), "PG").lots if line.is_taxable)
    assert (line.long_from, line.tacked_days) == (dt.date(2023, 12, 16), 0)
    store.refresh(owned.house)
    (line,) = (line for line in row(read(owned.house), "PG").lots if line.is_taxable)
    assert (line.tacked_days, line.long_from, line.days_left) == (326, dt.date(2023, 1, 24), 27)
    assert (line.days_held, line.days_needed) == (13 + 326, 13 + 326 + 27)


def test_terms_are_those_of_the_next_session(owned: Hale) -> None:
    factories.buy(owned.taxable, owned.cvx, "1", "100", dt.date(2021, 12, 28))
    source = read(owned.house)
    assert source.sale_day == dt.date(2022, 12, 29)
    assert [line.term for line in row(source, "CVX").lots] == ["Long-term", "Long-term"]


def test_the_term_of_a_row_is_that_of_its_taxable_shares(owned: Hale) -> None:
    source = read(owned.house)
    assert row(source, "PG").term == "25% short"
    assert row(source, "CVX").term == "Long"
    assert positions.by_instrument(source.of_account(owned.ira)).holdings[0].term == ""


def test_an_unknown_basis_is_never_zero(owned: Hale) -> None:
    unknown_lot(owned.taxable)
    old = row(read(owned.house), "OLD")
    assert (old.value, old.basis, old.gain, old.term, old.incomplete) == (100, None, None, "unknown", 1)


def test_what_is_unknown_is_left_out_of_the_totals_and_counted(owned: Hale) -> None:
    before = positions.by_instrument(read(owned.house)).totals
    unknown_lot(owned.taxable)
    unknown_lot(owned.taxable, "GONE", close=None)
    after = positions.by_instrument(read(owned.house)).totals
    assert (after.basis, after.gain, after.value) == (before.basis, before.gain, before.value + 100)
    assert (after.incomplete, after.unpriced) == (2, 1)


def test_a_price_from_before_the_last_session_is_old(owned: Hale) -> None:
    Price.objects.filter(instrument=owned.cvx).update(date=dt.date(2022, 12, 27))
    source = read(owned.house)
    assert row(source, "CVX").is_old
    assert not row(source, "PG").is_old
    assert listing.summary([row(source, "PG"), row(source, "CVX")]).fresh == 1


def test_what_is_unknown_comes_last_in_either_order(owned: Hale) -> None:
    unknown_lot(owned.taxable)
    rows = positions.by_instrument(read(owned.house)).holdings
    for order, symbols in (("gain", ["CVX", "PG", "OLD"]), ("-gain", ["PG", "CVX", "OLD"])):
        assert [each.instrument.symbol for each in listing.in_order(rows, order)] == symbols


def test_a_heading_turns_the_order_round() -> None:
    values = {heading.word: heading.order for heading in listing.headings("-value")}
    assert (values["Value, $"], values["Gain or loss, $"], values["Instrument"]) == ("value", "-gain", "name")
    assert listing.known_order("drop table") == listing.DEFAULT


def test_a_household_in_debt_has_no_weights() -> None:
    house = factories.household()
    account = factories.account(house)
    factories.deposit(account, "-50")
    (cash,) = positions.by_instrument(read(house)).cash
    assert (cash.value, cash.weight) == (-50, None)
