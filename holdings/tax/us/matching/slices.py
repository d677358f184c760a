"""Parts of a disposal while a matching runs, and their pots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from holdings.ledger.exact import part
from holdings.ledger.types import ZERO, Entry, RealisedGain, Relief, Term
from holdings.tax.history import Asset, TaxInstrument
from holdings.tax.outcome import GainClass, Slice
from holdings.tax.us.holding import is_long_term

_METHOD = {
    Relief.FIFO: "First in, first out.",
    Relief.LIFO: "Last in, first out.",
    Relief.HIFO: "Highest basis first.",
    Relief.MIN_TAX: "Least tax.",
    Relief.AVERAGE: "Average basis, first in, first out for the term.",
}

TURNED = (
    "Held for six months or less: the loss is long-term up to the capital gain distributions on the shares (IRC "
    "852(b)(4)(A), 857(b)(8))."
)


EXTRAORDINARY = (
    "Qualified dividends of 10 % of the basis or more came on these shares within 85 days, or of more than 20 % within "
    "365 days: the loss is long-term to their extent (IRC 1(h)(11)(D))."
)


@dataclass(slots=True, eq=False)
class Draft:
    """A slice that later purchases may still change. `number` is the place of its gain in the ledger.

    denied: of its loss, what exempt-interest dividends on the shares deny. distributed: long-term capital gain paid on
    the shares, which makes so much of the rest long-term. Both are positive, and of shares held six months or less.
    extraordinary: qualified dividends that were, which do the same to shares held a year or less.
    """

    gain: RealisedGain
    number: int
    quantity: Decimal
    proceeds: Decimal
    basis: Decimal
    gain_class: GainClass
    piece: str
    rule: str
    denied: Decimal = ZERO
    distributed: Decimal = ZERO
    extraordinary: Decimal = ZERO
    disallowed: Decimal = ZERO
    final_after: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def loss(self) -> Decimal:
        """What is lost, positive, or nothing."""
        return self.basis - self.proceeds if self.basis > self.proceeds else ZERO

    @property
    def claimed(self) -> Decimal:
        """The loss that replaced shares may still disallow."""
        return self.loss - self.denied

    @property
    def turned(self) -> Decimal:
        """What of the loss is long-term though the shares were not: of shares that nothing replaced, share by share."""
        paid = self.distributed + self.extraordinary
        if not paid or not self.claimed or self.gain_class is not GainClass.SHORT:
            return ZERO
        return part(min(self.claimed, paid), self.claimed - self.disallowed, self.claimed)

    def done(self, reported: bool) -> Sequence[Slice]:
        """The slice; in two where a part of its loss is of another term, by shares in proportion to the loss."""
        whole = self._slice(reported)
        if not (turned := self.turned):
            return [whole]
        why = [TURNED] * bool(self.distributed) + [EXTRAORDINARY] * bool(self.extraordinary)
        long = whole._replace(gain_class=GainClass.LONG, turned=True, notes=(*whole.notes, *why))
        if turned == self.loss:
            return [long]
        shares, proceeds = part(self.quantity, turned, self.loss), part(self.proceeds, turned, self.loss)
        basis = proceeds + turned
        left = whole._replace(
            quantity=self.quantity - shares, proceeds=self.proceeds - proceeds, basis=self.basis - basis
        )
        return [
            left,
            long._replace(quantity=shares, proceeds=proceeds, basis=basis, disallowed=ZERO, exempt=ZERO),
        ]

    def _slice(self, reported: bool) -> Slice:
        gain = self.gain
        return Slice(
            sale=gain.sale,
            account=gain.account,
            instrument=gain.instrument,
            quantity=self.quantity,
            sold=gain.sold,
            proceeds=self.proceeds,
            basis=self.basis,
            gain_class=self.gain_class,
            lot=gain.lot,
            piece=self.piece,
            acquired=gain.acquired,
            disallowed=self.disallowed,
            exempt=-self.denied,
            rule=self.rule,
            final_after=self.final_after,
            reported=reported,
            notes=self.notes,
        )


def gain_class(gain: RealisedGain, tacked: int, instrument: TaxInstrument | None) -> GainClass:
    """The pot of a gain whose term is known; days of replaced shares count only for this (IRC 1223(3))."""
    if gain.term is Term.SHORT and not _long_with(gain, tacked):
        return GainClass.SHORT
    return GainClass.COLLECTIBLE if instrument and instrument.collectible else GainClass.LONG


def _long_with(gain: RealisedGain, tacked: int) -> bool:
    return bool(tacked and gain.acquired and is_long_term(gain.acquired - timedelta(tacked), gain.sold))


def rule_of(entry: Entry, lot: str | None) -> str:
    """How the shares were matched with their lot."""
    if entry.picks and any(pick.lot == lot for pick in entry.picks):
        return "The lot was chosen."
    return _METHOD[entry.relief]


def why_left_out(gain: RealisedGain, instrument: TaxInstrument | None) -> str:
    """Why a gain is in no figure, as a sentence; empty where it is in."""
    if instrument and instrument.asset is Asset.OPTION:
        return "Options are not computed (IRC 1234): enter this gain from the broker's form."
    if gain.lot is None:
        return "No lot held these shares, so that their basis and date are unknown: add the missing purchase."
    if gain.basis is None:
        return "The basis of the lot is unknown: enter it."
    if gain.base_proceeds is None or gain.base_basis is None:
        return "An exchange rate is missing, of the sale or of the purchase: enter it."
    if gain.term is None:
        return "The acquisition date of the lot is unknown: enter it."
    return ""
