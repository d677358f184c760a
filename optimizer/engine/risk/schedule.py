"""When a model of daily data is estimated anew, so that no forecast reads what came after it."""

from collections.abc import Iterator

BURNED, REFIT = 1500, 63
"""Sessions that the first estimate needs, and sessions from one estimate to the next."""


def spans(sessions: int, burned: int = BURNED, refit: int = REFIT) -> Iterator[tuple[int, slice]]:
    """How many sessions an estimate may read, and the rows at whose close it is the newest one.

    An estimate of the first `known` rows is used from row known - 1 on; nothing where there are fewer than `burned`.
    """
    for known in range(burned, sessions + 1, refit):
        yield known, slice(known - 1, min(sessions, known - 1 + refit))
