"""If these lots were sold: the tax that it would add to the year, as a range, with the reasons for its width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.replay import replay
from holdings.ledger.types import ZERO, Entry, Kind
from holdings.tax.outcome import GainClass, Replacement, Slice, Unknown
from holdings.tax.questions.situation import Situation

LATER_PURCHASE = (
    "Shares bought in the 30 days after the sale, also by reinvested dividends or in an IRA, would undo the loss of {}."
)
UNKNOWN_BASIS = (
    "The basis or date of some shares is unknown: the low figure takes them to have no gain, the upper one no basis."
)


@dataclass(frozen=True, slots=True)
class SaleTax:
    """What sales would add to the tax of the year, in the currency of the history; a minus sign saves tax.

    expected: by all that is known now. low, upper: what the reasons could make of it. slices: of these sales; rest: of
    all else that the history sells in the year, as it stands beside them. replacements: of the losses of these sales.
    left_out: what of them is in no figure, and why; in low and upper it is an unknown gain.
    """

    low: Decimal
    expected: Decimal
    upper: Decimal
    slices: tuple[Slice, ...]
    reasons: tuple[str, ...]
    rest: tuple[Slice, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    left_out: tuple[Unknown, ...] = ()

    @property
    def disallowed(self) -> Decimal:
        """Losses that purchases of the last 30 days undo for certain."""
        return sum((each.disallowed for each in self.slices), ZERO)


def if_sold(situation: Situation, sales: Sequence[Entry]) -> SaleTax:
    """Book the sales (with picks) into a copy of the history, and compare the year with and without them.

    The rules match the whole history anew, so a sale that undoes an earlier loss, or is undone by an earlier purchase,
    counts with all that follows. Raises ValueError for an entry that is no sale, UnsupportedHistory, UnknownYear.
    """
    if wrong := [entry.id for entry in sales if entry.kind is not Kind.SELL]:
        raise ValueError(f"Not sales: {', '.join(wrong)}.")
    rules, history = situation.rules, situation.history
    entries = (*history.entries, *sales)
    with localcontext(exact):
        without = situation.standing.tax
        matching = rules.match(replace(history, entries=entries, ledger=replay(entries)))
        sold = {entry.id for entry in sales}
        new = tuple(each for each in situation.slices(matching) if each.sale in sold)
        rest = tuple(each for each in situation.slices(matching) if each.sale not in sold)
        left_out = tuple(each for each in matching.left_out if each.entry in sold)
        unknown = tuple(_unknown(each) for each in left_out)

        def added(slices: Iterable[Slice]) -> Decimal:
            return situation.assess((*rest, *slices)).tax - without

        dearest, _ = rules.loss_pots
        expected = added(new)
        low = added(_at_best(each) for each in (*new, *unknown))
        upper = added(_at_worst(each, dearest) for each in (*new, *unknown))
        return SaleTax(
            low=min(low, expected),
            expected=expected,
            upper=max(upper, expected),
            slices=new,
            reasons=_reasons((*new, *unknown), history.currency),
            rest=rest,
            replacements=tuple(each for each in matching.replacements if each.sale in sold),
            left_out=left_out,
        )


def _unknown(each: Unknown) -> Slice:
    """What the rules leave out for want of a basis or a date, as a slice of unknown gain."""
    return Slice(
        sale=each.entry,
        account=each.account,
        instrument=each.instrument or "",
        quantity=ZERO,
        sold=each.day,
        proceeds=each.proceeds,
        basis=None,
        gain_class=GainClass.UNKNOWN,
    )


def _at_best(each: Slice) -> Slice:
    return each if each.basis is not None else each._replace(basis=each.proceeds)


def _at_worst(each: Slice, dearest: GainClass) -> Slice:
    """A loss that may still be undone is; what nobody knows the basis of is all gain, of the dearest class."""
    if each.basis is None or each.gain_class is GainClass.UNKNOWN:
        return each._replace(basis=each.basis or ZERO, gain_class=dearest)
    gain = each.proceeds - each.basis
    return each._replace(disallowed=-gain) if each.final_after and gain < 0 else each


def _reasons(slices: Sequence[Slice], currency: str) -> tuple[str, ...]:
    at_risk = sum((each.recognised or ZERO for each in slices if each.final_after and (each.recognised or 0) < 0), ZERO)
    found = [LATER_PURCHASE.format(f"{-at_risk:,.2f} {currency}")] if at_risk else []
    if any(each.basis is None for each in slices):
        found.append(UNKNOWN_BASIS)
    return tuple(found)
