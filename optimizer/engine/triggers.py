"""When a proposal is due: what was observed against a policy's thresholds, in sentences. Plain arithmetic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from optimizer.engine.types import ZERO
from optimizer.engine.words import MINUS, count, listed, money_words, percent, points, written

LEAST_DRIFT = 0.005
"""A relative band counts from half a point of the household on: a tenth of a small holding is no reason to trade."""
NAMED = 2
SEEN = 0.0005
"""Of the household: what is less shows as 0.0 points."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What each trigger fires beyond; None: it is off. Fractions, but for money and days."""

    drift: float | None = None  # of the household, between a holding and its target
    relative: float | None = None  # the same as a fraction of the target
    tracking_error: float | None = None  # annual
    benefit: float | None = None  # of the household, what a plan is worth after tax and cost
    volatility: float | None = None  # relative move of the forecast since the last proposal
    cash: float | None = None  # of the household, above what is wanted or below what must be kept
    harvest: Decimal | None = None  # money of losses that could be taken
    long_term: int | None = None  # days


@dataclass(frozen=True, slots=True)
class Weight:
    symbol: str
    held: float
    target: float

    @property
    def off(self) -> float:
        return self.held - self.target


@dataclass(frozen=True, slots=True)
class Turning:
    """A lot that turns long-term on `day`; `worth`: money of tax that the other term makes of its gain or loss."""

    symbol: str
    day: date
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Observed:
    """A household on one day. `idle`: cash above what is wanted; `short`: cash missing from what must be kept.

    forecaster: what foretold both volatilities, in words.
    """

    day: date
    value: Decimal
    weights: tuple[Weight, ...]
    tracking_error: float
    volatility: float
    since: date | None = None  # of the last proposal
    volatility_then: float | None = None
    forecaster: str = "EWMA"
    idle: Decimal = ZERO
    short: Decimal = ZERO
    losses: Decimal = ZERO
    turning: tuple[Turning, ...] = ()
    benefit: Decimal | None = None  # None: no plan was made
    currency: str = "USD"

    def money(self, amount: Decimal) -> str:
        return money_words(amount, self.currency)


@dataclass(frozen=True, slots=True)
class Finding:
    """`clause` stands in a sentence after "because"."""

    trigger: str
    fired: bool
    clause: str


def findings(seen: Observed, limits: Thresholds) -> tuple[Finding, ...]:
    """One for each trigger that is on, in the order in which a person would look."""
    parts = (_drift, _relative, _tracking_error, _volatility, _cash, _harvest, _long_term, _benefit)
    return tuple(finding for part in parts for finding in part(seen, limits))


def reason(found: Sequence[Finding]) -> str:
    """Why a proposal is drafted, or why there is nothing to do: one sentence."""
    fired = [finding.clause for finding in found if finding.fired]
    if fired:
        more = f", and {count(len(fired) - NAMED, 'other reason')}" if len(fired) > NAMED else ""
        return f"Drafted because {'; '.join(fired[:NAMED])}{more}."
    quiet = [finding.clause for finding in found]
    return f"Nothing to do: {'; '.join(quiet[:NAMED])}." if quiet else "No trigger is on."


def _side(value: float | Decimal, limit: float | Decimal) -> str:
    return "beyond" if value > limit else "within"


def _drift(seen: Observed, limits: Thresholds) -> Iterator[Finding]:
    if limits.drift is None or not seen.weights:
        return
    band = limits.drift
    far = sorted(seen.weights, key=lambda weight: (-abs(weight.off), weight.symbol))
    out = [weight for weight in far if abs(weight.off) > band]
    if not out:
        nearest = f"no holding is further than {points(far[0].off)} from its target"
        yield Finding("drift", fired=False, clause=f"{nearest}, within its band of {points(band)}")
        return
    said = [f"{each.symbol} is {_beyond(each, band)}" for each in out[:NAMED]]
    others = [f"{count(len(out) - NAMED, 'other')} beyond theirs"] if len(out) > NAMED else []
    yield Finding("drift", fired=True, clause=listed([*said, *others]))


def _beyond(weight: Weight, band: float) -> str:
    above, side = abs(weight.off) - band, "above" if weight.off > 0 else "below"
    edge = f"{percent(weight.target)} {'+' if weight.off > 0 else MINUS} {percent(band)}"
    far = points(above) if above >= SEEN else "just"
    return f"{far} {side} its band ({edge})"


def _relative(seen: Observed, limits: Thresholds) -> Iterator[Finding]:
    """By a holding's own target; a position without a target has none, and the absolute band alone."""
    if limits.relative is None:
        return
    aimed = [weight for weight in seen.weights if weight.target > 0 and abs(weight.off) >= LEAST_DRIFT]
    most = max(aimed, key=lambda weight: (abs(weight.off) / weight.target, weight.symbol), default=None)
    band = percent(limits.relative, 0)
    if most is None:
        said = f"no holding is {points(LEAST_DRIFT)} from its target"
        yield Finding("relative", fired=False, clause=said)
        return
    off = abs(most.off) / most.target
    side = "more" if most.off > 0 else "less"
    said = f"{most.symbol} is {percent(off, 0)} {side} than its target of {percent(most.target)}"
    yield Finding("relative", off > limits.relative, f"{said}, {_side(off, limits.relative)} {band}")


def _tracking_error(seen: Observed, limits: Thresholds) -> Iterator[Finding]:
    if limits.tracking_error is not None:
        limit = limits.tracking_error
        said = f"tracking error to the target is {percent(seen.tracking_error, 2)} a year"
        over = seen.tracking_error > limit
        yield Finding("tracking_error", over, f"{said}, {_side(seen.tracking_error, limit)} {percent(limit, 2)}")


def _volatility(seen: Observed, limits: Thresholds) -> Iterator[Finding]:
    if limits.volatility is None or seen.volatility_then is None or seen.since is None:
        return
    moved = seen.volatility / seen.volatility_then - 1
    way, band = "more" if moved > 0 else "less", limits.volatility
    volatility = f"{percent(seen.volatility)} ({seen.forecaster})"
    said = f"forecast volatility is {volatility}, {percent(abs(moved), 0)} {way} than"
    clause = f"{said} at the last proposal of {written(seen.since)}, {_side(abs(moved), band)} {percent(band, 0)}"
    yield Finding("volatility", abs(moved) > band, clause)


def _cash(seen: Observed, limits: Thresholds) -> Iterator[Finding]:
    if limits.cash is None:
        return
    band = Decimal(str(limits.cash)) * seen.value
    if seen.short > band:
        yield Finding(
            "cash",
            fired=True,
            clause=f"{seen.money(seen.short)} of cash is missing from what must be kept",
        )
        return
    side = _side(seen.idle, band)
    what = f"{seen.money(max(seen.idle, ZERO))} of cash is idle" if seen.idle > 0 else "no cash is idle"
    yield Finding("cash", seen.idle > band, f"{what}, {side} {seen.money(band)}")


def _harvest(seen: Observed, limits: Thresholds) -> Iterator[Finding]:
    if limits.harvest is not None:
        said = f"{seen.money(seen.losses)} of losses could be taken, {_side(seen.losses, limits.harvest)}"
        yield Finding("harvest", seen.losses > limits.harvest, f"{said} {seen.money(limits.harvest)}")


def _long_term(seen: Observed, limits: Thresholds) -> Iterator[Finding]:
    if limits.long_term is None:
        return
    soon = [lot for lot in seen.turning if 0 < (lot.day - seen.day).days <= limits.long_term]
    days = count(limits.long_term, "day")
    if not soon:
        yield Finding("long_term", fired=False, clause=f"no lot that matters turns long-term within {days}")
        return
    dates = list(dict.fromkeys(f"{lot.symbol} on {written(lot.day)}" for lot in sorted(soon, key=_when)))
    others = [f"{count(len(dates) - NAMED, 'other')}"] if len(dates) > NAMED else []
    worth = seen.money(sum((lot.worth for lot in soon), ZERO))
    what = "a lot turns" if len(soon) == 1 else f"{len(soon)} lots turn"
    named = listed([*dates[:NAMED], *others])
    yield Finding("long_term", fired=True, clause=f"{what} long-term within {days} ({named}), {worth} of tax apart")


def _when(lot: Turning) -> tuple[date, str]:
    return lot.day, lot.symbol


def _benefit(seen: Observed, limits: Thresholds) -> Iterator[Finding]:
    if limits.benefit is None or seen.benefit is None:
        return
    least = Decimal(str(limits.benefit)) * seen.value
    said = f"a rebalance would be worth {seen.money(seen.benefit)} after tax and cost"
    yield Finding("benefit", seen.benefit > least, f"{said}, {_side(seen.benefit, least)} {seen.money(least)}")
