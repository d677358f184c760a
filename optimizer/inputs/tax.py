"""The household's tax year so far, and the wash-sale windows that are open."""

from __future__ import annotations

import datetime as dt

from accounts.models import Household, TaxProfile
from holdings import selectors as holdings
from holdings.models import TaxState
from holdings.tax.us import year_to_date
from holdings.tax.us.wash import WINDOW
from holdings.taxation import stored, windows
from holdings.taxation.facts import fingerprint
from optimizer.engine.types import LossSale, Purchase, TaxInput, WashInput
from optimizer.inputs.orders import InFlight


def taxable_ids(household: Household) -> set[str]:
    return {str(account.uuid) for account in holdings.brokerage_accounts(household) if account.is_taxable}


def tax(household: Household, profile: TaxProfile, trade_date: dt.date) -> TaxInput:
    gains = holdings.ledger_gains(holdings.realised_gains(household, trade_date.year))
    so_far = year_to_date(gains, taxable=taxable_ids(household), as_of=trade_date)
    return TaxInput(
        short_rate=profile.short_rate,
        long_rate=profile.long_rate,
        state_rate=profile.state_rate,
        short_to_date=so_far.short,
        long_to_date=so_far.long,
        short_carry=profile.carry_short,
        long_carry=profile.carry_long,
        said=fingerprint(household),
    )


def wash(household: Household, state: TaxState | None, trade_date: dt.date, flight: InFlight) -> WashInput:
    """Windows of what has happened, and of open orders that would sell at a loss as if they were filled.

    state: what is stored of the present; None where nothing is, so that the windows are computed.
    """
    classes = holdings.classifications(household)
    open_windows = stored.state(state).windows if state else windows.compute(household)
    sold = {(group, sale.sold) for group, sales in open_windows.loss_sales.items() for sale in sales}
    sold |= {(holdings.identity_group(i, classes.get(i.pk)), trade_date) for i in flight.losses}
    return WashInput(
        loss_sales=tuple(
            LossSale(group, day, day + WINDOW) for group, day in sorted(sold) if day + WINDOW >= trade_date
        ),
        purchases=tuple(
            Purchase(group, purchase.account, purchase.lot, purchase.quantity, purchase.acquired)
            for group, purchases in sorted(open_windows.purchases.items())
            for purchase in purchases
            if purchase.acquired + WINDOW >= trade_date
        ),
    )
