from decimal import Decimal

from holdings.ledger.exact import part
from holdings.ledger.replay import replay
from tests.holdings.ledger.histories import buy, sell

LONG = "12345678901234567890.123456789012345678"


def test_a_part_is_rounded_to_the_scale_of_the_stored_columns() -> None:
    assert part(Decimal(100), Decimal(1), Decimal(3)) == Decimal("33.333333333333333333")


def test_numbers_as_long_as_the_stored_columns_lose_no_digit() -> None:
    ledger = replay([buy("b", "2022-01-03", LONG, LONG), sell("s", "2022-02-01", LONG, "1")])

    (gain,) = ledger.realised
    assert (gain.quantity, gain.basis) == (Decimal(LONG), Decimal(LONG))
    assert str(gain.gain) == "-12345678901234567889.123456789012345678"
    assert ledger.lots == ()
