"""What the tax engine stored, as the plan reads it: while it is of the present, and no longer."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Household, TaxProfile
from holdings.models import BrokerageAccount, Instrument, Price
from holdings.services.ledger import NewTransaction, book
from holdings.taxation import store
from optimizer.engine.rebalance import netting
from optimizer.engine.snapshot import from_json, to_json
from optimizer.inputs.assessed import current_state, rules_of, with_year
from optimizer.services import expiry
from tests import factories
from tests.optimizer import markets
from tests.optimizer.inputs.readings import proposed, read

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
SOLD = dt.date(2022, 10, 3)


def says(market, **values: object) -> None:
    TaxProfile.objects.filter(household=market.house).update(**{"use_own_rates": False} | values)


def compute(market) -> None:
    store.refresh(Household.objects.get(pk=market.house.pk))


def replaced_loss(market, *, into=None) -> str:
    """10 KO bought at 70, sold at 60, and bought again ten days later at 61; the key of the new lot."""
    ko = market.instruments["KO"]
    factories.buy(market.taxable, ko, "10", "70", SOLD - 100 * DAY)
    factories.sell(market.taxable, ko, "10", "60", SOLD)
    return factories.buy(into or market.taxable, ko, "10", "61", SOLD + 10 * DAY)


def rates(tax) -> tuple[float, float, float]:
    """Of the next dollar of short and of long gain without losses carried in, and of a dollar of loss."""
    schedule = netting.schedule(tax, 1.0)
    return *netting.marginal(1.0, 1.0, schedule), netting.marginal(-1.0, -1.0, schedule)[0]


def lot(snapshot, key: str):
    return next(row for row in snapshot.lots if row.key == key)


def test_rates_are_those_of_the_bracket(market) -> None:
    """Wages of 80,000 in 2022: 22 and 15 %, no investment tax; the state's on top."""
    says(market, other_income=Decimal(80_000), state_rate=Decimal("0.05"))
    compute(market)

    assert rates(read(market).tax) == pytest.approx((0.27, 0.20, 0.27))


def test_the_investment_tax_is_in_both_rates_and_in_no_deducted_loss(market) -> None:
    says(market, other_income=Decimal(400_000))
    compute(market)

    assert rates(read(market).tax) == pytest.approx((0.388, 0.188, 0.35))


def test_a_carried_loss_leaves_the_rates_and_is_carried(market) -> None:
    says(market, other_income=Decimal(80_000), carry_long=Decimal(50_000), carry_year=2022)
    compute(market)
    tax = read(market).tax

    assert (tax.long_carry, tax.year.shape.start) == (50_000, (0, -50_000))
    assert rates(tax)[1] == pytest.approx(0.15)


def test_own_rates_stay_as_entered(market) -> None:
    says(market, use_own_rates=True, short_rate=Decimal("0.37"), other_income=Decimal(80_000))
    compute(market)

    assert rates(read(market).tax) == pytest.approx((0.37, 0.15, 0.37))


def test_gains_that_funds_distribute_stand_before_any_sale(market) -> None:
    says(market)
    paid = {"instrument": market.instruments["KO"], "cash": Decimal(400), "character": "capital_gain"}
    book(
        account=market.taxable,
        drafts=[NewTransaction(kind="dividend", trade_date=SOLD, source="manual", **paid)],
    )
    compute(market)
    tax = read(market).tax

    assert (tax.long_to_date, tax.year.shape.start) == (0, (0, 400))


def test_the_snapshot_says_the_whole_year_in_its_text(market) -> None:
    says(market, other_income=Decimal(80_000))
    factories.sell(market.taxable, market.instruments["XOM"], "10", "100", dt.date(2022, 6, 1))
    compute(market)
    snapshot = read(market)

    assert [(each.pot, each.gain) for each in snapshot.tax.year.so_far] == [("long", 100)]
    assert from_json(to_json(snapshot)) == snapshot


def test_a_year_that_has_just_begun_starts_with_what_the_last_one_left(market) -> None:
    says(market, other_income=Decimal(80_000), carry_long=Decimal(50_000), carry_year=2022)
    compute(market)
    entered = read(market).tax
    version, new_year = market.house.policy.versions.first(), dt.date(2023, 1, 3)
    begun = with_year(entered, market.house, rules_of(current_state(market.house)), new_year, version)

    assert (begun.year.year.label, begun.year.so_far, begun.long_carry) == ("2023", (), 47_000)


@pytest.mark.parametrize(
    ("which", "day", "counted"),
    [("ira", None, 5000), ("ira", dt.date(2022, 12, 30), 5000), ("ira", dt.date(2023, 2, 1), 0), ("taxable", None, 0)],
)
def test_a_planned_distribution_of_the_year_is_income(which, day, counted, market) -> None:
    says(market, other_income=Decimal(80_000))
    leaves = {"kind": "withdrawal", "subject": str(getattr(market, which).uuid), "unit": "money", "date": day}
    markets.save(market, leaves | {"low": Decimal(5000)})
    compute(market)
    year = read(market).tax.year

    assert (year.planned, year.facts.other_income) == (counted, 80_000 + counted)


def test_a_loss_that_was_undone_is_in_no_sum_and_in_the_basis(market) -> None:
    says(market)
    key = replaced_loss(market)
    compute(market)
    snapshot = read(market)

    assert snapshot.tax.short_to_date == 0
    assert lot(snapshot, key).basis == 610 + 100
    assert (lot(snapshot, key).acquired, lot(snapshot, key).bought) == (
        SOLD - 90 * DAY,
        SOLD + 10 * DAY,
    )


def test_a_loss_that_an_ira_undid_stays_lost(market) -> None:
    says(market)
    factories.deposit(market.ira, "5000")
    key = replaced_loss(market, into=market.ira)
    compute(market)
    snapshot = read(market)

    assert (snapshot.tax.short_to_date, lot(snapshot, key).basis) == (0, 610)


def test_an_older_state_is_not_used(market) -> None:
    says(market)
    key = replaced_loss(market)
    compute(market)
    factories.deposit(market.taxable, "1", SOLD + 20 * DAY)
    snapshot = read(market)

    assert (snapshot.tax.short_to_date, lot(snapshot, key).basis) == (-100, 610)


def test_a_couple_filing_apart_deducts_half(market) -> None:
    says(market, filing_status="separate")
    compute(market)

    assert read(market).tax.loss_limit == 1500


def abroad(market, country: str, currency: str, **values: object) -> None:
    """The household and all that it holds in another country's currency."""
    Household.objects.update(base_currency=currency)
    for row in (BrokerageAccount, Instrument, Price):
        row.objects.update(currency=currency)
    says(market, country=country, **values)
    for known in (market.house, market.taxable, *market.instruments.values()):
        known.refresh_from_db()


@pytest.mark.parametrize(("country", "currency"), [("GB", "GBP"), ("CA", "CAD")])
def test_where_shares_are_pooled_each_lot_has_the_mean_cost(country, currency, market) -> None:
    abroad(market, country, currency)
    ko = market.instruments["KO"]
    first, second = (
        factories.buy(market.taxable, ko, "100", price, dt.date(2021, 6, day)) for day, price in ((1, "20"), (2, "40"))
    )
    factories.sell(market.taxable, ko, "60", "50", dt.date(2022, 6, 1))
    compute(market)
    snapshot = read(market)

    assert (lot(snapshot, first).basis, lot(snapshot, second).basis) == (40 * 30, 100 * 30)
    assert (snapshot.tax.short_to_date, snapshot.tax.long_to_date) == (0, 60 * 20)
    assert snapshot.tax.year.country == country


@pytest.mark.parametrize(("country", "currency", "counted"), [("GB", "GBP", 0), ("CA", "CAD", 1)])
def test_whether_an_earlier_purchase_undoes_a_loss_is_the_countrys_matter(country, currency, counted, market) -> None:
    abroad(market, country, currency)
    factories.buy(market.taxable, market.instruments["XOM"], "5", "105", dt.date(2022, 12, 15))
    compute(market)

    assert len(read(market).wash.purchases) == counted


def test_a_proposal_with_computed_rates_holds_while_nothing_is_said_anew(market) -> None:
    says(market, other_income=Decimal(80_000))
    compute(market)
    made = proposed(market)
    tax = read(market).tax
    names = ("short_rate", "long_rate", "state_rate", "short_carry", "long_carry", "said")
    made.evidence["tax"] = {name: str(getattr(tax, name)) for name in names}
    made.save()

    assert expiry.stale_reason(made) is None
