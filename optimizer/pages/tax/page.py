"""The tax page: a sentence, key figures, and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Household
from accounts.templatetags.formats import count_of, money, money_change, percent
from holdings import selectors as holdings
from holdings.figures import Figure
from holdings.figures.windows import Window
from holdings.figures.windows import windows as windows_figure
from holdings.ledger.types import ZERO
from holdings.models import TaxSlice, TaxState
from holdings.tax.outcome import GainClass, Schedule, Unknown
from holdings.taxation import stored
from optimizer.pages.tax.dates import Dated, dates
from optimizer.pages.tax.harvest import DISCOUNT, YEARS, Harvest, harvest
from optimizer.pages.tax.returns import ReturnShown, returns_shown
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
    """A pool by what the user calls the shares; holder: a name, where there are several. cost: None is unknown."""

    symbol: str
    holder: str
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
    returns: Sequence[ReturnShown] = ()
    windows: Sequence[Window] = ()
    windows_figure: Figure | None = None
    dates: Sequence[Dated] = ()
    harvest: Harvest | None = None
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
    def lump_sums_total(self) -> Decimal:
        return sum((row.recognised or ZERO for row in self.lump_sums), ZERO)

    @property
    def has_brackets(self) -> bool:
        return any(each.brackets for each in self.returns)

    @property
    def notes(self) -> Sequence[str]:
        """Of the assessments, each once."""
        assessed = [each.shown.assessment for each in self.returns if each.shown.assessment]
        return list(dict.fromkeys(note for each in assessed for note in each.notes))

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
    shown_returns = returns_shown(household, shown)
    return TaxPage(
        state=state,
        is_current=is_current,
        failure=shown.stored.failure,
        shown=shown,
        filing=_filing(household, shown),
        sentence=_sentence(shown, currency),
        after=_after(shown, currency),
        stats=[each for one in shown_returns for each in _stats(one.shown, one.name, currency)],
        returns=shown_returns,
        windows=open_windows,
        windows_figure=windows_figure(open_windows, household.as_of) if open_windows else None,
        dates=dates(household, found) if found else (),
        harvest=harvest(household, shown, found) if found else None,
        lump_sums=lump_sums(shown.report) if shown.rules.country == "DE" else (),
        pools=_pools(household, shown),
        provisional=shown.report.slices.filter(final_after__gte=household.as_of).count(),
    )


def _filing(household: Household, shown: YearShown) -> Filing:
    profile = household.tax_profile
    status = "spouses taxed apart" if shown.spouse else profile.get_filing_status_display().lower()
    return Filing(status, profile.state_name, FORMS[shown.rules.country])


def _pools(household: Household, shown: YearShown) -> list[PoolRow]:
    if not shown.facts.pools:
        return []
    symbols = holdings.symbols(pool.instrument for pool in shown.facts.pools)
    names = {str(uuid): name for uuid, name in household.persons.values_list("uuid", "name")}
    several = len({pool.holder for pool in shown.facts.pools}) > 1
    found = []
    for each in shown.facts.pools:
        holder = names.get(each.holder, "") if several else ""
        found.append(PoolRow(symbols.get(each.instrument, ""), holder, each.quantity, each.cost))
    return sorted((row for row in found if row.quantity), key=lambda row: (row.symbol, row.holder))


def _sentence(shown: YearShown, currency: str) -> str:
    """Of all returns together."""
    now = [each.assessment for each in shown.returns if each.assessment]
    if len(now) < len(shown.returns):
        return f"No tax can be computed for {shown.report.label}"
    so_far = "so far " if shown.is_last else f"of {shown.report.label} "
    on_gains = sum((each.tax_on_gains for each in now), ZERO)
    if on_gains < 0:
        return f"Losses {so_far}would save {money(-on_gains, currency)} of tax"
    if not any(each.stored.totals for each in shown.returns):
        return f"Nothing was sold in {shown.report.label}"
    return f"Gains {so_far}would cost {money(on_gains, currency)} of tax"


def _after(shown: YearShown, currency: str) -> str:
    then = [each.with_proposal for each in shown.returns if each.with_proposal]
    if not then or shown.proposal is None:
        return ""
    on_gains = sum((each.tax_on_gains for each in then), ZERO)
    word = "a saving of " if on_gains < 0 else ""
    return f"with proposal {shown.proposal.number}, {word}{money(abs(on_gains), currency)}"


def _stats(shown: YearShown, name: str, currency: str) -> list[Stat]:
    """name: whose return it is, where there is more than one."""
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
    found += [_room(each, currency) for each in now.schedules[:1] if each.room is not None]
    return [replace(each, label=f"{name}: {each.label}") for each in found] if name else found


def _room(each: Schedule, currency: str) -> Stat:
    label = f"Left at {percent(each.next_rate, 0 if each.next_rate * 100 % 1 == 0 else 2)}"
    return Stat(label, money(each.room, currency), "Before the next threshold")
