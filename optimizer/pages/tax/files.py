"""A tax year as the files that a tax program or an adviser reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Household
from holdings.models import Instrument, TaxReport
from holdings.tax.history import TaxInstrument
from holdings.tax.outcome import Slice
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.us import form8949
from holdings.taxation import stored
from holdings.taxation.read import described, returned

SCHEDULE_D = ["Line", "(d) Proceeds", "(e) Cost or other basis", "(g) Adjustments", "(h) Gain or (loss)"]
FORMS = {"US": "form-8949", "GB": "sa108", "CA": "schedule-3", "DE": "anlage-kap"}


@dataclass(frozen=True, slots=True)
class Form:
    """A file: its name without ending, its heading and its rows."""

    name: str
    heading: Sequence[str]
    rows: Sequence[Sequence[str]]


def form(household: Household, report: TaxReport, *, of_spouse: bool = False) -> Form:
    """The country's form of a year, the taxpayer's or that of a spouse who is taxed apart. Six queries.

    Without such a spouse theirs has no rows.
    """
    country = household.tax_profile.country
    rules = JURISDICTIONS[country]
    filed = [each for each in returned(household, rules, stored.year(report).facts) if each.is_spouse == of_spouse]
    slices = [piece for each in filed for piece in each.own(stored.slices(report))]
    heading, rows = rules.report(slices, _instruments(household, slices))
    what = FORMS.get(country, "gains") + ("-spouse" if of_spouse else "")
    return Form(name(what, household, report), heading, rows)


def rows_8949(household: Household, report: TaxReport) -> tuple[form8949.Row, ...]:
    slices = stored.slices(report)
    return form8949.rows(slices, _instruments(household, slices))


def name(what: str, household: Household, report: TaxReport) -> str:
    """A year in which a purchase may still change a sale, or a sale cannot be told, is named provisional."""
    open_sales = report.slices.filter(final_after__gte=household.as_of).exists()
    return f"{what}-{report.label}-provisional" if open_sales else f"{what}-{report.label}"


def _instruments(household: Household, slices: Iterable[Slice]) -> Mapping[str, TaxInstrument]:
    rows = Instrument.objects.filter(uuid__in={each.instrument for each in slices})
    return described(household, rows.values_list("pk", flat=True))
