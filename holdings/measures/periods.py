"""Years and what may be said per year."""

YEAR_DAYS = 365


def annualised(total: float, days: int) -> float | None:
    """The yearly return that links to `total` over `days`, (1 + R)^(365 / days) - 1 (ACT/365).

    None for less than a year: such a return is shown as it is, not annualised.
    """
    if days < YEAR_DAYS:
        return None
    return float((1 + total) ** (YEAR_DAYS / days) - 1)
