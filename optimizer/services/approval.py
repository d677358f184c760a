"""Whether a set of trades may be booked alone: reads what is stored and asks the engine's check."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.models import Household
from holdings import canonical
from holdings import selectors as holdings
from holdings.market.costs import daily_volume
from holdings.models import AssetClass, BrokerageAccount, Classification, Instrument, Liquidity, Sector, Term, ThemeTag
from optimizer import selectors
from optimizer.engine.check import StoredAccount, StoredBook, StoredLimit, StoredTrade, added_tax, check_set
from optimizer.engine.guardrails import Holding, Moved, checks, refusals
from optimizer.engine.types import ConstraintInput, TaxInput
from optimizer.models import Order, PolicyConstraint, Proposal, Side, Trade
from optimizer.services.guardrails import rails_of

Kind = PolicyConstraint.Kind
INPUTS = {Kind.WITHDRAWAL, Kind.AFTER_TAX}  # of the plan, no limits
ZERO = Decimal(0)

Members = Mapping[tuple[str, str], Mapping[str, Decimal]]
"""Coefficient 1 by public id of instrument, of each kind and subject of a limit on weights."""
Names = Mapping[tuple[str, str], str]


def objections(proposal: Proposal, trades: Sequence[Trade]) -> list[str]:
    """Sentences that name what the set alone would break, with the remedy; empty when it may be booked.

    Where it would break no limit of the policy, the guardrails are asked.

    Trades of the proposal that were approved before and are not filled yet count with the set.
    """
    if not trades:
        return []
    reading = _read(proposal)
    chosen = [*(order.trade for order in reading.own_orders), *trades]
    book = reading.book()
    said = check_set(
        [reading.trade(trade) for trade in chosen],
        [reading.trade(trade) for trade in selectors.trades(proposal)],
        book,
    )
    return said or refusals(checks(reading.moved(chosen, book), rails_of(selectors.guardrails(proposal.household))))


@dataclass(slots=True)
class _Reading:
    """What is stored of the household: values by instrument id, cash by account id, limits.

    `weights`: how much of a dollar counts for the household, by account id; `values`, `held` (by account and
    instrument) and `apart` are multiplied by it, `cash` is not. `priced`: the day of the last close. `gains`: by term,
    of other proposals' open orders. `apart`: cash in other currencies, in base currency: part of the value, spent on
    nothing.
    """

    proposal: Proposal
    accounts: list[BrokerageAccount]
    weights: dict[int, Decimal]
    instruments: dict[int, Instrument]
    classes: dict[int, Classification]
    told: dict[int, Liquidity]
    themes: dict[int, list[ThemeTag]]
    own_orders: list[Order]
    filled: list[Trade]
    priced: dict[int, dt.date]
    values: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    cash: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    gains: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    held: dict[tuple[int, int], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    apart: Decimal = ZERO

    def move(self, orders: Iterable[Order]) -> None:
        """Count open orders of other proposals as done."""
        for order in orders:
            part = (order.quantity - order.filled) / order.quantity
            sign = -1 if order.side == Side.SELL else 1
            moved = sign * order.trade.value * part * self.weights[order.account_id]
            self.values[order.instrument_id] += moved
            self.held[order.account_id, order.instrument_id] += moved
            self.cash[order.account_id] -= (sign * order.trade.value + order.trade.cost) * part
            self.gains[order.trade.term] += _counted(order.trade) * part

    def trade(self, trade: Trade) -> StoredTrade:
        instrument = self.instruments[trade.instrument_id]
        return StoredTrade(
            number=trade.number,
            account=str(trade.account.uuid),
            asset=str(instrument.uuid),
            symbol=instrument.symbol,
            side="sell" if trade.side == Side.SELL else "buy",
            value=trade.value,
            cost=trade.cost,
            term=trade.term or None,  # type: ignore[arg-type]
            gain=_counted(trade),
            group=holdings.identity_group(instrument, self.classes.get(instrument.pk)),
            loss=trade.gain is not None and trade.gain < 0 and trade.account.is_taxable,
        )

    def book(self) -> StoredBook:
        counted = sum((amount * self.weights[account] for account, amount in self.cash.items()), ZERO)
        total = sum(self.values.values(), ZERO) + counted + self.apart
        rows = list(self.proposal.version.constraints.filter(hard=True))
        members, names = self._members(), self._names()
        needed = selectors.withdrawals(self.proposal.version)
        return StoredBook(
            value=total,
            accounts=[
                StoredAccount(
                    str(each.uuid),
                    each.name,
                    self.cash[each.pk],
                    needed[str(each.uuid)],
                    self.weights[each.pk],
                    each.kind,
                    each.is_taxable,
                )
                for each in self.accounts
            ],
            weights={str(self.instruments[pk].uuid): float(value / total) for pk, value in self.values.items()},
            tax=canonical.decode(TaxInput, self.proposal.evidence["tax"]),
            limits=[self._limit(row, members, names) for row in self._single(rows) if row.kind not in INPUTS],
            done=[self.trade(trade) for trade in self.filled],
            in_flight=(self.gains[Term.SHORT], self.gains[Term.LONG]),
            currency=self.proposal.household.base_currency,
            places=self._places(total),
            reserves_tax=self.proposal.version.reserve_tax,
        )

    def _places(self, total: Decimal) -> dict[tuple[str, str], float]:
        """Weights by public ids of account and instrument."""
        accounts = {account.pk: str(account.uuid) for account in self.accounts}
        return {
            (accounts[account], str(self.instruments[pk].uuid)): float(value / total)
            for (account, pk), value in self.held.items()
        }

    def moved(self, chosen: Sequence[Trade], book: StoredBook) -> Moved:
        """What the chosen trades would do, those of the proposal that are filled counted in its turnover and tax."""
        shares: dict[int, Decimal] = defaultdict(Decimal)
        raised: dict[int, Decimal] = defaultdict(Decimal)
        cash = {account.pk: self.cash[account.pk] for account in self.accounts}
        for trade in chosen:
            value = trade.value if trade.side == Side.BUY else -trade.value
            shares[trade.instrument_id] += trade.quantity
            raised[trade.instrument_id] += value * self.weights[trade.account_id]
            cash[trade.account_id] -= value + trade.cost
        return Moved(
            as_of=self.proposal.household.as_of,
            value=book.value,
            holdings=[
                Holding(
                    symbol=instrument.symbol,
                    is_stock=instrument.kind == Instrument.Kind.STOCK,
                    before=self.values[pk] / book.value,
                    after=(self.values[pk] + raised[pk]) / book.value,
                    shares=shares[pk],
                    daily_volume=daily_volume(self.classes.get(pk), self.told.get(pk)).shares,
                    price_of=self.priced.get(pk),
                )
                for pk, instrument in self.instruments.items()
            ],
            cash_before={account.name: self.cash[account.pk] for account in self.accounts},
            cash_after={account.name: cash[account.pk] for account in self.accounts},
            traded=sum((trade.value for trade in (*chosen, *self.filled)), ZERO),
            tax=added_tax([self.trade(trade) for trade in (*self.filled, *chosen)], book),
            currency=book.currency,
        )

    def _single(self, rows: Sequence[PolicyConstraint]) -> Iterable[PolicyConstraint]:
        """The rows, a limit on each stock as one on every stock that has none of its own."""
        own = {row.subject for row in rows if row.kind == Kind.INSTRUMENT_WEIGHT}
        stocks = {str(each.uuid) for each in self.instruments.values() if each.kind == Instrument.Kind.STOCK} - own
        for row in rows:
            if row.kind != Kind.EACH_STOCK:
                yield row
                continue
            for uuid in sorted(stocks):
                yield PolicyConstraint(pk=row.pk, kind=Kind.INSTRUMENT_WEIGHT, subject=uuid, high=row.high)

    def _limit(self, row: PolicyConstraint, members: Members, names: Names) -> StoredLimit:
        constraint = ConstraintInput(
            id=str(row.pk),
            kind=row.kind,  # type: ignore[arg-type]
            subject=row.subject,
            low=row.low,
            high=row.high,
            unit=row.unit,
            place=row.place,
        )
        if row.kind == Kind.LOCATION:
            place = BrokerageAccount.Kind(row.place).label
            name = f"{AssetClass(row.subject).label} outside accounts of the kind {place}"
            return StoredLimit(constraint, name, members.get((Kind.CLASS_WEIGHT, row.subject), {}))
        if row.kind == Kind.CUSTOM:
            terms = {asset: Decimal(coefficient) for asset, coefficient in row.terms.items()}
            symbols = [names[one] for asset in terms if (one := (Kind.INSTRUMENT_WEIGHT, asset)) in names]
            return StoredLimit(constraint, f"The weighted sum of {', '.join(symbols)}", terms)
        key = row.kind, row.subject
        return StoredLimit(constraint, names.get(key, row.subject), members.get(key, {}))

    def _names(self) -> Names:
        """What rows limit, as a person would say it; other subjects are words already."""
        return {
            **{(Kind.INSTRUMENT_WEIGHT, str(each.uuid)): each.symbol for each in self.instruments.values()},
            **{(Kind.MINIMUM_CASH, str(account.uuid)): account.name for account in self.accounts},
            **{(Kind.SECTOR_WEIGHT, each.value): each.label for each in Sector},
            **{(Kind.CLASS_WEIGHT, each.value): each.label for each in AssetClass},
            (Kind.MINIMUM_CASH, ""): "the household",
        }

    def _members(self) -> Members:
        found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
        for pk, instrument in self.instruments.items():
            classification = self.classes.get(pk)
            subjects = {
                Kind.INSTRUMENT_WEIGHT: [str(instrument.uuid)],
                Kind.SECTOR_WEIGHT: [str(holdings.sector_of(classification))],
                Kind.CLASS_WEIGHT: [classification.asset_class if classification else "other"],
                Kind.ISSUER_WEIGHT: [holdings.issuer_of(instrument, classification)],
                Kind.REGION_WEIGHT: [classification.region if classification else ""],
                Kind.CURRENCY_WEIGHT: [instrument.currency],
                Kind.THEME_WEIGHT: [tag.theme for tag in self.themes.get(pk, [])],
            }
            for key in ((kind, subject) for kind, names in subjects.items() for subject in names):
                found[key][str(instrument.uuid)] = Decimal(1)
        return found


def _counted(trade: Trade) -> Decimal:
    """What of its gain counts in the year."""
    counted: Decimal = (trade.gain or ZERO) + trade.disallowed - trade.exempt
    return counted


def _read(proposal: Proposal) -> _Reading:
    household: Household = proposal.household
    lots = holdings.with_base_basis(holdings.lots(household), household.base_currency)
    orders = list(selectors.open_orders(household))
    trades = list(selectors.trades(proposal))
    accounts = list(holdings.brokerage_accounts(household))
    priced = {lot.instrument_id for lot in lots} | {trade.instrument_id for trade in trades}
    quotes = holdings.quotes_in_base(household, priced, household.as_of)
    reading = _Reading(
        proposal=proposal,
        accounts=accounts,
        weights=selectors.account_weights(proposal.version, accounts),
        instruments={
            **{lot.instrument_id: lot.instrument for lot in lots},
            **{order.instrument_id: order.instrument for order in orders},
            **{trade.instrument_id: trade.instrument for trade in trades},
        },
        classes=holdings.classifications(household),
        told=holdings.liquidity(household),
        themes=holdings.themes(household),
        filled=list(proposal.trades.filter(order__status=Order.Status.FILLED).select_related("account")),
        priced={pk: quote.date for pk, quote in quotes.items()},
        own_orders=[order for order in orders if order.trade.proposal_id == proposal.pk],
    )
    for lot in lots:
        quote = quotes.get(lot.instrument_id)
        value = lot.quantity * quote.close if quote else lot.basis or ZERO
        counted = value * reading.weights[lot.account_id]
        reading.values[lot.instrument_id] += counted
        reading.held[lot.account_id, lot.instrument_id] += counted
    reading.cash |= holdings.cash(household)
    for account, amount in holdings.cash_in_base(household).items():
        reading.apart += (amount - reading.cash[account]) * reading.weights[account]
    reading.move(order for order in orders if order.trade.proposal_id != proposal.pk)
    return reading
