"""What workers do when an account's ledger has changed, and what heals a lost message."""

from __future__ import annotations

from celery import shared_task

from accounts.clock import today
from holdings.market.exchanges import keep_ahead
from holdings.valuations import store


@shared_task(name="holdings.revalue")
def revalue(account_id: int) -> None:
    """Bring an account's daily valuations up to date; a second message finds nothing to do."""
    store.revalue(account_id)


@shared_task(name="holdings.sweep_stale")
def sweep_stale() -> None:
    """Keep trading sessions stored ahead of today, and revalue what a lost message left out of date."""
    keep_ahead("XNYS", today())
    for account_id in store.behind():
        revalue.delay(account_id)
