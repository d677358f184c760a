"""The cause of one trade, and the sentence that says it: cause before effect, with the number."""

from decimal import Decimal

from optimizer.engine.constraints import EXCLUSIONS, excluded, limits_weight, members, single
from optimizer.engine.rebalance.find import Found
from optimizer.engine.rebalance.orders import gain_of
from optimizer.engine.risk.measures import volatility
from optimizer.engine.types import ZERO, ConstraintInput, LotInput, Plan, PlanTrade, Why
from optimizer.engine.words import capital, money_words, percent, points, subject
from optimizer.engine.year import year_tax

OVERSHOT = 0.0025  # a purchase that ends this far above its target stands in for another asset
NEARLY = 0.0005  # a weight this close to its target is neither over nor under


def why(trade: PlanTrade, plan: Plan, found: Found) -> Why:
    """The numbers behind a trade: the first cause that holds."""
    cause, row = _cause(trade, plan, found)
    if row is not None:
        inside = [asset.id for asset in members(row, found.now.assets)]
        before, after = (sum(m.by_asset.get(i, 0.0) for i in inside) for m in (plan.before, plan.after))
        limit = row.low if trade.side == "buy" else row.high
        name = subject(row, found.now.assets, found.now.accounts)
        return Why(cause, capital(name), before, float(limit or 0), after)
    if cause == "cash" and trade.side == "sell":
        before, needed, after = _account_cash(trade.account, plan, found)
        return Why(cause, _account(trade, found), before, needed, after)
    weights = (plan.before.by_asset, plan.target_weights, plan.after.by_asset)
    before, target, after = (weight.get(trade.asset, 0.0) for weight in weights)
    return Why(cause, found.now.assets[found.now.asset_index[trade.asset]].symbol, before, target, after)


def reason_of(trade: PlanTrade, plan: Plan, found: Found) -> str:
    """One or two short sentences."""
    parts = [_cause_sentence(trade, why(trade, plan, found), found)]
    parts.append(_sale(trade, plan, found) if trade.side == "sell" else _purchase(trade, plan, found))
    parts.append(_impact(trade, plan, found))
    return " ".join(part for part in parts if part)


def _cause(trade: PlanTrade, plan: Plan, found: Found) -> tuple[str, ConstraintInput | None]:
    fixed = {(pick.account, pick.asset, pick.lot) for pick in found.book.standing.fixed}
    if (trade.account, trade.asset, trade.lot) in fixed:
        return "fixed", None
    broken = _broken(trade, plan, found)
    if broken is not None:
        return "limit", broken
    before, needed, _ = _account_cash(trade.account, plan, found)
    if trade.side == "sell" and before < needed:
        return "cash", None
    off = plan.before.by_asset.get(trade.asset, 0.0) - plan.target_weights.get(trade.asset, 0.0)
    if trade.side == "buy":
        return ("under" if off < -NEARLY else "cash"), None
    if off > NEARLY:
        return "over", None
    return ("harvest" if trade.term is not None else "cash"), None


def _broken(trade: PlanTrade, plan: Plan, found: Found) -> ConstraintInput | None:
    """The first hard limit of the asset that is broken without trades and that this side mends."""
    if trade.side == "sell" and trade.asset in excluded(found.now.snapshot.constraints, found.now.assets):
        return excluded(found.now.snapshot.constraints, found.now.assets)[trade.asset]
    for row in single(found.now.snapshot.constraints, found.now.assets):
        if not limits_weight(row) or row.kind == "custom" or not row.hard:
            continue
        inside = [asset.id for asset in members(row, found.now.assets)]
        weight = sum(plan.before.by_asset.get(asset, 0.0) for asset in inside)
        over = row.high is not None and weight > float(row.high) + NEARLY and trade.side == "sell"
        under = row.low is not None and weight < float(row.low) - NEARLY and trade.side == "buy"
        if trade.asset in inside and (over or under):
            return row
    return None


def _cause_sentence(trade: PlanTrade, cause: Why, found: Found) -> str:
    gap = points(cause.before - cause.target)
    if cause.cause == "limit":
        rows = [r for r in found.now.snapshot.constraints if r.kind in EXCLUSIONS]
        names = {capital(subject(row, found.now.assets, found.now.accounts)) for row in rows}
        if cause.subject in names and cause.target == 0:
            return f"{cause.subject} is excluded by the policy."
        word = "over its limit" if trade.side == "sell" else "under its floor"
        return f"{cause.subject} is {gap} {word} of {percent(cause.target)}."
    if cause.cause == "over" and cause.target == 0:
        return f"{cause.subject} is {percent(cause.before)} of the household and has no target."
    if cause.cause in ("over", "under"):
        return f"{cause.subject} is {gap} {cause.cause} its target of {percent(cause.target)}."
    if cause.cause == "cash" and trade.side == "sell":
        return _cash_sentence(trade, cause, found)
    return {
        "fixed": "Approved before and unchanged.",
        "harvest": _harvest(trade, found),
        "cash": "Idle cash would be invested.",
    }[cause.cause]


def _cash_sentence(trade: PlanTrade, cause: Why, found: Found) -> str:
    if cause.before < cause.target:
        short = Decimal(cause.target - cause.before) * found.now.value
        return f"{cause.subject} is {_money(short, found)} short of the cash it must keep."
    return f"Makes room for purchases in {cause.subject}."


def _harvest(trade: PlanTrade, found: Found) -> str:
    gain = (trade.gain or ZERO) + trade.disallowed - trade.exempt
    if gain < 0:
        return f"A loss of {_money(-gain, found)} would count against gains of this year."
    return "A gain would be realised while losses of the year cover it." if trade.tax <= 0 else "Reduces risk."


def _sale(trade: PlanTrade, plan: Plan, found: Found) -> str:
    lot = next(lot for lot in found.now.snapshot.lots if lot.key == trade.lot)
    if trade.term is None:
        gain = gain_of(lot, trade.quantity, trade.price)
        return f"Sold in {_account(trade, found)}: no tax on the {_money(gain, found)} gain." if gain > 0 else ""
    named = _named(lot)
    gain = trade.gain or ZERO
    if trade.disallowed:
        washed = f"{_money(trade.disallowed, found)} of its loss is washed by a purchase of the last 30 days"
        counts = -gain - trade.disallowed
        return f"{named}: {washed}{f'; {_money(counts, found)} counts' if counts > 0 else ''}."
    basis = trade.value - gain
    size = f"{percent(abs(gain) / basis, 0)} " if basis > 0 else "only "
    part = f"{size}{'gain' if gain >= 0 else 'loss'}"
    effect = f"{_money(abs(trade.tax), found)} {'of tax' if trade.tax >= 0 else 'less tax'}"
    return f"{named} carries {part}: {effect}.{_rest(trade, lot, plan, found)}"


def _named(lot: LotInput) -> str:
    day = lot.bought or lot.acquired
    name = f"lot {day.day} {day:%b %Y}" if day else "the lot"
    if lot.piece is not None:
        name = f"piece {lot.number} of {name}"
    raised = ", basis raised by a deferred loss," if lot.deferred else ""
    return f"{name[:1].upper()}{name[1:]}{raised}"


def _rest(trade: PlanTrade, lot: LotInput, plan: Plan, found: Found) -> str:
    """What selling the remainder of a lot would add, where it is kept for its tax."""
    rest = lot.quantity - lot.reserved - trade.quantity
    if rest <= 0 or (trade.gain or ZERO) <= 0:
        return ""
    gain = gain_of(lot, rest, trade.price) * (1 - lot.free)
    judged, snapshot = found.judged, found.now.snapshot
    more = (gain, ZERO) if trade.term == "short" else (ZERO, gain)
    tax = year_tax(snapshot.tax, judged.short + more[0], judged.long + more[1])
    tax -= year_tax(snapshot.tax, judged.short, judged.long)
    if tax < 1:
        return ""
    saved = plan.after.tracking_error - _error_without(trade.asset, rest * trade.price, found)
    if saved < 0.00005:
        return ""
    shares = f"{trade.quantity.normalize():f} of {(lot.quantity - lot.reserved).normalize():f} shares"
    cut = f"{points(saved, 2)} of tracking error"
    return f" {shares}: the rest would add {_money(tax, found)} of tax for {cut}."


def _error_without(asset: str, value: Decimal, found: Found) -> float:
    model = found.model
    deviation = model.drift + model.effect @ found.trades
    place = list(found.book.risky).index(found.book.asset_index[asset])
    deviation[place] -= float(value / found.now.value)
    return volatility(deviation, model.covariance)


def _impact(trade: PlanTrade, plan: Plan, found: Found) -> str:
    """How much of a usual day the orders of its asset are, where moving the price costs more than the spread does."""
    asset = found.now.assets[found.now.asset_index[trade.asset]]
    if not asset.daily_volume or trade.impact <= trade.value * asset.half_spread:
        return ""
    shares = sum((t.quantity for t in plan.trades if (t.asset, t.side) == (trade.asset, trade.side)), ZERO)
    part = percent(shares / asset.daily_volume, 0 if shares > asset.daily_volume / 10 else 1)
    return f"Its orders are {part} of a usual day’s volume, which costs {_money(trade.impact, found)} of impact."


def _purchase(trade: PlanTrade, plan: Plan, found: Found) -> str:
    sold = any(other.side == "sell" and other.account == trade.account for other in plan.trades)
    paid = f"Paid from {'sales' if sold else 'cash'} in {_account(trade, found)}."
    over = plan.after.by_asset.get(trade.asset, 0.0) - plan.target_weights.get(trade.asset, 0.0)
    if over < OVERSHOT:
        return paid
    return f"It would end {points(over)} above its target, for what is sold at a loss or may not be bought. {paid}"


def _money(amount: Decimal, found: Found) -> str:
    return money_words(amount, found.now.currency)


def _account(trade: PlanTrade, found: Found) -> str:
    return found.now.accounts[found.now.account_index[trade.account]].name


def _account_cash(account: str, plan: Plan, found: Found) -> tuple[float, float, float]:
    """Cash of an account before, needed, and after, fractions of the household."""
    needed = max((row.low for row in found.now.cash_rows if row.account == account), default=0.0)
    before, after = (float(m.account_cash[account] / found.now.value) for m in (plan.before, plan.after))
    return before, needed, after
