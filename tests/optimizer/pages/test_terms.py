"""The term of a proposed sale, where the time held counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

from holdings.models import BrokerageAccount, Instrument
from optimizer.models import Proposal, Trade
from optimizer.pages.proposal import Choices, line


def of(country: str) -> dict[str, Any]:
    return {"year": {"country": country}}


@pytest.mark.parametrize(
    ("tax", "said"), [({}, "long"), ({"year": None}, "long"), (of("US"), "long"), (of("GB"), "none")]
)
def test_a_sale_has_a_term_where_the_time_held_counts(tax: dict[str, Any], said: str) -> None:
    proposal = Proposal(evidence={"tax": tax})
    account, instrument = BrokerageAccount(kind="taxable"), Instrument(symbol="AAPL")
    trade = Trade(proposal=proposal, account=account, instrument=instrument, side="sell", term="long")
    shown = render_to_string("optimizer/proposal/_term.html", {"trade": trade, "line": line(trade, Choices(), {})})
    assert said in shown
