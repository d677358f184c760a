"""What trading an instrument is taken to cost, with whose word that is: the same figures that plans count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from accounts.templatetags.formats import count_of, day, money, percent
from holdings.market.costs import DailyVolume, HalfSpread, daily_volume, half_spread
from holdings.models import AssetClass, Classification, Instrument, Liquidity


@dataclass(frozen=True, slots=True)
class Costs:
    """`held`: shares held over those of a usual day. `coverage`: what the estimates rest on, a sentence."""

    spread: HalfSpread
    spread_note: str
    volume: DailyVolume
    volume_note: str
    held: Decimal | None
    coverage: str


def costs(
    instrument: Instrument, classification: Classification | None, told: Liquidity | None, shares: Decimal | None
) -> Costs:
    """`shares`: held by the household."""
    spread, volume = half_spread(classification, told), daily_volume(classification, told)
    return Costs(
        spread=spread,
        spread_note=_of_spread(spread, classification, told),
        volume=volume,
        volume_note=_of_volume(volume, instrument, told),
        held=shares / volume.shares if shares and volume.shares else None,
        coverage=coverage(told),
    )


def _of_spread(spread: HalfSpread, classification: Classification | None, told: Liquidity | None) -> str:
    if spread.source == "own":
        return "Set by you"
    if spread.source == "estimated" and told and told.last:
        return f"Estimated from {count_of(told.months, 'month')} of highs and lows to {day(told.last)}"
    label = AssetClass(classification.asset_class).label if classification else AssetClass.OTHER.label
    if told is None or told.half_spread_most is None:
        return f"Assumed for the class {label}"
    return f"Assumed for the class {label}; highs and lows say at most {percent(told.half_spread_most, 2)}"


def _of_volume(volume: DailyVolume, instrument: Instrument, told: Liquidity | None) -> str:
    if volume.source == "own":
        return "Shares a day, set by you"
    if volume.source == "estimated" and told and told.last and told.daily_value is not None:
        worth = money(told.daily_value, instrument.currency)
        return f"Shares, {worth}: the median of {count_of(told.volume_days, 'day')} to {day(told.last)}"
    return "No impact of large orders is counted"


def coverage(told: Liquidity | None) -> str:
    """Source, counts and gaps of highs, lows and volumes in a year of sessions."""
    if told is None or not (told.ranges or told.volumes):
        return "No highs, lows or volumes are stored."
    of = f"of the last {told.sessions} sessions"
    wrong = f" {count_of(told.left_out, 'day')} left out, where they contradict the close." if told.left_out else ""
    return f"{told.source}: highs and lows on {told.ranges}, volumes on {told.volumes} {of}.{wrong}"
