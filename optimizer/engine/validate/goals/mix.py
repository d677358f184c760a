"""A household's holdings as a mix of the classes whose history ships."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from optimizer.engine.validate.goals.types import Mix
from optimizer.engine.validate.stress.replay import CREDIT_IN_EQUITIES, TEN_YEAR
from optimizer.engine.validate.stress.traits import Trait


def mix_of(held: Iterable[tuple[str, float]], traits: Mapping[str, Trait]) -> Mix:
    """Parts of the value by class, from money by asset; all of it cash where nothing is worth anything.

    A stock counts as the index, however it swings. A bond is 10-year Treasuries at its duration, the rest cash, and
    for its credit a part of equities. What has no stand-in keeps its worth.
    """
    parts: dict[str, float] = defaultdict(float)
    total = 0.0
    for asset, money in held:
        total += money
        for name, part in _parts(traits[asset]).items():
            parts[name] += money * part
    if total <= 0:
        return Mix({"cash": 1.0})
    constant = parts.pop("none", 0.0) / total
    return Mix({name: money / total for name, money in sorted(parts.items()) if money}, constant)


def _parts(trait: Trait) -> Mapping[str, float]:
    if trait.proxy != "bond":
        return {trait.proxy: 1.0}
    treasury, equity = trait.duration / TEN_YEAR, CREDIT_IN_EQUITIES * trait.credit
    return {"treasury": treasury, "equity": equity, "cash": 1 - treasury - equity}
