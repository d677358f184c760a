"""The page of an account, its differences, its edits."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from holdings.models import BrokerageAccount, Difference, FlaggedPosition, Instrument, ReliefMethod
from holdings.pages.account import facts as account_facts
from holdings.services.reconcile import compare
from tests import factories
from tests.holdings.statements import statement, states
from tests.holdings.views.houses import Hale, hale
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hale:
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def stated(owned: Hale, pg: str = "300", cash: str = "25261.75") -> None:
    """The broker's positions of Main; the ledger has 300 PG, 100 CVX and 25,261.75 of cash."""
    made = statement(owned.taxable)
    states(made, owned.pg, pg)
    states(made, owned.cvx, "100")
    states(made, None, cash)
    compare(account=owned.taxable)


def page(client: Client, owned: Hale) -> str:
    return client.get(address(owned.house, "account", account=owned.taxable.uuid)).content.decode()


def difference(client: Client, owned: Hale) -> str:
    return address(owned.house, "difference", difference=Difference.objects.get(state="open").uuid)


def test_an_account_without_a_statement_says_so(owned, alice) -> None:
    assert "No statement of the broker to compare with yet" in page(alice, owned)


def test_an_account_that_agrees_to_the_cent_says_with_what(owned, alice) -> None:
    stated(owned)
    assert "Agrees with the broker’s positions of 27 Dec 2022" in page(alice, owned)


def test_a_difference_shows_both_figures_and_what_it_blocks(owned, alice) -> None:
    stated(owned, cash="25000.25")
    shown = page(alice, owned)
    assert "1 figure differs from the broker’s positions of 27 Dec 2022" in shown
    assert "$25,000.25" in shown
    assert "$25,261.75" in shown
    assert "Nothing is proposed in this account" in shown


def test_a_difference_is_settled_in_one_click(owned, alice) -> None:
    stated(owned, pg="310")
    url = difference(alice, owned)
    fields = form_of(alice, url) | {"action": "opening"}
    answer = alice.post(url, fields, follow=True).content.decode()
    assert "Settled: the ledger agrees with the broker on this." in answer
    assert "Agrees with the broker’s positions" in answer
    assert "1 settled" in answer


def test_accepting_needs_a_reason(owned, alice) -> None:
    stated(owned, pg="310")
    url = difference(alice, owned)
    assert "This field is required." in alice.post(url, {"action": "accept", "reason": ""}).content.decode()
    alice.post(url, {"action": "accept", "reason": "a gift under way"})
    assert Difference.objects.get().state == "accepted"
    assert "but for 1 accepted difference" in page(alice, owned)


def test_a_fix_of_yesterday_is_refused_in_words(owned, alice) -> None:
    stated(owned, pg="310")
    url = difference(alice, owned)
    fields = form_of(alice, url) | {"action": "opening", "opening-acquired": "2023-05-01"}
    assert "cannot be after the statement&#x27;s day" in alice.post(url, fields).content.decode()
    assert Difference.objects.get().state == "open"


def test_flagged_positions_have_a_banner(owned, alice) -> None:
    FlaggedPosition.objects.create(account=owned.taxable, instrument=owned.pg, quantity=-5, cash=700)
    assert "1 short or option position:" in page(alice, owned)


def test_a_name_is_changed_at_once(owned, alice) -> None:
    url = address(owned.house, "account_edit", account=owned.taxable.uuid)
    alice.post(url, form_of(alice, url) | {"name": "Joint"})
    assert BrokerageAccount.objects.get(pk=owned.taxable.pk).name == "Joint"


def test_a_change_of_tax_treatment_says_first_what_it_changes(owned, alice) -> None:
    url = address(owned.house, "account_edit", account=owned.taxable.uuid)
    fields = form_of(alice, url) | {"kind": "roth_ira", "understood": ""}
    assert "would leave all tax figures" in alice.post(url, fields).content.decode()
    assert BrokerageAccount.objects.get(pk=owned.taxable.pk).kind == "taxable"
    alice.post(url, fields | {"understood": "on"})
    assert BrokerageAccount.objects.get(pk=owned.taxable.pk).kind == "roth_ira"


def test_a_relief_method_is_chosen_from_a_day_on(owned, alice) -> None:
    url = address(owned.house, "account_relief", account=owned.taxable.uuid)
    alice.post(url, {"method": "hifo", "since": "2022-12-01"})
    assert ReliefMethod.objects.get().since == dt.date(2022, 12, 1)
    assert "<b>Highest basis first.</b>" in page(alice, owned)


@pytest.mark.parametrize("kind", ["fund", "etf"])
def test_average_basis_may_be_chosen_for_a_fund_exchange_traded_or_not(owned, alice, kind: str) -> None:
    Instrument.objects.filter(pk=owned.pg.pk).update(kind=kind)
    url = address(owned.house, "account_relief", account=owned.taxable.uuid)
    alice.post(url, {"method": "average", "since": "2022-12-01", "instrument": str(owned.pg.uuid)})
    assert ReliefMethod.objects.get().instrument == owned.pg


def test_average_basis_is_for_funds_alone(owned, alice) -> None:
    url = address(owned.house, "account_relief", account=owned.taxable.uuid)
    answer = alice.post(url, {"method": "average", "since": "2022-12-01", "instrument": str(owned.pg.uuid)})
    assert "Average basis is allowed for shares of a fund only." in answer.content.decode()
    assert not ReliefMethod.objects.exists()


@pytest.mark.parametrize("name", ["account", "account_edit", "transaction_new"])
def test_who_is_no_member_finds_no_page(owned, name: str) -> None:
    url = address(owned.house, name, account=owned.taxable.uuid)
    assert visitor(factories.user("charlie")).get(url).status_code == 404


def test_a_difference_of_another_household_is_not_there(owned) -> None:
    stated(owned, pg="310")
    other = factories.household(factories.user("bob"))
    url = address(other, "difference", difference=Difference.objects.get().uuid)
    assert visitor(factories.user("bob")).get(url).status_code == 404


def test_who_may_only_look_accepts_nothing(owned) -> None:
    stated(owned, pg="310")
    bob = visitor(factories.join(owned.house, "bob", "read_only"))
    url = address(owned.house, "difference", difference=Difference.objects.get().uuid)
    assert bob.post(url, {"action": "accept", "reason": "x"}).status_code == 403


def test_t17_basis_is_the_same_on_the_days_of_a_weekend(owned, alice) -> None:
    shown = []
    for day in (30, 31):
        owned.house.clock = dt.date(2022, 12, day)
        owned.house.save(update_fields=["clock"])
        facts = account_facts(owned.house, owned.taxable)
        shown.append([(row.instrument.symbol, row.basis) for row in facts.group.holdings])
    assert shown[0] == shown[1]
    assert ("PG", 27200) in shown[0]


def test_fees_are_typed_in_money_and_per_cent(owned, alice) -> None:
    url = address(owned.house, "account_edit", account=owned.taxable.uuid)
    typed = {"fee_ticket": "4.95", "fee_rate": "0.25", "fee_least": "", "fee_most": "60"}
    alice.post(url, form_of(alice, url) | typed)
    account = BrokerageAccount.objects.get(pk=owned.taxable.pk)
    assert [str(getattr(account, name)) for name in ("fee_ticket", "fee_rate", "fee_least")] == ["4.95", "0.0025", "0"]
    assert form_of(alice, url)["fee_rate"] == "0.25"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"fee_least": "20", "fee_most": "5"}, "The maximum, 5, is below the minimum, 20."),
        ({"fee_rate": "60"}, "60% is above 10%"),
        ({"fee_ticket": "-1"}, "greater than or equal to 0"),
    ],
)
def test_fees_that_cannot_be_are_refused(owned, alice, typed: dict[str, str], said: str) -> None:
    url = address(owned.house, "account_edit", account=owned.taxable.uuid)
    assert said in alice.post(url, form_of(alice, url) | typed).content.decode()
    assert BrokerageAccount.objects.get(pk=owned.taxable.pk).fee_ticket == 0
