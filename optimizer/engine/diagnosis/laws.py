"""Laws in a conflict: the locks that could be lifted, and the wash windows with the day on which they open."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from optimizer.engine.diagnosis.elastic import Elastic
from optimizer.engine.diagnosis.limits import limits_of
from optimizer.engine.locks import locks, said, subject_of
from optimizer.engine.rebalance.book import make_book
from optimizer.engine.rebalance.groups import LossSide, barred, loss_groups
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.orders import WINDOW
from optimizer.engine.rebalance.risk_rows import first_cuts
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import ZERO, Give, Snapshot
from optimizer.engine.words import listed, written

DAY = timedelta(days=1)


def lifts(elastic: Elastic, members: Collection[str]) -> tuple[Give, ...]:
    """The locks and windows each of which, lifted alone, lets the members hold; with no members, all limits."""
    return (*_locks(elastic, members), *_windows(elastic, members))


def _locks(elastic: Elastic, members: Collection[str]) -> Iterator[Give]:
    snapshot = elastic.model.book.snapshot
    for row in locks(snapshot):
        without = replace(snapshot, constraints=tuple(other for other in snapshot.constraints if other != row))
        if row.hard and _holds(elastic, without, members):
            words = f"lift that {subject_of(row, snapshot)} {said(row, snapshot)}"
            yield Give(row.id, row.kind, ZERO, None, words, "drop")


def _windows(elastic: Elastic, members: Collection[str]) -> Iterator[Give]:
    """Past sales at a loss that keep their group from being bought."""
    snapshot = elastic.model.book.snapshot
    for sale in snapshot.wash.loss_sales:
        others = tuple(other for other in snapshot.wash.loss_sales if other.group != sale.group)
        without = replace(snapshot, wash=replace(snapshot.wash, loss_sales=others))
        if sale.blocked_until >= snapshot.trade_date and _holds(elastic, without, members):
            names = listed(sorted(asset.symbol for asset in snapshot.assets if asset.identity == sale.group))
            opens, sold = written(sale.blocked_until + DAY), written(sale.sold)
            words = f"wait until {opens}, when {names}, sold at a loss on {sold}, may be bought again"
            yield Give("", "wash", ZERO, None, words, "wait")


def _holds(elastic: Elastic, snapshot: Snapshot, members: Collection[str]) -> bool:
    """Whether the members hold together under other laws."""
    book = make_book(snapshot)
    if len(book.risky) != len(elastic.model.book.risky):
        return False
    model = Model(book, elastic.model.target, elastic.model.risk)
    other = replace(elastic, model=model, limits=limits_of(model), cuts=list(first_cuts(model)))
    return other.feasible(set(members or other.limits) & set(other.limits))


def sides(elastic: Elastic) -> str:
    """The identity groups that would have to be sold at a loss and bought at once; empty when there is none."""
    model, groups = elastic.model, loss_groups(elastic.model.book, elastic.model.whole)
    stuck = [
        group
        for group in groups
        if not any(_side_holds(elastic, barred(model.whole, side, groups)) for side in _choices(group))
    ]
    if not stuck:
        return ""
    names = listed(sorted({a.symbol for a in model.book.assets if a.identity in stuck}))
    opens = written(model.book.snapshot.trade_date + WINDOW + DAY)
    return (
        f"The limits hold together only where {names} is sold at a loss and bought within 30 days, which voids the "
        f"loss. Sold now, it may be bought again from {opens} on."
    )


def _choices(group: str) -> tuple[dict[str, LossSide], dict[str, LossSide]]:
    return {group: "sell losses"}, {group: "buy"}


def _side_holds(elastic: Elastic, upper: Floats) -> bool:
    return replace(elastic, upper=upper).feasible(elastic.limits)
