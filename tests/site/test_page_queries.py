"""What a page costs the database: few queries, and as many for many lots as for one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdings.importers import mapped
from holdings.models import Difference
from holdings.services import imports
from holdings.services.reconcile import compare
from tests import factories
from tests.holdings.importers.files import transactions
from tests.holdings.statements import statement, states
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db

MOST = {
    "overview": 25,
    "holdings": 13,
    "instrument": 18,
    "transactions": 10,
    "account_new": 7,
    "account": 19,
    "account_edit": 9,
    "difference": 9,
    "transaction": 10,
    "transaction_new": 6,
    "transaction_correct": 8,
    "lot": 12,
    "gains": 7,
    "data": 25,
    "data_prices": 10,
    "imports": 9,
    "import_detail": 11,
    "import_columns": 8,
    "import_accounts": 8,
    "import_symbols": 8,
    "import_dry_run": 7,
    "goals": 21,
    "goal_new": 5,
    "goal_edit": 7,
    "policy_edit": 17,
    "tax_profile": 10,
    "classify": 15,
    "themes": 13,
    "proposals": 8,
    "proposal": 17,
    "run": 7,
    "orders": 10,
    "activity": 10,
    "settings": 7,
    "performance": 9,
    "tax_what_if": 7,
}


@pytest.fixture
def case() -> plans.Case:
    """A household with one of everything."""
    case = plans.case()
    file = transactions("12/20/2022|Buy|KO|COCA COLA CO|1|$50.00||-$50.00")
    batch = imports.preview(account=case.account, user=case.alice, file_name="history.csv", content=file)
    imports.try_out(batch=batch, user=case.alice)
    waiting_imports(case)
    factories.goal(case.house)
    plans.proposal(case)
    states(statement(case.account), case.xom, "101")
    compare(account=case.account)
    return case


TABLE = b"""Date,Type,Symbol,Quantity,Amount,Account
2022-01-03,Buy,XOM,1,-61.50,A 1111
2022-01-04,Buy,XOM,1,-61.50,B 2222
"""


def waiting_imports(case: plans.Case) -> None:
    """One that waits for its columns, one for its accounts and one for a symbol."""
    files = {
        "columns": TABLE.replace(b"Account", b"Depot"),
        "accounts": TABLE,
        "symbols": transactions("12/20/2022|Buy|NOPE|NOT KNOWN|1|$50.00||-$50.00"),
    }
    for name, content in files.items():
        imports.preview(account=case.account, user=case.alice, file_name=name, content=content)
    spec = mapped.to_json(mapped.propose(TABLE.decode()).spec)
    imports.apply_mapping(batch=case.account.imports.get(file_name="accounts"), user=case.alice, spec=spec)


def visit(client: Client, case: plans.Case, name: str) -> int:
    """Open a page and return how many queries it made."""
    named = {
        "instrument": {"instrument": case.xom.uuid},
        "import_detail": {"batch": case.account.imports.get(file_name="history.csv").uuid},
        "import_dry_run": {"batch": case.account.imports.get(file_name="history.csv").uuid},
        **{
            f"import_{step}": {"batch": case.account.imports.get(file_name=step).uuid}
            for step in ("columns", "accounts", "symbols")
        },
        "goal_edit": {"goal": case.house.goals.get().uuid},
        "proposal": {"number": 1},
        "run": {"run": case.house.runs.earliest("id").uuid},
        "account": {"account": case.account.uuid},
        "account_edit": {"account": case.account.uuid},
        "transaction_new": {"account": case.account.uuid},
        "difference": {"difference": Difference.objects.earliest("id").uuid},
        "transaction": {"transaction": case.account.transactions.get(kind="deposit", cash=8500).uuid},
        "transaction_correct": {"transaction": case.account.transactions.get(kind="deposit", cash=8500).uuid},
        "lot": {"key": case.lot},
    }
    path = address(case.house, name, **named.get(name, {}))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(queries)


def buy_more(case: plans.Case) -> None:
    """Eight lots of what is held, and one of each of eight other instruments."""
    factories.deposit(case.account, "100000")
    for number in range(8):
        other = factories.instrument(f"S{number}", "10", sector="tech", house=case.house)
        factories.buy(case.account, other, "1", "10", dt.date(2022, 1, 3))
        factories.buy(case.account, case.xom, "1", "90", dt.date(2022, 1, 4 + number))


@pytest.mark.parametrize(("name", "most"), MOST.items())
def test_a_page_makes_few_queries_however_many_lots_there_are(case: plans.Case, name: str, most: int) -> None:
    client = visitor(case.alice)
    visit(client, case, name)
    few = visit(client, case, name)
    buy_more(case)

    assert few <= most
    assert visit(client, case, name) <= few
