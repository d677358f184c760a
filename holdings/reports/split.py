"""The money that each holding earned in a period, by where it came from: exact, and adding up to the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.reports.moves import CASH, Move, Part


@dataclass(frozen=True, slots=True)
class Split:
    """Of one holding, in the base currency; `costs` are negative. The four parts add up to its gain."""

    begin: Decimal = ZERO
    end: Decimal = ZERO
    put_in: Decimal = ZERO
    price: Decimal = ZERO
    income: Decimal = ZERO
    costs: Decimal = ZERO
    currency: Decimal = ZERO

    @property
    def gain(self) -> Decimal:
        return exact.add(exact.add(self.price, self.income), exact.add(self.costs, self.currency))


def splits(
    begin: Mapping[str, Decimal],
    end: Mapping[str, Decimal],
    moved: Iterable[Move],
    rate_gains: Mapping[str, Sequence[Decimal]],
) -> dict[str, Split]:
    """By holding. `begin` and `end` are its values, `moved` and `rate_gains` what happened in between."""
    sums: dict[tuple[str, Part], Decimal] = defaultdict(Decimal)
    with localcontext(exact):
        for move in moved:
            sums[move.key, move.part] += move.amount
        keys = dict.fromkeys([*begin, *end, *(key for key, _ in sums)])
        return {
            key: _split(
                key,
                begin.get(key, ZERO),
                end.get(key, ZERO),
                {part: sums[key, part] for part in Part},
                sum(rate_gains.get(key, ()), ZERO),
            )
            for key in keys
        }


def _split(key: str, begin: Decimal, end: Decimal, sums: Mapping[Part, Decimal], currency: Decimal) -> Split:
    """Income and costs of a holding go to or come from cash; those of cash itself stay in it."""
    inside = sums[Part.INCOME] + sums[Part.COSTS] if key == CASH else ZERO
    price = end - begin - sums[Part.PUT_IN] - inside - currency
    return Split(begin, end, sums[Part.PUT_IN], price, sums[Part.INCOME], sums[Part.COSTS], currency)


def together(parts: Iterable[Mapping[str, Split]]) -> dict[str, Split]:
    """The same holdings of several accounts as one."""
    found: dict[str, Split] = {}
    with localcontext(exact):
        for each in parts:
            for key, split in each.items():
                found[key] = _plus(found[key], split) if key in found else split
    return found


def total(parts: Iterable[Split]) -> Split:
    with localcontext(exact):
        whole = Split()
        for split in parts:
            whole = _plus(whole, split)
        return whole


def _plus(one: Split, other: Split) -> Split:
    return Split(
        one.begin + other.begin,
        one.end + other.end,
        one.put_in + other.put_in,
        one.price + other.price,
        one.income + other.income,
        one.costs + other.costs,
        one.currency + other.currency,
    )
