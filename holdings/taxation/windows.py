"""Open wash-sale windows of a household: computed by workers out of its books, read by pages as they are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Household
from holdings import selectors
from holdings.models import RealisedGain, TaxState, Transaction
from holdings.tax.registry import undoes_losses
from holdings.tax.us.matching import match
from holdings.tax.us.wash import WINDOW, LossSale, WashWindows
from holdings.tax.us.windows import open_windows
from holdings.taxation import stored
from holdings.taxation.read import books
from holdings.taxation.situation import connected

CASH_ALONE = (Transaction.Kind.DIVIDEND, Transaction.Kind.INTEREST, Transaction.Kind.TAX, Transaction.Kind.FEE)


def compute(household: Household) -> WashWindows:
    """The windows that are open on the household's day, sales and purchases of the next session included. Workers only.

    By the rules of the United States; elsewhere they are a caution, but for countries where a purchase undoes no loss.
    Only the identity groups that something happened to within the window are read.
    """
    if not undoes_losses(household.tax_profile.country):
        return WashWindows()
    concerned = connected(household, _recent(household))
    if not concerned:
        return WashWindows()
    # Windows are of days and shares: the currency of the amounts does not matter to them.
    history = replace(books(household, concerned, until=date.max).history, currency="USD")
    return open_windows(match(history), history)


def _recent(household: Household) -> set[int]:
    """Instruments that were sold, bought, brought in or corrected, as of a day within the window.

    What only pays or costs cash moves no shares, and so opens no window.
    """
    since = household.as_of - WINDOW
    rows = Transaction.objects.active().filter(account__household=household, instrument__isnull=False)
    recent = rows.exclude(kind__in=CASH_ALONE).filter(Q(trade_date__gte=since) | Q(acquired__gte=since))
    return set(recent.order_by().values_list("instrument", flat=True).distinct())


def recent_sales(household: Household) -> QuerySet[RealisedGain]:
    """Gains and losses of sales whose window may be open, with their transactions."""
    return selectors.realised_gains(household).filter(sold__gte=household.as_of - WINDOW).select_related("sale")


def read(household: Household, state: TaxState | None, sales: Iterable[RealisedGain]) -> WashWindows:
    """As they are stored; and losses of `recent_sales` that were booked since, as the ledger sees them.

    One query more where there are such losses.
    """
    return continued(household, state, stored.state(state).windows if state else WashWindows(), sales)


def continued(
    household: Household, state: TaxState | None, known: WashWindows, sales: Iterable[RealisedGain]
) -> WashWindows:
    """The same, of windows that were taken out of the state before."""
    if state and not undoes_losses(state.country):
        return known
    since = household.as_of - WINDOW
    fresh = [gain for gain in sales if state is None or gain.sale.created_at > state.computed_at]
    return _open(replace(known, loss_sales=_with(known, household, fresh)), since)


def _with(known: WashWindows, household: Household, fresh: Collection[RealisedGain]) -> dict[str, tuple[LossSale, ...]]:
    found = defaultdict(list, {group: list(sales) for group, sales in known.loss_sales.items()})
    classes = selectors.classifications(household) if fresh else {}
    for gain in fresh:
        if gain.account.is_taxable and (gain.gain is None or gain.gain < 0):
            group = selectors.identity_group(gain.instrument, classes.get(gain.instrument_id))
            found[group].append(_loss(gain))
    return {group: tuple(sales) for group, sales in found.items()}


def _loss(gain: RealisedGain) -> LossSale:
    return LossSale(
        sale=str(gain.sale.uuid),
        account=str(gain.account.uuid),
        instrument=str(gain.instrument.uuid),
        sold=gain.sold,
        quantity=gain.quantity,
        loss=None if gain.gain is None else -gain.gain,
    )


def _open(windows: WashWindows, since: date) -> WashWindows:
    """Without those that have closed since they were stored."""
    sales = {group: tuple(each for each in own if each.sold >= since) for group, own in windows.loss_sales.items()}
    bought = {group: tuple(each for each in own if each.acquired >= since) for group, own in windows.purchases.items()}
    return WashWindows(
        {group: own for group, own in sales.items() if own}, {group: own for group, own in bought.items() if own}
    )
