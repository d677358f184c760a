"""The United Kingdom as a jurisdiction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.tax.facts import TaxFacts
from holdings.tax.history import History, Relation, TaxInstrument
from holdings.tax.jurisdiction import Sign
from holdings.tax.outcome import Assessment, GainClass, Income, Matching, Slice, TaxYear
from holdings.tax.shape import Shape
from holdings.tax.uk.assess import assess
from holdings.tax.uk.match import match
from holdings.tax.uk.rates import tax_year
from holdings.tax.uk.report import report
from holdings.tax.uk.shape import shape


@dataclass(frozen=True)
class UnitedKingdom:
    country: str = "GB"
    name: str = "United Kingdom"
    currency: str = "GBP"
    lot_choice_allowed: bool = False
    pools: bool = True
    undone_by_repurchase: tuple[Sign, ...] = ("gain", "loss")
    loss_pots: tuple[GainClass, GainClass] = (GainClass.GENERAL, GainClass.GENERAL)
    not_covered: tuple[str, ...] = (
        "Only capital gains tax on shares, funds and tokens is computed: income tax, dividend tax and National "
        "Insurance are not.",
        "Gains and income of children’s accounts are left out.",
        "Business asset disposal relief, investors' relief, EIS, SEIS and VCT reliefs and hold-over relief are left "
        "out.",
        "Gilts and qualifying corporate bonds are exempt from the tax, and are not told apart from other holdings.",
        "Excess reported income and equalisation of offshore funds, and notional distributions of accumulation "
        "units, do not change the cost; non-reporting funds, whose gains are income, are not told apart.",
        "Shares acquired under employee schemes, and the election of s105A for them, are not told apart.",
        "Short sales and options are left out; shares sold before they were bought are of unknown cost.",
        "Gains of foreign cash, foreign tax credits, remittance basis, residence, temporary non-residence and "
        "trading as a business are left out.",
        "Losses brought forward are taken to have been claimed within four years; losses of shares subscribed for "
        "are not set against income.",
        "A holding of 31 March 1982 has to be entered with its value of that day.",
        "Rights taken up have to be entered as a purchase, and would then meet a sale of the 30 days before.",
        "The 30-day rule assumes that the buyer was resident in the United Kingdom.",
        "One share that is listed twice counts as one class only where both listings are one instrument here.",
        "A split on a day on which nobody in the household held the shares is not known.",
    )
    unsure: tuple[str, ...] = (
        "Savings and retirement plans of other countries count as sheltered, whatever a treaty says of them.",
        "Rates, exempt amounts and bands rest on secondary tables where their data files say so.",
        "A transfer to a spouse takes its part of the pool's cost along (no gain, no loss); it is not identified with "
        "purchases of the same day or of the next 30 days.",
        "A claim that shares are worthless counts on the day it is booked, and is not identified with purchases.",
        "In 2024-25 losses and the exempt amount are set against gains from 30 October 2024 first, and the basic rate "
        "band against gains before it: the order with the least tax.",
        "A spin-off counts as a reorganisation that takes its fraction of the cost along; many foreign ones are income "
        "instead.",
        "A merger for shares counts as a reorganisation in which the new shares take the place of the old.",
        "Shares moved into an account that is not taxed count as disposed of at the market value that is entered.",
        "A gift to or from anybody but a spouse counts at the market value that is entered.",
        "Bookings of one split within seven days by several brokers count as one.",
        "Sums up to £3,000, and 5 % of the value, paid on shares that stay are taken off the cost.",
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


UK = UnitedKingdom()
