"""When a model of daily data is estimated anew, so that no forecast reads what came after it."""

from collections.abc import Iterator

BURNED, REFIT = 1500, 63
"""Sessions that the first estimate needs, and sessions from one estimate to the next."""


def spans(sessions: int, since: int = 0) -> Iterator[tuple[int, slice]]:
    """How many sessions an estimate may read, and the rows at whose close it is the newest one.

    An estimate of the first `known` rows is used from row known - 1 on; nothing where there are fewer than BURNED. Rows
    before `since` are not asked for, and estimates that only they would use are left out.
    """
    for known in range(BURNED, sessions + 1, REFIT):
        rows = slice(known - 1, min(sessions, known - 1 + REFIT))
        if rows.stop > since:
            yield known, rows
