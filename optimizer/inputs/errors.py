class CannotPropose(Exception):
    """An input that a plan needs is missing; the message tells the user which, and the remedy."""
