"""The tax page as the members of a household see it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Household, Person, Run, TaxProfile
from holdings.models import BrokerageAccount, Instrument, TaxState, Transaction
from holdings.taxation import store, stored
from optimizer.models import Proposal, Trade
from optimizer.services.policies import PolicyDraft, save_version
from tests import factories
from tests.holdings.taxation import germans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
SOLD = dt.date(2022, 12, 15)


@pytest.fixture
def house() -> Household:
    made = factories.household()
    TaxProfile.objects.filter(household=made).update(use_own_rates=False, other_income=Decimal(80_000))
    return Household.objects.get(pk=made.pk)


@pytest.fixture
def account(house: Household) -> BrokerageAccount:
    made = factories.account(house)
    factories.deposit(made, "100000")
    return made


@pytest.fixture
def alice(house: Household) -> Client:
    return visitor(factories.user())


def book_a_year(account: BrokerageAccount) -> None:
    """A long-term gain of 2,000, a loss of 1,000 in an open window of which 40 shares were replaced."""
    gaining, losing = factories.instrument("KO", "60"), factories.instrument("XOM", "30")
    factories.buy(account, gaining, "100", "40", dt.date(2021, 2, 1))
    factories.sell(account, gaining, "100", "60", dt.date(2022, 6, 1))
    factories.buy(account, losing, "100", "50", dt.date(2021, 3, 1))
    factories.sell(account, losing, "100", "40", SOLD)
    factories.buy(account, losing, "40", "41", SOLD + 5 * DAY)


def computed(account: BrokerageAccount) -> None:
    book_a_year(account)
    store.refresh(account.household)


def words(client: Client, house: Household, name: str = "tax", query: str = "", **more: str) -> str:
    page = client.get(address(house, name, **more) + query)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_sentence_says_what_the_gains_would_cost(
    house: Household, account: BrokerageAccount, alice: Client
) -> None:
    """2,000 long-term less 600 of the loss that counts: 1,400 at 15 %."""
    computed(account)

    assert "Gains so far would cost $210 of tax" in words(alice, house)


def test_a_window_says_until_when_not_to_buy(house: Household, account: BrokerageAccount, alice: Client) -> None:
    computed(account)
    shown = words(alice, house)

    assert "Do not buy before 15 Jan 2023" in shown
    assert "A loss on 40 shares" not in shown  # they have replaced others, so they replace no more


def test_purchases_of_one_day_are_told_apart_by_account(
    house: Household, account: BrokerageAccount, alice: Client
) -> None:
    """5 shares in the taxed account, whose replaced loss is deferred, and 3 in a Roth IRA, where it is lost."""
    sheltered, pep = factories.account(house, "roth_ira", "Roth"), factories.instrument("PEP", "70")
    factories.deposit(sheltered, "1000")
    for into, shares in ((sheltered, "3"), (account, "5")):
        factories.buy(into, pep, shares, "60", dt.date(2022, 12, 12))
    store.refresh(house)
    shown = words(alice, house)

    assert "taxable bought 5 shares, 12 Dec 2022" in shown
    assert "A loss on 5 shares would be deferred before 12 Jan 2023" in shown
    assert "Roth bought 3 shares, 12 Dec 2022" in shown
    assert "A loss on 3 shares would be lost for good before 12 Jan 2023" in shown


def test_dates_to_watch_say_what_changes_and_why(house: Household, account: BrokerageAccount, alice: Client) -> None:
    """The replaced loss of 60 shares, 5 shares that would replace others, and a lot that turns long-term."""
    book_a_year(account)
    pep = factories.instrument("PEP", "70")
    factories.buy(account, pep, "10", "60", dt.date(2022, 1, 20))
    factories.buy(account, pep, "5", "60", dt.date(2022, 12, 12))
    store.refresh(house)
    shown = words(alice, house)

    assert "15 Jan 2023 XOM may be bought again" in shown
    assert "60 shares sold at a loss on 15 Dec 2022. A purchase in any account until then would undo it." in shown
    assert "12 Jan 2023 PEP losses count again" in shown
    assert "5 shares bought on 12 Dec 2022 would replace as many of other lots sold at a loss until then." in shown
    assert "21 Jan 2023 PEP · 10 shares turn long-term" in shown
    assert "taxable, bought 20 Jan 2022. A gain of $100 now is short-term until then." in shown


def test_a_lot_with_a_loss_is_a_candidate_with_what_it_would_save(
    house: Household, account: BrokerageAccount, alice: Client
) -> None:
    """40 shares at 41 and 400 of deferred loss, worth 1,200: 840 less gain at 15 %, held long with the tacked days."""
    computed(account)
    shown = words(alice, house)

    assert "Harvest candidates 1 lot with a loss" in shown
    assert "−840 Long 126" in shown


def test_fills_of_one_order_replace_none_of_each_others_shares(
    house: Household, account: BrokerageAccount, alice: Client
) -> None:
    """Rev. Rul. 56-602: nothing stands in the way of either lot until another order buys."""
    losing = factories.instrument("XOM", "30")
    for shares in ("10", "20"):
        factories.buy(account, losing, shares, "50", SOLD)
    Transaction.objects.filter(instrument=losing).update(order="7")
    store.refresh(house)
    shown = words(alice, house)
    assert "2 lots with a loss" in shown
    assert "Deferred on" not in shown

    factories.buy(account, losing, "5", "30", SOLD + DAY)
    store.refresh(Household.objects.get(pk=house.pk))
    shown = words(alice, house)
    assert "Deferred on 5 of 10" in shown
    assert "Deferred on 5 of 20" in shown


def test_sales_show_what_replaced_their_shares(house: Household, account: BrokerageAccount, alice: Client) -> None:
    computed(account)
    shown = words(alice, house, "tax_sales", label="2022")

    assert "$400.00 deferred: 40 shares bought 20 Dec 2022" in shown
    assert "Provisional until 14 Jan 2023" in shown


def test_the_form_has_its_rows_and_is_called_provisional_while_a_window_is_open(
    house: Household, account: BrokerageAccount, alice: Client
) -> None:
    computed(account)
    answer = alice.get(address(house, "tax_form", label="2022"))

    assert 'filename="form-8949-2022-provisional.csv"' in answer["Content-Disposition"]
    assert "D,100 XOM,03/01/2021,12/15/2022,4000.00,5000.00,W,400.00,-600.00" in answer.content.decode()


def test_schedule_d_adds_them_up(house: Household, account: BrokerageAccount, alice: Client) -> None:
    computed(account)
    answer = alice.get(address(house, "tax_schedule_d", label="2022"))

    assert answer.content.decode().splitlines()[1] == "8b,10000.00,9000.00,400.00,1400.00"


def test_an_earlier_year_is_shown_by_itself(house: Household, account: BrokerageAccount, alice: Client) -> None:
    book_a_year(account)
    factories.buy(account, factories.instrument("PEP"), "10", "100", dt.date(2021, 1, 5))
    factories.sell(account, factories.instrument("PEP"), "10", "90", dt.date(2021, 3, 5))
    store.refresh(house)

    shown = words(alice, house, query="?year=2021")
    assert "No tax can be computed for 2021" in shown
    assert "Rates of your own would be used for every year; enter them under Tax figures" in shown
    assert "Gains alone, as of 28 Dec 2022" in shown
    assert "Which losses are carried on is not computed without rates." in shown


def test_a_year_that_is_not_there_is_not_found(house: Household, account: BrokerageAccount, alice: Client) -> None:
    computed(account)

    assert alice.get(address(house, "tax_sales", label="1999")).status_code == 404


def test_nothing_computed_says_what_would_stand_here(house: Household, alice: Client) -> None:
    assert "No tax computed yet" in words(alice, house)


def test_a_country_without_rules_says_so(house: Household, account: BrokerageAccount, alice: Client) -> None:
    TaxProfile.objects.filter(household=house).update(country="FR")
    store.refresh(Household.objects.get(pk=house.pk))

    assert stored.NO_RULES in words(alice, house)


def test_figures_older_than_the_ledger_say_so(house: Household, account: BrokerageAccount, alice: Client) -> None:
    computed(account)
    factories.sell(account, factories.instrument("XOM"), "1", "30", dt.date(2022, 12, 27))

    assert "Something changed since these figures were computed" in words(alice, house)


@pytest.mark.parametrize("name", ["tax", "tax_sales", "tax_form", "tax_schedule_d"])
def test_another_household_is_not_found(house: Household, account: BrokerageAccount, name: str) -> None:
    computed(account)
    factories.household(factories.user("charlie"))
    more = {} if name == "tax" else {"label": "2022"}

    assert visitor(factories.user("charlie")).get(address(house, name, **more)).status_code == 404


def test_queries_do_not_grow_with_sales(
    house: Household, account: BrokerageAccount, alice: Client, django_assert_max_num_queries
) -> None:
    computed(account)
    for day in range(1, 9):
        what = factories.instrument(f"S{day}", "9")
        factories.buy(account, what, "20", "10", dt.date(2022, 11, day))
        factories.sell(account, what, "10", "9", dt.date(2022, 12, day))
    store.refresh(house)

    with django_assert_max_num_queries(26):
        assert alice.get(address(house, "tax")).status_code == 200


def test_a_stale_page_changes_nothing(house: Household, account: BrokerageAccount, alice: Client) -> None:
    computed(account)
    before = TaxState.objects.get(household=house).computed_at
    alice.get(address(house, "tax"))

    assert TaxState.objects.get(household=house).computed_at == before


@pytest.fixture
def germans_with_a_fund() -> Household:
    """10 x 100 x 2.29 % x 70 % = 16.03 of advance lump sum for 2024, received in 2025; no prices of 2023."""
    house = germans.house()
    _, world = germans.fund(house)
    germans.close(world, germans.START, "100")
    germans.close(world, germans.END, "120")
    store.refresh(house)
    return house


def test_advance_lump_sums_are_shown_with_how_they_came_about(germans_with_a_fund: Household, alice: Client) -> None:
    shown = words(alice, germans_with_a_fund)

    assert "Advance lump sums of funds Received 2 Jan 2025" in shown
    assert "base rate 2.29%, 70 % of it. 16.03 4.81 11.22" in shown
    assert "Funds, bonds and others" in shown
    assert "Exempt, €" in shown


def test_a_german_proposal_is_added_to_the_pots_less_what_of_it_is_exempt(
    germans_with_a_fund: Household, alice: Client
) -> None:
    house = germans_with_a_fund
    policy_with_least(house, "0")
    proposal = Proposal.objects.create(
        household=house,
        number=1,
        run=Run.objects.create(household=house, kind=Run.Kind.PROPOSE),
        version=house.policy.versions.get(),
        as_of=house.as_of,
        trade_date=house.as_of + DAY,
        expires_on=house.as_of + 7 * DAY,
        measures={},
    )
    sale = {"account": house.brokerage_accounts.get(), "instrument": Instrument.objects.get(), "side": "sell"}
    amounts = {"quantity": 10, "price": 120, "value": 1200, "cost": 0, "gain": 300, "exempt": 90}
    Trade.objects.create(proposal=proposal, number=1, term="long", **sale, **amounts)
    shown = words(alice, house)

    assert "Added by proposal 1" in shown
    assert "With proposal 1, €" in shown
    assert "210" in shown


def test_the_german_form_has_them_on_the_line_of_the_fund(germans_with_a_fund: Household, alice: Client) -> None:
    content = alice.get(address(germans_with_a_fund, "tax_form", label="2025")).content.decode()

    assert "Anlage KAP-INV,9,Advance lump sum: equity fund,2025-01-02,VWCE,0,2023-03-01,16.03,0.00,16.03" in content
    assert "2 Jan 2025 VWCE" in words(alice, germans_with_a_fund, "tax_sales", label="2025")


def test_a_fund_without_prices_is_named(germans_with_a_fund: Household, alice: Client) -> None:
    shown = words(alice, germans_with_a_fund, query="?year=2024")

    assert "The advance lump sum of VWCE for 2023 is in no figure" in shown


@pytest.fixture
def britons() -> Household:
    """Ana gains 10,000 and her husband Tom 5,000, each in an account of their own, on 80,000 and 20,000 of income."""
    house = factories.household()
    TaxProfile.objects.filter(household=house).update(
        country="GB", use_own_rates=False, other_income=Decimal(80_000), spouse_income=Decimal(20_000)
    )
    Household.objects.filter(pk=house.pk).update(base_currency="GBP")
    tom = Person.objects.create(household=house, name="Tom", relation="spouse")
    share = Instrument.objects.create(symbol="VOD", currency="GBP")
    for name, owner, proceeds in (("Hers", house.persons.earliest("id"), "200"), ("His", tom, "150")):
        account = BrokerageAccount.objects.create(household=house, owner=owner, name=name, currency="GBP")
        factories.deposit(account, "20000")
        factories.buy(account, share, "110", "100", dt.date(2021, 5, 3))
        factories.sell(account, share, "100", proceeds, dt.date(2022, 6, 1))
    house = Household.objects.get(pk=house.pk)
    store.refresh(house)
    return house


def test_british_spouses_stand_beside_each_other_with_their_names(britons: Household, alice: Client) -> None:
    """2022-23: 12,300 are free for each, so nothing is due; neither's gain is in the other's total."""
    shown = words(alice, britons)

    assert "Realised gains, Ana" in shown
    assert "Realised gains, Tom" in shown
    assert "Capital gains 10,000 0 0 +10,000" in shown
    assert "Capital gains 5,000 0 0 +5,000" in shown
    assert "Tom: Left at 0% £7,300" in shown
    assert "VOD Tom 10 1,000.00" in shown


def test_each_spouse_has_a_form_of_their_own(britons: Household, alice: Client) -> None:
    mine, theirs = (
        alice.get(address(britons, "tax_form", label="2022-23") + query).content.decode()
        for query in ("", "?of=spouse")
    )

    assert "10000.00" in mine
    assert "5000.00" in theirs
    assert mine.count("VOD") == theirs.count("VOD") == 1


def policy_with_least(house: Household, least: str) -> None:
    targets = [(None, Decimal(1))]
    row = {"kind": "harvest_least", "low": Decimal(least), "unit": "money"}
    draft = PolicyDraft(fields={"strategy": "fixed_weights"}, targets=targets, constraints=[row])
    save_version(household=house, user=factories.user(), draft=draft)


@pytest.mark.parametrize(("least", "listed"), [("840", True), ("841", False)])
def test_losses_below_the_smallest_of_the_policy_are_left_out(
    house: Household, account: BrokerageAccount, alice: Client, least: str, *, listed: bool
) -> None:
    computed(account)
    policy_with_least(house, least)
    shown = words(alice, house)

    assert ("1 lot with a loss" in shown) == listed
    assert ("1 lot left out: less than $841 of loss" in shown) != listed


def test_the_list_of_losses_can_be_switched_off(house: Household, account: BrokerageAccount, alice: Client) -> None:
    computed(account)
    TaxProfile.objects.update(lists_harvests=False)
    shown = words(alice, house)

    assert "The list is switched off under Tax figures" in shown
    assert "New ones stand here in about a minute" not in shown  # no figure depends on it
