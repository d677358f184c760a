"""A household's disposals under German rules: first in, first out within each account, in euros at each day's rate.

Which lots a seller names does not matter (EStG § 20(4) sentence 7; BMF 14 May 2025, no. 97 to 99). Who is given shares
goes on with the giver's cost and day (§ 20(4) sentence 6, § 23(1) sentence 3), so that transfers move lots.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.gains import in_base
from holdings.ledger.replay import replay
from holdings.ledger.types import REFUSED, ZERO, Entry, Kind, Ledger, Lot, Origin, RealisedGain, Relief
from holdings.tax.de.lump_sums import LUMP_SUM, LumpSum, with_lump_sums
from holdings.tax.de.rates import base_rate
from holdings.tax.de.treatment import Treatment, free_from, is_fund, of_fund, treatment
from holdings.tax.history import Asset, FundYear, History, Relation, TaxInstrument
from holdings.tax.outcome import GainClass, Matching, Slice, TaxLot, Unknown
from holdings.tax.pooled.holders import check_currency
from holdings.tax.pooled.rows import number

DISTRIBUTION = "distribution"
BESIDE_SHARES = "cash beside new shares"
NOT_HELD = "not held"
_NO_COST = "What these shares cost is not known: enter it in the transaction that brought them."
_NOT_HELD = "These shares were not held in this account: enter where they came from."
_NO_PRICE = (
    "The advance lump sum of {symbol} for {year} is in no figure: a price of 1 to 10 January or of 22 to 31 December "
    "of that year, or the exchange rate of its day, is not stored. Enter or load it."
)
_NO_RATE = "No exchange rate is known for the day, so the amount is not known in euros."
_LEFT = "The shares left for an account that is not imported; a sale there has to be entered."
_OF_ANOTHER = "This goes on the form of another person of the household."
_APART = "Short sales and options are not covered."


def match(history: History) -> Matching:
    """Slices of all disposals in taxed accounts, of lump sums and of cash that is income, and the open lots.

    Raises UnsupportedHistory for a history that is not kept in euros.
    """
    check_currency(history, "EUR", "Germany")
    with localcontext(exact):
        return _Run(history).matching()


class _Run:
    """One replay under the German rules, and what it says."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.taxed = {id for id, account in history.accounts.items() if account.taxed}
        self.entries = {entry.id: entry for entry in history.entries}
        read = [each for entry in self.entries.values() for each in self._as_read(entry)]
        with_sums, self.lump_sums = with_lump_sums(read, history, self._bears_lump_sums)
        self.ledger: Ledger = replay(with_sums)
        self.left_out: list[Unknown] = []

    def matching(self) -> Matching:
        slices = [*self._disposals(), *self._payments(), *self._advance()]
        return Matching(
            slices=tuple(sorted(slices, key=lambda each: (each.sold, each.sale))),
            lots=tuple(self._lot(each) for each in self.ledger.lots),
            left_out=(*self.left_out, *self._refused()),
        )

    def _as_read(self, entry: Entry) -> Iterator[Entry]:
        """As Germany has it: first in first out, gifts at the giver's cost, and without what `_payments` tells."""
        picks = entry.picks if entry.kind is Kind.ADJUST else ()
        plain = replace(entry, picks=picks, relief=Relief.FIFO, origin=Origin.PURCHASE)
        if self._pays_beside(entry):
            yield replace(plain, cash=ZERO)
        elif not self._is_distribution(entry):
            yield plain

    def _pays_beside(self, entry: Entry) -> bool:
        return entry.kind is Kind.MERGER and bool(entry.other_quantity) and entry.cash > 0

    def _is_distribution(self, entry: Entry) -> bool:
        """All that a fund pays is income, its capital too (InvStG § 2(11), § 16(1) no. 1)."""
        return entry.kind is Kind.RETURN_OF_CAPITAL and is_fund(self._instrument(entry.instrument))

    def _disposals(self) -> Iterator[Slice]:
        for gain in self.ledger.realised:
            if gain.account not in self.taxed:
                continue
            if gain.base_proceeds is None:
                self._leave_out(self.entries[gain.sale], _NO_RATE)
                continue
            yield self._of_gain(gain)

    def _of_gain(self, gain: RealisedGain) -> Slice:
        """Shares that are written off go on the day of the entry."""
        sold = self.entries[gain.sale].trade_date
        treated = treatment(self._instrument(gain.instrument), gain.acquired, sold)
        if gain.base_basis is None:
            treated = replace(treated, notes=(*treated.notes, _NO_COST if gain.lot else _NOT_HELD))
        found = Slice(
            sale=gain.sale,
            account=gain.account,
            instrument=gain.instrument,
            quantity=gain.quantity,
            sold=sold,
            proceeds=gain.base_proceeds or ZERO,
            basis=gain.base_basis,
            gain_class=treated.gain_class,
            lot=gain.lot,
            acquired=gain.acquired,
            rule=treated.rule if gain.lot else NOT_HELD,
        )
        return self._treated(found, treated)

    def _payments(self) -> Iterator[Slice]:
        """Cash beside new shares, which is a dividend (EStG § 20(4a) sentence 2), and capital that a fund pays back."""
        for entry in self.entries.values():
            if entry.account not in self.taxed or not (self._pays_beside(entry) or self._is_distribution(entry)):
                continue
            cash = in_base(entry.cash, entry.rate)
            if cash is None:
                self._leave_out(entry, _NO_RATE)
                continue
            rule = BESIDE_SHARES if self._pays_beside(entry) else DISTRIBUTION
            found = Slice(
                sale=entry.id,
                account=entry.account,
                instrument=entry.instrument or "",
                quantity=ZERO,
                sold=entry.trade_date,
                proceeds=cash,
                basis=ZERO,
                gain_class=GainClass.GENERAL,
                rule=rule,
            )
            yield self._treated(found, self._of_income(entry.instrument))

    def _bears_lump_sums(self, lot: Lot) -> bool:
        return lot.account in self.taxed and is_fund(self._instrument(lot.instrument))

    def _advance(self) -> Iterator[Slice]:
        """Lump sums; a fund whose prices are not known is named once a year and account."""
        for each in self.lump_sums:
            if each.amount is not None and each.fund is not None:
                yield self._of_lump_sum(each, each.fund, each.amount)
        unknown = {(e.received, e.lot.account, e.lot.instrument): e.year for e in self.lump_sums if e.amount is None}
        for (day, account, instrument), year in sorted(unknown.items()):
            reason = _NO_PRICE.format(symbol=self._instrument(instrument).symbol, year=year)
            self.left_out.append(Unknown("", account, instrument, day, ZERO, reason))

    def _of_lump_sum(self, each: LumpSum, fund: FundYear, amount: Decimal) -> Slice:
        found = Slice(
            sale="",
            account=each.lot.account,
            instrument=each.lot.instrument,
            quantity=ZERO,
            sold=each.received,
            proceeds=amount,
            basis=ZERO,
            gain_class=GainClass.GENERAL,
            lot=each.lot.key,
            acquired=each.lot.acquired,
            rule=LUMP_SUM,
        )
        treated = self._of_income(each.lot.instrument)
        return self._treated(found, replace(treated, notes=(_worked(each, fund), *treated.notes)))

    def _of_income(self, instrument: str | None) -> Treatment:
        known = self._instrument(instrument)
        return of_fund(known, None) if is_fund(known) else Treatment(GainClass.GENERAL)

    def _treated(self, found: Slice, treated: Treatment) -> Slice:
        """With what is free of it, and whose it is: in Germany by what the owner is to the taxpayer."""
        relation = self.history.accounts[found.account].relation
        is_own = relation is Relation.SELF
        return found._replace(
            exempt=ZERO if found.gain is None else found.gain * treated.free,
            notes=treated.notes if is_own else (*treated.notes, _OF_ANOTHER),
            holder="" if is_own else relation.value,
        )

    def _lot(self, lot: Lot) -> TaxLot:
        is_private = self._instrument(lot.instrument).asset is Asset.CRYPTO
        return TaxLot(
            lot=lot.key,
            account=lot.account,
            instrument=lot.instrument,
            quantity=lot.quantity,
            basis=lot.base_basis,
            acquired=lot.acquired,
            long_from=free_from(lot.acquired) if is_private and lot.acquired else None,
        )

    def _refused(self) -> Iterable[Unknown]:
        """What the replay could not carry out, and what no rule here covers."""
        faults = {each.entry: each for each in self.ledger.problems if each.code in REFUSED}
        for id, each in faults.items():
            if each.account in self.taxed:
                cash = _in_euros(self.entries[id]) if id in self.entries else ZERO
                yield Unknown(id, each.account, each.instrument, each.day, cash, each.message)
        received = {entry.sender for entry in self.entries.values() if entry.kind is Kind.TRANSFER_IN}
        for entry in self.entries.values():
            if entry.account not in self.taxed or entry.id in faults:
                continue
            if entry.kind in {Kind.SHORT, Kind.OPTION}:
                yield _unknown(entry, _APART)
            elif entry.kind is Kind.TRANSFER_OUT and entry.quantity and entry.id not in received:
                yield _unknown(entry, _LEFT)

    def _leave_out(self, entry: Entry, reason: str) -> None:
        self.left_out.append(_unknown(entry, reason))

    def _instrument(self, id: str | None) -> TaxInstrument:
        """One that nobody described counts as a share."""
        name = id or ""
        return self.history.instruments.get(name, TaxInstrument(name, name, name))


def _worked(each: LumpSum, fund: FundYear) -> str:
    """How a lump sum came about."""
    return (
        f"For {each.year}: {number(each.lot.quantity)} units at {fund.first:,.2f} EUR in its first days and "
        f"{fund.last:,.2f} EUR in its last, {fund.distributed:,.2f} EUR paid out a unit; base rate "
        f"{base_rate(each.year) or ZERO:.2%}, 70 % of it."
    )


def _unknown(entry: Entry, reason: str) -> Unknown:
    return Unknown(entry.id, entry.account, entry.instrument, entry.trade_date, _in_euros(entry), reason)


def _in_euros(entry: Entry) -> Decimal:
    """The cash of an entry; nothing where no rate is known."""
    return in_base(entry.cash, entry.rate) or ZERO
