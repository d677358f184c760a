"""Open lots with a loss: what selling one would save this year, what stands in the way, and what could replace it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from accounts.models import Household
from accounts.templatetags.formats import day, quantity
from holdings import selectors as holdings
from holdings.ledger.types import ZERO
from holdings.models import TaxLot
from holdings.tax.outcome import GainClass, Slice, TaxYear
from holdings.tax.questions.harvest import HarvestValue, harvest_value
from optimizer import selectors
from optimizer.models import PolicyConstraint
from optimizer.pages.tax.replace import Suggestions, suggestions
from optimizer.pages.tax.windows import Opened
from optimizer.pages.tax.year import YearShown

YEARS, DISCOUNT = 10, Decimal("0.04")
"""Assumptions of "now or later": when the replacement would be sold, and a yearly discount rate."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lot with a loss (negative). saved: less tax of this year were it sold now and nothing undid the loss.

    until_long: days until a sale is long-term, 0 when it is. wash: the state in words; is_clear: nothing stands in the
    way. in_proposal: the open proposal sells of it. later: taking the loss now against leaving it.
    """

    lot: TaxLot
    value: Decimal
    loss: Decimal
    is_long: bool
    until_long: int
    saved: Decimal
    wash: str
    is_clear: bool
    in_proposal: bool
    later: HarvestValue
    instead: Suggestions


@dataclass(frozen=True)
class Harvest:
    """Lots worth selling at a loss. is_listed: whether the household wants to see them.

    least: the policy's smallest loss of an instrument in an account, 0 where it has none; small: lots below it.
    """

    is_listed: bool
    candidates: Sequence[Candidate] = ()
    least: Decimal = ZERO
    small: int = 0

    @property
    def totals(self) -> dict[str, Decimal]:
        return {
            "value": sum((each.value for each in self.candidates), ZERO),
            "loss": sum((each.loss for each in self.candidates), ZERO),
        }


def harvest(household: Household, shown: YearShown, found: Opened) -> Harvest | None:
    """None where the year has no assessment. The largest loss first.

    A handful of queries, however many lots there are.
    """
    if shown.assessment is None:
        return None
    if not household.tax_profile.lists_harvests:
        return Harvest(is_listed=False)
    losing, least = _losing(household), _least(household)
    worth = _worth(losing, least)
    book = _Book(household, shown, found)
    candidates = sorted((book.candidate(each) for each in worth), key=lambda each: each.loss)
    return Harvest(True, candidates, least, len(losing) - len(worth))


def _least(household: Household) -> Decimal:
    """The smallest loss worth a sale, as the policy states it."""
    current = selectors.versions(household).order_by("-number").values("pk")[:1]
    rows = PolicyConstraint.objects.filter(version=current, kind=PolicyConstraint.Kind.HARVEST_LEAST)
    return max((low or ZERO for low in rows.values_list("low", flat=True)), default=ZERO)


class _Losing(NamedTuple):
    """A lot, its value, and its loss, which is negative."""

    lot: TaxLot
    value: Decimal
    loss: Decimal

    @property
    def place(self) -> tuple[int, int]:
        return self.lot.account_id, self.lot.instrument_id


def _losing(household: Household) -> list[_Losing]:
    rows = TaxLot.objects.filter(account__household=household, basis__isnull=False, long_from__isnull=False)
    lots = [lot for lot in rows.select_related("account", "instrument") if lot.account.is_taxable]
    quotes = holdings.quotes_in_base(household, {lot.instrument_id for lot in lots}, household.as_of)
    valued = [(lot, lot.quantity * quotes[lot.instrument_id].close) for lot in lots if lot.instrument_id in quotes]
    found = [_Losing(lot, value, value - (lot.basis or ZERO)) for lot, value in valued]
    return [each for each in found if each.loss < 0]


def _worth(losing: Iterable[_Losing], least: Decimal) -> list[_Losing]:
    """Those of an instrument in an account whose losses together are large enough."""
    sums: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    for each in losing:
        sums[each.place] -= each.loss
    return [each for each in losing if sums[each.place] >= least]


class _Book:
    """What all candidates share: the year's slices, classes, and which purchases would replace what."""

    def __init__(self, household: Household, shown: YearShown, found: Opened) -> None:
        self.as_of, self.shown, self.found = household.as_of, shown, found
        self.classes = holdings.classifications(household)
        self.year = TaxYear(shown.report.label, shown.report.first, shown.report.last)
        self.sold = {each.lot for each in shown.proposed}

    def candidate(self, losing: _Losing) -> Candidate:
        lot, value, loss = losing
        is_long = lot.long_from is not None and lot.long_from <= self.as_of
        saved = self._saved(lot, value, GainClass.LONG if is_long else GainClass.SHORT)
        words, is_clear = self._wash(lot)
        return Candidate(
            lot=lot,
            value=value,
            loss=loss,
            is_long=is_long,
            until_long=0 if lot.long_from is None else max((lot.long_from - self.as_of).days, 0),
            saved=saved,
            wash=words,
            is_clear=is_clear,
            in_proposal=lot.lot_key in self.sold,
            later=harvest_value(-loss, saved, later_rate=self._later_rate(), years=YEARS, discount=DISCOUNT),
            instead=suggestions(lot.instrument, self.classes.get(lot.instrument_id)),
        )

    def _saved(self, lot: TaxLot, value: Decimal, pot: GainClass) -> Decimal:
        now, year = self.shown.assessment, self.shown.stored
        if now is None:
            return ZERO
        sale = Slice(
            sale="",
            account="",
            instrument="",
            quantity=lot.quantity,
            sold=self.as_of,
            proceeds=value,
            basis=lot.basis,
            gain_class=pot,
        )
        then = self.shown.rules.assess((*self.shown.slices, sale), year.income, year.facts, self.year, year.carried_in)
        return now.tax - then.tax

    def _later_rate(self) -> Decimal:
        marginal = self.shown.assessment.marginal if self.shown.assessment else {}
        return marginal.get(GainClass.LONG, ZERO)

    def _wash(self, lot: TaxLot) -> tuple[str, bool]:
        """By the purchases of the last 30 days in any account, those of the lot's own order apart."""
        group = holdings.identity_group(lot.instrument, self.classes.get(lot.instrument_id))
        others = self.found.windows.replacements(group, lot.lot_key)
        if not others:
            return "Clear", True
        shares = min(sum((each.quantity for each in others), ZERO), lot.quantity)
        until = max(each.free_from for each in others)
        effect = "Deferred" if all(self.found.accounts[each.account].is_taxable for each in others) else "Lost"
        return f"{effect} on {quantity(shares)} of {quantity(lot.quantity)} until {day(until)}", False
