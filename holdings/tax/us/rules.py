"""The United States as a jurisdiction: matching, the tax of a year, and the rows of Form 8949."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from holdings.tax.facts import TaxFacts
from holdings.tax.history import History, Relation, TaxInstrument
from holdings.tax.jurisdiction import Sign
from holdings.tax.outcome import Assessment, GainClass, Income, Matching, Slice, TaxYear
from holdings.tax.shape import Shape
from holdings.tax.us import form8949
from holdings.tax.us.assess import assessed, assessed_at_own_rates
from holdings.tax.us.matching import match
from holdings.tax.us.shape import shape


class UnitedStates:
    """Federal law and a flat state rate."""

    country = "US"
    name = "United States"
    currency = "USD"
    lot_choice_allowed = True
    pools = False
    undone_by_repurchase: tuple[Sign, ...] = ("loss",)
    loss_pots = (GainClass.SHORT, GainClass.LONG)
    not_covered = (
        "Short sales, options, straddles and constructive sales are kept apart and are in no figure.",
        "Section 1256 contracts and trader mark-to-market are not computed.",
        "Alternative minimum tax, credits, the foreign tax credit and the kiddie tax are left out.",
        "Section 199A deductions, qualified small business stock, passive foreign investment companies are left out.",
        "Original issue discount, market discount and bond premium are not accrued.",
        "Exempt interest is in no figure; a state may tax that of other states' bonds, and the minimum tax some of it.",
        "The state tax is one flat rate on federal taxable income; the deduction of state tax is ignored.",
    )
    unsure = (
        "Which funds are substantially identical is for you to say: funds of one index from different sponsors are "
        "unsettled.",
        "Shares bought before the shares that were sold, within 30 days of the sale, count as replacements; "
        "no authority settles it.",
        "A 401(k) or HSA purchase is treated like one in an IRA: the loss is lost for good. No ruling says so.",
        "ISAs, SIPPs, RRSPs and TFSAs count as sheltered, and their purchases as an IRA’s. By law gains in an ISA or a "
        "TFSA are taxed.",
        "A spouse's purchase defers the loss into the spouse's shares; the rule says only that it is disallowed.",
        "A loss that is long-term in part, by capital gain distributions on shares held six months or less, is shown "
        "as so many of the shares; no instruction says how to write it.",
        "Exempt-interest dividends are taken to deny a loss of such shares also where the fund declares them daily.",
        "A dividend is extraordinary from 10 % of the basis on, of preferred stock too, which is not told apart (5 %); "
        "the basis is that of the sale.",
        "Of a lot that a wash sale adjusted in part, first in first out sells the longest held part first.",
        "Purchases in a 529 plan or by a dependant leave a loss as it is, with a note; no ruling settles it.",
        "Exchange-traded products on digital assets are taken to be subject to the wash sale rule; tokens are not.",
        "Under average basis a deferred loss stays with its shares and does not enter the average.",
    )

    def tax_year(self, day: date) -> TaxYear:
        return TaxYear(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31))

    def on_return(self, facts: TaxFacts) -> frozenset[Relation]:
        return frozenset(Relation)

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
        of_year = assessed if facts.short_rate is None else assessed_at_own_rates
        return of_year(slices, income, facts, year, carried)

    def shape(self, income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]) -> Shape:
        return shape(income, facts, year, carried)

    def report(
        self, slices: Sequence[Slice], instruments: Mapping[str, TaxInstrument]
    ) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
        return form8949.HEADING, [form8949.as_text(row) for row in form8949.rows(slices, instruments)]


UNITED_STATES = UnitedStates()
