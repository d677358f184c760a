"""Whose purchases count for whose losses, and which instruments are one and the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdings.ledger.types import Kind
from holdings.tax.history import ABROAD, History, Relation, Shelter, TaxAccount
from holdings.tax.outcome import Effect

_PERMANENT = {Shelter.TRADITIONAL_IRA, Shelter.ROTH_IRA, Shelter.K401, Shelter.HSA, *ABROAD}


@dataclass(frozen=True, slots=True)
class Place:
    """An account as the rule sees it.

    scope: purchases count for losses of the same scope: the couple is one, each dependant one of his own.
    effect: what a purchase here does to a loss; None where no ruling says that it does anything.
    """

    scope: str
    taxed: bool
    effect: Effect | None

    @classmethod
    def of(cls, account: TaxAccount) -> "Place":
        """A plan for retirement or health has its loss denied for good (Rev. Rul. 2008-5 for IRAs)."""
        scope = account.owner if account.relation is Relation.DEPENDANT else ""
        if account.shelter in _PERMANENT:
            return cls(scope, account.taxed, Effect.PERMANENT)
        return cls(scope, account.taxed, Effect.DEFERRED if account.taxed else None)


class Identity:
    """Identity groups; a change of symbol makes the old and the new one the same security, for all of history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._joined: dict[str, str] = {}
        for entry in history.entries:
            if entry.kind is Kind.SYMBOL_CHANGE and entry.instrument and entry.other:
                self._join(history.group(entry.instrument), history.group(entry.other))
        self._known: dict[str, str] = {}

    def group(self, instrument: str) -> str:
        if instrument not in self._known:
            self._known[instrument] = self._root(self._history.group(instrument))
        return self._known[instrument]

    def names(self, instrument: str) -> tuple[str, ...]:
        """The groups that the user knows, of the instrument and of what it was or became by a change of symbol."""
        own = self._history.group(instrument)
        root = self._root(own)
        return tuple(sorted({own, root, *(name for name in self._joined if self._root(name) == root)}))

    def _root(self, group: str) -> str:
        while group in self._joined:
            group = self._joined[group]
        return group

    def _join(self, one: str, other: str) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        if first != second:
            self._joined[second] = first


def places(history: History) -> Mapping[str, Place]:
    return {id: Place.of(account) for id, account in history.accounts.items()}
