"""The one way into the ledger: transactions are booked, voided and corrected here, and lots follow by replay."""

from holdings.services.ledger.booking import (
    book,
    book_all,
    bring_up_to_date,
    correct,
    link,
    project_again,
    unlink,
    void,
)
from holdings.services.ledger.drafts import NewTransaction, draft_of, rates_of
from holdings.services.ledger.entries import ReliefBook, entries
from holdings.services.ledger.projection import outdated
from holdings.services.ledger.refusal import BookingRefused

__all__ = [
    "BookingRefused",
    "NewTransaction",
    "ReliefBook",
    "book",
    "book_all",
    "bring_up_to_date",
    "correct",
    "draft_of",
    "entries",
    "link",
    "outdated",
    "project_again",
    "rates_of",
    "unlink",
    "void",
]
