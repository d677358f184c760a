"""What other parts of the app may want to know at once, in the same transaction."""

from django.dispatch import Signal

ledger_changed = Signal()
"""Sent by the booking of an `account` once its lots, gains and cash are written anew, with the first day changed."""
