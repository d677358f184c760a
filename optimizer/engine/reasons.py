"""Why each trade, what the whole would do, what is held and what could be wrong: short sentences with their numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from optimizer.engine.causes import reason_of, why
from optimizer.engine.needs import needs_notes
from optimizer.engine.rebalance.book import Book
from optimizer.engine.rebalance.find import Found
from optimizer.engine.rebalance.orders import money
from optimizer.engine.rebalance.score import Score
from optimizer.engine.rules import rules
from optimizer.engine.rules.reading import named
from optimizer.engine.types import ZERO, AssetInput, Measures, Plan, Snapshot, Weighed
from optimizer.engine.waits import held
from optimizer.engine.words import count, listed, money_words, percent

RISK, TAX, COST = "Drift risk, a year", "Tax this year", "Trading cost"
CARRIED, LATER, IDLE, BROKEN = "Carried losses used up", "Tax later", "Idle cash, a year", "Broken preferences"
RUNNING = "Fund costs added, a year"
PARTS = (
    ("risk", RISK),
    ("tax", TAX),
    ("cost", COST),
    ("carried", CARRIED),
    ("later", LATER),
    ("running", RUNNING),
    ("idle", IDLE),
    ("soft", BROKEN),
)
REST = {
    CARRIED: "carried losses",
    LATER: "tax later",
    RUNNING: "fund costs",
    IDLE: "idle cash",
    BROKEN: "broken preferences",
}
HALF = Decimal("0.5")


def explain(plan: Plan, found: Found) -> Plan:
    """The plan with its sentences."""
    trades = tuple(replace(t, why=why(t, plan, found), reason=reason_of(t, plan, found)) for t in plan.trades)
    return replace(
        plan,
        trades=trades,
        headline=headline(plan, _mended(plan, found.now), found.now.currency),
        benefit=benefit(found),
        weighed=weighed(found),
        held=tuple(dict.fromkeys(held(found))),
        notes=tuple(_notes(plan, found)),
    )


def headline(plan: Plan, mended: int, currency: str) -> str:
    """What the trades would do and what they cost, in one sentence."""
    if not plan.trades:
        kept = percent(plan.before.tracking_error, 2)
        return f"No trade is worth its cost now; tracking error stays at {kept}."
    number, after = count(len(plan.trades), "trade"), plan.after
    limits = f" and mend {count(mended, 'limit')}" if mended else ""
    return f"{number} would {_error_moved(plan.before, after)}{limits} {_price(after, currency)}."


def benefit(found: Found) -> str:
    """A year of the drift as it is and as it would be, and what the trades cost now, in money."""
    currency = found.now.currency
    parts = {part.name: part for part in weighed(found)}
    if all(abs(part.moved) < HALF for part in parts.values()):
        return "Doing nothing costs as little: drift, tax and cost stay as they are."
    risk, rest = parts[RISK], [said for name, said in REST.items() if abs(parts[name].moved) >= HALF]
    with_rest = f", with {listed(rest)}" if rest else ""
    net = -sum((part.moved for part in parts.values()), Decimal(0))
    gap = money_words(abs(net), currency)
    side = f"{gap} in favour of the trades" if net >= 0 else f"{gap} that keeping the limits costs"
    nothing, planned = (money_words(cost, currency) for cost in (risk.nothing, risk.plan))
    return (
        f"A year of today’s drift would cost {nothing} in risk, after the trades {planned}. "
        f"They {_now(parts[TAX], parts[COST], currency)}: {side}{with_rest}."
    )


def weighed(found: Found) -> tuple[Weighed, ...]:
    """The parts of the objective in money, doing nothing beside the plan."""
    value = found.now.value

    def in_money(score: Score, part: str) -> Decimal:
        return money(Decimal(getattr(score, part)) * value)

    return tuple(Weighed(name, in_money(found.idle_score, part), in_money(found.score, part)) for part, name in PARTS)


def _now(tax: Weighed, cost: Weighed, currency: str) -> str:
    if tax.moved >= HALF:
        return f"cost {money_words(tax.moved, currency)} of tax and {money_words(cost.moved, currency)} of trading now"
    saved = f" and save {money_words(-tax.moved, currency)} of tax" if tax.moved <= -HALF else ""
    return f"cost {money_words(cost.moved, currency)} of trading now{saved}"


def _error_moved(before: Measures, after: Measures) -> str:
    was, would = percent(before.tracking_error, 2), percent(after.tracking_error, 2)
    if was == would:
        return f"keep tracking error at {was}"
    return f"{'cut' if after.tracking_error < before.tracking_error else 'raise'} tracking error from {was} to {would}"


def _price(after: Measures, currency: str) -> str:
    tax, cost = (money_words(amount, currency) for amount in (abs(after.tax), after.cost))
    if after.tax >= HALF:
        return f"for {tax} of tax and {cost} of cost"
    if after.tax <= -HALF:
        return f"with {tax} less tax this year for {cost} of cost"
    return f"for no tax and {cost} of cost"


def _mended(plan: Plan, now: Book) -> int:
    """Hard limits that are broken without trades and kept with them."""
    was, would = (
        {rule.id for rule in rules(now, measures, measures, ()) if rule.hard and rule.state == "fail"}
        for measures in (plan.before, plan.after)
    )
    return len(was - would)


def _tax_notes(snapshot: Snapshot) -> Iterator[str]:
    """How the tax is counted, and what could move it."""
    year = snapshot.tax.year
    if year is None:
        yield "Tax uses the rates that are entered, one a term for the whole year; other income could move it."
        return
    if year.facts.short_rate is not None or year.facts.long_rate is not None:
        yield "Tax uses the rates you entered for the whole year; other income could move it."
    else:
        yield f"Tax is that of {year.year.label} by its whole schedule; income still to come could move it."
    if year.planned:
        planned = money_words(year.planned, snapshot.base_currency)
        yield f"Planned withdrawals of {planned} from accounts taxed as they pay out count as income."
    if year.apart:
        yield "Gains in the spouse's accounts count as the taxpayer's, whose rates may be others."
    yield "What later years make of a loss carried on, or of a gain put off, is an assumption."


def _notes(plan: Plan, found: Found) -> Iterator[str]:
    snapshot, book = found.now.snapshot, found.now
    yield f"Prices are the close of {snapshot.as_of.day} {snapshot.as_of:%b %Y}; orders fill at others."
    yield "Risk comes from the last years of prices; the next ones differ."
    yield from _tax_notes(snapshot)
    yield from _costs(plan, book)
    if any(trade.gain is not None and trade.gain < 0 for trade in plan.trades):
        yield "A purchase in the next 30 days, automatic reinvestment included, would wash the losses sold."
    yield from needs_notes(book, plan.rules)
    yield from _unseen(book)
    manual = [asset.symbol for asset in book.assets if not asset.tradable]
    if manual:
        yield f"Counted in weights but not in risk: {listed(manual)}."


def _costs(plan: Plan, book: Book) -> Iterator[str]:
    """Where the spreads and the impact that the trades count come from."""
    traded = {trade.asset for trade in plan.trades}
    assets = [asset for asset in book.assets if asset.id in traded]
    spreads = sorted({percent(asset.half_spread, 2) for asset in assets if asset.spread_source == "class"})
    if spreads:
        yield f"Half-spreads of {' to '.join((spreads[0], spreads[-1])[: len(spreads)])} are assumed, not quoted."
    estimated = [asset for asset in assets if asset.spread_source == "estimated"]
    if estimated:
        yield f"Half-spreads estimated from a year of daily highs and lows, not quoted: {named(estimated)}."
    impact = sum((trade.impact for trade in plan.trades), ZERO)
    if impact:
        yield (
            f"Costs hold {money_words(impact, book.currency)} by which large orders would move their own prices: "
            "daily volatility x the root of the part of a day's volume, traded in one day."
        )
    yield from _at_the_guardrail(plan, assets)
    unknown = [asset for asset in assets if not asset.daily_volume]
    if impact and unknown:
        yield f"No impact is counted where no volume is known: {named(unknown)}."


def _at_the_guardrail(plan: Plan, assets: Sequence[AssetInput]) -> Iterator[str]:
    """What would be traded in larger orders if a day's volume did not limit them."""
    for asset in assets:
        shares = sum((trade.quantity for trade in plan.trades if trade.asset == asset.id), ZERO)
        if asset.most_traded is not None and shares + 1 > asset.most_traded:
            most = f"{asset.most_traded.normalize():f} shares"
            yield f"Orders in {asset.symbol} stop at {most}, the guardrail's part of a usual day's volume."


def _unseen(book: Book) -> Iterator[str]:
    """What the policy's themes do not reach, and whose dollars count for less."""
    themed = [row for row in book.snapshot.constraints if row.kind in ("exclude_theme", "theme_weight")]
    unscreened = [asset for asset in book.assets if not asset.themes]
    if themed and unscreened:
        yield f"Not screened for any theme: {named(unscreened)}."
    for account in book.accounts:
        if account.weight != 1:
            part = percent(account.weight, 0)
            yield f"A dollar in {account.name} counts as {part} of one in all weights, after tax on withdrawals."
