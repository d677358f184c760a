"""Short ways to write a disposal down."""

from datetime import date
from decimal import Decimal

from holdings.tax.outcome import GainClass, Slice


def sold(
    gain: str | int,
    pot: GainClass = GainClass.SHORT,
    *,
    disallowed: str | int = 0,
    day: str = "2025-06-02",
    **more: object,
) -> Slice:
    """Ten shares of XYZ sold for 10,000 with that gain."""
    values = {
        "sale": "s",
        "account": "broker",
        "instrument": "XYZ",
        "quantity": Decimal(10),
        "sold": date.fromisoformat(day),
        "proceeds": Decimal(10_000),
        "basis": Decimal(10_000) - Decimal(gain),
        "gain_class": pot,
        "lot": "b",
        "acquired": date(2024, 1, 15),
        "disallowed": Decimal(disallowed),
    }
    return Slice(**values | more)  # type: ignore[arg-type]
