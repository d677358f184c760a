"""Where things are held, and how long it would take to sell them."""

from decimal import Decimal

from optimizer.engine.rebalance.rows import placed
from optimizer.engine.rules.reading import TINY, Reading, named, partly, state_of
from optimizer.engine.types import ZERO, AssetInput, ConstraintInput, Measures, PlanTrade, RuleCheck
from optimizer.engine.words import capital, percent, unslugged

HUNDREDTH = Decimal("0.01")


def location(reading: Reading, row: ConstraintInput) -> RuleCheck:
    """How much of a class would be outside its kind of account."""
    was = Decimal(placed(reading.book, row).start)
    value = was + sum((_moved(reading, row, trade) for trade in reading.trades), ZERO)
    high, slack = row.high or ZERO, Decimal(TINY)
    sentence = f"{capital(unslugged(row.subject))} outside {unslugged(row.place)} accounts would be {percent(value)}; "
    sentence += f"at most {percent(high)} is wanted. Without trades it is {percent(was)}."
    state = state_of(value, None, high, slack)
    return RuleCheck(row.id, row.kind, row.subject, row.hard, state, sentence, value, high)


def _moved(reading: Reading, row: ConstraintInput, trade: PlanTrade) -> Decimal:
    """What a trade adds to the weight of the class outside its kind of account."""
    book = reading.book
    account = book.accounts[book.account_index[trade.account]]
    asset = book.assets[book.asset_index[trade.asset]]
    if account.kind == row.place or asset.asset_class != row.subject:
        return ZERO
    return (trade.value if trade.side == "buy" else -trade.value) * account.weight / book.value


def liquidation(reading: Reading, row: ConstraintInput) -> RuleCheck:
    """Days to sell the slowest position at the stated part of its daily volume. Unknown volumes are named."""
    held = [a for a in reading.book.assets if a.tradable and reading.after.by_asset.get(a.id)]
    unknown = [asset for asset in held if asset.daily_volume is None]
    days = {asset: _days(reading, row, asset, reading.after) for asset in held if asset.daily_volume is not None}
    most = row.high or ZERO
    missing = f" No volume known: {named(unknown)}." if unknown else ""
    if not days:
        state = partly("pass", unknown)
        return RuleCheck(row.id, row.kind, "", row.hard, state, f"Days to sell: nothing to check.{missing}", None, most)
    slowest = max(days, key=lambda asset: (days[asset], asset.symbol))
    value, part = days[slowest], percent(row.rate or ZERO, 0)
    volume = "estimated daily volume" if slowest.volume_source == "estimated" else "daily volume"
    sentence = f"{slowest.symbol} would take {value} days to sell at {part} of its {volume}; the limit is {most:f}."
    state = partly(state_of(value, None, most, HUNDREDTH), unknown)
    return RuleCheck(row.id, row.kind, "", row.hard, state, sentence + missing, value, most)


def _days(reading: Reading, row: ConstraintInput, asset: AssetInput, measures: Measures) -> Decimal:
    shares = Decimal(measures.by_asset[asset.id]) * reading.book.value / asset.price
    daily = (asset.daily_volume or ZERO) * (row.rate or ZERO)
    return (shares / daily).quantize(HUNDREDTH) if daily else Decimal("Infinity")
