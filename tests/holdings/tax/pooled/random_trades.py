"""Random histories of two persons' taxed accounts and a plan, whose shares are never sold before they are held."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from holdings.ledger.types import Entry, Kind

OWNERS = {"taxable": "ann", "other": "ann", "spouse": "bob"}
START = date(2024, 3, 1)
_ROW = st.tuples(
    st.integers(0, 90),
    st.sampled_from([*OWNERS, "taxable"]),
    st.sampled_from([1, 1, 1, -1, -1, -1, 0]),
    st.integers(1, 60),
    st.integers(1, 9000),
)
_WITH_PLAN = st.tuples(
    st.integers(0, 90),
    st.sampled_from([*OWNERS, "taxable", "plan"]),
    st.sampled_from([1, 1, -1, -1]),
    st.integers(1, 60),
    st.integers(1, 9000),
)


def histories(*, plan: bool = False) -> st.SearchStrategy[list[Entry]]:
    """Purchases, sales and splits, two for one and one for two, of all accounts on a day."""
    rows = st.lists(_WITH_PLAN if plan else _ROW, min_size=1, max_size=30)
    return rows.map(lambda found: list(_entries(sorted(found, key=lambda row: row[0]))))


def _entries(rows: Iterable[tuple[int, str, int, int, int]]) -> Iterable[Entry]:
    held: dict[str, Decimal] = defaultdict(Decimal)
    halved = set()
    for n, (day, account, side, shares, money) in enumerate(rows):
        when, quantity = START + timedelta(days=day), Decimal(shares)
        if side > 0:
            held[account] += quantity
            yield Entry(f"e{n}", account, Kind.BUY, when, "KO", quantity, Decimal(-money) / 100)
        elif side < 0:
            quantity = min(quantity, held[account])
            if quantity:
                held[account] -= quantity
                yield Entry(f"e{n}", account, Kind.SELL, when, "KO", -quantity, Decimal(money) / 100)
        elif when not in halved and all(row[0] != day for row in rows if row[2]):
            halved.add(when)
            for each in [account for account, quantity in held.items() if quantity]:
                more = held[each] if shares % 2 else -held[each] / 2
                held[each] += more
                yield Entry(f"e{n}{each}", each, Kind.SPLIT, when, "KO", more)
