"""What trades were worth by a later day, against making none of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from optimizer.engine.types import ZERO, Side

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Done:
    """A trade and how its instrument moved since the proposal's prices.

    value: at those prices. growth: total return since, a fraction; None: not known. cost: what was paid, or would have
    been.
    """

    symbol: str
    side: Side
    value: Decimal
    growth: float | None
    cost: Decimal
    estimated: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """Money. net: moved less cost and tax."""

    trades: int
    moved: Decimal
    cost: Decimal
    estimated: Decimal
    tax: Decimal
    missing: tuple[str, ...]

    @property
    def net(self) -> Decimal:
        return self.moved - self.cost - self.tax


def score(trades: Iterable[Done]) -> Score:
    """A purchase is worth what its shares gained, a sale what its shares lost; cash earns nothing meanwhile.

    A trade whose growth is not known is named and counts in nothing.
    """
    rows = list(trades)
    known = [row for row in rows if row.growth is not None]
    return Score(
        trades=len(rows),
        moved=sum((_moved(row) for row in known), ZERO),
        cost=sum((row.cost for row in known), ZERO),
        estimated=sum((row.estimated for row in known), ZERO),
        tax=sum((row.tax for row in known), ZERO),
        missing=tuple(sorted({row.symbol for row in rows if row.growth is None})),
    )


def _moved(row: Done) -> Decimal:
    gained = (row.value * Decimal(str(row.growth))).quantize(CENT)
    return gained if row.side == "buy" else -gained
