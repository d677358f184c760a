"""Constraints are typed in a form; saving makes a version, and a wrong value names the ways out."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from holdings.models import ThemeTag
from optimizer.models import PolicyConstraint, PolicyVersion
from optimizer.services.policies import PolicyDraft, draft_of, save_version
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db
Kind = PolicyConstraint.Kind


@pytest.fixture
def case() -> plans.Case:
    return plans.case(kind=Kind.SECTOR_WEIGHT, subject="energy", high=Decimal("0.6"))


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


@pytest.fixture
def form(case: plans.Case, alice: Client) -> dict[str, str]:
    return form_of(alice, address(case.house, "policy_edit"))


def post(alice: Client, case: plans.Case, form: dict[str, str]) -> str:
    """The page as shown again; empty when the form was accepted."""
    return unescape(alice.post(address(case.house, "policy_edit"), form).content.decode())


def newest() -> PolicyVersion:
    return PolicyVersion.objects.order_by("-number")[0]


def test_the_form_is_filled_from_the_current_version(form: dict[str, str]) -> None:
    assert (form["targets-0-symbol"], form["targets-0-weight"]) == ("XOM", "50.0")
    assert (form["cash_target"], form["drift_band"]) == ("5.0", "3.0")
    assert (form["limits-0-subject"], form["limits-0-high"]) == ("Energy, sector", "60.0")


def test_a_sectors_limit_is_not_read_as_reaching_into_broad_funds(case: plans.Case, alice: Client) -> None:
    factories.buy(
        case.account, factories.instrument("VTI", "200", sector="broad", house=case.house), "1", "200", factories.AS_OF
    )
    page = alice.get(address(case.house, "policy_edit")).content.decode()
    assert "% outside broad funds" in page
    assert "a limit on a sector counts its own instruments, and what broad funds hold of it comes on top" in page


def test_saving_without_a_change_makes_no_version(case: plans.Case, alice: Client, form: dict[str, str]) -> None:
    assert post(alice, case, form) == ""
    assert newest().number == 1


def test_saving_makes_the_next_version_exactly(case: plans.Case, alice: Client, form: dict[str, str]) -> None:
    assert post(alice, case, form | {"cash_target": "4.99", "targets-0-weight": "50.01", "reason": "Less cash"}) == ""
    version = newest()
    assert (version.number, version.reason, version.user) == (2, "Less cash", case.alice)
    assert version.targets.get(instrument=None).weight == Decimal("0.0499")
    assert version.targets.get(instrument=case.xom).weight == Decimal("0.5001")
    assert PolicyVersion.objects.get(number=1).targets.get(instrument=None).weight == Decimal("0.05")


def test_every_kind_of_constraint_comes_back_as_it_was_typed(
    case: plans.Case, alice: Client, form: dict[str, str]
) -> None:
    ThemeTag.objects.create(household=case.house, instrument=case.xom, theme="tobacco")
    account = str(case.account.uuid)
    typed = {
        "limits-1-subject": "stocks, class",
        "limits-1-low": "20",
        "limits-1-strength": "2",
        "limits-2-subject": "ko",
        "limits-2-high": "45",
        "exclusions-0-subject": "Tobacco",
        "exclusions-0-mode": "frozen",
        "exclusions-1-subject": "Utilities",
        "exclusions-1-mode": "sold",
        "cash-0-amount": "24,000",
        "cash-1-account": account,
        "cash-1-amount": "100",
        "withdrawals-0-account": account,
        "withdrawals-0-amount": "$2,500",
        "withdrawals-0-date": "2023-06-30",
        "limits-TOTAL_FORMS": "5",
        "exclusions-TOTAL_FORMS": "2",
        "cash-TOTAL_FORMS": "2",
        "limits-3-subject": "Each stock",
        "limits-3-high": "52",
        "limits-3-strength": "hard3",
        "limits-4-subject": "usd, currency",
        "limits-4-low": "10",
        "sums-0-terms": "XOM - 0.5 KO",
        "sums-0-high": "30",
        "locks-0-subject": "xom",
        "locks-0-kind": "not_before",
        "locks-0-date": "2023-02-01",
        "places-0-symbol": "KO",
        "places-0-account": account,
        "locations-0-asset_class": "equity",
        "locations-0-place": "roth_ira",
        "locations-0-strength": "3",
        "liquidity-0-days": "5",
        "liquidity-0-rate": "10",
        "after_tax": "24",
        "tax-0-limit": "tax_budget:high",
        "tax-0-value": "$1,500",
        "trading-0-limit": "turnover:high",
        "trading-0-value": "12.5%",
        "risk-0-limit": "tracking_error:high",
        "risk-0-value": "2",
        "risk-0-strength": "2",
    }
    assert post(alice, case, form | typed) == ""
    rows = {(row.kind, row.subject): row for row in newest().constraints.all()}
    assert rows[Kind.CLASS_WEIGHT, "equity"].low == Decimal("0.2")
    assert (rows[Kind.CLASS_WEIGHT, "equity"].hard, rows[Kind.CLASS_WEIGHT, "equity"].priority) == (False, 2)
    assert rows[Kind.INSTRUMENT_WEIGHT, str(case.ko.uuid)].high == Decimal("0.45")
    assert rows[Kind.EXCLUDE_THEME, "tobacco"].high is None
    assert rows[Kind.EXCLUDE_SECTOR, "utilities"].high == 0
    assert (rows[Kind.MINIMUM_CASH, ""].low, rows[Kind.MINIMUM_CASH, account].low) == (24_000, 100)
    assert (rows[Kind.WITHDRAWAL, account].low, rows[Kind.WITHDRAWAL, account].unit) == (2_500, "money")
    assert (rows[Kind.TAX_BUDGET, ""].high, rows[Kind.TAX_BUDGET, ""].unit) == (1_500, "money")
    assert rows[Kind.TURNOVER, ""].high == Decimal("0.125")
    assert rows[Kind.TRACKING_ERROR, ""].high == Decimal("0.02")
    assert (rows[Kind.TRACKING_ERROR, ""].hard, rows[Kind.TRACKING_ERROR, ""].priority) == (False, 2)
    each = rows[Kind.EACH_STOCK, ""]
    assert (each.high, each.hard, each.priority) == (Decimal("0.52"), True, 3)
    assert rows[Kind.CURRENCY_WEIGHT, "USD"].low == Decimal("0.1")
    assert rows[Kind.CUSTOM, ""].terms == {str(case.xom.uuid): "1", str(case.ko.uuid): "-0.5"}
    assert rows[Kind.NOT_BEFORE, str(case.xom.uuid)].date == dt.date(2023, 2, 1)
    assert rows[Kind.NOT_IN_ACCOUNT, str(case.ko.uuid)].place == account
    assert (rows[Kind.LOCATION, "equity"].place, rows[Kind.LOCATION, "equity"].hard) == ("roth_ira", False)
    assert (rows[Kind.LIQUIDATION, ""].high, rows[Kind.LIQUIDATION, ""].rate) == (5, Decimal("0.1"))
    assert rows[Kind.AFTER_TAX, ""].rate == Decimal("0.24")
    assert post(alice, case, form_of(alice, address(case.house, "policy_edit"))) == ""
    assert newest().number == 2


def test_a_beta_between_two_limits_keeps_both(case: plans.Case, alice: Client) -> None:
    row = {"kind": "beta", "low": Decimal("0.5"), "high": Decimal("1.2"), "unit": "ratio"}
    version = PolicyVersion.objects.get()
    targets = [(each.instrument, each.weight) for each in version.targets.all()]
    draft = PolicyDraft(fields={}, targets=targets, constraints=[row])
    save_version(household=case.house, user=case.alice, draft=draft)
    form = form_of(alice, address(case.house, "policy_edit"))

    assert post(alice, case, form) == ""
    assert newest().number == 2
    assert post(alice, case, form | {"cash_target": "4.99", "targets-0-weight": "50.01"}) == ""
    assert sorted(newest().constraints.values_list("low", "high"), key=str) == [
        (Decimal("0.5"), None),
        (None, Decimal("1.2")),
    ]


def test_one_limit_for_every_stock(case: plans.Case, alice: Client, form: dict[str, str]) -> None:
    assert post(alice, case, form | {"limits-1-subject": "each stock", "limits-1-high": "55"}) == ""
    assert newest().constraints.get(kind=Kind.EACH_STOCK).high == Decimal("0.55")
    again = form_of(alice, address(case.house, "policy_edit"))
    assert (again["limits-1-subject"], again["limits-1-high"]) == ("Each stock", "55.0")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cash_target": "2"}, "Targets add up to 97.0%. Raise cash to 5.0%, or scale all by 1.031."),
        ({"cash_target": "8"}, "Targets add up to 103.0%. Lower cash to 5.0%, or scale all by 0.971."),
        (
            {"targets-0-weight": "60"},
            "Take 5.0 points off the instruments and set cash to 0.0%, or scale all by 0.909.",
        ),
        ({"cash_target": "five"}, "“five” is not a number. Type digits, as in 9.0."),
        ({"cash_target": "105"}, "105.0% is above 100.0%, the most it can be."),
        ({"targets-1-symbol": "xom"}, "xom stands here twice. Keep one of the lines."),
        ({"targets-2-symbol": "NOPE", "targets-2-weight": "0"}, "No instrument NOPE is known."),
        ({"targets-2-weight": "1"}, "Name the instrument of this weight, or clear the line."),
        (
            {"limits-0-low": "70"},
            "At least 70.0% is more than at most 60.0%. Lower the first to 60.0%, or raise the second to 70.0%.",
        ),
        ({"limits-1-subject": "Enrgy", "limits-1-high": "1"}, "“Enrgy” is no instrument, sector or class known here."),
        ({"limits-1-subject": "KO"}, "Type a share, or clear the line."),
        (
            {"limits-1-subject": "KO", "limits-1-high": "40"},
            "KO has a target of 45.0% and a limit of 40.0%. Lower the target to 40.0%, or raise the limit to 45.0%.",
        ),
        ({"exclusions-0-subject": "KO"}, "KO has a target of 45.0% and is excluded."),
        (
            {"exclusions-0-subject": "Stocks, class"},
            "only an instrument, a sector or a theme.",
        ),
        ({"withdrawals-0-amount": "500"}, "Name the account, or clear the line."),
        ({"sums-0-terms": "XOM + ?", "sums-0-high": "1"}, "“+ ?” is not understood. Write it as XOM + 0.5 CVX - KO."),
        ({"locks-0-subject": "NOPE", "locks-0-kind": "do_not_sell"}, "“NOPE” is no instrument, account or lot here."),
        ({"locks-0-subject": "XOM", "locks-0-kind": "not_before"}, "Give the day on which it may be traded again."),
        ({"trading-0-limit": "trades:high", "trading-0-value": "2.5"}, "Type a whole number."),
        (
            {"limits-1-subject": "Each stock", "limits-1-high": "48"},
            "XOM has a target of 50.0% and a limit of 48.0%. Lower the target to 48.0%, or raise the limit to 50.0%.",
        ),
        ({"withdrawals-0-date": "2022-01-01"}, "1 Jan 2022 is before 28 Dec 2022."),
    ],
)
def test_a_wrong_value_keeps_what_was_typed_and_names_the_ways_out(
    case: plans.Case, alice: Client, form: dict[str, str], changes: dict[str, str], words: str
) -> None:
    page = post(alice, case, form | changes)
    assert words in page
    assert "Nothing was saved." in page
    for value in changes.values():
        assert f'value="{value}"' in page
    assert newest().number == 1


def test_other_strategies_need_instruments_but_no_sum(case: plans.Case, alice: Client, form: dict[str, str]) -> None:
    free = form | {"strategy": "risk_parity", "targets-0-weight": "", "targets-1-weight": ""}
    assert post(alice, case, free) == ""
    assert (newest().strategy, newest().targets.count()) == ("risk_parity", 3)
    nothing = free | {"base": "2", "targets-0-symbol": "", "targets-1-symbol": ""}
    assert "No instrument has a target. Name at least one below." in post(alice, case, nothing)


def test_the_same_form_sent_twice_makes_one_version(case: plans.Case, alice: Client, form: dict[str, str]) -> None:
    for _ in range(2):
        assert post(alice, case, form | {"tax-0-limit": "tax_budget:high", "tax-0-value": "100"}) == ""
    assert newest().number == 2


def test_a_form_older_than_the_current_version_says_so_and_may_be_sent_again(
    case: plans.Case, alice: Client, form: dict[str, str]
) -> None:
    bob = factories.join(case.house, "bob", "member")
    save_version(household=case.house, user=bob, draft=PolicyDraft(fields={"minimum_trade": Decimal(5)}))
    page = post(alice, case, form | {"tax-0-limit": "tax_budget:high", "tax-0-value": "100"})
    assert "Version 2 was saved by bob@example.com meanwhile." in page
    assert newest().number == 2
    assert post(alice, case, form | {"tax-0-limit": "tax_budget:high", "tax-0-value": "100", "base": "2"}) == ""
    assert newest().number == 3


def test_the_history_says_who_changed_what_and_why(case: plans.Case, alice: Client, form: dict[str, str]) -> None:
    changes = {
        "limits-0-high": "55",
        "tax-0-limit": "tax_budget:high",
        "tax-0-value": "100",
        "reason": "Less energy",
        "drift_band": "2",
    }
    post(alice, case, form | changes)
    page = alice.get(address(case.house, "goals")).content.decode()
    assert "alice@example.com. Less energy" in page
    assert "Energy, sector: at most 60.0% → at most 55.0%" in page
    assert "Drift band: 3.0 points → 2.0 points" in page
    assert "Tax added this year: at most $100, new" in page


def test_the_key_of_another_households_version_is_an_error_of_the_form(
    case: plans.Case, alice: Client, form: dict[str, str]
) -> None:
    other = factories.household(factories.user("charlie"))
    theirs = save_version(household=other, user=None, draft=PolicyDraft(fields={"uuid": uuid.uuid4()}))
    page = post(alice, case, form | {"key": str(theirs.uuid), "drift_band": "2"})
    assert "The key of this form is in use elsewhere. It has a new one now: save again." in page
    assert f'value="{theirs.uuid}"' not in page
    assert case.house.policy.versions.count() == 1


def test_a_hard_and_a_soft_limit_of_one_name_are_two_lines_of_the_history(case: plans.Case, alice: Client) -> None:
    hard = {"kind": "tax_budget", "high": Decimal(100), "unit": "money"}
    both = [hard, hard | {"high": Decimal(50), "hard": False}]
    save_version(household=case.house, user=case.alice, draft=PolicyDraft(fields={}, constraints=both))
    page = alice.get(address(case.house, "goals")).content.decode()
    assert "Tax added this year: at most $100, new" in page
    assert "Tax added this year: at most $50 (soft, priority 1), new" in page


def test_the_tax_may_be_kept_in_cash(case: plans.Case, alice: Client, form: dict[str, str]) -> None:
    assert "reserve_tax" not in form
    post(alice, case, form | {"reserve_tax": "on"})
    assert newest().reserve_tax
    page = alice.get(address(case.house, "goals")).content.decode()
    assert "Tax that a plan adds: kept in cash where it is due, new" in page
    edit = alice.get(address(case.house, "policy_edit")).content.decode()
    assert re.search(r'<input type="checkbox" name="reserve_tax"[^>]* checked', edit)


def test_a_side_that_a_limit_lacks_makes_no_version_of_a_form_that_changes_nothing(
    case: plans.Case, alice: Client
) -> None:
    """Rows of older versions may bear one; no plan reads it."""
    surplus = {"kind": "volatility", "low": Decimal("0.02"), "high": Decimal("0.2")}
    made = save_version(
        household=case.house,
        user=case.alice,
        draft=replace(draft_of(newest(), uid=uuid.uuid4(), reason=""), constraints=[surplus]),
    )
    form = form_of(alice, address(case.house, "policy_edit"))
    assert form["risk-0-value"] == "20"
    post(alice, case, form)
    assert newest() == made


def test_a_household_without_policy_starts_from_nothing() -> None:
    alice = factories.user()
    house = factories.household(alice)
    factories.instrument("KO", "50")
    client = visitor(alice)
    url = address(house, "policy_edit")
    form = form_of(client, url) | {"targets-0-symbol": "KO", "targets-0-weight": "90", "cash_target": "10"}
    assert client.post(url, form).status_code == 302
    assert newest().targets.count() == 2
