"""What a household holds now, at last closes: read once, added up in Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from accounts.models import Household
from holdings import selectors as holdings
from holdings.models import AssetClass, BrokerageAccount, Classification, Instrument, Lot, Sector
from holdings.selectors import Quote

ZERO = Decimal(0)


@dataclass(frozen=True)
class Position:
    """Lots, cash and quotes of one household, in its currency at the last rates; keys are ids."""

    as_of: dt.date
    accounts: Sequence[BrokerageAccount]
    instruments: Mapping[int, Instrument]
    lots: Sequence[Lot]
    cash: Mapping[int, Decimal]
    quotes: Mapping[int, Quote]
    classes: Mapping[int, Classification]
    currency: str = "USD"

    def worth(self, lot: Lot) -> Decimal:
        """Quantity x last close; an instrument without any price counts as 0."""
        quote = self.quotes.get(lot.instrument_id)
        return lot.quantity * quote.close if quote else ZERO

    @cached_property
    def by_account(self) -> dict[int, Decimal]:
        values = {account.pk: self.cash.get(account.pk, ZERO) for account in self.accounts}
        for lot in self.lots:
            values[lot.account_id] += self.worth(lot)
        return values

    @cached_property
    def by_instrument(self) -> dict[int, Decimal]:
        values: dict[int, Decimal] = defaultdict(Decimal)
        for lot in self.lots:
            values[lot.instrument_id] += self.worth(lot)
        return dict(values)

    @cached_property
    def total(self) -> Decimal:
        return sum(self.by_account.values(), ZERO)

    @cached_property
    def total_cash(self) -> Decimal:
        return sum(self.cash.values(), ZERO)

    @cached_property
    def by_sector(self) -> dict[str, Decimal]:
        return self._added({pk: self.sector(pk) for pk in self.by_instrument}, Sector.CASH)

    @cached_property
    def by_class(self) -> dict[str, Decimal]:
        return self._added({pk: self.asset_class(pk) for pk in self.by_instrument}, AssetClass.CASH)

    def _added(self, tokens: Mapping[int, str], cash: str) -> dict[str, Decimal]:
        values: dict[str, Decimal] = defaultdict(Decimal)
        for pk, value in self.by_instrument.items():
            values[tokens[pk]] += value
        values[cash] += self.total_cash
        return dict(values)

    def by(self, token: Callable[[int], str]) -> dict[str, Decimal]:
        """Value by a label of the instruments; cash has none."""
        values: dict[str, Decimal] = defaultdict(Decimal)
        for pk, value in self.by_instrument.items():
            values[token(pk)] += value
        return dict(values)

    def issuer(self, instrument: int) -> str:
        return holdings.issuer_of(self.instruments[instrument], self.classes.get(instrument))

    def region(self, instrument: int) -> str:
        found = self.classes.get(instrument)
        return found.region if found else ""

    def sector(self, instrument: int) -> str:
        return holdings.sector_of(self.classes.get(instrument)).value

    def asset_class(self, instrument: int) -> str:
        found = self.classes.get(instrument)
        return found.asset_class if found else AssetClass.OTHER

    def share(self, value: Decimal) -> Decimal:
        """As a fraction of the household, to the thousandth that pages show; 0 of an empty household."""
        return (value / self.total).quantize(Decimal("0.001")) if self.total else ZERO

    @cached_property
    def is_empty(self) -> bool:
        return not self.lots and not any(self.cash.values())

    @cached_property
    def labels(self) -> list[str]:
        """What must be said of the prices."""
        return sorted({quote.label for quote in self.quotes.values() if quote.label})


def load(household: Household) -> Position:
    """Five queries, six where a price is older than two weeks, whatever the number of lots."""
    accounts = list(holdings.brokerage_accounts(household))
    rows = Lot.objects.filter(account__household=household).select_related("instrument")
    lots = holdings.with_base_basis(rows, household.base_currency)
    instruments = {lot.instrument_id: lot.instrument for lot in lots}
    owners = {account.pk: account for account in accounts}
    for lot in lots:
        lot.account = owners[lot.account_id]
    return Position(
        as_of=household.as_of,
        accounts=accounts,
        instruments=instruments,
        lots=lots,
        cash=holdings.cash_in_base(household),
        quotes=holdings.quotes_in_base(household, instruments, household.as_of),
        classes=holdings.classifications(household),
        currency=household.base_currency,
    )
