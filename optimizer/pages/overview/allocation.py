"""Where the money is, and how far that is from the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from holdings.models import AssetClass, Sector
from optimizer.pages.position import ZERO, Position
from optimizer.pages.targets import Targets

VIEWS = (("sector", "Sector"), ("class", "Class"), ("account", "Account"))
CLASS_TOKENS = {
    AssetClass.EQUITY: "accent",
    AssetClass.FACTOR: "factor",
    AssetClass.BOND: "bonds",
    AssetClass.CASH: "cash",
    AssetClass.OTHER: "unknown",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Weights are fractions to the thousandth; `drift` is the difference of the weights as shown."""

    name: str
    token: str
    value: Decimal
    now: Decimal
    target: Decimal | None = None
    band: Decimal = ZERO

    @property
    def drift(self) -> Decimal | None:
        return None if self.target is None else self.now - self.target

    @property
    def state(self) -> str:
        if self.drift is None or abs(self.drift) <= self.band:
            return "" if self.drift is None else "Within"
        return "Over" if self.drift > 0 else "Under"


@dataclass(frozen=True, slots=True)
class Allocation:
    by: str
    rows: Sequence[Row]
    total: Decimal
    note: str
    has_target: bool

    @property
    def scale(self) -> Decimal:
        """The largest drift or band of the table."""
        return max((max(abs(row.drift or ZERO), row.band) for row in self.rows), default=ZERO)

    @property
    def lowest(self) -> Decimal:
        return -self.band

    @property
    def band(self) -> Decimal:
        return max((row.band for row in self.rows), default=ZERO)


NOT_SEEN = "Broad funds are not looked through: what they hold of a sector counts as broad market alone."


def chosen(asked: str | None) -> str:
    return asked if asked in dict(VIEWS) else "sector"


def allocation(position: Position, targets: Targets | None, by: str) -> Allocation:
    if by == "account":
        return _accounts(position)
    if by == "class":
        wanted = targets.by(position.asset_class, AssetClass.CASH) if targets else {}
        tokens = {token: (AssetClass(token).label, CLASS_TOKENS[AssetClass(token)]) for token in AssetClass.values}
        return _drifts(position, by, position.by_class, tokens, wanted, targets)
    wanted = targets.by(position.sector, Sector.CASH) if targets else {}
    tokens = {token: (Sector(token).label, token) for token in Sector.values}
    found = _drifts(position, by, position.by_sector, tokens, wanted, targets)
    return replace(found, note=f"{found.note} {NOT_SEEN}") if position.by_sector.get(Sector.BROAD) else found


def _drifts(
    position: Position,
    by: str,
    values: Mapping[str, Decimal],
    tokens: Mapping[str, tuple[str, str]],
    wanted: Mapping[str, Decimal],
    targets: Targets | None,
) -> Allocation:
    rows = [
        Row(
            name=tokens[token][0],
            token=tokens[token][1],
            value=values.get(token, ZERO),
            now=position.share(values.get(token, ZERO)),
            target=wanted.get(token, ZERO) if targets else None,
            band=targets.band if targets else ZERO,
        )
        for token in values.keys() | wanted.keys()
    ]
    note = f"{targets.origin} The grey band tolerates {100 * targets.band:.1f} points." if targets else NO_TARGET
    return Allocation(by, _ordered(rows), position.total, note, targets is not None)


NO_TARGET = "No target yet: the policy names none, and no proposal has computed one."


def _ordered(rows: Sequence[Row]) -> list[Row]:
    """By value, cash last."""
    return sorted(rows, key=lambda row: (row.token == Sector.CASH, -row.value, row.name))


def _accounts(position: Position) -> Allocation:
    rows = [
        Row(account.name, "", position.by_account[account.pk], position.share(position.by_account[account.pk]))
        for account in position.accounts
    ]
    note = "Targets are for the household, all accounts together."
    return Allocation("account", sorted(rows, key=lambda row: -row.value), position.total, note, False)
