"""Which lots a policy keeps from sale and which purchases it bars: hard rows as laws, soft ones as costs."""

from optimizer.engine.types import ConstraintInput, ConstraintKind, LotInput, Snapshot
from optimizer.engine.words import written

BARS_SALES: frozenset[ConstraintKind] = frozenset({"do_not_sell", "not_before", "buy_only"})
BARS_PURCHASES: frozenset[ConstraintKind] = frozenset({"do_not_buy", "not_before", "not_in_account"})
LOCKS = BARS_SALES | BARS_PURCHASES


def locks(snapshot: Snapshot) -> tuple[ConstraintInput, ...]:
    """The rows that lock something on the trade date."""
    return tuple(row for row in snapshot.constraints if row.kind in LOCKS and is_open(row, snapshot))


def is_open(row: ConstraintInput, snapshot: Snapshot) -> bool:
    return row.until is None or snapshot.trade_date < row.until


def keeps_lot(row: ConstraintInput, lot: LotInput) -> bool:
    """Whether a lock is about the sale of a lot."""
    if row.kind not in BARS_SALES:
        return False
    everything = row.kind == "buy_only" and not row.subject
    return everything or row.subject in (lot.lot, lot.asset, lot.account)


def bars_purchase(row: ConstraintInput, account: str, asset: str) -> bool:
    """Whether a lock is about the purchase of an asset in an account."""
    if row.kind not in BARS_PURCHASES:
        return False
    if row.kind == "not_in_account":
        return (row.subject, row.place) == (asset, account)
    return row.subject in (asset, account)


def locked_lots(snapshot: Snapshot) -> dict[str, ConstraintInput]:
    """Lot key -> the first hard lock that keeps it."""
    hard = [row for row in locks(snapshot) if row.hard]
    found = ((lot.key, next((row for row in hard if keeps_lot(row, lot)), None)) for lot in snapshot.lots)
    return {key: row for key, row in found if row is not None}


def barred_purchases(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Pairs of account and asset that a hard lock keeps from being bought."""
    hard = [row for row in locks(snapshot) if row.hard and row.kind in BARS_PURCHASES]
    pairs = ((account.id, asset.id) for account in snapshot.accounts for asset in snapshot.assets) if hard else ()
    return {pair for pair in pairs if any(bars_purchase(row, *pair) for row in hard)}


def said(row: ConstraintInput, snapshot: Snapshot) -> str:
    """A lock as the middle of a sentence: `is not sold before 3 Mar 2023`."""
    end = f" before {written(row.until)}" if row.until else ""
    if row.kind == "not_in_account":
        name = next((account.name for account in snapshot.accounts if account.id == row.place), row.place)
        return f"is not bought in {name}"
    verb = {"do_not_buy": "bought", "not_before": "traded"}.get(row.kind, "sold")
    return f"is {'not' if end else 'never'} {verb}{end}"


def subject_of(row: ConstraintInput, snapshot: Snapshot) -> str:
    """What a lock is about, in words."""
    names = {asset.id: asset.symbol for asset in snapshot.assets}
    lot = next((lot for lot in snapshot.lots if lot.lot == row.subject), None)
    if lot is not None:
        bought = written(lot.bought or lot.acquired) if lot.acquired else "unknown date"
        return f"The lot of {names[lot.asset]} of {bought}"
    names |= {account.id: f"what {account.name} holds" for account in snapshot.accounts}
    return names.get(row.subject, row.subject) or "what the household holds"
