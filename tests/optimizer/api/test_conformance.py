"""Whatever is sent, the API answers as its schema says, and never with a fault of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts import services
from holdings.models import Difference
from holdings.services.reconcile import compare
from holdings.taxation import store
from optimizer.services import halts
from optimizer.services.alerts import rows
from optimizer.services.decisions import decide
from portfolio_site.wsgi import application
from tests import factories
from tests.holdings.api.files import TRANSACTIONS, preview
from tests.holdings.statements import statement, states
from tests.optimizer import plans

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 5
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def case() -> plans.Case:
    case = plans.case()
    proposal = plans.proposal(case)
    decide(proposal=proposal, user=case.alice, approved=[plans.sale_of(proposal).uuid], rejected={})
    plans.task(case, proposal)
    preview(case.account, case.alice, TRANSACTIONS)
    factories.goal(case.house)
    states(statement(case.account), case.xom, "101")
    compare(account=case.account)
    wash_sale(case)
    store.refresh(case.house)
    case.house.evidence.create(kind="concentration", as_of=case.house.as_of, inputs_hash="0" * 64, result={})
    file = {"content": b"%PDF", "size": 4, "sheet_hash": "0" * 64, "content_hash": "0" * 64}
    case.house.printed_reports.create(subject="proposal:1", title="Proposal 1", until=case.house.as_of, **file)
    halts.halt(household=case.house, user=case.alice, reason="Wait.")
    rows.tell(case.house, [rows.Told("halt", "1", "Halted.", "/halts")])
    return case


def wash_sale(case: plans.Case) -> None:
    """In an account of its own, so that the year has a sale, an adjusted lot and a replacement."""
    account = factories.account(case.house, name="Second")
    factories.deposit(account, "1000")
    factories.buy(account, case.ko, "10", "60", dt.date(2022, 1, 3))
    factories.sell(account, case.ko, "10", "50", dt.date(2022, 6, 1))
    factories.buy(account, case.ko, "4", "50", dt.date(2022, 6, 10))


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The application closes the test's connection, and with it the test's transaction, unless told not to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_api_keeps_to_its_schema(mode: GenerationMode, case: plans.Case, monkeypatch, figure: Callable) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "user", None)
    _, secret = services.issue_token(household=case.house, user=case.alice, name="script", scope="write")
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    calls = sum(try_out(operation, mode, case, secret) for operation in operations)
    assert calls >= len(operations)
    figure(f"schemathesis: {calls} calls of {len(operations)} operations, {mode.value}")


def try_out(operation: Any, mode: GenerationMode, case: plans.Case, secret: str) -> int:
    """Send bounded examples to an address that exists, each undone; the number sent."""
    calls = []

    @BOUNDED
    @given(example=operation.as_strategy(generation_mode=mode))
    def send(example: Any) -> None:
        calls.append(example)
        example.path_parameters = ids(operation.path, case)
        with transaction.atomic():
            example.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)
            transaction.set_rollback(True)

    send()
    return len(calls)


def ids(path: str, case: plans.Case) -> dict[str, str]:
    house = case.house
    things = {"goals": house.goals, "imports": case.account.imports, "runs": house.runs, "orders": house.orders}
    things |= {"transactions": case.account.transactions.filter(kind="buy"), "differences": Difference.objects}
    things |= {"persons": house.persons, "accounts": house.brokerage_accounts}
    things |= {"reinvestment-tasks": house.reinvestment_tasks, "halts": house.halts, "alerts": house.alerts}
    things |= {"evidence": house.evidence, "printed-reports": house.printed_reports}
    found = next((str(rows.earliest("pk").uuid) for name, rows in things.items() if f"/{name}/" in path), "")
    row = str(case.account.imports.get().rows.earliest("number").pk)
    every = {"household": str(house.uuid), "uuid": found, "number": "1", "row": row, "label": "2022"}
    every |= {"model": "covariance"}
    return {name: value for name, value in every.items() if f"{{{name}}}" in path}
