"""Small households to plan for: shares at round prices, lots given as short tuples."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from optimizer.engine.snapshot import Panel
from optimizer.engine.types import (
    CASH,
    AccountInput,
    AssetInput,
    ConstraintInput,
    LotInput,
    PolicyInput,
    Snapshot,
    TaxInput,
)

TODAY = date(2022, 12, 28)
OLD, NEW = date(2020, 3, 2), date(2022, 9, 1)
RATES = TaxInput(short_rate=Decimal("0.35"), long_rate=Decimal("0.15"))


def asset(name: str, price: str = "100", **kwargs: object) -> AssetInput:
    defaults: dict[str, object] = {"currency": "USD", "asset_class": "stock", "sector": "Technology"}
    return AssetInput(id=name, symbol=name.upper(), name=name, price=Decimal(price), **{**defaults, **kwargs})


def account(name: str = "main", cash: str = "0", kind: str = "taxable", **kwargs: object) -> AccountInput:
    return AccountInput(id=name, name=name.capitalize(), kind=kind, cash=Decimal(cash), **kwargs)


def lot(
    key: str, owned: str, quantity: str, basis: str | None, bought: date | None = OLD, **kwargs: object
) -> LotInput:
    """A lot in account `main` unless told otherwise; basis is the total."""
    kwargs.setdefault("account", "main")
    return LotInput(
        key=key, asset=owned, quantity=Decimal(quantity), basis=basis and Decimal(basis), acquired=bought, **kwargs
    )


def policy(target: dict[str, str], strategy: str = "fixed_weights", **kwargs: object) -> PolicyInput:
    weights = {key: Decimal(weight) for key, weight in target.items()}
    weights.setdefault(CASH, 1 - sum(weights.values()) if strategy == "fixed_weights" else Decimal(0))
    return PolicyInput(strategy=strategy, target=weights, **kwargs)


def cap(kind: str, subject: str, high: str, **kwargs: object) -> ConstraintInput:
    return ConstraintInput(id=f"{kind}:{subject}", kind=kind, subject=subject, high=Decimal(high), **kwargs)


def household(
    assets: Sequence[AssetInput],
    lots: Sequence[LotInput],
    target: dict[str, str] | PolicyInput,
    accounts: Sequence[AccountInput] = (),
    **kwargs: object,
) -> Snapshot:
    snapshot = Snapshot(
        as_of=TODAY,
        trade_date=TODAY + timedelta(1),
        base_currency="USD",
        accounts=tuple(accounts) or (account(),),
        assets=tuple(assets),
        lots=tuple(lots),
        policy=target if isinstance(target, PolicyInput) else policy(target),
        tax=RATES,
    )
    return replace(snapshot, **kwargs)


def panel(assets: Sequence[AssetInput], sessions: int = 600, seed: int = 1, volatility: float = 0.012) -> Panel:
    """Random walks with one common factor that end at each asset's price."""
    rng = np.random.default_rng(seed)
    n = len(assets)
    steps = rng.normal(0, volatility, (sessions, n)) + rng.normal(0, volatility, (sessions, 1))
    walk = np.exp(np.cumsum(steps, axis=0))
    closes = walk / walk[-1] * np.array([float(a.price) for a in assets])
    dates = tuple(TODAY - timedelta(sessions - 1 - day) for day in range(sessions))
    return Panel(dates, tuple(a.id for a in assets), closes)
