"""A small household with a price history: what the engine needs to plan for real."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from accounts import runs
from accounts.models import Household, Run, User
from holdings.market.prices import store_closes
from holdings.models import BrokerageAccount, Classification, Instrument, TradingSession
from optimizer.models import PolicyVersion
from optimizer.services.policies import PolicyDraft, save_version
from tests import factories

SECTORS = {"XOM": "energy", "KO": "staples", "MSFT": "tech"}
LAST = {"XOM": 110.0, "KO": 64.0, "MSFT": 235.0}
TRADE_DATE = dt.date(2022, 12, 29)


@dataclass(frozen=True)
class Market:
    """90 % of the household in one stock; the policy asks for three."""

    house: Household
    alice: User
    taxable: BrokerageAccount
    ira: BrokerageAccount
    instruments: dict[str, Instrument]
    lot: str


def weekdays(until: dt.date, count: int) -> list[dt.date]:
    days = (until - dt.timedelta(back) for back in range(count * 2))
    return sorted([day for day in days if day.weekday() < 5][:count])


def closes(last: float, seed: int, sessions: int) -> list[tuple[dt.date, Decimal]]:
    """A random walk that ends at a price on the household's date."""
    walk = np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.012, sessions)))
    days = weekdays(factories.AS_OF, sessions)
    return [(day, Decimal(f"{last * step / walk[-1]:.4f}")) for day, step in zip(days, walk, strict=True)]


def market(owner: User | None = None, *, sessions: int = 300) -> Market:
    """Two accounts, three stocks. Prices and trading days are stored once and shared by all households."""
    alice = owner or factories.user()
    house = factories.household(alice)
    instruments = {symbol: factories.instrument(symbol) for symbol in SECTORS}
    for symbol, sector in SECTORS.items():
        Classification.objects.create(
            household=house, instrument=instruments[symbol], sector=sector, asset_class="equity"
        )
    _store_prices(instruments, sessions)
    taxable, ira = factories.account(house), factories.account(house, "traditional_ira")
    factories.deposit(taxable, "60000")
    factories.deposit(ira, "20000")
    lot = factories.buy(taxable, instruments["XOM"], "500", "90", dt.date(2021, 3, 1))
    made = Market(house, alice, taxable, ira, instruments, lot)
    save(made)
    return made


def _store_prices(instruments: dict[str, Instrument], sessions: int) -> None:
    if any(instrument.prices.exists() for instrument in instruments.values()):
        return
    series = {instruments[s]: closes(last, seed, sessions) for seed, (s, last) in enumerate(LAST.items())}
    store_closes(source=factories.source(), closes=series)
    ahead = weekdays(dt.date(2023, 1, 31), 40)
    TradingSession.objects.bulk_create(TradingSession(calendar="XNYS", date=day) for day in ahead)


def save(market: Market, *constraints: dict[str, object], cash: str = "0.1") -> PolicyVersion:
    """A version that spreads what is not cash evenly."""
    each = (1 - Decimal(cash)) / 3
    targets = [(instrument, each) for instrument in market.instruments.values()]
    draft = PolicyDraft(
        fields={"strategy": "fixed_weights"}, targets=[*targets, (None, Decimal(cash))], constraints=list(constraints)
    )
    return save_version(household=market.house, user=market.alice, draft=draft)


def asked(market: Market, **params: object) -> Run:
    """A queued run under the newest version."""
    version = str(market.house.policy.versions.first().uuid)
    return runs.request(
        household=market.house,
        user=market.alice,
        kind="propose",
        key=uuid.uuid4(),
        params={"version": version, **params},
    )
