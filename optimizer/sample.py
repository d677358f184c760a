"""The sample household whole: market, people, history, and a policy that leaves something to propose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import activity
from accounts.doorbell import ring
from accounts.models import Household, User
from holdings.models import Instrument, Sector
from holdings.sample.household import make_household
from holdings.sample.market import load_market
from optimizer.models import PolicyConstraint, PolicyVersion
from optimizer.services.policies import PolicyDraft, save_version

TARGETS = {  # per cent of the household
    "USMV": "11", "QUAL": "9", "VLUE": "6", "MTUM": "4", "SIZE": "3",
    "JNJ": "6", "LLY": "5", "UNH": "4.5", "MRK": "3", "PFE": "1.5",
    "MSFT": "8", "AAPL": "5.5", "AMD": "1.5",
    "PG": "5", "WMT": "3", "KO": "2", "PEP": "2",
    "JPM": "4.5", "BAC": "1.5",
    "XOM": "3.5", "CVX": "2.5", "RRC": "1",
    "HD": "2.75", "BBY": "0.75",
    "GE": "1.5",
}  # fmt: skip
CASH_TARGET = "2"
Kind, Unit = PolicyConstraint.Kind, PolicyConstraint.Unit


def load(*, email: str, password: str) -> Household:
    """Make the demo's user and household in one transaction; nothing is there after a failure."""
    with transaction.atomic():
        user = User.objects.create_user(email, password)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        instruments = load_market()
        household = make_household(user=user, instruments=instruments)
        save_version(household=household, user=user, draft=_policy(instruments))
        activity.record(household=household, user=user, verb="sample.loaded", subject=household)
        ring("holdings.report", household.pk)
    return household


def _policy(instruments: Mapping[str, Instrument]) -> PolicyDraft:
    weights = [(instruments[symbol], Decimal(percent) / 100) for symbol, percent in TARGETS.items()]
    return PolicyDraft(
        fields={"strategy": PolicyVersion.Strategy.FIXED, "minimum_trade": Decimal(5_000)},
        targets=[*weights, (None, Decimal(CASH_TARGET) / 100)],
        constraints=list(_constraints()),
        reason="The sample's first version",
    )


def _constraints() -> Iterator[dict[str, Any]]:
    yield {"kind": Kind.SECTOR_WEIGHT, "subject": Sector.ENERGY, "high": Decimal("0.09")}
    yield {"kind": Kind.EACH_STOCK, "high": Decimal("0.1")}
    yield {"kind": Kind.MINIMUM_CASH, "low": Decimal(24_000), "unit": Unit.MONEY}
    yield {"kind": Kind.TAX_BUDGET, "high": Decimal(1_500), "unit": Unit.MONEY}
    yield {"kind": Kind.TURNOVER, "high": Decimal("0.2")}
    yield {"kind": Kind.EXCLUDE_THEME, "subject": "tobacco", "high": None}
    floor = {"low": Decimal("0.012"), "hard": False, "priority": 3}
    yield {"kind": Kind.SECTOR_WEIGHT, "subject": Sector.INDUSTRIALS, **floor}
