"""The one way into the ledger: transactions are booked, voided and corrected here, and lots follow by replay."""

from holdings.services.ledger.booking import (
    Prepared,
    book,
    book_all,
    bring_up_to_date,
    correct,
    edition,
    link,
    prepare,
    project_again,
    unlink,
    void,
)
from holdings.services.ledger.drafts import NewTransaction, draft_of, rates_of
from holdings.services.ledger.entries import ReliefBook, entries
from holdings.services.ledger.projection import Tell, outdated, quietly
from holdings.services.ledger.refusal import BookingRefused

__all__ = [
    "BookingRefused",
    "NewTransaction",
    "Prepared",
    "ReliefBook",
    "Tell",
    "book",
    "book_all",
    "bring_up_to_date",
    "correct",
    "draft_of",
    "edition",
    "entries",
    "link",
    "outdated",
    "prepare",
    "project_again",
    "quietly",
    "rates_of",
    "unlink",
    "void",
]
