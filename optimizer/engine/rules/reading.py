"""What a rule is read from, and how a value is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from optimizer.engine.rebalance.book import Book
from optimizer.engine.types import AssetInput, Measures, PlanTrade, RuleState
from optimizer.engine.words import count, listed, money_words

NEAR = 0.05  # within this part of a limit
TINY = 1e-6
NAMED = 6  # instruments that a sentence names before it counts them


@dataclass(frozen=True, slots=True)
class Reading:
    """The household of `book` before any trade, and with the plan's trades."""

    book: Book
    before: Measures
    after: Measures
    trades: tuple[PlanTrade, ...]

    def symbol(self, asset: str) -> str:
        return self.book.assets[self.book.asset_index[asset]].symbol

    def money(self, amount: Decimal) -> str:
        return money_words(amount, self.book.currency)

    def account(self, account: str) -> str:
        return self.book.accounts[self.book.account_index[account]].name


def state_of(value: Decimal, low: Decimal | None, high: Decimal | None, slack: Decimal) -> RuleState:
    if (high is not None and value > high + slack) or (low is not None and value < low - slack):
        return "fail"
    near_high = high is not None and high > 0 and value > high * Decimal(1 - NEAR)
    near_low = low is not None and low > 0 and value < low * Decimal(1 + NEAR)
    return "near" if near_high or near_low else "pass"


def partly(state: RuleState, unknown: Sequence[AssetInput]) -> RuleState:
    """A rule that does not know of every instrument never passes as clean."""
    return "partial" if unknown and state in ("pass", "near") else state


def named(assets: Sequence[AssetInput]) -> str:
    """A, B and C, or how many there are."""
    if len(assets) <= NAMED:
        return listed([asset.symbol for asset in assets])
    rest = count(len(assets) - NAMED, "other")
    return f"{', '.join(asset.symbol for asset in assets[:NAMED])} and {rest}"
