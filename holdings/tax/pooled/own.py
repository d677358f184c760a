"""The taxpayer's own slices of a year, and what stands aside of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from holdings.ledger.types import ZERO
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import Income, Slice


@dataclass(frozen=True, slots=True)
class Own:
    """slices: the taxpayer's own whose gain is known. notes: what is in no figure, as sentences."""

    slices: tuple[Slice, ...]
    notes: tuple[str, ...]


def own(slices: Sequence[Slice], income: Income, facts: TaxFacts, currency: str) -> Own:
    """Countries that tax persons one by one take the gains of the others out, and say so."""
    mine = [each for each in slices if not each.holder]
    return Own(
        slices=tuple(each for each in mine if each.recognised is not None),
        notes=(*_unknown(mine, currency), *_of_others(slices), *_income(income), *facts.coverage_gaps),
    )


def _unknown(mine: Iterable[Slice], currency: str) -> list[str]:
    proceeds = [each.proceeds for each in mine if each.recognised is None]
    if not proceeds:
        return []
    return [f"Proceeds of {sum(proceeds, ZERO):,.2f} {currency} are in no figure: what those shares cost is not known."]


def _of_others(slices: Iterable[Slice]) -> list[str]:
    if not any(each.holder for each in slices):
        return []
    return ["Gains of other persons of the household are their own to declare, and are in no figure of this tax."]


def _income(income: Income) -> list[str]:
    if not income.unknown:
        return []
    return [f"{len(income.unknown)} payments have no exchange rate and are in no figure."]


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
