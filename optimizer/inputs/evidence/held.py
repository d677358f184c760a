"""What a household holds, and would hold after its open proposal, as stress tests and goals read it. Workers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from holdings import selectors as holdings
from holdings.market.panel import read_panel
from holdings.models import BrokerageAccount, Classification, Instrument, Lot
from holdings.selectors import Quote
from optimizer import selectors
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import CASH
from optimizer.engine.validate.stress.types import Book, OwnScenario, Position
from optimizer.inputs.fit import refuse_unfit
from optimizer.inputs.universe import assets, benchmark_index
from optimizer.models import Proposal, Side, Trade

ZERO = Decimal(0)
CENT = Decimal("0.01")

Places = dict[tuple[str, str], Decimal]  # account and asset -> money


@dataclass(frozen=True, slots=True)
class Held:
    """The book with its prices; `chunks` name the prices, `missing` what has none and counts as nothing."""

    book: Book
    panel: Panel
    chunks: tuple[str, ...]
    proposal: Proposal | None
    accounts: Sequence[BrokerageAccount]
    lots: Sequence[Lot]
    quotes: Mapping[int, Quote]
    missing: tuple[str, ...]


def held(household: Household, own: tuple[OwnScenario, ...] = ()) -> Held:
    """Read once, in base currency at the last closes and rates as of the household's date; lots with their basis.

    Raises CannotFinish where a series that is read must not be rested on.
    """
    accounts = list(holdings.brokerage_accounts(household))
    lots = holdings.with_base_basis(holdings.lots(household), household.base_currency)
    proposal = selectors.open_proposal(household)
    trades = list(selectors.trades(proposal)) if proposal else []
    named = {row.instrument_id: row.instrument for row in lots} | {row.instrument_id: row.instrument for row in trades}
    quotes = holdings.quotes_in_base(household, named, household.as_of)
    known = {pk: row for pk, row in sorted(named.items(), key=lambda item: item[1].symbol) if pk in quotes}
    before = _before(household, accounts, [lot for lot in lots if lot.instrument_id in quotes], quotes)
    index = benchmark_index(household)
    classes = holdings.classifications(household)
    priced = [*known.values(), *(row for row in index if row.pk not in known)]
    refuse_unfit(household, (str(row.uuid) for row in priced))
    panel, chunks = read_panel(priced, household.as_of, household=household)
    book = Book(
        as_of=household.as_of,
        currency=household.base_currency,
        assets=assets(household, known, quotes, {}),
        positions=_positions(before, _after(before, trades)),
        proposed=proposal is not None,
        metal=tuple(str(row.uuid) for pk, row in known.items() if pk in classes and classes[pk].collectible),
        durations=_durations(known, classes),
        benchmark=str(index[0].uuid) if index else "",
        own=own,
    )
    missing = tuple(sorted(row.symbol for pk, row in named.items() if pk not in quotes))
    return Held(book, Panel(panel.dates, panel.ids, panel.closes), chunks, proposal, accounts, lots, quotes, missing)


def _before(
    household: Household, accounts: Iterable[BrokerageAccount], lots: Iterable[Lot], quotes: Mapping[int, Quote]
) -> Places:
    places: Places = defaultdict(Decimal)
    cash = holdings.cash_in_base(household)
    for account in accounts:
        places[str(account.uuid), CASH] += cash.get(account.pk, ZERO)
    for lot in lots:
        places[str(lot.account.uuid), str(lot.instrument.uuid)] += lot.quantity * quotes[lot.instrument_id].close
    return places


def _after(before: Places, trades: Iterable[Trade]) -> Places:
    """Every trade of the proposal done at its price, its cost paid out of cash."""
    after: Places = defaultdict(Decimal, before)
    for trade in trades:
        bought = trade.value if trade.side == Side.BUY else -trade.value
        after[str(trade.account.uuid), str(trade.instrument.uuid)] += bought
        after[str(trade.account.uuid), CASH] -= bought + trade.cost
    return after


def _positions(before: Places, after: Places) -> tuple[Position, ...]:
    rows = ((place, before.get(place, ZERO).quantize(CENT), money.quantize(CENT)) for place, money in after.items())
    return tuple(Position(*place, was, would) for place, was, would in sorted(rows) if was or would)


def _durations(known: Mapping[int, Instrument], classes: Mapping[int, Classification]) -> Mapping[str, Decimal]:
    said = {pk: row.duration for pk, row in classes.items()}
    return {str(row.uuid): years for pk, row in known.items() if (years := said.get(pk)) is not None}
