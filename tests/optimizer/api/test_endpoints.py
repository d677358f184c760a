"""Policies, runs, proposals with their decisions, orders with their fills, over the API."""

import uuid

import pytest
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts import runs
from accounts.models import Run
from holdings.models import Instrument
from optimizer.models import Decision, Fill, Order, PolicyVersion, Proposal
from tests import callers, factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def client(case) -> APIClient:
    return callers.by_token(case.house, case.alice)


def post(client: APIClient, case: plans.Case, path: str, data: object = None) -> Response:
    return client.post(callers.url(case.house, path), data or {}, format="json")


def policy(case: plans.Case, *constraints: dict, **fields: object) -> dict:
    targets = [{"instrument": str(case.xom.uuid), "weight": "0.6"}, {"instrument": None, "weight": "0.4"}]
    return {"strategy": "fixed_weights", "targets": targets, "constraints": list(constraints), **fields}


def decide(client: APIClient, case: plans.Case, *approved: object, rejected: tuple[object, ...] = ()) -> Response:
    chosen = {
        "approved": [str(trade.uuid) for trade in approved],
        "rejected": [{"trade": str(trade.uuid), "reason": "no more"} for trade in rejected],
    }
    return post(client, case, "proposals/1/decide", chosen)


@pytest.fixture
def proposal(case) -> Proposal:
    return plans.proposal(case)


# Policies


def test_saving_a_policy_makes_the_next_version(case, client) -> None:
    cap = {"kind": "sector_weight", "subject": "energy", "high": "0.25"}
    response = post(client, case, "policies", policy(case, cap, reason="less oil"))
    body = response.json()
    assert (response.status_code, body["number"], body["reason"]) == (201, 2, "less oil")
    assert body["targets"][0] == {"instrument": str(case.xom.uuid), "weight": "0.6"}
    assert (body["constraints"][0]["high"], body["constraints"][0]["unit"]) == ("0.25", "fraction")


def test_the_same_key_saves_one_version(case, client) -> None:
    draft = policy(case, key=str(uuid.uuid4()))
    first, second = post(client, case, "policies", draft), post(client, case, "policies", draft)
    assert first.json() == second.json()
    assert PolicyVersion.objects.count() == 2


def test_what_was_read_may_be_sent_back(case, client) -> None:
    post(client, case, "policies", policy(case, {"kind": "minimum_cash", "low": "500"}))
    newest = client.get(callers.url(case.house, "policies")).json()["results"][0]
    body = post(client, case, "policies", newest).json()
    assert body["number"] == 3
    assert body["constraints"] == newest["constraints"]


@pytest.mark.parametrize(
    ("constraint", "said"),
    [
        ({"kind": "sector_weight", "subject": "moon", "high": "0.2"}, "moon"),
        ({"kind": "sector_weight", "subject": "energy"}, "lower or an upper limit"),
        ({"kind": "sector_weight", "subject": "energy", "high": "20"}, "at most 1"),
        ({"kind": "sector_weight", "subject": "energy", "low": "0.3", "high": "0.2"}, "above the upper"),
        ({"kind": "instrument_weight", "subject": str(uuid.uuid4()), "high": "0.2"}, "there is no"),
        ({"kind": "exclude_instrument", "subject": "XOM"}, "there is no"),
        ({"kind": "minimum_cash", "low": "-1"}, "At least 0"),
        ({"kind": "withdrawal", "subject": "", "low": "100", "date": "2023-03-01"}, "there is no"),
        ({"kind": "turnover"}, "upper limit"),
        ({"kind": "turnover", "low": "0.1", "high": "0.2"}, "no lower side"),
        ({"kind": "no_short_gains", "low": "100", "high": "200"}, "no lower side"),
        ({"kind": "minimum_cash", "low": "100", "high": "200"}, "no upper side"),
        ({"kind": "not_before", "subject": "nothing", "date": "2023-03-01"}, "there is no"),
        ({"kind": "do_not_sell", "subject": str(uuid.uuid4())}, "there is no"),
        ({"kind": "not_in_account", "subject": "nothing"}, "UUID of the account"),
        ({"kind": "location", "subject": "bond", "place": "moon"}, "moon"),
        ({"kind": "custom", "high": "0.1", "terms": {"nothing": "1"}}, "there is no"),
        ({"kind": "liquidation", "high": "5"}, "part of a day"),
        ({"kind": "theme_weight", "high": "0.1"}, "there is no"),
        ({"kind": "crypto_weight", "high": "0.1"}, "not a valid choice"),
    ],
)
def test_a_limit_that_means_nothing_is_refused_in_words(constraint: dict, said: str, case, client) -> None:
    response = post(client, case, "policies", policy(case, constraint))
    assert response.status_code == 400
    assert said in str(response.json()["constraints"])
    assert PolicyVersion.objects.count() == 1


def test_a_withdrawal_names_an_account_of_the_household(case, client) -> None:
    foreign = factories.account(factories.household(factories.user("charlie")))
    for account, status in ((case.account, 201), (foreign, 400)):
        row = {"kind": "withdrawal", "subject": str(account.uuid), "low": "100", "date": "2023-03-01"}
        assert post(client, case, "policies", policy(case, row)).status_code == status


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (["0.6", "0.3"], "add up to 90"),
        (["1.2", "-0.2"], "greater than or equal to 0"),
        (["0.5", "0.5", "0"], "stands there twice"),
    ],
)
def test_targets_are_whole_and_named_once(weights: list[str], said: str, case, client) -> None:
    names = [str(case.xom.uuid), None, None]
    targets = [{"instrument": name, "weight": weight} for name, weight in zip(names, weights, strict=False)]
    response = post(client, case, "policies", policy(case, targets=targets))
    assert said in str(response.json()["targets"])


def test_an_index_is_no_target(case, client) -> None:
    index = Instrument.objects.create(symbol="SP500", name="S&P 500", kind="index")
    targets = [{"instrument": str(index.uuid), "weight": "1"}]
    assert post(client, case, "policies", policy(case, targets=targets)).status_code == 400


def test_other_strategies_read_the_names_alone(case, client) -> None:
    targets = [{"instrument": str(case.xom.uuid), "weight": "0"}, {"instrument": str(case.ko.uuid), "weight": "0"}]
    response = post(client, case, "policies", policy(case, strategy="risk_parity", targets=targets))
    assert response.status_code == 201


# Runs


def test_a_run_is_asked_for_once_by_key(case, client) -> None:
    key = {"key": str(uuid.uuid4())}
    first, second = post(client, case, "runs", key), post(client, case, "runs", key)
    assert (first.status_code, first.json()["status"]) == (202, "queued")
    assert first.json() == second.json()
    assert Run.objects.count() == 1


def test_while_one_is_at_work_another_key_gets_that_one(case, client) -> None:
    first, second = (post(client, case, "runs", {"key": str(uuid.uuid4())}).json() for _ in range(2))
    assert first["uuid"] == second["uuid"]


def test_without_a_policy_there_is_nothing_to_run(client) -> None:
    house = factories.household()
    token = callers.by_token(house, factories.user())
    response = token.post(callers.url(house, "runs"), {"key": str(uuid.uuid4())})
    assert (response.status_code, response.json()) == (400, {"detail": "There is no policy yet. Save one first."})


def test_a_run_without_a_key_is_refused(case, client) -> None:
    assert list(post(client, case, "runs").json()) == ["key"]


def test_a_queued_run_is_cancelled_at_once_and_again_changes_nothing(case, client) -> None:
    run = post(client, case, "runs", {"key": str(uuid.uuid4())}).json()["uuid"]
    answers = [post(client, case, f"runs/{run}/cancel").json()["status"] for _ in range(2)]
    assert answers == ["cancelled", "cancelled"]


def test_a_finished_run_names_its_proposal(case, client, proposal) -> None:
    body = client.get(callers.url(case.house, f"runs/{proposal.run.uuid}")).json()
    assert (body["status"], body["proposal"], body["progress"]) == ("done", 1, 1.0)


def test_a_failed_run_says_what_to_do(case, client) -> None:
    claim = plans.claimed(case)
    runs.fail(claim, "No price for KO. Add one.", {"conflicts": []})
    body = client.get(callers.url(case.house, f"runs/{claim.run.uuid}")).json()
    assert (body["status"], body["error"], body["proposal"]) == ("failed", "No price for KO. Add one.", None)


# Proposals and decisions


def test_a_proposal_is_told_with_its_trades_and_alternatives(case, client, proposal) -> None:
    body = client.get(callers.url(case.house, "proposals/1")).json()
    sale, purchase = body["trades"]
    assert (sale["symbol"], sale["side"], sale["quantity"], sale["tax"]) == ("XOM", "sell", "40", "120")
    assert (purchase["cost"], purchase["gain"], purchase["verdict"]) == ("1.5", None, None)
    assert body["alternatives"][0]["name"] == "do_nothing"
    assert body["measures"]["before"]["cash"] == "500"


def test_a_proposal_tells_what_a_limit_costs_and_which(case, client, proposal) -> None:
    limit = proposal.version.constraints.create(kind="turnover", high="0.2")
    proposal.limit_prices.create(constraint=limit, moved="0.25", saving="310.50", sentence="At least $310.")
    price = client.get(callers.url(case.house, "proposals/1")).json()["limit_prices"][0]
    assert (price["constraint"]["kind"], price["constraint"]["high"]) == ("turnover", "0.2")
    assert (price["moved"], price["saving"]) == ("0.25", "310.5")


def test_approved_trades_come_back_as_orders(case, client, proposal) -> None:
    response = decide(client, case, *proposal.trades.all())
    assert [(order["number"], order["side"], order["status"]) for order in response.json()] == [
        (1, "sell", "approved"),
        (2, "buy", "approved"),
    ]


def test_a_set_that_lacks_its_funding_sale_is_refused_in_words(case, client, proposal) -> None:
    response = decide(client, case, plans.purchase_of(proposal))
    assert response.status_code == 400
    assert any("short of cash: approve trade 1 (sell XOM) too" in line for line in response.json()["detail"])
    assert not Decision.objects.exists()


def test_approving_again_books_nothing_more(case, client, proposal) -> None:
    assert len(decide(client, case, plans.sale_of(proposal)).json()) == 1
    again = decide(client, case, plans.sale_of(proposal))
    assert (again.status_code, again.json()) == (200, [])
    assert Order.objects.count() == 1


def test_a_closed_proposal_says_that_nothing_was_changed(case, client, proposal) -> None:
    decide(client, case, rejected=tuple(proposal.trades.all()))
    response = decide(client, case, plans.sale_of(proposal))
    assert response.status_code == 400
    assert "Nothing was changed" in response.json()["detail"][0]


def test_a_trade_cannot_be_approved_and_rejected_at_once(case, client, proposal) -> None:
    sale = plans.sale_of(proposal)
    response = decide(client, case, sale, rejected=(sale,))
    assert response.status_code == 400
    assert not Decision.objects.exists()


def test_a_rejected_trade_keeps_its_reason_and_verdict(case, client, proposal) -> None:
    decide(client, case, rejected=(plans.sale_of(proposal),))
    sale = client.get(callers.url(case.house, "proposals/1")).json()["trades"][0]
    assert sale["verdict"] == "rejected"
    assert Decision.objects.get().reason == "no more"


def test_a_rejection_asks_for_the_next_proposal_once_by_key(case, client, proposal) -> None:
    sale = str(plans.sale_of(proposal).uuid)
    ask = {"key": str(uuid.uuid4()), "approved": [], "rejected": [{"trade": sale}]}
    first, second = (post(client, case, "proposals/1/resolve", ask) for _ in range(2))
    assert (first.status_code, first.json()["uuid"]) == (202, second.json()["uuid"])
    assert Run.objects.get(uuid=first.json()["uuid"]).params["parent"] == str(proposal.uuid)


@pytest.mark.parametrize("number", [2, 99999999999999999999])
def test_a_proposal_that_does_not_exist_is_not_found(number: int, case, client, proposal) -> None:
    assert client.get(callers.url(case.house, f"proposals/{number}")).status_code == 404


# Orders and fills


@pytest.fixture
def order(case, client, proposal) -> str:
    return decide(client, case, plans.sale_of(proposal)).json()[0]["uuid"]


def fill(key: object = None, **changes: str) -> dict:
    key = str(key or uuid.uuid4())
    return {"key": key, "date": "2022-12-29", "quantity": "15", "price": "100.123456", "fees": "0.01", **changes}


def test_a_partial_fill_is_recorded_once_by_key(case, client, order) -> None:
    draft = fill()
    first, second = (post(client, case, f"orders/{order}/fills", draft) for _ in range(2))
    assert first.status_code == 201
    assert first.json() == second.json()
    body = client.get(callers.url(case.house, "orders")).json()["results"][0]
    assert (body["filled"], body["status"], body["fills"][0]["price"]) == ("15", "partial", "100.123456")


def test_the_key_of_another_orders_fill_is_refused(case, client, proposal, order) -> None:
    key = uuid.uuid4()
    post(client, case, f"orders/{order}/fills", fill(key))
    second = decide(client, case, plans.purchase_of(proposal)).json()[0]["uuid"]
    response = post(client, case, f"orders/{second}/fills", fill(key, price="50"))
    assert response.status_code == 400
    assert "key" in response.json()["detail"]
    assert Fill.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quantity": "41"}, "40 shares left"),
        ({"quantity": "0"}, "the fill names 0"),
        ({"price": "0"}, "above zero"),
        ({"price": "99999999999999999999"}, "digits"),
        ({"fees": "-1"}, "greater than or equal to 0"),
        ({"date": "2022-12-27"}, "between"),
        ({"date": "2023-06-01"}, "between"),
        ({"quantity": "1e400"}, "digits"),
    ],
)
def test_a_fill_that_cannot_be_is_refused_in_words(changes: dict, said: str, case, client, order) -> None:
    response = post(client, case, f"orders/{order}/fills", fill(**changes))
    assert response.status_code == 400
    assert said in str(response.json())
    assert not Fill.objects.exists()


def test_a_paper_household_fills_all_its_orders(case, client, proposal) -> None:
    decide(client, case, *proposal.trades.all())
    assert {row["status"] for row in post(client, case, "orders/paper-fill").json()} == {"filled"}
    assert post(client, case, "orders/paper-fill").json() == []
    assert Fill.objects.count() == 2


def test_a_real_household_records_what_the_broker_reports(case, client, order) -> None:
    case.house.kind = "real"
    case.house.save()
    response = post(client, case, "orders/paper-fill")
    assert response.status_code == 400
    assert "Only a paper household" in response.json()["detail"]


def test_a_cancelled_order_takes_no_fill(case, client, order) -> None:
    assert post(client, case, f"orders/{order}/cancel").json()["status"] == "cancelled"
    assert "cancelled" in post(client, case, f"orders/{order}/fills", fill()).json()["detail"]
    assert "closed already" in post(client, case, f"orders/{order}/cancel").json()["detail"]


# Reinvestment


def test_a_task_says_what_to_turn_off_where_and_until_when(case, client, proposal) -> None:
    task = plans.task(case, proposal)
    (found,) = client.get(callers.url(case.house, "reinvestment-tasks")).json()["results"]

    assert (found["uuid"], found["account"], found["place"]) == (str(task.uuid), str(case.account.uuid), "")
    assert (found["symbol"], found["until"], found["done_at"]) == ("XOM", "2023-01-28", None)


def test_a_task_is_ticked_once_and_can_be_taken_back(case, client, proposal) -> None:
    path = f"reinvestment-tasks/{plans.task(case, proposal).uuid}/tick"
    first, second = (post(client, case, path, {"done": True}).json()["done_at"] for _ in range(2))

    assert first is not None
    assert first == second
    assert post(client, case, path, {"done": False}).json()["done_at"] is None
    assert post(client, case, path).status_code == 400


def test_a_task_that_no_longer_counts_is_not_listed(case, client, proposal) -> None:
    plans.task(case, proposal)
    decide(client, case, rejected=(plans.sale_of(proposal), plans.purchase_of(proposal)))

    assert client.get(callers.url(case.house, "reinvestment-tasks")).json()["results"] == []


def test_views_are_saved_with_their_version_and_told_again(case, client) -> None:
    view = {"instrument": str(case.xom.uuid), "against": str(case.ko.uuid), "by": "0.02", "confidence": "0.6"}
    body = policy(case, strategy="black_litterman", views=[view], aversion="4", estimator="constant_correlation")
    body["targets"].append({"instrument": str(case.ko.uuid), "weight": "0"})
    saved = post(client, case, "policies", body)
    assert saved.status_code == 201
    assert saved.json()["views"] == [view]
    assert (saved.json()["aversion"], saved.json()["estimator"]) == ("4", "constant_correlation")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"views": [{"instrument": "ko", "against": "ko", "by": "0.02", "confidence": "0.6"}]}, "more than itself"),
        ({"views": [{"instrument": "gone", "by": "0.02", "confidence": "0.6"}]}, "GONE has no target"),
        ({"strategy": "mean_variance", "aversion": "4", "target_return": "0.05"}, "Give one of aversion"),
    ],
)
def test_a_view_or_an_aim_that_means_nothing_is_refused(changes: dict, said: str, case, client) -> None:
    uuids = {"ko": case.ko.uuid, "gone": factories.instrument("GONE", "10").uuid}
    for row in changes.get("views", []):
        row |= {side: str(uuids[row[side]]) for side in ("instrument", "against") if side in row}
    answer = post(client, case, "policies", policy(case, **changes))
    assert answer.status_code == 400
    assert said in answer.content.decode()
