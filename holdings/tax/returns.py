"""Whose accounts are on one tax return. Where spouses are taxed apart, each has a return of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdings.tax.facts import TaxFacts
from holdings.tax.history import Relation, TaxAccount
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import Slice

SPOUSE = frozenset({Relation.SPOUSE})


@dataclass(frozen=True, slots=True)
class Return:
    """accounts: ids of those on it. is_spouse: whether it is the spouse's own, beside the taxpayer's."""

    accounts: frozenset[str]
    is_spouse: bool = False

    def own(self, slices: Iterable[Slice]) -> tuple[Slice, ...]:
        """The slices of these accounts, as an assessment reads them: the spouse's own like a taxpayer's."""
        mine = (each for each in slices if each.account in self.accounts)
        return tuple(each._replace(holder="") if self.is_spouse else each for each in mine)

    def facts(self, household: TaxFacts) -> TaxFacts:
        return household.of_spouse() if self.is_spouse else household


def returns(rules: Jurisdiction, accounts: Mapping[str, TaxAccount], facts: TaxFacts) -> tuple[Return, ...]:
    """The taxpayer's, and that of a spouse who is taxed apart and has accounts that are taxed."""
    relations = rules.on_return(facts)
    mine = Return(_of(accounts, relations))
    theirs = Return(_of(accounts, SPOUSE), is_spouse=True)
    is_apart = not relations & SPOUSE and any(accounts[id].taxed for id in theirs.accounts)
    return (mine, theirs) if is_apart else (mine,)


def _of(accounts: Mapping[str, TaxAccount], relations: frozenset[Relation]) -> frozenset[str]:
    return frozenset(id for id, account in accounts.items() if account.relation in relations)
