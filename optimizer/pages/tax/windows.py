"""Wash-sale windows that are open: what was sold at a loss, what was bought lately, what the proposal would sell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from accounts.models import Household
from accounts.templatetags.formats import day, quantity
from holdings import selectors as holdings
from holdings.figures.windows import Mark, Window
from holdings.models import BrokerageAccount
from holdings.tax.us import RecentPurchase, WashWindows
from holdings.tax.us.wash import WINDOW
from holdings.taxation import windows
from optimizer.pages.tax.year import YearShown

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Opened:
    """The windows of a household, and what it calls their groups and accounts."""

    household: Household
    windows: WashWindows

    @cached_property
    def names(self) -> dict[str, str]:
        return holdings.group_symbols(self.household, {*self.windows.loss_sales, *self.windows.purchases})

    @cached_property
    def accounts(self) -> dict[str, BrokerageAccount]:
        return {str(row.uuid): row for row in holdings.brokerage_accounts(self.household)}


def opened(household: Household, shown: YearShown) -> Opened | None:
    """Of the United States and the year in progress; None elsewhere."""
    if shown.rules.country != "US" or not shown.is_last:
        return None
    sales = windows.recent_sales(household)
    return Opened(household, windows.continued(household, shown.state, shown.facts.windows, sales))


def rows(found: Opened, shown: YearShown) -> list[Window]:
    """By day, the proposal's last; a row for each identity group and day, and for purchases each account."""
    made = [*_sold(found), *_bought(found), *_proposed(shown)]
    return sorted(made, key=lambda each: (each.mark is Mark.PROPOSED, each.day, each.name))


def _sold(found: Opened) -> Iterator[Window]:
    for group, sales in found.windows.loss_sales.items():
        for sold in sorted({sale.sold for sale in sales}):
            yield Window(
                name=found.names.get(group, ""),
                what=f"Sold at a loss, {day(sold)}",
                mark=Mark.SOLD,
                day=sold,
                words=f"Do not buy before {day(sold + WINDOW + DAY)}",
            )


def _bought(found: Opened) -> Iterator[Window]:
    for group, purchases in found.windows.purchases.items():
        place = attrgetter("acquired", "account")
        for (acquired, account), own in groupby(sorted(purchases, key=place), key=place):
            yield _purchase(found, group, acquired, found.accounts[account], list(own))


def _purchase(
    found: Opened, group: str, acquired: dt.date, account: BrokerageAccount, own: list[RecentPurchase]
) -> Window:
    shares = quantity(sum((each.quantity for each in own), Decimal(0)))
    effect = "deferred" if account.is_taxable else "lost for good"
    return Window(
        name=found.names.get(group, ""),
        what=f"{account.name} bought {shares} shares, {day(acquired)}",
        mark=Mark.BOUGHT,
        day=acquired,
        words=f"A loss on {shares} shares would be {effect} before {day(acquired + WINDOW + DAY)}",
    )


def _proposed(shown: YearShown) -> Iterator[Window]:
    if shown.proposal is None:
        return
    symbols = holdings.symbols(each.instrument for each in shown.proposed)
    losing = {each.instrument for each in shown.proposed if each.gain is not None and each.gain < 0}
    for instrument in sorted(losing, key=lambda each: symbols[each]):
        sold = shown.proposal.trade_date
        yield Window(
            name=symbols[instrument],
            what=f"Would be sold, {day(sold)}",
            mark=Mark.PROPOSED,
            day=sold,
            words=f"Would not be bought before {day(sold + WINDOW + DAY)}",
        )
