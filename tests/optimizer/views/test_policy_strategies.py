"""The policy form's strategies, their parameters, and the household's views on returns."""

from __future__ import annotations

from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from optimizer.inputs.policy import policy as engine_policy
from optimizer.models import PolicyVersion, Strategy
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db
VIEW = {"views-0-symbol": "xom", "views-0-by": "2.5", "views-0-against": "KO", "views-0-confidence": "60"}


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


@pytest.fixture
def form(case: plans.Case, alice: Client) -> dict[str, str]:
    return form_of(alice, address(case.house, "policy_edit"))


def post(alice: Client, case: plans.Case, form: dict[str, str]) -> str:
    return unescape(alice.post(address(case.house, "policy_edit"), form).content.decode())


def newest() -> PolicyVersion:
    return PolicyVersion.objects.order_by("-number")[0]


def test_every_strategy_is_explained_in_a_sentence(case: plans.Case, alice: Client) -> None:
    page = unescape(alice.get(address(case.house, "policy_edit")).content.decode())
    assert all(f"<dd>{strategy.words}</dd>" in page for strategy in Strategy)


def test_a_view_and_an_aim_reach_the_engine_as_typed(case: plans.Case, alice: Client, form: dict[str, str]) -> None:
    aim = {"strategy": "mean_variance", "target_volatility": "9.5", "estimator": "sample"}
    assert post(alice, case, form | VIEW | aim) == ""
    read = engine_policy(newest(), {row.pk: row for row in (case.xom, case.ko)})
    assert (read.strategy, read.estimator) == ("mean_variance", "sample")
    assert read.params == {"target_volatility": Decimal("0.095")}
    (view,) = read.views
    assert (view.asset, view.against) == (str(case.xom.uuid), str(case.ko.uuid))
    assert (view.by, view.confidence) == (Decimal("0.025"), Decimal("0.6"))


def test_the_form_shows_a_saved_view_again_and_saving_it_changes_nothing(
    case: plans.Case, alice: Client, form: dict[str, str]
) -> None:
    post(alice, case, form | VIEW)
    again = form_of(alice, address(case.house, "policy_edit"))
    assert [again[f"views-0-{name}"] for name in ("symbol", "by", "against", "confidence")] == [
        "XOM",
        "2.5",
        "KO",
        "60.0",
    ]
    post(alice, case, again)
    assert newest().number == 2
    page = unescape(alice.get(address(case.house, "goals")).content.decode())
    assert "XOM above KO" in page
    assert "2.5% a year, 60.0% sure" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"views-0-symbol": ""}, "Name the instrument, or clear the line."),
        ({"views-0-confidence": ""}, "Say how sure you are, or clear the line."),
        ({"views-0-confidence": "100"}, "100.0% is above 99.0%, the most it can be."),
        ({"views-0-against": "XOM"}, "An instrument does not earn more than itself."),
        ({"views-0-against": "ZZZ"}, "ZZZ is not among the targets. Add it there, with 0% if need be"),
        (
            {"strategy": "mean_variance", "aversion": "4", "target_return": "5"},
            "One of aversion, return and volatility decides the mix. Clear the others.",
        ),
    ],
)
def test_what_a_view_or_an_aim_lacks_is_said(
    changes: dict[str, str], said: str, case: plans.Case, alice: Client, form: dict[str, str]
) -> None:
    assert said in post(alice, case, form | VIEW | changes)
    assert newest().number == 1
