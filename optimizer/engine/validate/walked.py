"""A path walked, after costs alone and after costs and taxes, in a form that JSON keeps bit for bit."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.snapshot import Panel
from optimizer.engine.validate.path import Path, market_of, rule_of, settings_of
from optimizer.engine.validate.proposals import Proposed
from optimizer.engine.validate.types import Market, Settings, Walk
from optimizer.engine.validate.walk_forward import walk

WAYS = ("costs", "taxes")


def walked(path: Path, panel: Panel, progress: Callable[[str, float], None]) -> dict[str, Any]:
    """`days`: ordinals of the sessions; `costs` and, where the path has taxes, `taxes`: what each way came to.

    `progress` is called before each refit or proposal and may raise to stop.
    """
    market = market_of(path, panel)
    settings = settings_of(path, market)
    ways = WAYS if path.taxes else WAYS[:1]
    made: dict[str, Any] = {"days": _packed(_ordinals(market, settings))}
    for number, way in enumerate(ways):

        def reached(known: int, number: int = number) -> None:
            done = (known - settings.first) / (settings.last - settings.first + 1)
            progress("Compute", max(0.0, (number + done) / len(ways)))

        asked = settings if way == "taxes" else replace(settings, taxes=None)
        made[way] = _kept(_walk(path, market, asked, reached), settings, market)
    return made


def _walk(path: Path, market: Market, settings: Settings, reached: Callable[[int], None]) -> Walk:
    rule = rule_of(path, market, settings)
    if path.plans is not None:
        return Proposed(market, rule, settings, path.plans, reached).run()

    def watched(known: int) -> Floats:
        reached(known)
        return rule(known)

    return walk(market, watched, settings)


def values_of(found: dict[str, Any], way: str) -> tuple[Floats, Floats]:
    """Ordinals of the sessions, and values, of what `walked` gave."""
    return _unpacked(found["days"]), _unpacked(found[way]["values"])


def _kept(found: Walk, settings: Settings, market: Market) -> dict[str, Any]:
    """turnover, cost: sums of fractions of the value at each trade; the purchases at the start are no turnover.

    taxed: the sum of each year's tax as a fraction of the value at its last session.
    """
    values = np.append(settings.capital, found.values[1:])
    worth = [float(found.values[each.session - settings.first]) for each in found.rebalances]
    traded = [(each.bought + each.sold) / 2 for each in found.rebalances]
    return {
        "values": _packed(values),
        "trades": len(found.rebalances),
        "turnover": sum(part / whole for part, whole in zip(traded[1:], worth[1:], strict=True)),
        "cost": sum(each.cost / whole for each, whole in zip(found.rebalances, worth, strict=True)),
        "tax": found.tax_paid,
        "taxed": sum(tax / float(values[at]) for tax, at in _year_ends(found, settings, market)),
        "liquidated": found.liquidated,
        "looks": found.looks,
        "gave": found.gave,
        "held": found.held,
    }


def _year_ends(found: Walk, settings: Settings, market: Market) -> Iterator[tuple[float, int]]:
    """Each year's tax, and where its last session stands among the values."""
    years = [day.year for day in market.dates[settings.first : settings.last + 1]]
    last = {year: at for at, year in enumerate(years)}
    return ((tax, last[year]) for year, tax in found.tax.items())


def _ordinals(market: Market, settings: Settings) -> Floats:
    return np.array([day.toordinal() for day in market.dates[settings.first : settings.last + 1]], float)


def _packed(values: Floats) -> str:
    return base64.b64encode(np.ascontiguousarray(values, "<f8").tobytes()).decode()


def _unpacked(text: str) -> Floats:
    return np.frombuffer(base64.b64decode(text), "<f8")
