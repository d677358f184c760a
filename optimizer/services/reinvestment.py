"""Reinvestment to turn off while a loss can still be undone: asked for with a proposal, ticked by a person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Max
from django.utils import timezone

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, User
from holdings import selectors as holdings
from holdings.models import AccountElsewhere, Lot, Transaction
from holdings.tax.registry import undoes_losses
from holdings.tax.us.wash import WINDOW
from optimizer import selectors
from optimizer.models import Order, Proposal, ReinvestmentTask, Side, Trade

Kind = Transaction.Kind


def ask(proposal: Proposal) -> None:
    """Add what a proposal's sales at a loss ask for. What stands already is not asked again, but for longer.

    Call it while the household is held. A second call changes nothing.
    """
    household, trades = proposal.household, _losses(proposal)
    if not trades or not undoes_losses(household.tax_profile.country):
        return
    until = proposal.trade_date + WINDOW
    for trade, place in _places(household, trades):
        _ask(household, trade, place, until)


def _losses(proposal: Proposal) -> list[Trade]:
    sales = proposal.trades.filter(side=Side.SELL).select_related("account", "instrument")
    return [trade for trade in sales if trade.gain is not None and trade.gain < 0 and trade.account.is_taxable]


Place = dict[str, object]
"""The fields of a task that say where: account and instrument, or the name of an account that is not imported."""


def _places(household: Household, trades: Iterable[Trade]) -> Iterator[tuple[Trade, Place]]:
    classes = holdings.classifications(household)
    by_group = {holdings.identity_group(trade.instrument, classes.get(trade.instrument_id)): trade for trade in trades}
    for account, instrument, group in _reinvesting(household, by_group):
        yield by_group[group], {"account_id": account, "instrument_id": instrument}
    elsewhere = household.accounts_elsewhere.exclude(reinvests=AccountElsewhere.Reinvests.NO)
    for name in elsewhere.values_list("name", flat=True):
        for trade in by_group.values():
            yield trade, {"place": name, "instrument_id": trade.instrument_id}


def _reinvesting(household: Household, groups: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Accounts and instruments of the groups that are held, and whose last distribution bought more of them."""
    wanted, classes = set(groups), holdings.classifications(household)
    held = Lot.objects.filter(account__household=household).select_related("instrument")
    group_of = {
        (lot.account_id, lot.instrument_id): holdings.identity_group(lot.instrument, classes.get(lot.instrument_id))
        for lot in held
    }
    last: dict[tuple[int, int], dict[str, dt.date]] = defaultdict(dict)
    rows = Transaction.objects.active().filter(
        account__household=household, kind__in=[Kind.DIVIDEND, Kind.REINVEST], instrument__isnull=False
    )
    found = rows.order_by().values_list("account", "instrument", "kind").annotate(last=Max("trade_date"))
    for account, instrument, kind, day in found:
        last[account, instrument][kind] = day
    for place, group in group_of.items():
        bought = last[place].get(Kind.REINVEST)
        if group in wanted and bought and bought >= last[place].get(Kind.DIVIDEND, bought):
            yield *place, group


def _ask(household: Household, trade: Trade, place: Place, until: dt.date) -> None:
    rows = ReinvestmentTask.objects.filter(household=household, until__gte=household.as_of, **place)
    known = rows.select_related("trade").order_by("-until").first()
    if known is None:
        ReinvestmentTask.objects.create(household=household, trade=trade, until=until, **place)
        return
    if not Order.objects.filter(trade=known.trade).exists():
        known.trade = trade
    known.until = max(known.until, until)
    known.save(update_fields=["trade", "until"])


def sold(order: Order, day: dt.date) -> None:
    """A sale at a loss was traded later than it was proposed for: reinvestment stays off for longer."""
    until = day + WINDOW
    ReinvestmentTask.objects.filter(trade=order.trade, until__lt=until).update(until=until)


def tick(*, task: ReinvestmentTask, user: User, done: bool) -> None:
    """Note that reinvestment was turned off, or take the note back. A second click changes nothing."""
    with holding(task.household):
        rows = selectors.reinvestment_tasks(task.household).filter(pk=task.pk, done_at__isnull=done)
        at = timezone.now() if done else None
        changed = ReinvestmentTask.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
        if changed.update(done_at=at, done_by=user if done else None):
            verb = "reinvestment.turned_off" if done else "reinvestment.not_turned_off"
            activity.record(household=task.household, user=user, verb=verb, subject=task)
