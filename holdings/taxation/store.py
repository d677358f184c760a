"""A household's tax in the database: one for equal inputs, computed outside any transaction. Workers only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.bulk import insert
from accounts.fields import round_to_field
from accounts.models import Household
from holdings import canonical
from holdings.models import Replacement, TaxLot, TaxReport, TaxSlice, TaxState
from holdings.tax import chain, outcome
from holdings.tax.chain import Outcome, YearOutcome
from holdings.tax.jurisdiction import Jurisdiction, UnsupportedHistory
from holdings.tax.outcome import Matching, Slice
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.us.wash import WashWindows
from holdings.taxation import stored, windows
from holdings.taxation.facts import tax_facts
from holdings.taxation.read import Books, books
from holdings.taxation.stored import NO_RULES, inputs_hash


def refresh(household: Household) -> bool:
    """Bring a household's tax up to date; whether anything was written. A second call finds nothing to do."""
    name = inputs_hash(household)
    if TaxState.objects.filter(household=household, inputs_hash=name).exists():
        return False
    return write(household, name, computed(household))


def due() -> list[int]:
    """Households whose tax is missing, or rests on an older ledger, day, classification or profile."""
    known = dict(TaxState.objects.values_list("household", "inputs_hash"))
    found = Household.objects.filter(brokerage_accounts__isnull=False, tax_profile__isnull=False).distinct()
    return [household.pk for household in found if known.get(household.pk) != inputs_hash(household)]


@dataclass(frozen=True)
class Computed:
    """What was computed, or why it could not be; the windows always are."""

    rules: Jurisdiction | None
    windows: WashWindows
    books: Books | None = None
    outcome: Outcome | None = None
    failure: str = ""


def computed(household: Household) -> Computed:
    rules, open_windows = JURISDICTIONS.get(household.tax_profile.country), windows.compute(household)
    if rules is None:
        return Computed(None, open_windows, failure=NO_RULES)
    found = books(household)
    try:
        done = chain.outcome(rules, found.history, lambda year: tax_facts(household, year))
    except UnsupportedHistory as error:
        return Computed(rules, open_windows, failure=str(error))
    return Computed(rules, open_windows, found, done)


def write(household: Household, name: str, done: Computed) -> bool:
    """Replace what is stored, unless the inputs have changed in the meantime: then the next sweep computes again."""
    with transaction.atomic():
        current = Household.objects.select_for_update().get(pk=household.pk)
        if inputs_hash(current) != name:
            return False
        if done.books and done.outcome:
            _Writer(household, done.books).write(done.outcome)
        else:
            _clear(household)
        _write_state(household, name, done)
    return True


def _clear(household: Household) -> None:
    TaxReport.objects.filter(household=household).delete()
    TaxLot.objects.filter(account__household=household).delete()
    Replacement.objects.filter(account__household=household).delete()


def _write_state(household: Household, name: str, done: Computed) -> None:
    TaxState.objects.update_or_create(
        household=household,
        defaults={
            "country": household.tax_profile.country,
            "as_of": household.as_of,
            "inputs_hash": name,
            "failure": done.failure,
            "content": stored.state_content(done.rules, _matching(done), done.windows),
            "computed_at": timezone.now(),
        },
    )


def _matching(done: Computed) -> Matching:
    return done.outcome.matching if done.outcome else Matching()


class _Writer:
    """Rows of what was computed in place of those that are stored; a year whose slices are the same keeps them."""

    def __init__(self, household: Household, found: Books) -> None:
        self.household, self.books = household, found

    def write(self, done: Outcome) -> None:
        self._years(done)
        TaxLot.objects.filter(account__household=self.household).delete()
        insert([self._lot(lot) for lot in done.matching.lots])
        Replacement.objects.filter(account__household=self.household).delete()
        insert([self._replacement(each) for each in done.matching.replacements])

    def _years(self, done: Outcome) -> None:
        rows = TaxReport.objects.filter(household=self.household)
        rows.exclude(label__in=[each.year.label for each in done.years]).delete()
        known = {row.label: row for row in rows}
        for each in done.years:
            slices = [piece for piece in done.matching.slices if piece.sold in each.year]
            self._year(each, slices, known.get(each.year.label))

    def _year(self, each: YearOutcome, slices: Sequence[Slice], row: TaxReport | None) -> None:
        """The slices of all persons, whoever's return they are on."""
        digest = hashlib.sha256(canonical.dump(tuple(slices)).encode()).hexdigest()
        report = row or TaxReport(household=self.household, label=each.year.label)
        is_same = report.digest == digest
        report.first, report.last = each.year.first, each.year.last
        report.content, report.digest = stored.year_content(each), digest
        report.save()
        if not is_same:
            report.slices.all().delete()
            insert([self._slice(report, piece) for piece in slices])

    def _slice(self, report: TaxReport, piece: Slice) -> TaxSlice:
        return TaxSlice(
            report=report,
            **self._place(piece.account, piece.instrument),
            sale_id=self.books.transactions[piece.sale] if piece.sale else None,
            lot_key=piece.lot or "",
            piece=piece.piece,
            quantity=round_to_field(piece.quantity),
            acquired=piece.acquired,
            sold=piece.sold,
            proceeds=round_to_field(piece.proceeds),
            basis=_rounded(piece.basis),
            gain=_rounded(piece.gain),
            disallowed=round_to_field(piece.disallowed),
            exempt=round_to_field(piece.exempt),
            recognised=_rounded(piece.recognised),
            gain_class=piece.gain_class.value,
            rule=piece.rule,
            final_after=piece.final_after,
            reported=piece.reported,
            holder=piece.holder,
            turned=piece.turned,
            notes=list(piece.notes),
        )

    def _lot(self, lot: outcome.TaxLot) -> TaxLot:
        return TaxLot(
            **self._place(lot.account, lot.instrument),
            lot_key=lot.lot,
            piece=lot.piece,
            quantity=round_to_field(lot.quantity),
            basis=_rounded(lot.basis),
            deferred=round_to_field(lot.deferred),
            acquired=lot.acquired,
            tacked_days=lot.tacked_days,
            long_from=lot.long_from,
            replaces_until=lot.replaces_until,
        )

    def _replacement(self, each: outcome.Replacement) -> Replacement:
        return Replacement(
            **self._place(each.account, each.instrument),
            sale_id=self.books.transactions[each.sale],
            sold=each.sold,
            sold_lot=each.sold_lot or "",
            bought_id=self.books.transactions[each.bought],
            acquired=each.acquired,
            lot_key=each.lot or "",
            quantity=round_to_field(each.quantity),
            amount=round_to_field(each.amount),
            effect=each.effect.value,
        )

    def _place(self, account: str, instrument: str) -> dict[str, int]:
        return {"account_id": self.books.accounts[account], "instrument_id": self.books.instruments[instrument]}


def _rounded(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else round_to_field(amount)
