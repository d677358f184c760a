"""The overview as its members see it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Run
from holdings.models import (
    Benchmark,
    BenchmarkValuation,
    BrokerageAccount,
    FxRate,
    Import,
    ImportRow,
    Instrument,
    Price,
    Valuation,
)
from holdings.taxation import store
from optimizer.models import Proposal
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db
DAYS = [factories.AS_OF - dt.timedelta(days=back) for back in range(400, -1, -1)]


@pytest.fixture
def case() -> plans.Case:
    """10,500 in all; a year of valuations that ends at it after 10,000, with nothing paid in on the way."""
    made = plans.case()
    BrokerageAccount.objects.update(stale_from=None)
    Valuation.objects.bulk_create(
        Valuation(account=made.account, date=day, value=Decimal(10_000), cash=Decimal(500)) for day in DAYS[:-1]
    )
    Valuation.objects.create(account=made.account, date=DAYS[-1], value=Decimal(10_500), cash=Decimal(500))
    return made


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


def text(client: Client, case: plans.Case, query: str = "") -> str:
    page = client.get(address(case.house, "overview") + query)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_allocation_says_that_broad_funds_are_not_looked_through_where_there_are_any(
    case: plans.Case, alice: Client
) -> None:
    words = "Broad funds are not looked through"
    assert words not in text(alice, case, "?by=sector")
    factories.buy(
        case.account, factories.instrument("VTI", "200", sector="broad", house=case.house), "1", "200", factories.AS_OF
    )
    shown = text(alice, case, "?by=sector")
    assert "Broad market" in shown
    assert words in shown
    assert words not in text(alice, case, "?by=class")


def test_the_value_is_lots_at_last_close_plus_cash(case: plans.Case, alice: Client) -> None:
    shown = text(alice, case)
    assert "$10,500" in shown
    assert "+$500 (+5.00%) on the day, no flows" in shown


def test_the_value_moves_with_the_price(case: plans.Case, alice: Client) -> None:
    case.xom.prices.update(close=Decimal(120))
    assert "$12,500" in text(alice, case)


def test_returns_name_their_method_and_period(case: plans.Case, alice: Client) -> None:
    shown = text(alice, case)
    assert "Time-weighted, 1 year 5.00% Did the portfolio do well? Flows removed." in shown
    assert "Money-weighted, 1 year 5.00% Did I do well? Timing of flows included." in shown
    assert "Gain or loss, 1 year +$500" in shown


def test_under_a_year_nothing_is_annualised(case: plans.Case, alice: Client) -> None:
    assert "Flows removed. Not annualised." in text(alice, case, "?period=3M")


def test_an_unknown_period_or_view_falls_back(case: plans.Case, alice: Client) -> None:
    assert "Time-weighted, 1 year" in text(alice, case, "?period=9Z&by=shoe")


def test_the_baseline_stands_beside(case: plans.Case, alice: Client) -> None:
    index = factories.instrument("SPX")
    benchmark = Benchmark.objects.create(
        household=case.house, name="60/40", instrument=index, weight=Decimal("0.6"), cash_rate=Decimal(0)
    )
    BenchmarkValuation.objects.bulk_create(
        BenchmarkValuation(benchmark=benchmark, date=day, value=Decimal(20_000)) for day in DAYS
    )
    BenchmarkValuation.objects.filter(date=DAYS[-1]).update(value=Decimal(22_000))
    assert "Benchmark, 1 year 10.00% 60/40. Time-weighted." in text(alice, case)


def test_drift_is_said_in_words(case: plans.Case, alice: Client) -> None:
    shown = text(alice, case)
    assert "Energy 10,000 95.2 50.0 +45.2 Over" in shown
    assert "Consumer staples 0 0.0 45.0 −45.0 Under" in shown
    assert "Cash 500 4.8 5.0 −0.2 Within" in shown


def test_classes_and_accounts_are_other_views(case: plans.Case, alice: Client) -> None:
    assert "Stocks 10,000 95.2 95.0 +0.2 Within" in text(alice, case, "?by=class")
    assert "Targets are for the household" in text(alice, case, "?by=account")


def test_computed_strategies_take_their_targets_from_the_last_proposal(case: plans.Case, alice: Client) -> None:
    case.house.policy.versions.update(strategy="equal_weight")
    assert "No target yet" in text(alice, case)
    plans.proposal(case)
    assert "Energy 10,000 95.2 50.0 +45.2 Over" in text(alice, case)


def test_an_open_proposal_is_the_one_thing_to_do(case: plans.Case, alice: Client) -> None:
    assert "Propose a rebalance" in text(alice, case)
    plans.proposal(case)
    shown = text(alice, case)
    assert "Review proposal 1" in shown
    assert "Proposal 1 waits for your decision. It stands until" in shown
    assert "Propose a rebalance" not in shown


def test_risk_is_dated_by_the_proposal_that_measured_it(case: plans.Case, alice: Client) -> None:
    assert "None has been computed yet" in text(alice, case)
    plans.proposal(case)
    shown = text(alice, case)
    assert "Forecast of 28 Dec 2022" in shown
    assert "Volatility forecast, a year 25.00 none" in shown
    assert "Average loss in the worst 5% of months −10.00" in shown


def test_gains_go_by_term(case: plans.Case, alice: Client) -> None:
    factories.sell(case.account, case.xom, "10", "90", dt.date(2022, 6, 1))
    shown = text(alice, case)
    assert "Long-term, realised in 2022 +$100" in shown
    assert "Long-term, unrealised +$1,800" in shown
    assert "Short-term, realised in 2022 $0" in shown


def test_a_sale_on_the_next_session_is_realised_and_blocks_at_once(case: plans.Case, alice: Client) -> None:
    factories.sell(case.account, case.xom, "10", "70", plans.TRADE_DATE)
    BrokerageAccount.objects.update(stale_from=None)
    shown = text(alice, case)
    assert "Long-term, realised in 2022 \u2212$100" in shown
    assert "Not to be bought: XOM before 29 Jan 2023." in shown


def test_a_goal_counts_its_accounts(case: plans.Case, alice: Client) -> None:
    factories.goal(case.house)
    assert "$10,500 of $100,000" in text(alice, case)
    assert "10.5%, counting the whole household. Needed by 1 Jan 2040." in text(alice, case)


def test_a_goal_tells_its_odds_with_their_day_or_that_there_are_none_yet(case: plans.Case, alice: Client) -> None:
    goal = factories.goal(case.house)
    assert "Chance not computed yet" in text(alice, case)
    chance = {"probability": 0.71, "low": 0.64, "high": 0.77, "error": 0.004}
    case.house.evidence.create(
        kind="goals",
        subject=str(goal.uuid),
        as_of=case.house.as_of,
        inputs_hash="0" * 64,
        result={"ways": [{"chance": chance}]},
    )
    shown = text(alice, case)
    assert "71 of 100 simulated paths, 64 to 77 allowing for estimation error; close of 28 Dec 2022" in shown


def test_odds_of_many_goals_cost_as_many_queries_as_those_of_one(case: plans.Case, alice: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            text(alice, case)
        return len(made)

    factories.goal(case.house)
    text(alice, case)
    one = queries()
    for _ in range(4):
        factories.goal(case.house)
    assert queries() == one


def test_nobody_but_members_sees_it(case: plans.Case) -> None:
    assert visitor(factories.user("charlie")).get(address(case.house, "overview")).status_code == 404
    assert Client().get(address(case.house, "overview")).status_code == 302


def test_a_reader_sees_it_without_the_button(case: plans.Case) -> None:
    bob = visitor(factories.join(case.house, "bob", "read_only"))
    assert "Propose a rebalance" not in text(bob, case)


def test_an_empty_household_gets_one_button() -> None:
    alice = factories.user()
    page = visitor(alice).get(address(factories.household(alice), "overview")).content.decode()
    assert "Nothing is held here yet" in page
    assert page.count("button primary") == 1


def test_the_number_of_queries_does_not_grow(case: plans.Case, alice: Client, django_assert_max_num_queries) -> None:
    for number in range(30):
        share = factories.instrument(f"S{number}", "10", sector="tech", house=case.house)
        factories.buy(case.account, share, "1", "10", dt.date(2022, 1, 3))
    plans.proposal(case)
    with django_assert_max_num_queries(25):
        text(alice, case, "?period=All")


# What needs attention


def test_nothing_may_need_attention(case: plans.Case, alice: Client) -> None:
    assert "Nothing: prices are fresh, lots are complete and no decision waits." in text(alice, case)


def test_lots_about_to_turn_long_term(case: plans.Case, alice: Client) -> None:
    factories.buy(case.account, case.ko, "1", "50", dt.date(2022, 1, 20))
    BrokerageAccount.objects.update(stale_from=None)
    assert "1 lot turns long-term within 24 days. KO on 21 Jan." in text(alice, case)


def test_days_of_replaced_shares_bring_a_lot_near_to_long_term(case: plans.Case, alice: Client) -> None:
    """340 days held, then sold at a loss and bought again: as if bought on 14 January."""
    factories.buy(case.account, case.ko, "2", "60", dt.date(2022, 1, 3))
    factories.sell(case.account, case.ko, "2", "50", dt.date(2022, 12, 9))
    factories.buy(case.account, case.ko, "2", "60", dt.date(2022, 12, 20))
    assert "KO on" not in text(alice, case)
    assert "No loss counts" not in text(alice, case)
    store.refresh(case.house)
    assert "1 lot turns long-term within 18 days. KO on 15 Jan." in text(alice, case)


def test_shares_that_replaced_others_void_no_further_loss(case: plans.Case, alice: Client) -> None:
    factories.buy(case.account, case.ko, "4", "60", dt.date(2022, 1, 3))
    factories.sell(case.account, case.ko, "2", "50", dt.date(2022, 12, 9))
    factories.buy(case.account, case.ko, "2", "55", dt.date(2022, 12, 20))
    store.refresh(case.house)
    assert "No loss counts" not in text(alice, case)


def test_a_loss_sale_says_until_when_not_to_buy(case: plans.Case, alice: Client) -> None:
    factories.sell(case.account, case.xom, "10", "70", dt.date(2022, 12, 14))
    assert "Not to be bought: XOM before 14 Jan 2023." in text(alice, case)


def test_a_recent_purchase_says_when_losses_count(case: plans.Case, alice: Client) -> None:
    factories.buy(case.account, case.ko, "2", "60", dt.date(2022, 1, 3))
    factories.buy(case.account, case.ko, "2", "60", dt.date(2022, 12, 12))
    store.refresh(case.house)
    assert "No loss counts in KO before 12 Jan 2023." in text(alice, case)


def test_faults_of_the_data(case: plans.Case, alice: Client) -> None:
    case.xom.prices.update(date=dt.date(2022, 12, 1))
    case.house.classifications.all().delete()
    factories.deposit(case.account, "-2000", on=dt.date(2022, 12, 1))
    shown = text(alice, case)
    assert "Stale prices: XOM. The oldest close is of 1 Dec 2022." in shown
    assert "1 instrument without a sector. XOM: no sector limit reaches them." in shown
    assert "Cash of taxable is −\N{WORD JOINER}$1,500." in shown


def test_lots_of_unknown_basis(case: plans.Case, alice: Client) -> None:
    case.account.lots.update(basis=None)
    shown = text(alice, case)
    assert "1 lot of unknown basis or date. XOM: never sold by a proposal." in shown
    assert "Left out as unknown: 1 lot" in shown


def test_values_being_computed_anew(case: plans.Case, alice: Client) -> None:
    BrokerageAccount.objects.update(stale_from=dt.date(2022, 11, 3))
    shown = text(alice, case)
    assert "Daily values since 3 Nov 2022 are being computed anew." in shown
    assert "The day’s change follows when daily values are computed." in shown


def test_a_failed_run_and_a_running_one(case: plans.Case, alice: Client) -> None:
    plans.fail_run(case)
    assert "The last computation failed. No price for ZZZZ." in text(alice, case)
    Run.objects.update(status=Run.Status.RUNNING)
    assert "A proposal is being computed." in text(alice, case)


def test_a_decided_proposal_waits_no_more(case: plans.Case, alice: Client) -> None:
    plans.proposal(case)
    Proposal.objects.update(status=Proposal.Status.DECIDED)
    assert "Propose a rebalance" in text(alice, case)


def test_the_price_label_is_shown(case: plans.Case, alice: Client) -> None:
    source = factories.source()
    source.label = "illustrative; dividends are inside the price"
    source.save()
    assert "Prices: illustrative; dividends are inside the price" in text(alice, case)


def test_instruments_without_a_price_count_as_nothing(case: plans.Case, alice: Client) -> None:
    case.xom.prices.all().delete()
    shown = text(alice, case)
    assert "No price for XOM. Counted as 0 in every figure here." in shown
    assert "$500" in shown


def test_a_file_with_unreadable_rows_leads_to_its_import(case: plans.Case, alice: Client) -> None:
    batch = Import.objects.create(
        household=case.account.household, account=case.account, format="schwab", file_name="may.csv", file_hash="0"
    )
    ImportRow.objects.create(batch=batch, number=2, raw=["?"], draft={}, status=ImportRow.Status.ERROR)
    assert "1 row of may.csv could not be read." in text(alice, case)
    batch.status = Import.Status.UNDONE
    batch.save()
    assert "may.csv" not in text(alice, case)


def test_what_is_held_in_another_currency_counts_at_the_last_rate(case: plans.Case, alice: Client) -> None:
    sap = Instrument.objects.create(symbol="SAP", name="SAP SE", currency="EUR")
    Price.objects.create(
        instrument=sap, date=factories.AS_OF, close=Decimal(100), currency="EUR", source=factories.source()
    )
    for day, level in ((dt.date(2022, 1, 3), "1.10"), (factories.AS_OF, "1.25")):
        FxRate.objects.create(currency="USD", date=day, per_euro=Decimal(level), source=factories.source())
    euros = factories.account(case.house, name="Frankfurt")
    BrokerageAccount.objects.filter(pk=euros.pk).update(currency="EUR", stale_from=None)
    euros.refresh_from_db()
    factories.deposit(euros, "1000", dt.date(2022, 1, 3))
    factories.buy(euros, sap, "8", "90", dt.date(2022, 1, 3))

    shown = text(alice, case)

    assert "Frankfurt 1,350 11.4% 350" in shown  # 8 x 100 x 1.25, and 280 euros
    assert "$11,850" in shown
