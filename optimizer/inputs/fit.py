"""Series that nothing may rest on. Workers only."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import runs
from accounts.models import Household
from holdings.market.series import unfit
from holdings.models import Instrument


def refuse_unfit(household: Household, ids: Iterable[str]) -> None:
    """Raises CannotFinish and names them where series that it would rest on are stale, suspicious or unlicensed."""
    symbols = dict(Instrument.objects.filter(uuid__in=list(ids)).values_list("pk", "symbol"))
    named = sorted(f"{symbols[pk]} ({why})" for pk, why in unfit(household).items() if pk in symbols)
    if named:
        raise runs.CannotFinish(f"Prices hold this back: {', '.join(named)}. Settle them on the page of data first.")
