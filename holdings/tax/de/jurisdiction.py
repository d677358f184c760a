"""Germany as a jurisdiction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.tax.de.assess import assess, together
from holdings.tax.de.match import match
from holdings.tax.de.rates import tax_year
from holdings.tax.de.report import report
from holdings.tax.de.shape import shape
from holdings.tax.facts import TaxFacts
from holdings.tax.history import History, Relation, TaxInstrument
from holdings.tax.jurisdiction import Sign
from holdings.tax.outcome import Assessment, GainClass, Income, Matching, Slice, TaxYear
from holdings.tax.shape import Shape


@dataclass(frozen=True)
class Germany:
    country: str = "DE"
    name: str = "Germany"
    currency: str = "EUR"
    lot_choice_allowed: bool = False
    pools: bool = False
    undone_by_repurchase: tuple[Sign, ...] = ()
    loss_pots: tuple[GainClass, GainClass] = (GainClass.SHARES, GainClass.GENERAL)
    not_covered: tuple[str, ...] = (
        "The advance lump sum of funds (Vorabpauschale) is computed for 2023 and later years, and only where a fund’s "
        "prices of the first and the last days of the year are known; what is missing is named.",
        "Only the flat tax on capital income and the tax on private sales are computed; the lower rate of the schedule "
        "on application (Günstigerprüfung) is not.",
        "Foreign tax is not credited, and tax that a German bank withheld is not taken off.",
        "Gains and income of children’s accounts are left out.",
        "Allowances and losses that banks used already are not known here; their certificates go before.",
        "Funds bought before 2018 have rules of their own for the time until then, with an allowance of 100,000 euros "
        "for those bought before 2009; neither is computed.",
        "Options, futures and short sales are left out; certificates, gold and other commodity holdings that are taxed "
        "as private sales are not told apart.",
        "Gains of foreign cash, accrued interest, zero bonds, subscription rights and staking are left out.",
        "Holdings of 1 % or more of a company (§ 17), business assets and moving abroad are left out.",
        "A loss of private sales is not carried back, and none can be entered as brought forward.",
        "What a fund mostly holds is told from its class and its sector; mixed funds and those of foreign property are "
        "not told apart, and a change of it, which counts as a sale, is not followed.",
    )
    unsure: tuple[str, ...] = (
        "Savings and retirement plans of other countries count as sheltered, whatever a treaty says of them.",
        "Rates, allowances and form lines rest on secondary tables, or on memory, where their data files say so.",
        "Losses of the year are set off before losses brought forward, and other losses meet dividends and interest "
        "before gains of shares.",
        "Tokens are sold first in, first out within each account, as the tax administration accepts; a court also "
        "accepted last in, first out.",
        "A year of holding that ends on a weekend or a holiday is not lengthened to the next working day.",
        "Depositary receipts and shares of property companies count as shares; whether a foreign company counts as a "
        "fund is not told apart.",
        "A loss of shares written off as worthless counts with losses of shares, without a limit, in all years.",
        "A merger for shares and a spin-off leave the cost with the new shares; cash beside shares is income in full. "
        "Where the cash is large a court saw an exchange instead.",
        "Capital that a company pays back lowers the cost, and what exceeds it is a gain at once; without a "
        "certificate it would be a dividend.",
        "Losses of funds count less their partial exemption, as gains do.",
        "Units sold before the end of a year bear no advance lump sum of that year.",
        "For the advance lump sum the first stored price of 1 to 10 January and the last one of 22 to 31 December "
        "stand for the redemption prices, and of what the fund paid out the larger counts: the stored dividends of the "
        "year, or what an account here received a unit.",
        "The gain of private sales at the limit jumps: one euro more may cost the tax on all of it.",
        "Shares moved to another owner of the household count as given, with their cost and day.",
    )

    def tax_year(self, day: date) -> TaxYear:
        return tax_year(day)

    def on_return(self, facts: TaxFacts) -> frozenset[Relation]:
        return frozenset({Relation.SELF, Relation.SPOUSE} if together(facts) else {Relation.SELF})

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


GERMANY = Germany()
