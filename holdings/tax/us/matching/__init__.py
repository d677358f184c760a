"""Disposals of a household under US federal law: slices of lots, wash sales, adjusted basis and holding periods.

The ledger has relieved the lots already, on their economic basis. This follows every lot through what the ledger says
of it and keeps on top of it what replacements did to its shares (IRC 1091): nothing is relieved a second time.
"""

from decimal import localcontext

from holdings.ledger.exact import exact
from holdings.tax.history import History
from holdings.tax.jurisdiction import UnsupportedHistory
from holdings.tax.outcome import Matching
from holdings.tax.us.matching.result import result
from holdings.tax.us.matching.state import Rules, State
from holdings.tax.us.matching.walk import Walk

__all__ = ["Rules", "match"]


def match(history: History, rules: Rules | None = None) -> Matching:
    """All disposals of a history and what replaced their shares; n log n in its entries.

    Raises UnsupportedHistory for a history that is not kept in US dollars.
    """
    if history.currency != "USD":
        message = f"US tax is computed in US dollars, this history is kept in {history.currency}: change the currency."
        raise UnsupportedHistory(message)
    with localcontext(exact):
        state = State(history, rules or Rules())
        Walk(state).run()
        return result(state)
