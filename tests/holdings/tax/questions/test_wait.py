"""What waiting for the long-term rate would save, lot by lot."""

from datetime import date
from decimal import Decimal

from holdings.tax.questions.sell import if_sold
from holdings.tax.questions.wait import waiting
from tests.holdings.ledger.histories import buy, sell
from tests.holdings.tax.questions.situations import situation

SHORT = buy("short", "2025-01-02", 100, 5000)
LONG = buy("long", "2020-01-02", 100, 5000)


def waits(*entries, picks, cash=8000):
    asked = situation(*entries)
    sale = sell("s", "2025-06-30", sum(picks.values()), cash, picks=picks)
    return waiting(asked, if_sold(asked, [sale]), asked.matching.lots)


def test_a_short_term_gain_would_be_taxed_at_the_long_term_rate_a_year_and_a_day_later() -> None:
    """3,000 of gain at 22 % against 15 %."""
    (found,) = waits(SHORT, picks={"short": 100})

    assert (found.lot, found.until, found.saved) == ("short", date(2026, 1, 3), 3000 * Decimal("0.07"))


def test_of_two_lots_only_the_short_term_one_waits() -> None:
    (found,) = waits(SHORT, LONG, picks={"short": 50, "long": 50})

    assert (found.lot, found.saved) == ("short", 1500 * Decimal("0.07"))


def test_a_loss_does_not_wait() -> None:
    assert waits(SHORT, picks={"short": 100}, cash=4000) == ()
