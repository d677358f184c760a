"""Contribution: how many points of a return came from each holding."""

from collections.abc import Mapping, Sequence
from math import fsum

from holdings.measures.linking import linking_weights
from holdings.measures.twr import LEAST_CAPITAL


def contributions(gains: Mapping[str, Sequence[float]], bases: Sequence[float]) -> dict[str, float] | None:
    """Each holding's part of the time-weighted return, linked over the days (Carino) so that the parts add up to it.

    Parameters
    ----------
    gains : holding -> its gain of each day, in money; together they are the whole's gain.
    bases : capital at work that day, B + I of the time-weighted return. Days below one unit have no return.

    A day's contribution is gain / base: begin weight, flows at the start of the day included, times the holding's
    return. After a loss of everything the parts begin anew, as the index does; None while everything is lost.
    """
    track = _track(gains, bases)
    totals = [fsum(gains[key][at] for key in gains) / bases[at] for at in track]
    if totals and totals[-1] <= -1:
        return None
    weights = linking_weights(totals, [0.0] * len(totals))
    parts = list(zip(track, weights, strict=True))
    return {key: fsum(series[at] / bases[at] * weight for at, weight in parts) for key, series in gains.items()}


def _track(gains: Mapping[str, Sequence[float]], bases: Sequence[float]) -> list[int]:
    """The days with capital since everything was last lost; a loss on the last of them stays."""
    track: list[int] = []
    lost = False
    for at, base in enumerate(bases):
        if base < LEAST_CAPITAL:
            continue
        if lost:
            track = []
        track.append(at)
        lost = fsum(series[at] for series in gains.values()) <= -base
    return track
