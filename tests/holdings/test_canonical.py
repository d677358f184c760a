"""Canonical JSON: what is written comes back equal, to the last digit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from holdings import canonical


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    amount: Decimal
    day: date | None = None


@dataclass(frozen=True)
class Outer:
    parts: tuple[Inner, ...]
    by_colour: Mapping[Colour, Decimal]


def test_a_dataclass_comes_back_equal() -> None:
    value = Outer((Inner(Decimal("1.5"), date(2025, 1, 2)), Inner(Decimal(0))), {Colour.RED: Decimal(-3)})

    assert canonical.decode(Outer, canonical.encode(value)) == value


def test_keys_of_a_mapping_come_back_as_what_they_were() -> None:
    (key,) = canonical.decode(Outer, canonical.encode(Outer((), {Colour.RED: Decimal(1)}))).by_colour

    assert key is Colour.RED


def test_a_number_longer_than_a_float_or_a_usual_decimal_keeps_every_digit() -> None:
    amount = Decimal("12345678901234567890.123456789012345678")

    assert canonical.decode(Inner, canonical.encode(Inner(amount))).amount == amount


def test_one_number_has_one_spelling() -> None:
    spelled = {canonical.dump(Inner(Decimal(text))) for text in ("1.50", "1.5", "15E-1")}

    assert spelled == {'{"amount":"1.5","day":null}'}
