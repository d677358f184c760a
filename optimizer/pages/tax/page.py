"""The tax page: a sentence, key figures, and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from accounts.templatetags.formats import SYMBOLS, count_of, money, money_change, percent
from holdings import selectors as holdings
from holdings.figures import Figure
from holdings.figures.brackets import brackets
from holdings.figures.windows import Window
from holdings.figures.windows import windows as windows_figure
from holdings.ledger.types import ZERO
from holdings.models import TaxSlice, TaxState
from holdings.tax.outcome import GainClass, Schedule, Unknown
from holdings.taxation import stored
from optimizer.pages.tax.dates import Dated, dates
from optimizer.pages.tax.gains import CarryRow, Part, PotRow, carries, parts, pots
from optimizer.pages.tax.harvest import DISCOUNT, YEARS, Candidate, candidates
from optimizer.pages.tax.sales import lump_sums
from optimizer.pages.tax.windows import opened, rows
from optimizer.pages.tax.year import YearShown, year_shown

FORMS = {"US": "Form 8949", "GB": "SA108", "CA": "Schedule 3", "DE": "Anlage KAP"}
NEXT = {
    GainClass.SHORT: "Next unit of short-term gain",
    GainClass.LONG: "Next unit of long-term gain",
    GainClass.COLLECTIBLE: "Next unit of gain on collectibles",
    GainClass.GENERAL: "Next unit of gain",
    GainClass.SHARES: "Next unit of gain on shares",
    GainClass.PRIVATE: "Next unit of gain on private sales",
}


@dataclass(frozen=True, slots=True)
class Stat:
    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool by what the user calls the shares; cost: None is unknown."""

    symbol: str
    quantity: Decimal
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Filing:
    """How the household files, in words, and the name of its country's form."""

    status: str
    state: str
    form: str


@dataclass(frozen=True)
class TaxPage:
    """What the page shows. shown: None while nothing is stored; `failure` then says why, where it is known."""

    state: TaxState | None
    is_current: bool
    failure: str
    shown: YearShown | None = None
    filing: Filing | None = None
    sentence: str = ""
    after: str = ""
    stats: Sequence[Stat] = ()
    pots: Sequence[PotRow] = ()
    carries: Sequence[CarryRow] = ()
    parts: Sequence[Part] = ()
    brackets: Figure | None = None
    windows: Sequence[Window] = ()
    windows_figure: Figure | None = None
    dates: Sequence[Dated] = ()
    candidates: Sequence[Candidate] = ()
    lump_sums: Sequence[TaxSlice] = ()
    pools: Sequence[PoolRow] = ()
    provisional: int = 0

    @property
    def is_last(self) -> bool:
        return self.shown is not None and self.shown.is_last

    @property
    def year_choices(self) -> list[tuple[str, str]]:
        return [(label, label) for label in reversed(self.shown.labels)] if self.shown else []

    @property
    def totals(self) -> dict[str, Decimal]:
        """Of the pots and of the candidates."""
        return {
            "disallowed": sum((row.disallowed for row in self.pots), ZERO),
            "exempt": sum((row.exempt for row in self.pots), ZERO),
            "net": sum((row.net for row in self.pots), ZERO),
            "proposed": sum((row.proposed or ZERO for row in self.pots), ZERO),
            "value": sum((each.value for each in self.candidates), ZERO),
            "loss": sum((each.loss for each in self.candidates), ZERO),
            "lump_sums": sum((row.recognised or ZERO for row in self.lump_sums), ZERO),
        }

    @property
    def has_exempt(self) -> bool:
        return any(row.exempt for row in self.pots)

    @property
    def left_out(self) -> Sequence[Unknown]:
        """Events of the year that no figure counts."""
        shown = self.shown
        if shown is None:
            return ()
        return [each for each in shown.facts.left_out if shown.report.first <= each.day <= shown.report.last]

    later = {"years": YEARS, "discount": DISCOUNT}


def tax_page(household: Household, asked: str) -> TaxPage:
    """A constant number of queries, whatever the household holds and has sold."""
    state = TaxState.objects.filter(household=household).first()
    is_current = stored.is_current(state, household)
    shown = year_shown(household, state, asked)
    if shown is None:
        return TaxPage(state, is_current, state.failure if state else "")
    currency = household.base_currency
    found = opened(household, shown)
    open_windows = rows(found, shown) if found else []
    schedules = shown.assessment.schedules if shown.assessment else ()
    return TaxPage(
        state=state,
        is_current=is_current,
        failure=shown.stored.failure,
        shown=shown,
        filing=_filing(household, shown),
        sentence=_sentence(shown, currency),
        after=_after(shown, currency),
        stats=_stats(shown, currency),
        pots=pots(shown),
        carries=carries(shown),
        parts=parts(shown),
        brackets=brackets(schedules, SYMBOLS.get(currency, currency)) if schedules else None,
        windows=open_windows,
        windows_figure=windows_figure(open_windows, household.as_of) if open_windows else None,
        dates=dates(household, found) if found else (),
        candidates=candidates(household, shown) if shown.is_last else (),
        lump_sums=lump_sums(shown.report) if shown.rules.country == "DE" else (),
        pools=_pools(shown),
        provisional=shown.report.slices.filter(final_after__gte=household.as_of).count(),
    )


def _filing(household: Household, shown: YearShown) -> Filing:
    profile = household.tax_profile
    status = profile.get_filing_status_display().lower()
    return Filing(status, profile.state_name, FORMS[shown.rules.country])


def _pools(shown: YearShown) -> list[PoolRow]:
    symbols = holdings.symbols(pool.instrument for pool in shown.facts.pools) if shown.facts.pools else {}
    rows = [PoolRow(symbols.get(pool.instrument, ""), pool.quantity, pool.cost) for pool in shown.facts.pools]
    return sorted((row for row in rows if row.quantity), key=lambda row: row.symbol)


def _sentence(shown: YearShown, currency: str) -> str:
    now = shown.assessment
    if now is None:
        return f"No tax can be computed for {shown.report.label}"
    so_far = "so far " if shown.is_last else f"of {shown.report.label} "
    if now.tax_on_gains < 0:
        return f"Losses {so_far}would save {money(-now.tax_on_gains, currency)} of tax"
    if not shown.stored.totals:
        return f"Nothing was sold in {shown.report.label}"
    return f"Gains {so_far}would cost {money(now.tax_on_gains, currency)} of tax"


def _after(shown: YearShown, currency: str) -> str:
    then = shown.with_proposal
    if then is None or shown.proposal is None:
        return ""
    word = "a saving of " if then.tax_on_gains < 0 else ""
    return f"with proposal {shown.proposal.number}, {word}{money(abs(then.tax_on_gains), currency)}"


def _stats(shown: YearShown, currency: str) -> list[Stat]:
    now = shown.assessment
    if now is None:
        return []
    rates = "At the rates you entered" if now.rates_of == "own" else f"Rates of {now.rates_of}"
    found = [Stat(f"Estimated tax on gains, {now.year.label}", money_change(now.tax_on_gains, currency), rates)]
    if shown.added is not None and shown.proposal is not None:
        sales = count_of(len(shown.proposed), "sale")
        found.append(Stat(f"Added by proposal {shown.proposal.number}", money_change(shown.added, currency), sales))
    for pot, rate in now.marginal.items():
        found.append(Stat(NEXT.get(pot, str(pot)), percent(rate, 2), "What one more would cost, all taxes together"))
    return found + [_room(each, currency) for each in now.schedules[:1] if each.room is not None]


def _room(each: Schedule, currency: str) -> Stat:
    label = f"Left at {percent(each.next_rate, 0 if each.next_rate * 100 % 1 == 0 else 2)}"
    return Stat(label, money(each.room, currency), "Before the next threshold")
