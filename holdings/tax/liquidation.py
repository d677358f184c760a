"""The tax of selling everything on the last day: what is still owed on gains that nobody has taken."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.replay import replay
from holdings.ledger.types import ZERO, Entry, Kind
from holdings.tax.flows import Caused, Engine, by_account
from holdings.tax.history import History
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import Matching


@dataclass(frozen=True, slots=True)
class Liquidation:
    """tax: by account, what selling all taxed holdings would add to the tax of the year; a minus sign saves tax.

    unknown: instruments whose cost or date is not known, so that their gain is in no figure.
    """

    tax: Mapping[str, Decimal] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SoldOut:
    """The history matched once everything is sold. sales: ids of the entries that sell it."""

    matching: Matching
    sales: frozenset[str]


def sold_out(rules: Jurisdiction, history: History, prices: Mapping[str, Decimal]) -> SoldOut:
    """Book the sale of every share in a taxed account after all else of the last day.

    prices: by instrument, in the currency of the history. The rules match the whole history anew, so losses that the
    sale undoes or frees count with it. Raises UnsupportedHistory.
    """
    with localcontext(exact):
        sales = list(_sales(history, prices))
        entries = (*history.entries, *sales)
        matching = rules.match(replace(history, entries=entries, ledger=replay(entries)))
        return SoldOut(matching, frozenset(entry.id for entry in sales))


def liquidation(engine: Engine, done: SoldOut) -> Liquidation:
    """Assess the year of a return anew, as if everything were sold. engine: of the last day. Raises UnknownYear."""
    year, matching, sold = engine.year.year, done.matching, done.sales
    with localcontext(exact):
        slices = engine.year.of.own(each for each in matching.slices if each.sold in year)
        new = [each for each in slices if each.sale in sold]
        unknown = {each.instrument for each in new if each.recognised is None}
        unknown |= {each.instrument for each in matching.left_out if each.entry in sold and each.instrument}
        rest = Caused(tuple(each for each in slices if each.sale not in sold), engine.whole.income)
        parts = by_account(new)
        added = engine.tax(sum(parts.values(), rest)) - engine.tax(engine.whole)
        return Liquidation(engine.shared(rest, parts, added) if parts else {}, frozenset(unknown))


def _sales(history: History, prices: Mapping[str, Decimal]) -> Iterable[Entry]:
    held: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for lot in history.ledger.lots:
        if history.accounts[lot.account].taxed:
            held[lot.account, lot.instrument] += lot.quantity
    for (account, instrument), quantity in sorted(held.items()):
        yield Entry(
            id=f"liquidation:{account}:{instrument}",
            account=account,
            kind=Kind.SELL,
            trade_date=history.as_of,
            trade_time=time.max,
            instrument=instrument,
            quantity=-quantity,
            cash=quantity * prices[instrument],
            currency=history.currency,
        )
