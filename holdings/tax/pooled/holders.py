"""Persons: whose disposal a slice is, and whether the history is one that a country can compute."""

from holdings.tax.history import History, Relation
from holdings.tax.jurisdiction import UnsupportedHistory


def check_currency(history: History, currency: str, country: str) -> None:
    """Raises UnsupportedHistory where the amounts are not in the currency in which the country computes."""
    if history.currency != currency:
        raise UnsupportedHistory(
            f"{country} computes gains in {currency}, at the rate of each day; this household's amounts are in "
            f"{history.currency}. Set the household's currency to {currency} to see its tax."
        )


OF_ANOTHER = "This is on the return of another person of the household."


def owner_but_self(history: History, account: str) -> str:
    """The owner of an account, "" where it is the taxpayer."""
    known = history.accounts[account]
    return "" if known.relation is Relation.SELF else known.owner
