"""What the holdings pages are made of, read once: a fixed number of queries, whatever the number of lots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from holdings import selectors
from holdings.market.calendars import sessions_between
from holdings.models import BrokerageAccount, Classification, Lot
from holdings.selectors import Quote
from holdings.taxation.lots import Standing, standings

CALENDAR = "XNYS"
NEAR = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Source:
    """Stored rows of a household, or of one of its accounts, in the household's currency at the last rates.

    as_of: the household's date; days to long-term count from it.
    sale_day: the next session, on which a sale could happen; terms are as of it.
    standings: open lots under the tax rules, by key; lots that changed since that was computed are not in it.
    session: the last session until as_of; a price from before is old. None where no sessions are stored near it.
    """

    as_of: dt.date
    sale_day: dt.date
    session: dt.date | None
    accounts: Sequence[BrokerageAccount]
    lots: Sequence[Lot]
    cash: Sequence[tuple[BrokerageAccount, Decimal]]
    quotes: Mapping[int, Quote]
    classifications: Mapping[int, Classification]
    standings: Mapping[str, Standing]

    def of_account(self, account: BrokerageAccount) -> Source:
        return Source(
            as_of=self.as_of,
            sale_day=self.sale_day,
            session=self.session,
            accounts=self.accounts,
            lots=[lot for lot in self.lots if lot.account_id == account.pk],
            cash=[(owner, amount) for owner, amount in self.cash if owner == account],
            quotes=self.quotes,
            classifications=self.classifications,
            standings=self.standings,
        )


def read(household: Household) -> Source:
    lots = selectors.with_base_basis(selectors.lots(household), household.base_currency)
    accounts = list(selectors.brokerage_accounts(household))
    balances = selectors.cash_in_base(household)
    sessions = sessions_between(CALENDAR, household.as_of - NEAR, household.as_of + NEAR)
    return Source(
        as_of=household.as_of,
        sale_day=min((day for day in sessions if day > household.as_of), default=household.as_of),
        session=max((day for day in sessions if day <= household.as_of), default=None),
        accounts=accounts,
        lots=lots,
        cash=[(account, balances[account.pk]) for account in accounts if account.pk in balances],
        quotes=selectors.quotes_in_base(household, {lot.instrument_id for lot in lots}, household.as_of),
        classifications=selectors.classifications(household),
        standings=standings(household, lots),
    )
