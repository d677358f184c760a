"""Why a change of the ledger is not made."""


class BookingRefused(Exception):
    """The ledger would not hold together; nothing was booked. The message is for the user."""
