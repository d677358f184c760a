"""Limits on the trades themselves: how many, of what, and which gains and losses they realise."""

from collections import defaultdict
from decimal import Decimal

from optimizer.engine.locks import bars_purchase, is_open, keeps_lot, said, subject_of
from optimizer.engine.rules.reading import Reading, state_of
from optimizer.engine.types import ZERO, ConstraintInput, PlanTrade, RuleCheck, RuleState
from optimizer.engine.words import count, listed
from optimizer.engine.year import has_terms

CENT = Decimal("0.005")
SOFT_BROKEN = "keeping to it would cost more than it is worth"


def number(reading: Reading, row: ConstraintInput) -> RuleCheck:
    """Orders: trades of one account, instrument and side count once, however many lots they take."""
    value, most = Decimal(orders(reading.trades)), row.high or ZERO
    sentence = f"{count(int(value), 'order')} would be placed; the limit is {int(most)}."
    return _rule(row, state_of(value, None, most, ZERO), sentence, value, most)


def orders(trades: tuple[PlanTrade, ...]) -> int:
    return len({(trade.account, trade.asset, trade.side) for trade in trades})


def fractions(reading: Reading, row: ConstraintInput) -> RuleCheck:
    where = reading.account(row.subject) if row.subject else "all accounts"
    return _rule(row, "pass", f"Shares are traded in fractions in {where}.", None, None)


def short_gains(reading: Reading, row: ConstraintInput) -> RuleCheck:
    counted = reading.trades if has_terms(reading.book.snapshot.tax) else ()
    gains = [trade.gain for trade in counted if trade.term == "short" and trade.gain is not None]
    value = sum((gain for gain in gains if gain > 0), ZERO)
    most = row.high or ZERO
    if value < CENT:
        return _rule(row, "pass", "No short-term gain would be realised.", ZERO, most)
    sentence = f"{reading.money(value)} of short-term gains would be realised; {reading.money(most)} are allowed."
    return _rule(row, state_of(value, None, most, 2 * CENT * len(gains)), sentence, value, most)


def small_losses(reading: Reading, row: ConstraintInput) -> RuleCheck:
    least, losses = row.low or ZERO, losses_by_ticket(reading.trades)
    small = {place: loss for place, loss in losses.items() if loss < least - CENT}
    value = min(losses.values(), default=None)
    if not small:
        return _rule(row, "pass", f"No loss under {reading.money(least)} would be realised.", value, least)
    names = [f"{reading.money(loss)} in {reading.symbol(asset)}" for (_, asset), loss in sorted(small.items())]
    why = "another limit needs these sales" if row.hard else SOFT_BROKEN
    return _rule(
        row, "fail", f"Losses under {reading.money(least)} would be realised: {listed(names)}; {why}.", value, least
    )


def losses_by_ticket(trades: tuple[PlanTrade, ...]) -> dict[tuple[str, str], Decimal]:
    """Losses realised by account and asset, positive."""
    losses: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for trade in trades:
        if trade.gain is not None and trade.gain < 0:
            losses[trade.account, trade.asset] -= trade.gain
    return dict(losses)


def lock(reading: Reading, row: ConstraintInput) -> RuleCheck:
    snapshot = reading.book.snapshot
    name = subject_of(row, snapshot)
    start = f"{name[:1].upper()}{name[1:]} {said(row, snapshot)}"
    if not is_open(row, snapshot):
        return _rule(row, "pass", f"{start}: that day has come.", ZERO, ZERO)
    value = sum((trade.value for trade in reading.trades if _breaks(row, trade, reading)), ZERO)
    if not value:
        return _rule(row, "pass", f"{start}; the plan keeps to it.", ZERO, ZERO)
    why = "it was approved before" if row.hard else SOFT_BROKEN
    return _rule(row, "fail", f"{start}, yet {reading.money(value)} would be traded; {why}.", value, ZERO)


def _breaks(row: ConstraintInput, trade: PlanTrade, reading: Reading) -> bool:
    if trade.side == "buy":
        return bars_purchase(row, trade.account, trade.asset)
    return any(lot.key == trade.lot and keeps_lot(row, lot) for lot in reading.book.snapshot.lots)


def _rule(
    row: ConstraintInput, state: RuleState, sentence: str, value: Decimal | None, limit: Decimal | None
) -> RuleCheck:
    return RuleCheck(row.id, row.kind, row.subject, row.hard, state, sentence, value, limit)
