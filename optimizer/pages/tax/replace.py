"""What could be bought in place of what is sold at a loss, by how close it comes to being the same."""

from __future__ import annotations

from dataclasses import dataclass

from holdings import reference
from holdings.models import AssetClass, Classification, Instrument, Sector
from holdings.reference import Reference

MOST = 4
_FUNDS = {"etf", "fund"}


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Symbols of the reference list.

    identical: of the same identity group, so that a purchase undoes the loss. risky: funds of the same class, sector
    and region, which the tax office may hold to be substantially identical; no authority settles it. other: funds of
    the same class and another sector or region.
    """

    identical: tuple[str, ...] = ()
    risky: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


def suggestions(instrument: Instrument, seen: Classification | None) -> Suggestions:
    """None for what nobody classified."""
    if seen is None or seen.asset_class == AssetClass.OTHER:
        return Suggestions()
    listed = [each for each in reference.listed() if each.symbol != instrument.symbol and each.kind in _FUNDS]
    same_class = [each for each in listed if each.asset_class == seen.asset_class]
    identical = [each for each in listed if seen.identity_group and each.identity_group == seen.identity_group]
    rest = [each for each in same_class if each not in identical]
    is_fund = instrument.kind in _FUNDS
    alike = [each for each in rest if _is_alike(each, seen)]
    return Suggestions(
        identical=_symbols(identical),
        risky=_symbols(alike) if is_fund else (),
        other=_symbols([each for each in rest if each not in alike] if is_fund else alike),
    )


def _is_alike(each: Reference, seen: Classification) -> bool:
    return seen.sector != Sector.UNKNOWN and each.sector == seen.sector and each.region == seen.region


def _symbols(found: list[Reference]) -> tuple[str, ...]:
    """The cheapest first; those of unknown cost last."""
    ranked = sorted(found, key=lambda each: (each.expense_ratio is None, each.expense_ratio or 0, each.symbol))
    return tuple(each.symbol for each in ranked[:MOST])
