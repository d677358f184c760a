"""Gains and losses of a year set against each other and against losses brought forward (EStG § 20(6), § 23(3))."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO


@dataclass(frozen=True, slots=True)
class Pots:
    """Capital income of a year by pot, net, and the losses brought into it, positive.

    shares: gains less losses of shares. general: all else, dividends and interest with it.
    """

    shares: Decimal
    general: Decimal
    brought_shares: Decimal = ZERO
    brought_general: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Netted:
    """shares, general: what is left of each pot; a minus is a loss of the year that nothing took up.

    used: of the losses brought in. carried_…: losses that go on, positive.
    """

    shares: Decimal
    general: Decimal
    used_shares: Decimal
    used_general: Decimal
    carried_shares: Decimal
    carried_general: Decimal

    @property
    def income(self) -> Decimal:
        """Capital income before the allowance, never negative."""
        return exact.add(max(self.shares, ZERO), max(self.general, ZERO))

    @property
    def lost(self) -> Decimal:
        """Losses of the year that go on, positive."""
        return exact.add(max(-self.shares, ZERO), max(-self.general, ZERO))


def net(pots: Pots) -> Netted:
    """Within the year first, then what was brought in, before any allowance (§ 20(6), (9) sentence 4).

    A loss of shares meets gains of shares alone. Any other loss meets other capital income, then gains of shares.
    """
    with localcontext(exact):
        shares, general = pots.shares, pots.general
        crossed = min(max(shares, ZERO), max(-general, ZERO))
        shares, general = shares - crossed, general + crossed
        used_shares = min(pots.brought_shares, max(shares, ZERO))
        shares -= used_shares
        of_general = min(pots.brought_general, max(general, ZERO))
        of_shares = min(pots.brought_general - of_general, max(shares, ZERO))
        shares, general = shares - of_shares, general - of_general
        return Netted(
            shares=shares,
            general=general,
            used_shares=used_shares,
            used_general=of_general + of_shares,
            carried_shares=pots.brought_shares - used_shares + max(-shares, ZERO),
            carried_general=pots.brought_general - of_general - of_shares + max(-general, ZERO),
        )


@dataclass(frozen=True, slots=True)
class PrivateSales:
    """net: of all persons, exempt years with it. taxable: what is left of it. used, carried: of losses, positive."""

    net: Decimal
    taxable: Decimal
    used: Decimal
    carried: Decimal


def private_sales(by_person: Iterable[Decimal], limit: Decimal, brought: Decimal) -> PrivateSales:
    """A person's gain below the limit is free, before any loss is brought in; one that reaches it is taxed whole."""
    with localcontext(exact):
        sums = list(by_person)
        counted = sum((each for each in sums if each < 0 or each >= limit), ZERO)
        used = min(brought, max(counted, ZERO))
        return PrivateSales(
            net=sum(sums, ZERO),
            taxable=max(counted - used, ZERO),
            used=used,
            carried=brought - used + max(-counted, ZERO),
        )
