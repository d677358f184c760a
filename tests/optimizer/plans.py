"""A small household with a policy, and a plan for it written by hand: sell XOM, buy KO."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from decimal import Decimal

from accounts import runs
from accounts.models import Household, Run, User
from holdings.models import BrokerageAccount, Instrument
from optimizer.engine.types import Alternative, Certificate, Measures, Plan, PlanTrade, Trace
from optimizer.models import Proposal, ReinvestmentTask, Trade
from optimizer.services import proposals
from optimizer.services.policies import PolicyDraft, save_version
from tests import factories

TRADE_DATE = dt.date(2022, 12, 29)


@dataclass(frozen=True)
class Case:
    house: Household
    alice: User
    account: BrokerageAccount
    xom: Instrument
    ko: Instrument
    lot: str


def case(**constraint: object) -> Case:
    """100 shares of XOM at 100 and 500 of cash; the policy holds the one constraint given."""
    alice = factories.user()
    house = factories.household(alice)
    account = factories.account(house)
    xom = factories.instrument("XOM", "100", sector="energy", house=house)
    ko = factories.instrument("KO", "50", sector="staples", house=house)
    factories.deposit(account, "8500")
    lot = factories.buy(account, xom, "100", "80", dt.date(2021, 3, 1))
    targets = [(xom, Decimal("0.5")), (ko, Decimal("0.45")), (None, Decimal("0.05"))]
    draft = PolicyDraft(
        fields={"strategy": "fixed_weights"}, targets=targets, constraints=[constraint] if constraint else []
    )
    save_version(household=house, user=alice, draft=draft)
    return Case(house, alice, account, xom, ko, lot)


def measures(case: Case) -> Measures:
    value = Decimal(10500)
    return Measures(
        value=value,
        cash=Decimal(500),
        account_cash={str(case.account.uuid): Decimal(500)},
        by_asset={str(case.xom.uuid): 0.95, "cash": 0.05},
        by_class={"equity": 0.95, "cash": 0.05},
        by_sector={"energy": 0.95, "cash": 0.05},
        by_account={str(case.account.uuid): 1.0},
        volatility=0.25,
        cvar_95=0.1,
        tracking_error=0.1,
        largest=str(case.xom.uuid),
        largest_weight=0.95,
        turnover=0.0,
        cost=Decimal(0),
        tax=Decimal(0),
    )


def plan(case: Case) -> Plan:
    account = str(case.account.uuid)
    sale = PlanTrade(
        account=account,
        asset=str(case.xom.uuid),
        side="sell",
        lot=case.lot,
        quantity=Decimal(40),
        price=Decimal(100),
        value=Decimal(4000),
        cost=Decimal(2),
        term="long",
        gain=Decimal(800),
        tax=Decimal(120),
        reason="Energy is 45.0 points over.",
    )
    purchase = PlanTrade(
        account=account,
        asset=str(case.ko.uuid),
        side="buy",
        lot=None,
        quantity=Decimal(60),
        price=Decimal(50),
        value=Decimal(3000),
        cost=Decimal("1.5"),
        reason="Consumer staples are 45.0 points under.",
    )
    same = measures(case)
    return Plan(
        snapshot_hash="f" * 64,
        trades=(sale, purchase),
        target_weights={str(case.xom.uuid): 0.5, str(case.ko.uuid): 0.45, "cash": 0.05},
        before=same,
        after=same,
        target=same,
        objective=Decimal(100),
        do_nothing=Alternative("do_nothing", same, Decimal(200)),
        rules=(),
        headline="2 trades would cut tracking error from 10.00% to 5.00% for $120 of tax and $4 of cost",
        benefit="A year of this drift would cost about $100 in risk.",
        held=(),
        notes=(),
        rounding_cost=Decimal("1.50"),
        certificate=Certificate(Decimal(90), Decimal("89.75"), 0.02, 1.0, False, 2, 1, 0),
        trace=Trace((), {}),
    )


def claimed(case: Case, **params: object) -> runs.Claim:
    version = case.house.policy.versions.first()
    run = runs.request(
        household=case.house,
        user=case.alice,
        kind="propose",
        key=uuid.uuid4(),
        params={"version": str(version.uuid), **params},
    )
    claim = runs.claim(run.pk)
    profile = case.house.tax_profile
    tax = {name: str(getattr(profile, name)) for name in ("short_rate", "long_rate", "state_rate")}
    snapshot = {
        "as_of": "2022-12-28",
        "trade_date": str(TRADE_DATE),
        "accounts": [_account(account) for account in case.house.brokerage_accounts.all()],
        "assets": [_asset(instrument) for instrument in (case.xom, case.ko)],
        "tax": tax | {"short_carry": "0", "long_carry": "0"},
    }
    runs.keep_snapshot(claim, json.dumps(snapshot), "f" * 64)
    return claim


def _account(account: BrokerageAccount) -> dict[str, str]:
    owner = str(account.owner.uuid)
    return {"id": str(account.uuid), "name": account.name, "kind": account.kind, "owner": owner, "closed": ""}


def _asset(instrument: Instrument) -> dict[str, str]:
    return {
        "id": str(instrument.uuid),
        "symbol": instrument.symbol,
        "kind": instrument.kind,
        "spread_source": "class",
    }


def proposal(case: Case) -> Proposal:
    return Proposal.objects.get(pk=proposals.finish_run(claimed(case), plan(case)).pk)


def sale_of(proposal: Proposal) -> Trade:
    return proposal.trades.get(side="sell")


def purchase_of(proposal: Proposal) -> Trade:
    return proposal.trades.get(side="buy")


def fail_run(case: Case) -> Run:
    claim = claimed(case)
    runs.fail(claim, "No price for ZZZZ.")
    return Run.objects.get(pk=claim.run.pk)


def task(case: Case, proposal: Proposal) -> ReinvestmentTask:
    """Reinvestment to turn off for the proposal's sale; each ends a day later than the one before."""
    until = TRADE_DATE + dt.timedelta(days=30 + case.house.reinvestment_tasks.count())
    fields = {"account": case.account, "instrument": case.xom, "until": until}
    return ReinvestmentTask.objects.create(household=case.house, trade=sale_of(proposal), **fields)
