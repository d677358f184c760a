"""Brinson-Fachler attribution: where a return differs from its benchmark's, by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from holdings.measures.linking import linking_weights


@dataclass(frozen=True, slots=True)
class Effects:
    """Of one group, as fractions of the whole: having more or less of it, choosing inside it, and both together."""

    allocation: float = 0.0
    selection: float = 0.0
    interaction: float = 0.0

    @property
    def total(self) -> float:
        return self.allocation + self.selection + self.interaction

    def times(self, factor: float) -> Effects:
        return Effects(self.allocation * factor, self.selection * factor, self.interaction * factor)


@dataclass(frozen=True, slots=True)
class Side:
    """A portfolio's weight in a group and what the group contributed: weight x return, where it has a weight."""

    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Period:
    """One period: the portfolio and the benchmark by group. The weights of each add up to 1."""

    own: Mapping[str, Side]
    benchmark: Mapping[str, Side]

    @property
    def result(self) -> float:
        return fsum(side.contribution for side in self.own.values())

    @property
    def benchmark_result(self) -> float:
        return fsum(side.contribution for side in self.benchmark.values())


NOTHING = Side(0.0, 0.0)


def brinson_fachler(period: Period) -> dict[str, Effects]:
    """Effects by group; together they are the portfolio's return less the benchmark's.

    allocation (w_p - w_b)(r_b,i - R_b), selection w_b (r_p,i - r_b,i), interaction (w_p - w_b)(r_p,i - r_b,i). A group
    that the benchmark lacks is measured against the benchmark as a whole, so its effect is all interaction; so is what
    a group earned that had no weight when the period began.
    Source: G. Brinson, N. Fachler, Measuring non-US equity portfolio performance, 1985.
    """
    whole = period.benchmark_result
    return {
        group: _effects(period.own.get(group, NOTHING), period.benchmark.get(group, NOTHING), whole)
        for group in {**period.own, **period.benchmark}
    }


def _effects(own: Side, benchmark: Side, whole: float) -> Effects:
    reference = benchmark.contribution / benchmark.weight if benchmark.weight else whole
    difference = own.contribution - own.weight * reference
    selection = benchmark.weight * difference / own.weight if own.weight else 0.0
    return Effects((own.weight - benchmark.weight) * (reference - whole), selection, difference - selection)


def linked_effects(periods: Sequence[Period]) -> dict[str, Effects]:
    """Effects over many periods, linked (Carino): they add up to the compounded return less the benchmark's.

    A period that lost everything cannot be linked; none may have a return of -100 % or less.
    """
    weights = linking_weights([p.result for p in periods], [p.benchmark_result for p in periods])
    scaled = [
        {group: effects.times(weight) for group, effects in brinson_fachler(period).items()}
        for period, weight in zip(periods, weights, strict=True)
    ]
    groups = dict.fromkeys(group for period in scaled for group in period)
    return {group: _sum([period[group] for period in scaled if group in period]) for group in groups}


def _sum(parts: Sequence[Effects]) -> Effects:
    return Effects(
        fsum(part.allocation for part in parts),
        fsum(part.selection for part in parts),
        fsum(part.interaction for part in parts),
    )
