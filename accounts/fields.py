"""A decimal column that keeps every digit on SQLite and on PostgreSQL."""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    DecimalColumn = models.Field[Decimal | str | int | None, Any]
else:
    DecimalColumn = models.Field

PLACES = 18
WHOLE_DIGITS = 20
_ZERO = Decimal(0)
_SMALLEST = Decimal(1).scaleb(-PLACES)
_LIMIT = Decimal(10) ** WHOLE_DIGITS
_WIDE = Context(prec=2 * (PLACES + WHOLE_DIGITS))


def canonical(value: Decimal) -> Decimal:
    """The same number without trailing zeros, exponent or a sign of zero, so that both databases give equal text."""
    return _WIDE.add(_WIDE.normalize(value), _ZERO)


class ExactDecimalField(DecimalColumn):
    """Money, price or quantity: TEXT on SQLite, numeric(38, 18) on PostgreSQL.

    Only equality and null tests run in SQL: text does not sort or add as numbers do.
    """

    description = "Exact decimal number"
    sql_lookups = frozenset({"exact", "in", "isnull"})

    def get_internal_type(self) -> str:
        return "ExactDecimalField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "text" if connection.vendor == "sqlite" else f"numeric({PLACES + WHOLE_DIGITS}, {PLACES})"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise ValidationError(f"{value!r} is a float; exact values come as Decimal, int or text.")
        try:
            return self._checked(Decimal(value))
        except (InvalidOperation, TypeError, ValueError) as error:
            raise ValidationError(f"{value!r} is not a decimal number.") from error

    def _checked(self, number: Decimal) -> Decimal:
        if not number.is_finite():
            raise ValidationError(f"{number} is not a finite number.")
        if not -_LIMIT < number < _LIMIT or number != number.quantize(_SMALLEST, context=_WIDE):
            raise ValidationError(f"{number} has more than {WHOLE_DIGITS} whole or {PLACES} decimal digits.")
        return canonical(number)

    def get_prep_value(self, value: Any) -> Decimal | None:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        number = value if prepared else self.get_prep_value(value)
        if number is None or connection.vendor != "sqlite":
            return number
        return format(number, "f")

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        return None if value is None else canonical(Decimal(value))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in self.sql_lookups:
            raise FieldError(f"'{lookup_name}' on {self.name} would compare text on SQLite; do it in Python.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else format(value, "f")

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.DecimalField, "decimal_places": PLACES, **kwargs})


def round_to_field(value: Decimal) -> Decimal:
    """The nearest number that the column can hold; for quotients, never for amounts that a file states."""
    return canonical(value.quantize(_SMALLEST, context=_WIDE))
