"""Whether what a household earned is still what was predicted: returns, drawdown and risk, each against its limit.

Nothing of a window enters the prediction that the window is held against.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from optimizer.engine.words import count, percent, ratio, written

Floats = NDArray[np.float64]
WINDOWS = (1, 5, 21)  # sessions
RISK_WINDOW = 63
TRACKED = (21, 63, 252)
ENDS = 5  # the last sessions whose windows are judged, so that a day without a look is not lost
LEAST_HISTORY = 60
HALF_LIFE = 63
MEMORY = 504
YEAR = 252
TAILS = 250  # returns from which the thickness of the tails is measured
ASSUMED_NU = 5.0
LEAST_NU = 4.2


@dataclass(frozen=True, slots=True)
class Limits:
    """quantile: on either side. drawdown: positive, the least acceptable one. None: not judged."""

    quantile: float | None = 0.001
    risk_ratio: float | None = 2.5
    drawdown: float | None = None


@dataclass(frozen=True, slots=True)
class Validated:
    """Daily net returns of the policy out of sample, and where they come from in words."""

    returns: tuple[float, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Track:
    """Daily time-weighted returns by session, oldest first.

    since: only what came after this day is judged; what came before still feeds the prediction.
    stated: annual volatility that the newest plan predicted, used where the track is too short for one of its own.
    """

    days: tuple[date, ...]
    returns: tuple[float, ...]
    since: date | None = None
    stated: float | None = None
    validated: Validated | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """kind: return_1, return_5, return_21, drawdown or risk_ratio. first and last: the sessions it is about."""

    kind: str
    first: date
    last: date
    value: float
    low: float | None
    high: float | None
    source: str
    beyond: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Judged:
    """`missing`: what could not be judged, and why. drawdown: of the judged part, not above 0."""

    checks: tuple[Check, ...]
    missing: tuple[str, ...] = ()
    source: str = ""
    drawdown: float = 0.0
    volatility: float | None = None


@dataclass(frozen=True, slots=True)
class Distribution:
    """Of one session's return: Student's t with this mean, standard deviation and degrees of freedom."""

    mean: float
    deviation: float
    nu: float
    source: str

    def quantile(self, part: float, sessions: int) -> float:
        """Of the sum over so many independent sessions: the excess kurtosis shrinks by their number."""
        nu, scale = self._shape(sessions)
        return float(self.mean * sessions + scale * student.ppf(part, nu))

    def part_below(self, value: float, sessions: int) -> float:
        nu, scale = self._shape(sessions)
        return float(student.cdf((value - self.mean * sessions) / scale, nu))

    def _shape(self, sessions: int) -> tuple[float, float]:
        nu = 4 + (self.nu - 4) * sessions
        return nu, self.deviation * sqrt(sessions * (nu - 2) / nu)


def judge(track: Track, limits: Limits) -> Judged:
    """Every check that the track allows."""
    returns = np.asarray(track.returns, dtype=np.float64)
    start = sum(day <= track.since for day in track.days) if track.since else 0
    if start >= len(returns):
        return Judged((), ("No session has ended since the last time it was judged by a person.",))
    checks: list[Check] = []
    missing: list[str] = []
    source = ""
    for sessions in WINDOWS if limits.quantile else ():
        found = list(_returns(track, returns, start, sessions, limits))
        checks += found[-1:] if not any(check.beyond for check in found) else _worst(found)
        source = source or (found[-1].source if found else "")
        if not found:
            missing.append(f"Returns over {count(sessions, 'session')}: too few sessions to predict and to judge.")
    depth, lowest, peak = _drawdown(track, returns, start)
    if limits.drawdown is not None:
        checks.append(_fall(depth, lowest, peak, limits.drawdown))
    else:
        missing.append("Drawdown: no goal states an acceptable one.")
    ratios = _risk(track, returns, start, limits)
    checks += [ratios] if ratios else []
    if limits.risk_ratio and not ratios:
        missing.append(f"Risk: fewer than {RISK_WINDOW} sessions to judge, or too few before them.")
    return Judged(
        checks=tuple(checks),
        missing=tuple(missing),
        source=source,
        drawdown=depth,
        volatility=_realised(returns[start:][-RISK_WINDOW:]),
    )


@dataclass(frozen=True, slots=True)
class Tracked:
    """A return so far and where it stands in what was predicted: 0.5 is the middle of the distribution."""

    sessions: int
    first: date
    last: date
    value: float
    percentile: float
    source: str


def tracking(track: Track) -> list[Tracked]:
    """The household's last month, quarter and year in the distribution known before each began."""
    returns = np.asarray(track.returns, dtype=np.float64)
    found = []
    for sessions in TRACKED:
        known = _predicted(track, returns[:-sessions]) if len(returns) >= sessions else None
        if known:
            value = float(np.prod(1 + returns[-sessions:]) - 1)
            days = track.days[-sessions], track.days[-1]
            found.append(Tracked(sessions, *days, value, known.part_below(value, sessions), known.source))
    return found


def forecast(returns: Floats) -> Distribution | None:
    """Of the session after these daily returns: EWMA about zero (half-life 63), tails from standardised returns.

    None for fewer than LEAST_HISTORY returns or where nothing ever moved.
    """
    known = returns[-MEMORY:]
    if len(known) < LEAST_HISTORY:
        return None
    path = _ewma(known)
    if path[-1] <= 0:
        return None
    spent = known[LEAST_HISTORY:] / np.maximum(path[LEAST_HISTORY - 1 : -1], 1e-9)
    return Distribution(0.0, float(path[-1]), _nu(spent), "forecast of its own returns before the window")


def _ewma(returns: Floats) -> Floats:
    """Daily volatility known after each return."""
    decay = 0.5 ** (1 / HALF_LIFE)
    square, weight, found = 0.0, 0.0, np.empty(len(returns))
    for i, r in enumerate(returns):
        square, weight = decay * square + float(r) ** 2, decay * weight + 1
        found[i] = sqrt(square / weight)
    return found


def _nu(standardised: Floats) -> float:
    """Degrees of freedom by the kurtosis, 4 + 6 / excess; ASSUMED_NU where there are too few returns to tell."""
    if len(standardised) < TAILS:
        return ASSUMED_NU
    squares = standardised**2
    excess = float((squares**2).mean() / squares.mean() ** 2 - 3)
    return max(LEAST_NU, 4 + 6 / excess) if excess > 0.01 else 600.0


def _predicted(track: Track, before: Floats) -> Distribution | None:
    if track.validated:
        daily = np.asarray(track.validated.returns, dtype=np.float64)
        spread = float(daily.std(ddof=1)) if len(daily) >= LEAST_HISTORY else 0.0
        if spread > 0:
            mean = float(daily.mean())
            return Distribution(mean, spread, _nu((daily - mean) / spread), track.validated.source)
    own = forecast(before)
    if own is None and track.stated:
        return Distribution(0.0, track.stated / sqrt(YEAR), ASSUMED_NU, "volatility that the newest plan predicted")
    return own


def _returns(track: Track, returns: Floats, start: int, sessions: int, limits: Limits) -> Iterator[Check]:
    part = limits.quantile or 0.0
    for end in range(max(start + sessions, len(returns) - ENDS + 1), len(returns) + 1):
        known = _predicted(track, returns[: end - sessions])
        if known is None:
            continue
        value = float(np.prod(1 + returns[end - sessions : end]) - 1)
        low, high = (max(-1.0, known.quantile(q, sessions)) for q in (part, 1 - part))
        first, last = track.days[end - sessions], track.days[end - 1]
        beyond = not low <= value <= high
        said = f"{_over(sessions, first, last)} it returned {percent(value, 2)}"
        word = "outside" if beyond else "inside"
        rest = f"{percent(low, 2)} to {percent(high, 2)}, {percent(1 - 2 * part, 2)} of the {known.source}"
        yield Check(
            f"return_{sessions}", first, last, value, low, high, known.source, beyond, f"{said}, {word} {rest}."
        )


def _over(sessions: int, first: date, last: date) -> str:
    return f"On {written(last)}" if sessions == 1 else f"Over {sessions} sessions to {written(last)}"


def _worst(found: Sequence[Check]) -> list[Check]:
    """The newest one beyond."""
    return [[check for check in found if check.beyond][-1]]


def _drawdown(track: Track, returns: Floats, start: int) -> tuple[float, date, date]:
    """Of the last session from the highest level since the judged part began; that session, and the peak's."""
    levels = np.concatenate([[1.0], np.cumprod(1 + returns[start:])])
    top = int(levels.argmax())
    days = (track.days[start - 1] if start else track.days[0], *track.days[start:])
    return float(levels[-1] / levels[top] - 1), days[-1], days[top]


def _fall(depth: float, last: date, peak: date, most: float) -> Check:
    beyond = -depth > most
    said = f"On {written(last)} it stood {percent(-depth)} below its highest level of {written(peak)}"
    rest = f"{'more than' if beyond else 'within'} the {percent(most)} that a goal accepts"
    return Check("drawdown", peak, last, depth, -most, None, "goal", beyond, f"{said}, {rest}.")


def _risk(track: Track, returns: Floats, start: int, limits: Limits) -> Check | None:
    if limits.risk_ratio is None or len(returns) - start < RISK_WINDOW:
        return None
    known = _predicted(track, returns[:-RISK_WINDOW])
    realised = _realised(returns[-RISK_WINDOW:])
    if known is None or realised is None:
        return None
    predicted = known.deviation * sqrt(YEAR)
    value = realised / predicted
    if not isfinite(value):
        return None
    beyond = value > limits.risk_ratio
    first, last = track.days[-RISK_WINDOW], track.days[-1]
    said = f"Over {RISK_WINDOW} sessions to {written(last)} its volatility was {percent(realised)} a year, "
    rest = (
        f"{ratio(value)} times the {percent(predicted)} of the {known.source}; {ratio(limits.risk_ratio)} is the limit."
    )
    return Check("risk_ratio", first, last, value, None, limits.risk_ratio, known.source, beyond, said + rest)


def _realised(returns: Floats) -> float | None:
    return float(np.sqrt((returns**2).mean() * YEAR)) if len(returns) >= 20 else None
