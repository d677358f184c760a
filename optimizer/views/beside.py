"""What every view that shows a proposal's frontier reads."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest

from accounts.templatetags.formats import SYMBOLS
from optimizer import selectors
from optimizer.models import Proposal
from optimizer.pages.frontier import beside
from optimizer.views.posted import may_write


def facts(request: HttpRequest, proposal: Proposal, trades: int, *, decided: bool) -> dict[str, Any]:
    """Context of the frontier's panel, and of that about limits. `trades`: how many; `decided`: whether one is."""
    currency = proposal.household.base_currency
    symbol = SYMBOLS.get(currency, currency)
    run, budget = selectors.alternatives_run(proposal), selectors.tax_budget(proposal)
    is_open = proposal.status == Proposal.Status.OPEN and may_write(request)
    return {
        "beside": beside(proposal, trades, run, budget, symbol),
        "may_choose": is_open and not decided,
        "symbol": symbol,
        "key": uuid.uuid4(),
    }
