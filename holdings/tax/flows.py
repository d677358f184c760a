"""What tax the holdings caused, day by day and account by account.

The tax of a day is what the year's tax would be had the year ended that evening, less what it would have been had it
ended the evening before; the year begins with the tax on other income alone. So the days add up to what the engine says
of the whole year, a loss saves what the engine lets it save, and a later sale changes no earlier day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact, spread
from holdings.ledger.types import ZERO
from holdings.tax.chain import YearOutcome
from holdings.tax.history import History
from holdings.tax.income import income_of, received, together
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import Income, Slice


@dataclass(frozen=True, slots=True)
class TaxFlow:
    """The tax that an account's sales, dividends and interest of a day added to the year's; a minus sign saved tax."""

    day: date
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Caused:
    """What is taxed: slices of disposals, and income besides."""

    slices: tuple[Slice, ...] = ()
    income: Income = field(default_factory=Income)

    def __add__(self, other: "Caused") -> "Caused":
        return Caused((*self.slices, *other.slices), together(self.income, other.income))

    @property
    def size(self) -> Decimal:
        """Gains, losses, distributions and interest, all counted positive."""
        with localcontext(exact):
            gains = sum((abs(each.recognised or ZERO) for each in self.slices), ZERO)
            return gains + abs(self.income.distributions) + abs(self.income.interest)


@dataclass(frozen=True)
class Engine:
    """A tax year asked what parts of it cost. Raises UnknownYear where the rules have no rates for it."""

    rules: Jurisdiction
    history: History
    year: YearOutcome

    @property
    def whole(self) -> Caused:
        return Caused(self.year.slices, self.year.income)

    def tax(self, caused: Caused) -> Decimal:
        """Of the year, had only this been sold and paid."""
        year = self.year
        return self.rules.assess(caused.slices, caused.income, year.facts, year.year, year.carried_in).tax

    def caused(self) -> Decimal:
        """Tax of the year less what it would be without a sale, dividend or interest in any account."""
        return exact.subtract(self.tax(self.whole), self.tax(Caused()))

    def days(self) -> dict[date, dict[str, Caused]]:
        """What was sold and paid on each day, by account."""
        found: dict[date, dict[str, Caused]] = defaultdict(dict)
        for each in self.year.slices:
            _put(found[each.sold], each.account, Caused((each,)))
        fraction = self.year.facts.qualified_fraction
        for entry in received(self.history, self.year.year, self.year.of.accounts):
            _put(found[entry.trade_date], entry.account, Caused((), income_of([entry], self.history, fraction)))
        return found

    def shared(self, rest: Caused, parts: Mapping[str, Caused], added: Decimal) -> dict[str, Decimal]:
        """`added`, the tax that all parts add to that of the rest, by account.

        Each bears what it would add alone. What all add beyond or below that (brackets, limits) is shared out by the
        amounts that they add alone, whatever the sign, or where none adds any, by gains, losses and income.
        """
        if len(parts) == 1:
            return dict.fromkeys(parts, added)
        with localcontext(exact):
            without = self.tax(rest)
            alone = {account: self.tax(rest + part) - without for account, part in parts.items()}
            weights = [abs(amount) for amount in alone.values()]
            if not any(weights):
                weights = [part.size for part in parts.values()]
            beyond = added - sum(alone.values(), ZERO)
            corrections = spread(beyond, weights) if any(weights) else [ZERO] * len(weights)
            return {account: alone[account] + more for account, more in zip(alone, corrections, strict=True)}


def tax_flows(engine: Engine) -> list[TaxFlow]:
    """The flows of a year, in the order of days; they add up to `caused()`."""
    with localcontext(exact):
        flows: list[TaxFlow] = []
        so_far = Caused()
        before = engine.tax(so_far)
        for day, parts in sorted(engine.days().items()):
            reached = sum(parts.values(), so_far)
            after = engine.tax(reached)
            shares = engine.shared(so_far, parts, after - before)
            flows += [TaxFlow(day, account, amount) for account, amount in shares.items() if amount]
            so_far, before = reached, after
        return flows


def by_account(slices: Iterable[Slice]) -> dict[str, Caused]:
    found: dict[str, Caused] = {}
    for each in slices:
        _put(found, each.account, Caused((each,)))
    return found


def _put(parts: dict[str, Caused], account: str, caused: Caused) -> None:
    parts[account] = parts.get(account, Caused()) + caused
