"""Canada as a jurisdiction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.tax.ca.assess import assess
from holdings.tax.ca.match import match
from holdings.tax.ca.rates import tax_year
from holdings.tax.ca.report import report
from holdings.tax.ca.shape import shape
from holdings.tax.facts import TaxFacts
from holdings.tax.history import History, Relation, TaxInstrument
from holdings.tax.jurisdiction import Sign
from holdings.tax.outcome import Assessment, GainClass, Income, Matching, Slice, TaxYear
from holdings.tax.shape import Shape


@dataclass(frozen=True)
class CanadaRules:
    country: str = "CA"
    name: str = "Canada"
    currency: str = "CAD"
    lot_choice_allowed: bool = False
    pools: bool = True
    undone_by_repurchase: tuple[Sign, ...] = ("loss",)
    loss_pots: tuple[GainClass, GainClass] = (GainClass.GENERAL, GainClass.GENERAL)
    not_covered: tuple[str, ...] = (
        "Only what capital gains add to income tax is computed: the gross-up and credit of dividends, credits but for "
        "the basic personal amount, CPP, EI and alternative minimum tax are not.",
        "Provincial tax is the flat rate that is entered, on all taxable income; Quebec's federal abatement is left "
        "out.",
        "Gains that are attributed back after a transfer to a spouse or child stay with the one who sold; gains and "
        "income of children’s accounts are left out.",
        "Net capital losses are carried forward alone; a carry-back to the three years before (form T1A) is not made.",
        "Allowable business investment losses, the lifetime exemption, reserves and the pre-1972 pool are left out.",
        "Affiliated persons are the spouse and the plans of both; companies, partnerships and trusts are not known.",
        "Short sales and options are left out; a right to acquire shares does not count as an acquisition.",
        "Fund units' return of capital and reinvested gains on T3 slips have to be entered as such.",
        "Gains of foreign cash, foreign tax credits, emigration, change of use and trading as a business are left out.",
        "One share that is listed twice, and funds that the agency would call identical, count as one property only "
        "where they are one instrument here.",
        "A split on a day on which nobody in the household held the shares is not known.",
    )
    unsure: tuple[str, ...] = (
        "Savings and retirement plans of other countries count as sheltered, whatever a treaty says of them.",
        "Rates, brackets and amounts rest on secondary tables where their data files say so.",
        "Denied is loss x min(S, P, B) / S, after the agency's bulletin IT-456R and its answer 2022-0940941C6; the "
        "Act itself states no formula.",
        "Every share acquired replaces shares of one loss only, the earliest loss first; no authority says how "
        "several losses within 30 days share the same purchases.",
        "A denied loss joins the cost with the purchase it belongs to, the latest first, prorated by what each holds "
        "at the end of the 30 days of what was acquired.",
        "A transfer to the spouse takes its part of the average cost along (ITA 73(1)), unless the spouses elect "
        "otherwise; it does not count as an acquisition.",
        "A merger for shares alone counts as a rollover; one with cash as a disposition at fair market value. Shares "
        "that came so do not count as acquired within the 30 days.",
        "A spin-off takes its fraction of the cost along; a foreign one does so only where the election of ITA 86.1 "
        "is made, and is a dividend otherwise.",
        "Worthless shares count as disposed of on 31 December of the year of the entry, as if ITA 50(1) were elected.",
        "Cash of up to $200 for a fraction comes off the cost, as the agency allows.",
        "Losses of earlier years are used as far as there are gains, though less may be claimed.",
        "A gift to or from anybody but a spouse counts at the market value that is entered.",
        "Bookings of one split within seven days by several brokers count as one.",
    )

    def tax_year(self, day: date) -> TaxYear:
        return tax_year(day)

    def on_return(self, facts: TaxFacts) -> frozenset[Relation]:
        return frozenset({Relation.SELF})

    def match(self, history: History) -> Matching:
        return match(history)

    def assess(
        self,
        slices: Sequence[Slice],
        income: Income,
        facts: TaxFacts,
        year: TaxYear,
        carried: Mapping[GainClass, Decimal],
    ) -> Assessment:
        return assess(slices, income, facts, year, carried)

    def shape(self, income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]) -> Shape:
        return shape(income, facts, year, carried)

    def report(
        self, slices: Sequence[Slice], instruments: Mapping[str, TaxInstrument]
    ) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
        return report(slices, instruments)


CANADA = CanadaRules()
