"""When a proposal no longer says what it was computed from (five sessions, prices, policy, lots, tax inputs)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Q

from accounts.models import TaxProfile
from holdings import selectors as holdings
from holdings.models import TradingSession, Transaction
from holdings.taxation.facts import fingerprint
from optimizer import selectors
from optimizer.models import Proposal

SESSIONS = 5
PRICE_MOVE = Decimal("0.02")
CALENDAR = "XNYS"


def last_day(trade_date: dt.date) -> dt.date:
    """The last session on which a proposal for this trade date may be decided; a week on where none are stored."""
    sessions = TradingSession.objects.filter(calendar=CALENDAR, date__gte=trade_date).order_by("date")
    dates = list(sessions.values_list("date", flat=True)[:SESSIONS])
    return dates[-1] if len(dates) == SESSIONS else trade_date + dt.timedelta(weeks=1)


TAX_INPUTS = {
    "short_rate": "short_rate",
    "long_rate": "long_rate",
    "state_rate": "state_rate",
    "short_carry": "carry_short",
    "long_carry": "carry_long",
}
"""The engine's names of what the household enters, and the profile's."""


def stale_reason(proposal: Proposal) -> str | None:
    """Why the proposal must not be decided any more, in words; None while it holds."""
    reasons = (_out_of_time, _policy_changed, _tax_changed, _accounts_changed, _holdings_changed, _account_closed)
    return next((said for reason in reasons if (said := reason(proposal))), None)


def _out_of_time(proposal: Proposal) -> str | None:
    if proposal.household.as_of <= proposal.expires_on:
        return None
    return f"It could be decided until {proposal.expires_on:%-d %b %Y}."


def _policy_changed(proposal: Proposal) -> str | None:
    current = selectors.current_version(proposal.household)
    if current is None or current.pk == proposal.version_id:
        return None
    return f"It rests on version {proposal.version.number} of the goals; version {current.number} holds now."


def _tax_changed(proposal: Proposal) -> str | None:
    profile = TaxProfile.objects.get(household=proposal.household)
    used = proposal.evidence["tax"]
    said = used.get("said", "")
    if said == fingerprint(proposal.household):
        return None
    if profile.use_own_rates and any(Decimal(used[name]) != getattr(profile, own) for name, own in TAX_INPUTS.items()):
        return "The tax rates or the losses carried in have changed since."
    if not said:
        return None
    return "What the household says of its taxes has changed since: income, deductions, spouse or accounts elsewhere."


def _accounts_changed(proposal: Proposal) -> str | None:
    """Whether an account is taxed otherwise, or is somebody else's, than when the plan was made."""
    kinds, owners = (proposal.evidence.get(name, {}) for name in ("kinds", "owners"))
    for account in holdings.brokerage_accounts(proposal.household):
        key = str(account.uuid)
        if account.kind != kinds.get(key, account.kind):
            return f"{account.name} is {account.get_kind_display()} now."
        if owners.get(key, "") not in {"", str(account.owner.uuid)}:
            return f"{account.name} belongs to {account.owner.name} now."
    return None


def _holdings_changed(proposal: Proposal) -> str | None:
    trades = list(proposal.trades.select_related("instrument"))
    read_at = selectors.reader(proposal.run).started_at
    changed = (
        Transaction.objects.filter(
            Q(created_at__gt=read_at) | Q(void__at__gt=read_at),
            account__household=proposal.household,
            instrument__in={trade.instrument_id for trade in trades},
        )
        .exclude(fill__order__trade__proposal=proposal)
        .select_related("instrument")
        .first()
    )
    if changed and changed.instrument:
        return f"Holdings of {changed.instrument.symbol} have changed since."
    quotes = holdings.quotes(proposal.household, {trade.instrument_id for trade in trades}, proposal.household.as_of)
    for trade in trades:
        quote = quotes.get(trade.instrument_id)
        if quote and abs(quote.close / trade.price - 1) > PRICE_MOVE:
            return f"The price of {trade.instrument.symbol} has moved by more than {PRICE_MOVE:.0%}."
    return None


def _account_closed(proposal: Proposal) -> str | None:
    blocking = holdings.blocking(proposal.household)
    account = next((trade.account for trade in proposal.trades.filter(account__in=blocking)), None)
    return f"The ledger of {account.name} differs from what its broker states." if account else None
