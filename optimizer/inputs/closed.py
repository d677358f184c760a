"""What a plan leaves alone because the ledger is not sure of it: accounts that differ, short positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from accounts.models import Household
from accounts.templatetags.formats import count_of, day
from holdings import selectors as holdings
from holdings.models import Difference, Lot
from optimizer.inputs.errors import CannotPropose


def closed_accounts(household: Household, held: Sequence[Lot]) -> dict[int, str]:
    """Account id -> why nothing is traded there: open differences from the broker's statements.

    Raises CannotPropose where that leaves no account that holds anything.
    """
    blocking = holdings.blocking(household)
    owned = {lot.account_id for lot in held} | {pk for pk, amount in holdings.cash(household).items() if amount}
    if owned and owned <= blocking.keys():
        raise CannotPropose(_all_closed(blocking.values()), {"closed": [_place(rows) for rows in blocking.values()]})
    return {pk: why(rows) for pk, rows in blocking.items()}


def _all_closed(blocking: Iterable[Sequence[Difference]]) -> str:
    names = [f"{rows[0].statement.account.name} ({count_of(len(rows), 'difference')})" for rows in blocking]
    return (
        f"The ledger of every account differs from what its broker states: {', '.join(names)}. "
        "Settle the differences on the account's page, or accept them with a reason."
    )


def _place(rows: Sequence[Difference]) -> dict[str, str]:
    account = rows[0].statement.account
    return {"account": str(account.uuid), "name": account.name}


def why(rows: Sequence[Difference]) -> str:
    stated = rows[0].statement
    what = f"the broker's {stated.get_kind_display().lower()} of {day(stated.as_of)}"
    verb = "differs" if len(rows) == 1 else "differ"
    return f"{count_of(len(rows), 'figure')} of its ledger {verb} from {what}."


def short_proceeds(household: Household) -> dict[int, Decimal]:
    """Cash by account id that short positions brought in: it is owed, and no purchase may use it."""
    apart: dict[int, Decimal] = defaultdict(Decimal)
    for row in holdings.flagged(household).filter(currency=household.base_currency):
        apart[row.account_id] += max(row.cash, Decimal(0))
    return apart
