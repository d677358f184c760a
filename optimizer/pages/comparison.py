"""Doing nothing beside the proposal, figure by figure. A change is the difference of the figures as shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from accounts.templatetags.formats import NOT_APPLICABLE, change, money, money_change, percent, rounded
from holdings.models import Sector

Measured = Mapping[str, Any]
SECTORS = 3


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    nothing: str
    proposed: str
    change: str
    limit: str = NOT_APPLICABLE


def comparison(
    nothing: Measured,
    proposed: Measured,
    rules: Sequence[Mapping[str, Any]],
    symbols: Mapping[str, str],
    currency: str,
    reserved: str | None = None,
) -> list[Line]:
    """One line a measure.

    `nothing` and `proposed` are stored Measures, `rules` the stored checks, `symbols` names the largest holdings by id,
    `reserved` is the tax kept in cash, where the policy keeps it.
    """
    limits = _limits(rules)
    cap = next((rule["limit"] for rule in rules if _caps(rule, proposed["largest"])), None)

    def fraction(name: str, measure: str, kind: str = "", decimals: int = 1, sign: int = 1) -> Line:
        pair = [sign * number(each[measure]) for each in (nothing, proposed)]
        return in_percent(name, pair[0], pair[1], limits.get(kind), decimals)

    def amount(name: str, measure: str, kind: str = "") -> Line:
        return in_money(name, number(nothing[measure]), number(proposed[measure]), limits.get(kind), currency)

    return [
        fraction("Tracking error to target", "tracking_error", "tracking_error", decimals=2),
        fraction("Volatility forecast, a year", "volatility"),
        fraction("Average loss, worst 5% of months", "cvar_95", sign=-1),
        *sectors(nothing, proposed, rules),
        largest(nothing, proposed, symbols, None if cap is None else number(cap)),
        amount("Tax added this year", "tax", "tax_budget"),
        amount("Trading cost", "cost"),
        *([amount("Fund costs, a year", "expenses")] if "expenses" in proposed and "expenses" in nothing else []),
        fraction("Turnover", "turnover", "turnover"),
        amount("Cash", "cash", "minimum_cash"),
        *([in_money("Of it kept for the tax", Decimal(0), number(reserved), None, currency)] if reserved else []),
    ]


def number(stored: Any) -> Decimal:
    """A stored Decimal (text) or float."""
    return Decimal(str(stored))


def _limits(rules: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """The limit of each kind of rule that speaks of the whole household."""
    return {
        rule["kind"]: number(rule["limit"]) for rule in rules if not rule["subject"] and rule.get("limit") is not None
    }


def in_percent(name: str, before: Decimal, after: Decimal, limit: Decimal | None, decimals: int) -> Line:
    shown = [rounded(100 * value, decimals) for value in (before, after)]
    moved = f"{change(shown[1] - shown[0], decimals)} pts"
    return Line(name, percent(before, decimals), percent(after, decimals), moved, percent(limit, decimals))


def in_money(name: str, before: Decimal, after: Decimal, limit: Decimal | None, currency: str) -> Line:
    shown = [rounded(value) for value in (before, after)]
    moved = money_change(shown[1] - shown[0], currency)
    return Line(name, money(before, currency), money(after, currency), moved, money(limit, currency))


def sectors(nothing: Measured, proposed: Measured, rules: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The sectors that the goals limit."""
    limited = [rule for rule in rules if rule["kind"] == "sector_weight" and rule.get("limit") is not None]
    return [
        in_percent(
            f"{sector_name(rule['subject'])}{outside(rule['subject'], nothing, proposed)}, share of household",
            number(nothing["by_sector"].get(rule["subject"], 0)),
            number(proposed["by_sector"].get(rule["subject"], 0)),
            number(rule["limit"]),
            decimals=1,
        )
        for rule in limited[:SECTORS]
    ]


def outside(sector: str, *measured: Measured) -> str:
    """That the figure leaves out what broad funds hold of the sector, where there are any."""
    is_held = any(number(each["by_sector"].get(Sector.BROAD, 0)) for each in measured)
    return " outside broad funds" if is_held and sector != Sector.BROAD else ""


def sector_name(sector: str) -> str:
    return Sector(sector).label if sector in Sector.values else sector


def _caps(rule: Mapping[str, Any], instrument: str) -> bool:
    return bool(rule["kind"] == "instrument_weight" and rule["subject"] == instrument)


def largest(nothing: Measured, proposed: Measured, symbols: Mapping[str, str], cap: Decimal | None) -> Line:
    before, after = (number(each["largest_weight"]) for each in (nothing, proposed))
    names = [symbols.get(each["largest"], "") for each in (nothing, proposed)]
    line = in_percent("Largest holding", before, after, cap, decimals=1)
    return replace(line, nothing=f"{names[0]} {line.nothing}", proposed=f"{names[1]} {line.proposed}")
