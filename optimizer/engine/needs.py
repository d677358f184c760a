"""Sums of weights that are wanted exactly: whether they contradict each other, and whether several splits meet them.

Such needs are linear equations in the weights of what may be held (Portfolio Performance calls what they leave
"inexact" and "ambiguous").
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import nnls

from optimizer.engine.rebalance.book import Book
from optimizer.engine.types import ConstraintInput, RuleCheck
from optimizer.engine.words import listed, percent

CLOSE = 1e-9


def needs_notes(book: Book, checks: Sequence[RuleCheck]) -> Iterator[str]:
    """A sentence where the needs cannot all be met, or where their split is a choice. `checks`: the plan's rules."""
    needs = [row for row in book.snapshot.constraints if row.kind == "custom" and row.low == row.high]
    if len(needs) < 2:
        return
    matrix = np.array([[float(row.terms.get(asset.id, 0)) for asset in book.assets] for row in needs])
    used = np.flatnonzero(matrix.any(axis=0))
    matrix, wanted = matrix[:, used], np.array([float(row.high or 0) for row in needs])
    if nnls(matrix, wanted)[1] > CLOSE:
        yield _inexact(needs, checks)
    elif np.linalg.matrix_rank(matrix) < len(used):
        symbols = [book.assets[i].symbol for i in used]
        yield (
            f"Ambiguous: more than one split of {listed(symbols)} meets {listed([row.subject for row in needs])}; "
            "the one proposed has the least risk, tax and cost."
        )


def _inexact(needs: Sequence[ConstraintInput], checks: Sequence[RuleCheck]) -> str:
    values = {check.id: check.value for check in checks}
    would = [
        f"{row.subject} would be {percent(values.get(row.id) or 0)} instead of {percent(row.high or 0)}"
        for row in needs
    ]
    return f"Inexact: {listed([row.subject for row in needs])} contradict each other. {listed(would)}."
