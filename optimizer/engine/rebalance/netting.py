"""The tax of a year's net short and long gains, T(S, L), as three convex pieces.

T is not convex, but on each piece it is the largest of a few linear functions of S and L, so each piece is one
quadratic program. With N = S + L, marginal rates tS on short gains, tL on long gains, tO on other income, and C(N) =
-limit tO + v (N + limit) for a loss beyond the deductible limit, v the worth of a dollar carried forward:

    gains       L >= 0, N >= 0   max(tL N, tS S + tL L)
    long loss   L <= 0           max(tS N, tO N, C(N))
    net loss    L >= 0, N <= 0   max(tO N, C(N))

which needs v <= tO <= tS and tL <= tO. With v = 0 this is the tax of the year; holdings.tax says it exactly.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.engine.errors import InvalidSnapshot
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import TaxInput

Line = tuple[float, float, float]
REACH = 10.0  # larger than any sum of gains in units of V


@dataclass(frozen=True, slots=True)
class Schedule:
    """Marginal rates with the state's on top; `limit` in units of V, `carry` the worth of a carried dollar."""

    short: float
    long: float
    ordinary: float
    limit: float
    carry: float

    def this_year(self) -> "Schedule":
        """The same with nothing given for a carried loss: the tax that is paid."""
        return Schedule(self.short, self.long, self.ordinary, self.limit, 0.0)


@dataclass(frozen=True, slots=True)
class Piece:
    """One convex piece: `domain` rows (a, b, c) mean a S + b L + c >= 0; T is the largest line a S + b L + c.

    `due` are the lines of what is paid this year, T with nothing given for a carried loss.
    """

    name: str
    domain: tuple[Line, ...]
    lines: tuple[Line, ...]
    due: tuple[Line, ...]

    def contains(self, short: float, long: float) -> bool:
        return all(a * short + b * long + c >= 0 for a, b, c in self.domain)


def schedule(tax: TaxInput, value: float) -> Schedule:
    """The schedule in units of a household worth `value`. Raises InvalidSnapshot for rates in an impossible order."""
    short, long, state = (float(rate) for rate in (tax.short_rate, tax.long_rate, tax.state_rate))
    ordinary = short if tax.ordinary_rate is None else float(tax.ordinary_rate)
    carry = min(float(tax.carry_value), ordinary + state)
    if not 0 <= long <= ordinary <= short:
        raise InvalidSnapshot("Tax rates must rise from long-term over ordinary to short-term.")
    return Schedule(short + state, long + state, ordinary + state, float(tax.loss_limit) / value, carry)


def pieces(rates: Schedule) -> tuple[Piece, Piece, Piece]:
    """The three pieces of T, each with the fewest lines."""
    carried = (rates.carry, rates.carry, rates.limit * (rates.carry - rates.ordinary))
    short, other, lost = (rates.short, rates.short, 0.0), (rates.ordinary, rates.ordinary, 0.0), _lost(rates)
    gains = ((rates.long, rates.long, 0.0), (rates.short, rates.long, 0.0))
    return (
        Piece("gains", ((0, 1, 0), (1, 1, 0)), gains, gains),
        Piece("long loss", ((0, -1, 0),), (short, other, carried), (short, other, lost)),
        Piece("net loss", ((0, 1, 0), (-1, -1, 0)), (other, carried), (other, lost)),
    )


def _lost(rates: Schedule) -> Line:
    return 0.0, 0.0, -rates.limit * rates.ordinary


def tax(short: Floats, long: Floats, rates: Schedule) -> Floats:
    """T at each pair of net short and net long gains (any one shape), in the same unit as they are."""
    values = [np.max([a * short + b * long + c for a, b, c in piece.lines], axis=0) for piece in pieces(rates)]
    chosen: Floats = np.where(long <= 0, values[1], np.where(short + long >= 0, values[0], values[2]))
    return chosen


def marginal(short: float, long: float, rates: Schedule) -> tuple[float, float]:
    """Slopes of T in S and in L, those of rising gains where T has a corner."""
    piece = next(piece for piece in pieces(rates) if piece.contains(short, long))
    a, b, _ = max(piece.lines, key=lambda line: (line[0] * short + line[1] * long + line[2], line))
    return a, b


def reachable(rates: Schedule, short: tuple[float, float], long: tuple[float, float]) -> list[Piece]:
    """The pieces that some S and L within these bounds lie in."""
    corners = [(s, m) for s in short for m in long]
    return [
        piece
        for piece in pieces(rates)
        if all(max(a * s + b * m + c for s, m in corners) >= 0 for a, b, c in piece.domain)
    ]
