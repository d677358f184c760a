"""What is already under way or decided: open orders and the verdicts of earlier proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.models import Household, Run
from holdings.models import Instrument
from holdings.selectors import Quote
from optimizer import selectors
from optimizer.engine.types import FixedTrade, Forbidden, InFlightBuy, Locks, LotInput
from optimizer.inputs.pieces import shared
from optimizer.models import Decision, Proposal, Side, Trade

RESERVE = Decimal("1.01")  # cash kept for an open purchase: its price may have moved by a hundredth


@dataclass(frozen=True, slots=True)
class InFlight:
    """Shares by lot key, cash by account id, purchases, and instruments sold at a loss that open orders hold."""

    lots: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    cash: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    buys: list[InFlightBuy] = field(default_factory=list)
    losses: list[Instrument] = field(default_factory=list)


def in_flight(household: Household, quotes: Mapping[int, Quote]) -> InFlight:
    flight = InFlight()
    for order in selectors.open_orders(household):
        left = order.quantity - order.filled
        if order.side == Side.SELL:
            flight.lots[order.pick(left).key] += left
            if order.account.is_taxable and order.trade.gain is not None and order.trade.gain < 0:
                flight.losses.append(order.instrument)
            continue
        quote = quotes.get(order.instrument_id)
        flight.cash[order.account_id] += left * (quote.close if quote else order.limit_price) * RESERVE
        flight.buys.append(InFlightBuy(str(order.account.uuid), str(order.instrument.uuid), left))
    return flight


def locks(
    run: Run, parent: Proposal | None, flight: InFlight, closed: Collection[int], held: Iterable[LotInput]
) -> Locks:
    """Rejected trades of the proposal and its ancestors stay out; those marked approved stay in.

    `closed`: ids of accounts in which nothing is traded, approved before or not. `held`: the lots as they are now.
    """
    left = {lot.key: lot.quantity - lot.reserved for lot in held}
    approved = Trade.objects.filter(proposal=parent, uuid__in=run.params.get("approved", []))
    fixed = approved.exclude(account__in=closed) if parent else []
    return Locks(
        forbidden=tuple(sorted(_rejected(parent), key=lambda f: (f.account, f.asset, f.side))),
        fixed=tuple(each for trade in fixed for each in _fixed(trade, left)),
        buying=tuple(flight.buys),
    )


def _rejected(proposal: Proposal | None) -> set[Forbidden]:
    found: set[Forbidden] = set()
    while proposal:
        rejected = proposal.trades.filter(decision__verdict=Decision.Verdict.REJECTED)
        for trade in rejected.select_related("account", "instrument"):
            side = "sell" if trade.side == Side.SELL else "buy"
            found.add(Forbidden(str(trade.account.uuid), str(trade.instrument.uuid), side))  # type: ignore[arg-type]
        proposal = proposal.parent
    return found


def _fixed(trade: Trade, left: dict[str, Decimal]) -> Iterator[FixedTrade]:
    where = str(trade.account.uuid), str(trade.instrument.uuid)
    if trade.side == Side.BUY:
        yield FixedTrade(*where, "buy", None, trade.quantity)
    else:
        for key, shares in shared(trade.pick.key, trade.quantity, left).items():
            yield FixedTrade(*where, "sell", key, shares)
