"""Every operation of the schema, for everybody who may call: an endpoint that is added is in here at once."""

import uuid

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from holdings.models import Difference
from holdings.services.reconcile import compare
from holdings.taxation import store
from optimizer.models import Order
from optimizer.services import halts
from optimizer.services.alerts import rows
from optimizer.services.decisions import decide
from tests import callers, factories
from tests.holdings.api.files import TRANSACTIONS, preview
from tests.holdings.statements import statement, states
from tests.optimizer import plans

pytestmark = pytest.mark.django_db

Operation = tuple[str, str]
SCOPED: list[Operation] = [
    (method, path)
    for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items()
    for method in methods
    if "{household}" in path
]
READS = [operation for operation in SCOPED if operation[0] == "get"]
QUESTIONS = [("post", path) for _, path in SCOPED if path.endswith("/tax/what-if")]
"""Answered without writing anything, so that who only looks may ask."""
WRITES = [operation for operation in SCOPED if operation[0] != "get" and operation not in QUESTIONS]


@pytest.fixture
def case() -> plans.Case:
    """A household with something at every address."""
    case = plans.case()
    proposal = plans.proposal(case)
    decide(proposal=proposal, user=case.alice, approved=[plans.sale_of(proposal).uuid], rejected={})
    plans.task(case, proposal)
    preview(case.account, case.alice, TRANSACTIONS)
    factories.goal(case.house)
    states(statement(case.account), case.xom, "101")
    compare(account=case.account)
    store.refresh(case.house)
    case.house.evidence.create(kind="concentration", as_of=case.house.as_of, inputs_hash="0" * 64, result={})
    file = {"content": b"%PDF", "size": 4, "sheet_hash": "0" * 64, "content_hash": "0" * 64}
    case.house.printed_reports.create(subject="proposal:1", title="Proposal 1", until=case.house.as_of, **file)
    halts.halt(household=case.house, user=case.alice, reason="Wait.")
    rows.tell(case.house, [rows.Told("halt", "1", "Halted.", "/halts")])
    return case


def address(path: str, case: plans.Case) -> str:
    """The path with the ids of what the household has."""
    house = case.house
    things = {
        "goals": house.goals,
        "imports": case.account.imports,
        "runs": house.runs.filter(kind="propose"),
        "orders": house.orders,
    }
    things |= {"transactions": case.account.transactions.filter(kind="buy"), "differences": Difference.objects}
    things |= {"persons": house.persons, "accounts": house.brokerage_accounts}
    things |= {"reinvestment-tasks": house.reinvestment_tasks, "evidence": house.evidence}
    things |= {"halts": house.halts, "alerts": house.alerts}
    things |= {"printed-reports": house.printed_reports}
    found = next((rows.get().uuid for name, rows in things.items() if f"/{name}/" in path and "{uuid}" in path), "")
    row = case.account.imports.get().rows.earliest("number").pk
    return path.format(household=house.uuid, uuid=found, number=1, row=row, label="2022", model="covariance")


def others(client: APIClient, case: plans.Case, operations: list[Operation], expected: int) -> dict[Operation, int]:
    """The operations that answered with another status than the expected one."""
    answers = {(method, path): getattr(client, method)(address(path, case)) for method, path in operations}
    return {done: answer.status_code for done, answer in answers.items() if answer.status_code != expected}


def test_every_member_and_token_reads(case: plans.Case) -> None:
    bob = factories.join(case.house, "bob", "read_only")
    for reader in (callers.by_session(case.alice), callers.by_session(bob), callers.by_token(case.house, bob, "read")):
        assert others(reader, case, READS, 200) == {}


def test_a_stranger_finds_nothing(case: plans.Case) -> None:
    charlie = factories.user("charlie")
    own = factories.household(charlie)
    assert others(callers.by_session(charlie), case, SCOPED, 404) == {}
    assert others(callers.by_token(own, charlie), case, SCOPED, 404) == {}


def test_a_token_opens_its_own_household_only(case: plans.Case) -> None:
    second = factories.household(case.alice)
    assert others(callers.by_token(second, case.alice), case, SCOPED, 404) == {}


def test_nobody_is_asked_for_a_token(case: plans.Case) -> None:
    assert others(callers.nobody(), case, SCOPED, 401) == {}


@pytest.mark.parametrize("role", ["read_only", "adviser"])
def test_a_role_that_only_looks_changes_nothing(role: str, case: plans.Case) -> None:
    bob, before = factories.join(case.house, "bob", role), state(case)
    assert others(callers.by_session(bob), case, WRITES, 403) == {}
    assert others(callers.by_token(case.house, bob), case, WRITES, 403) == {}
    assert state(case) == before


def test_a_token_that_only_looks_changes_nothing_for_the_owner_either(case: plans.Case) -> None:
    before = state(case)
    assert others(callers.by_token(case.house, case.alice, "read"), case, WRITES, 403) == {}
    assert state(case) == before


def test_a_role_that_only_looks_may_ask_what_a_sale_would_cost(case: plans.Case) -> None:
    bob, before = factories.join(case.house, "bob", "read_only"), state(case)
    answers = others(callers.by_session(bob), case, QUESTIONS, 403)

    assert set(answers.values()) == {400}  # for want of a lot, not of a right
    assert state(case) == before


def state(case: plans.Case) -> list[object]:
    house = case.house
    orders = Order.objects.filter(household=house).values_list("status", flat=True)
    return [house.goals.count(), house.runs.count(), house.policy.versions.count(), list(orders)]


def test_what_a_household_has_is_not_found_through_another_one(case: plans.Case) -> None:
    """Charlie's own address with Alice's ids."""
    charlie = factories.user("charlie")
    own = factories.household(charlie)
    for method, path in SCOPED:
        if "{uuid}" in path or "{number}" in path or "{label}" in path:
            foreign = address(path, case).replace(str(case.house.uuid), str(own.uuid))
            assert getattr(callers.by_session(charlie), method)(foreign).status_code == 404, path


def test_a_household_that_does_not_exist_looks_like_a_foreign_one(case: plans.Case) -> None:
    client = callers.by_session(case.alice)
    assert client.get(f"{callers.API}/{uuid.uuid4()}").status_code == 404
