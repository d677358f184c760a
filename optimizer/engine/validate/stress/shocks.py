"""Hypothetical shocks, and those that a person wrote down: a change of price for every holding."""

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.engine.types import CASH, AssetInput
from optimizer.engine.validate.stress.replay import CREDIT_IN_EQUITIES
from optimizer.engine.validate.stress.traits import Trait
from optimizer.engine.validate.stress.types import Axis, OwnScenario

LOWEST = -0.99


@dataclass(frozen=True, slots=True)
class Shock:
    """At once and all together. Fractions; `rates` and `spread` are changes of yield (0.01: one percentage point).

    `dollar`: what a dollar buys of other currencies. `linked`: how much of `rates` reaches inflation-linked bonds.
    """

    key: str
    name: str
    equity: float = 0.0
    rates: float = 0.0
    spread: float = 0.0
    gold: float = 0.0
    dollar: float = 0.0
    linked: float = 1.0
    said: tuple[str, ...] = ()


RATES = (
    "Yields of every maturity move together. A bond's price changes by −duration × change + ½ convexity × change²; "
    "equities are left as they are: their relation to yields has changed sign (a percentage point of yield went with "
    "−2.8% a month from 1971 to 1999 and +3.7% since)."
)
EQUITY = (
    "The S&P 500 falls at once. Each equity holding follows by its beta; bonds follow with "
    f"{CREDIT_IN_EQUITIES} of the fall for each unit of credit risk; Treasuries, gold and cash do not move."
)
DOLLAR = (
    "Against every other currency. Funds quoted in dollars count by the region that they hold: all of it abroad, 40% "
    "for world funds; hedges and exporters are not looked into."
)
RECESSION = (
    "Equities −35%, Treasury yields −1.5 points, corporate spreads +2.5 points, gold unchanged: near the middle of "
    "1973, 2000, 2008 and 2020. A judgement, not a forecast."
)
INFLATION = (
    "Yields +2.5 points, equities −20%, gold +20%; inflation-linked bonds feel half of the yields. Near 2022 and the "
    "1970s. A judgement, not a forecast."
)

SHOCKS = (
    Shock("rates-up-1", "Rates up 1 point", rates=0.01, said=(RATES,)),
    Shock("rates-down-1", "Rates down 1 point", rates=-0.01, said=(RATES,)),
    Shock("rates-up-3", "Rates up 3 points", rates=0.03, said=(RATES,)),
    Shock("rates-down-3", "Rates down 3 points", rates=-0.03, said=(RATES,)),
    Shock("recession", "Recession", equity=-0.35, rates=-0.015, spread=0.025, said=(RECESSION,)),
    Shock("inflation", "Inflation spike", equity=-0.2, rates=0.025, gold=0.2, linked=0.5, said=(INFLATION,)),
    Shock("equity-20", "Equities down 20%", equity=-0.2, said=(EQUITY,)),
    Shock("equity-40", "Equities down 40%", equity=-0.4, said=(EQUITY,)),
    Shock("dollar-up", "Dollar up 10%", dollar=0.1, said=(DOLLAR,)),
    Shock("dollar-down", "Dollar down 10%", dollar=-0.1, said=(DOLLAR,)),
)


def change(trait: Trait, shock: Shock, base: str) -> float:
    """A holding's change in base currency, a fraction, at least LOWEST."""
    return max(LOWEST, (1 + _price(trait, shock)) * (1 + _currency(trait, shock.dollar, base)) - 1)


def basis(trait: Trait, shock: Shock) -> str:
    """By what a holding was moved, in words; empty where nothing of the shock reaches it."""
    if trait.proxy == "equity" and shock.equity:
        return f"beta {trait.beta:.2f}" + ("" if trait.beta_measured else ", assumed")
    if trait.proxy == "bond" and (shock.rates or shock.spread or (shock.equity and trait.credit)):
        source = {"you": "set by you", "list": "listed", "assumed": "assumed"}[trait.duration_from]
        return f"duration {trait.duration:.1f}, {source}"
    return "left as it is" if trait.proxy == "none" else ""


def own_change(asset: AssetInput | None, scenario: OwnScenario) -> float:
    """By a person's moves: that of the instrument, else the sector's, else the class's; the currency's on top."""
    labels = _labels(asset)
    moves = {(move.axis, move.subject): float(move.change) for move in scenario.moves}
    found = [moves[axis, labels[axis]] for axis in _NEAREST if (axis, labels[axis]) in moves]
    price = found[0] if found else 0.0
    return max(LOWEST, (1 + price) * (1 + moves.get(("currency", labels["currency"]), 0.0)) - 1)


_NEAREST: tuple[Axis, ...] = ("instrument", "sector", "class")


def _labels(asset: AssetInput | None) -> Mapping[Axis, str]:
    if asset is None:
        return {"instrument": CASH, "sector": CASH, "class": CASH, "currency": ""}
    return {
        "instrument": asset.id,
        "sector": asset.sector,
        "class": asset.asset_class,
        "currency": asset.currency,
    }


def _price(trait: Trait, shock: Shock) -> float:
    if trait.proxy == "equity":
        return trait.beta * shock.equity
    if trait.proxy == "gold":
        return shock.gold
    return _bond(trait, shock) if trait.proxy == "bond" else 0.0


def _bond(trait: Trait, shock: Shock) -> float:
    """Credit moves by the spread where the shock names one, else with equities."""
    rates = shock.rates * (shock.linked if trait.linked else 1.0)
    moved = rates + trait.credit * shock.spread
    credit = 0.0 if shock.spread else CREDIT_IN_EQUITIES * trait.credit * shock.equity
    return max(LOWEST, -trait.duration * moved + trait.convexity * moved**2 / 2 + credit)


def _currency(trait: Trait, dollar: float, base: str) -> float:
    if base == "USD":
        return (1 - trait.dollar) * (1 / (1 + dollar) - 1)
    return trait.dollar * dollar
