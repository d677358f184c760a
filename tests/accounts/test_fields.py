from decimal import Decimal

import pytest
from django.core.exceptions import FieldError, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.fields import ExactDecimalField, canonical, round_to_field
from accounts.models import Goal
from tests import factories

pytestmark = pytest.mark.django_db


def stored(amount: str) -> Decimal:
    house = factories.household()
    goal = Goal.objects.create(
        household=house, name="House", amount=Decimal(amount), date=factories.AS_OF, horizon_years=1
    )
    return Goal.objects.get(pk=goal.pk).amount


@pytest.mark.parametrize("amount", ["1234567.1234567891", "0.000000000000000001", "-99999999999999999999", "0", "0.1"])
def test_every_digit_comes_back(amount: str) -> None:
    assert stored(amount) == Decimal(amount)


def test_it_comes_back_in_one_spelling() -> None:
    assert str(stored("100.50")) == "100.5"


def test_more_digits_than_the_column_holds_are_refused_not_rounded() -> None:
    with pytest.raises(ValidationError, match="18 decimal digits"):
        stored("0.1234567890123456789")


def test_a_float_is_refused() -> None:
    with pytest.raises(ValidationError, match="is a float"):
        ExactDecimalField().to_python(0.1)


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a finite number"):
        ExactDecimalField().to_python(Decimal("NaN"))


def test_sql_never_compares_amounts() -> None:
    with pytest.raises(FieldError, match="do it in Python"):
        Goal.objects.filter(amount__gt=1).count()


def test_equal_amounts_are_found_whatever_their_spelling() -> None:
    stored("1.50")
    assert Goal.objects.filter(amount=Decimal("1.5")).exists()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_the_canonical_form_is_the_same_number_without_an_exponent(number: Decimal) -> None:
    assert canonical(number) == number
    assert "E" not in str(canonical(number)) or number != number.to_integral_value()


def test_all_thirty_eight_digits_are_kept():
    digits = "12345678901234567890.123456789012345678"
    assert canonical(Decimal(digits)) == Decimal(digits)


def test_a_large_amount_is_rounded_to_the_column_too():
    assert round_to_field(Decimal("98075989976.1342094431234567894")) == Decimal("98075989976.134209443123456789")
