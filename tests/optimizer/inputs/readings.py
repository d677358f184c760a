"""What a run reads of a market, and what was proposed and ordered there before."""

import datetime as dt
import uuid
from decimal import Decimal

from accounts import runs
from accounts.models import TaxProfile
from optimizer import inputs
from optimizer.engine.types import Snapshot
from optimizer.models import Order, Proposal, Trade
from optimizer.services import orders
from optimizer.services.decisions import decide
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market


def read(market: Market, **params: object) -> Snapshot:
    return inputs.read(markets.asked(market, **params))[0]


def account(snapshot: Snapshot, which) -> object:
    return next(row for row in snapshot.accounts if row.id == str(which.uuid))


def asset(snapshot: Snapshot, symbol: str) -> object:
    return next(row for row in snapshot.assets if row.symbol == symbol)


def proposed(market: Market, *trades: dict, parent: Proposal | None = None) -> Proposal:
    """A proposal whose trades are given; its run is closed."""
    claim = runs.claim(markets.asked(market).pk)
    runs.finish(claim)
    made = Proposal.objects.create(
        household=market.house,
        number=market.house.proposals.count() + 1,
        run=claim.run,
        version=market.house.policy.versions.first(),
        parent=parent,
        as_of=factories.AS_OF,
        trade_date=markets.TRADE_DATE,
        expires_on=dt.date(2023, 1, 5),
        snapshot_hash="f" * 64,
        headline="",
        benefit="",
        measures={},
        evidence={"tax": tax_as_used(market)},
    )
    for number, trade in enumerate(trades, start=1):
        Trade.objects.create(proposal=made, number=number, reason="", **trade)
    return made


def tax_as_used(market: Market) -> dict[str, str]:
    profile = TaxProfile.objects.get(household=market.house)
    rates = {name: str(getattr(profile, name)) for name in ("short_rate", "long_rate", "state_rate")}
    return rates | {"short_carry": "0", "long_carry": "0"}


def sale(market: Market, quantity: str = "100", **changes: object) -> dict:
    xom = market.instruments["XOM"]
    value = Decimal(quantity) * 110
    given = {"account": market.taxable, "instrument": xom, "side": "sell", "lot_key": market.lot, "price": Decimal(110)}
    return given | {"quantity": Decimal(quantity), "value": value, "cost": Decimal(5), "gain": Decimal(2000)} | changes


def purchase(market: Market, quantity: str = "50", **changes: object) -> dict:
    value = Decimal(quantity) * 64
    given = {"account": market.ira, "instrument": market.instruments["KO"], "side": "buy", "price": Decimal(64)}
    return given | {"quantity": Decimal(quantity), "value": value, "cost": Decimal(2)} | changes


def approve(proposal: Proposal, market: Market) -> list[Order]:
    trades = [trade.uuid for trade in proposal.trades.all()]
    return decide(proposal=proposal, user=market.alice, approved=trades, rejected={})


def fill(order: Order, market: Market, quantity: str, price: str) -> None:
    given = {"date": markets.TRADE_DATE, "quantity": Decimal(quantity), "price": Decimal(price)}
    orders.record_fill(order=order, user=market.alice, key=uuid.uuid4(), **given)


def again(market: Market) -> Snapshot:
    """What the next run reads."""
    for run in market.house.runs.filter(status="queued"):
        runs.cancel(run=run, user=market.alice)
    return read(market)
