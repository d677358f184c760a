"""Open lots with a loss: what selling one would save this year, what stands in the way, and what could replace it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from accounts.templatetags.formats import day, quantity
from holdings import selectors as holdings
from holdings.ledger.types import ZERO
from holdings.models import Classification, TaxLot
from holdings.tax.outcome import GainClass, Slice, TaxYear
from holdings.tax.questions.harvest import HarvestValue, harvest_value
from optimizer import selectors
from optimizer.models import PolicyConstraint
from optimizer.pages.tax.replace import Suggestions, suggestions
from optimizer.pages.tax.year import YearShown

DAY = dt.timedelta(days=1)
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


def harvest(household: Household, shown: YearShown) -> Harvest | None:
    """None where the country's rules leave no choice of lots. The largest loss first.

    A handful of queries, however many lots there are.
    """
    if shown.assessment is None or not shown.rules.lot_choice_allowed:
        return None
    if not household.tax_profile.lists_harvests:
        return Harvest(is_listed=False)
    found, least = _candidates(household, shown), _least(household)
    sums: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    for each in found:
        sums[each.lot.account_id, each.lot.instrument_id] -= each.loss
    worth = [each for each in found if sums[each.lot.account_id, each.lot.instrument_id] >= least]
    return Harvest(True, worth, least, len(found) - len(worth))


def _least(household: Household) -> Decimal:
    """The smallest loss worth a sale, as the policy states it."""
    current = selectors.versions(household).order_by("-number").values("pk")[:1]
    rows = PolicyConstraint.objects.filter(version=current, kind=PolicyConstraint.Kind.HARVEST_LEAST)
    return max((low or ZERO for low in rows.values_list("low", flat=True)), default=ZERO)


def _candidates(household: Household, shown: YearShown) -> list[Candidate]:
    rows = TaxLot.objects.filter(account__household=household).select_related("account", "instrument")
    lots = list(rows)
    quotes = holdings.quotes_in_base(household, {lot.instrument_id for lot in lots}, household.as_of)
    book = _Book(household, shown, lots)
    losing = [(lot, lot.quantity * quotes[lot.instrument_id].close) for lot in lots if lot.instrument_id in quotes]
    found = [book.candidate(lot, value) for lot, value in losing if _is_loss(lot, value)]
    return sorted(found, key=lambda each: each.loss)


def _is_loss(lot: TaxLot, value: Decimal) -> bool:
    known = lot.basis is not None and lot.long_from is not None
    return known and lot.account.is_taxable and value < (lot.basis or ZERO)


class _Book:
    """What all candidates share: the year's slices, classes, and which purchases would replace what."""

    def __init__(self, household: Household, shown: YearShown, lots: Sequence[TaxLot]) -> None:
        self.as_of, self.shown = household.as_of, shown
        self.classes = holdings.classifications(household)
        self.year = TaxYear(shown.report.label, shown.report.first, shown.report.last)
        self.replacing = _replacing(lots, self.classes, household.as_of)
        self.sold = {each.lot for each in shown.proposed}

    def candidate(self, lot: TaxLot, value: Decimal) -> Candidate:
        loss = value - (lot.basis or ZERO)
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
        """Purchases of the last 30 days in any account, but for the lot itself (Rev. Rul. 56-602)."""
        group = holdings.identity_group(lot.instrument, self.classes.get(lot.instrument_id))
        others = [each for each in self.replacing[group] if each.lot_key != lot.lot_key]
        if not others:
            return "Clear", True
        shares = min(sum((each.quantity for each in others), ZERO), lot.quantity)
        until = max(each.replaces_until for each in others if each.replaces_until) + DAY
        effect = "Deferred" if all(each.account.is_taxable for each in others) else "Lost"
        return f"{effect} on {quantity(shares)} of {quantity(lot.quantity)} until {day(until)}", False


def _replacing(
    lots: Iterable[TaxLot], classes: Mapping[int, Classification], as_of: dt.date
) -> Mapping[str, list[TaxLot]]:
    found: dict[str, list[TaxLot]] = defaultdict(list)
    for lot in lots:
        if lot.replaces_until is not None and lot.replaces_until >= as_of:
            found[holdings.identity_group(lot.instrument, classes.get(lot.instrument_id))].append(lot)
    return found
