"""What a stored lot says of itself: its term and the basis that counts."""

import datetime as dt
from decimal import Decimal

import pytest

from holdings.models import Lot, Term

SOLD = dt.date(2022, 12, 29)


@pytest.mark.parametrize(
    ("origin", "acquired", "term"),
    [
        ("inheritance", dt.date(2022, 12, 1), Term.LONG),
        ("inheritance", None, Term.LONG),
        ("gift", dt.date(2015, 3, 2), Term.LONG),
        ("purchase", dt.date(2022, 12, 1), Term.SHORT),
        ("purchase", None, None),
    ],
)
def test_the_term_knows_how_the_shares_came(origin: str, acquired: dt.date | None, term: Term | None) -> None:
    assert Lot(origin=origin, acquired=acquired).term_on(SOLD) == term


@pytest.mark.parametrize(("value", "gain"), [(1200, 200), (900, 0), (600, -200)])
def test_a_gift_gains_over_the_donors_basis_and_loses_under_its_own(value: int, gain: int) -> None:
    lot = Lot(origin="gift", basis=Decimal(1000), loss_basis=Decimal(800))
    assert value - lot.basis_at(Decimal(value)) == gain


def test_inherited_shares_of_unknown_date_are_not_incomplete() -> None:
    assert not Lot(origin="inheritance", basis=Decimal(1000)).is_incomplete
