"""Numbers as people type them, kept exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.fields import canonical
from optimizer.forms.fields import MoneyField, NumberField, PercentField, in_percent

fractions = st.decimals(min_value=0, max_value=1, places=12)


@given(fractions)
def test_a_fraction_shown_as_per_cent_and_typed_back_is_the_same(fraction: Decimal) -> None:
    field = PercentField()
    assert field.clean(field.prepare_value(fraction)) == canonical(fraction)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_money_shown_with_separators_and_typed_back_is_the_same(amount: Decimal) -> None:
    field = MoneyField()
    assert field.clean(field.prepare_value(amount)) == amount


@pytest.mark.parametrize(
    ("typed", "read"),
    [("9", "0.09"), ("9.0%", "0.09"), (" .5 ", "0.005"), ("33.3333", "0.333333"), ("", None), (None, None)],
)
def test_per_cent_becomes_a_fraction(typed: str | None, read: str | None) -> None:
    assert PercentField(required=False).clean(typed) == (None if read is None else Decimal(read))


@pytest.mark.parametrize("typed", ["24,000", "$24,000", "24 000", "24000.00"])
def test_one_amount_in_several_spellings(typed: str) -> None:
    assert MoneyField().clean(typed) == 24_000


@pytest.mark.parametrize("typed", ["1,5", "9,0", "1e5", "NaN", "--3", ".", "12.", "½"])
def test_what_could_be_misread_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="is not a number"):
        NumberField().clean(typed)


def test_a_number_too_long_to_keep_is_refused() -> None:
    for typed in ("1" * 16, "0." + "1" * 11):
        with pytest.raises(ValidationError, match="too many digits"):
            NumberField().clean(typed)


def test_limits_are_said_in_the_unit_of_the_field() -> None:
    with pytest.raises(ValidationError, match=r"−?101.0% is above 100.0%"):
        PercentField().clean("101")
    with pytest.raises(ValidationError, match=r"-5 is below 0"):
        MoneyField(low=0).clean("−5")


def test_a_missing_number_is_asked_for() -> None:
    with pytest.raises(ValidationError, match="required"):
        PercentField().clean("")


@pytest.mark.parametrize(("fraction", "shown"), [("0.09", "9.0"), ("0.0275", "2.75"), ("1", "100.0"), ("0", "0.0")])
def test_per_cent_has_at_least_one_decimal(fraction: str, shown: str) -> None:
    assert in_percent(Decimal(fraction)) == shown
